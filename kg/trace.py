"""Which measures apply in a place on a date, and why: the questions and their typed answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from kg.applicability import judge, with_sources
from kg.candidates import Candidates, candidates_of
from kg.facts import Facts
from kg.precedents import Precedents
from kg.said import Instrument
from kg.shown import Shown
from kg.store import Store
from kg.territory import Territory
from kg.things import Thing
from kg.verdict import Verdict
from kg.vicinity import Vicinity

SHOWN = ("applies", "in-part", "uncertain")
"""Verdicts that a trace lists unless it is asked for all."""


@dataclass(frozen=True, slots=True)
class Trace(Shown):
    """The verdicts for one place and date, the broadest instruments first."""

    place: Thing
    on: date
    partner: Thing | None
    verdicts: tuple[Verdict, ...]

    def of(self, *kinds: str) -> tuple[Verdict, ...]:
        """The verdicts of these kinds."""
        return tuple(one for one in self.verdicts if one.verdict in kinds)


@dataclass
class Court:
    """Judges many cases over one store: facts are read once, places once a date."""

    store: Store
    facts: Facts = field(init=False)
    precedents: Precedents = field(init=False)
    candidates: Candidates = field(init=False)
    _territories: dict[date, Territory] = field(default_factory=dict)
    _vicinity: Vicinity | None = None
    _prepared: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        from kg.snapshot import load_facts  # which reads what this module's questions need

        self.facts = load_facts(self.store)
        self.precedents = Precedents(self.facts)
        self.candidates = candidates_of(self.facts)

    def prepare_all(self) -> None:
        """Read beforehand what every trace needs, so that the first is as quick as the next."""
        self.candidates.prepare()

    def territory(self, on: date) -> Territory:
        """The places as they lie on a date."""
        day = self.candidates.map_day(on)
        if day not in self._territories:
            self._territories[day] = Territory(self.facts, day, vicinity=self._vicinity)
        return self._territories[day]

    def judged(
        self, instrument: Instrument, place: str, on: date, partner: str | None = None
    ) -> Verdict:
        """One verdict with its reasons; their sources are named as far as they were read."""
        return judge(self.precedents, self.territory(on), on, instrument, place, partner)

    def _make_room(self) -> None:
        """Let go of the maps that were looked at first, so that a server does not grow."""
        sizes = {on: len(one) for on, one in self._territories.items()}
        total = sum(sizes.values())
        for on, size in sizes.items():
            if total <= _FINDINGS and len(self._territories) <= _DATES:
                return
            del self._territories[on]
            total -= size

    def _surveyed(self, on: date) -> Territory:
        """The places as they lie on a date, with their vicinity known, then and from now on."""
        self._vicinity = self.candidates.vicinity
        territory = self.territory(on)
        territory.vicinity = self._vicinity
        return territory

    def trace(self, place: str, on: date, partner: str | None = None, *, all_: bool = False) -> Trace:
        """Every instrument judged for a place; those that do not apply only if asked for."""
        instruments = self._in_question(place, on, all_)
        self.prepare(instruments, [place, *([partner] if partner else [])])
        found = [self.judged(one, place, on, partner) for one in instruments]
        kept = [one for one in found if all_ or one.verdict in SHOWN]
        ordered = sorted(kept, key=lambda one: self._order(one))
        return Trace(self.facts.thing(place), on, self.facts.thing(partner) if partner else None,
                     tuple(with_sources(self.facts, ordered)))

    def _in_question(self, place: str, on: date, all_: bool) -> list[Instrument]:
        """The instruments to be judged, sorted by id: all, or those that may apply."""
        if all_:
            return self.facts.instruments()
        return self.candidates.instruments(self._surveyed(on), place, on)

    def outcomes(self, place: str, on: date, partner: str | None = None) -> dict[str, str]:
        """The verdicts of a trace without their reasons: instrument → applies, in-part, uncertain."""
        plain, open_ = self.candidates.sorted_out(self._surveyed(on), place, on)
        self.prepare(open_, [place, *([partner] if partner else [])])
        judged = {one.id: self.judged(one, place, on, partner).verdict for one in open_}
        return plain | {name: verdict for name, verdict in judged.items() if verdict in SHOWN}

    def why(self, instrument: str, place: str, on: date, partner: str | None = None) -> Verdict:
        """One verdict with its reasons and sources."""
        one = self.facts.instrument(instrument)
        self.prepare([one], [place, *([partner] if partner else [])])
        return with_sources(self.facts, [self.judged(one, place, on, partner)])[0]

    def where(self, instrument: str, on: date, partner: str | None = None) -> list[Verdict]:
        """The verdicts for the places that the instrument's scope names: where it applies.

        What lies within such a place inherits the answer; what is elsewhere is not listed.
        """
        one = self.facts.instrument(instrument)
        self.prepare([one], [])
        places = sorted({place for target in _targets(one) for place in self._places(target, on)})
        self.prepare([one], places)
        found = [self.judged(one, place, on, partner) for place in places]
        return with_sources(self.facts, (v for v in found if v.verdict in SHOWN))

    def _places(self, target: str, on: date) -> list[str]:
        """A place itself, or the places that hold a status on a date."""
        if target.startswith("place/"):
            return [target]
        held = self.facts.status(target).held if target.startswith("status/") else ()
        return [said.subject for said in held
                if said.holds(on) and said.subject.startswith("place/")]

    def prepare(self, instruments: Sequence[Instrument], places: Sequence[str]) -> None:
        """Read all that the judgement will need, in few questions; forget what was long ago."""
        self._make_room()
        fresh = [one for one in instruments if one.id not in self._prepared]
        targets = {t for one in fresh for t in _targets(one)}
        statuses = {one for one in targets if one.startswith("status/")}
        self.facts.load_statuses(statuses)
        self.facts.load_places([*places, *(one for one in targets if one.startswith("place/"))])
        held = {said.subject for one in statuses for said in self.facts.status(one).held
                if said.subject.startswith("place/")} if not self.facts.records else set()
        self.facts.load_places(held)
        composed = [one for one in (*targets, *held, *places)
                    if one.startswith("place/") and self.facts.place(one).composed]
        self.facts.load_members(composed)
        self.facts.load_instruments(d.by for one in fresh for d in one.displacements)
        self.facts.load_labels(_words(fresh) | statuses)
        self._prepared.update(one.id for one in fresh)

    def _order(self, verdict: Verdict) -> tuple[int, int, str]:
        level = self.facts.instrument(verdict.instrument.id).level
        order = _LEVELS.index(level) if level in _LEVELS else len(_LEVELS)
        return SHOWN.index(verdict.verdict) if verdict.verdict in SHOWN else 9, order, (
            verdict.instrument.id
        )


_DATES, _FINDINGS = 400, 100_000
"""How many maps a court keeps, and how many findings about places on all of them."""
_LEVELS = ("international", "national", "macro-regional", "provincial", "municipal", "county", "zone")


def _targets(one: Instrument) -> Iterator[str]:
    for scope in one.scopes:
        yield scope.target
        yield from scope.exceptions
    for side in one.sides:
        yield side.territory
    for displacement in one.displacements:
        yield from displacement.within


def _words(instruments: Iterable[Instrument]) -> set[str]:
    """The nodes that reasons will name."""
    return {name for one in instruments for side in one.sides for name in (side.party, side.role)}


def trace(
    store: Store, place: str, on: date, partner: str | None = None, *, all_: bool = False
) -> Trace:
    """Which instruments apply in a place (an id) on a date, wholly, in part, or perhaps."""
    return Court(store).trace(place, on, partner, all_=all_)


def why(
    store: Store, instrument: str, place: str, on: date, partner: str | None = None
) -> Verdict:
    """Whether one instrument applies in a place on a date, with the five tests."""
    return Court(store).why(instrument, place, on, partner)
