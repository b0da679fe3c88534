"""How an instrument was carried out: by which others, in what order, after how many days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kg.commencement import bounds_of, of_effect
from kg.facts import Facts
from kg.said import Instrument
from kg.shown import Shown
from kg.snapshot import load_facts
from kg.store import Store
from kg.terms import Iri, compact, expand
from kg.things import Source, Thing


@dataclass(frozen=True, slots=True)
class Step:
    """One instrument that carries another out; lags are in days, None where a date is missing."""

    instrument: Thing
    relation: str
    level: str
    date: str
    least: int | None
    most: int | None
    sources: tuple[Source, ...] = ()

    @property
    def lag(self) -> str:
        """The lag as a number of days, a range where a date is partial, or nothing."""
        if self.least is None or self.most is None:
            return ""
        return str(self.least) if self.least == self.most else f"{self.least}–{self.most}"


@dataclass(frozen=True, slots=True)
class Rollout(Shown):
    """An instrument, when it was issued, and what followed, the earliest first."""

    instrument: Thing
    date: str
    steps: tuple[Step, ...]


def rollout(store: Store, instrument: str) -> Rollout:
    """Who carried an instrument (an id) out, in what order and after how many days."""
    facts = load_facts(store)
    rows = store.select("implementers", {"instrument": [Iri(expand(instrument))]})
    followers = [(_id(row["by"]), _id(row["predicate"]), _id(row["statement"])) for row in rows]
    facts.load_instruments([instrument, *(by for by, _how, _st in followers)])
    facts.load_sources(statement for _by, _how, statement in followers)
    start = _issued(facts.instrument(instrument))
    steps = {by: _step(facts, facts.instrument(by), how, statement, start)
             for by, how, statement in followers}
    ordered = sorted(steps.values(), key=lambda step: (step.date or "9", step.instrument.id))
    return Rollout(facts.instrument(instrument).label, start[2], tuple(ordered))


Issued = tuple[date | None, date | None, str]


def _issued(one: Instrument) -> Issued:
    """The bounds and the text of the day an instrument was issued, or else came into force."""
    for effects in (("issue",), ("publication",), ("starts",)):
        if found := bounds_of(of_effect(one, *effects)):
            return found.earliest, found.latest, found.text
    return None, None, ""


def _step(facts: Facts, one: Instrument, how: str, statement: str, start: Issued) -> Step:
    first, last, text = _issued(one)
    return Step(one.label, how, one.level, text, _days(start[1], first), _days(start[0], last),
                facts.sources(statement))


def _days(start: date | None, end: date | None) -> int | None:
    return (end - start).days if start and end else None


def _id(value: object) -> str:
    assert isinstance(value, Iri)
    return compact(value.value).removeprefix("kg:")
