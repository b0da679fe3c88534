"""When an instrument is in force, as one span, by the rules by which single days are judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kg.commencement import Bounds, bounds_of, of_effect
from kg.dates import PartialDate, Span
from kg.facts import Facts
from kg.said import Displacement, Instrument, Milestone, Said
from kg.store import Row, Store
from kg.terms import Iri, expand


@dataclass(frozen=True, slots=True)
class Lifespan:
    """A span, with its first and last day as published where a date gives them."""

    span: Span
    start: PartialDate | None = None
    end: PartialDate | None = None


_Limit = tuple[date | None, date | None, str]
"""The earliest and the latest that a first or last day may be, and its text."""


def lifespan(facts: Facts, instrument: Instrument) -> Lifespan:
    """When an instrument is in force anywhere: its own dates, and what displaces the whole of it."""
    first = _first(instrument)
    ends = [*_own_ends(instrument), *_displaced(facts, instrument)]
    return _joined(first, ends)


def existence(store: Store, names: Sequence[str]) -> dict[str, Lifespan]:
    """When places and bodies exist, where dated steps say so."""
    steps: dict[str, list[Milestone]] = {}
    for row in store.select("milestones", {"instrument": [Iri(expand(name)) for name in names]}):
        steps.setdefault(str(row["instrument"]), []).append(_step(row))
    found = {name: _existence(marks) for name, marks in sorted(steps.items())}
    return {name: life for name, life in found.items() if life}


def _step(row: Row) -> Milestone:
    texts = {key: str(row[key] or "") for key in ("earliest", "latest", "date", "rank", "effect")}
    first, last = (
        date.fromisoformat(texts[key]) if texts[key] else None for key in ("earliest", "latest")
    )
    said = Said(
        str(row["statement"]),
        str(row["instrument"]),
        "dates",
        str(row["event"]),
        Span(first, last),
        texts["date"],
        texts["date"],
        rank=texts["rank"].rpartition("/")[2] or "normal",
    )
    return Milestone(said, said.object, texts["effect"].rpartition("/")[2], first, last)


def _existence(steps: list[Milestone]) -> Lifespan | None:
    start = bounds_of([one for one in steps if one.effect == "starts"])
    last = bounds_of([one for one in steps if one.effect == "last-day"])
    if start is None and last is None:
        return None
    first = _limit(start) if start else (None, None, "")
    return _joined(first, [_limit(last)] if last else [])


def _joined(first: _Limit, ends: list[_Limit]) -> Lifespan:
    low, high, _text = first
    if not ends:
        return Lifespan(Span(low, high), _date(first))
    last = min(ends, key=lambda end: (end[1] or date.max, end[0] or date.min))
    sure = min((end[0] for end in ends if end[0]), default=None)
    sure = sure if all(end[0] for end in ends) else None
    return Lifespan(Span(low, high, sure, last[1], open_end=False), _date(first), _date(last))


def _date(limit: _Limit) -> PartialDate | None:
    return PartialDate(limit[2], limit[0], limit[1]) if limit[2] else None


def _limit(bounds: Bounds) -> _Limit:
    return bounds.earliest, bounds.latest, bounds.text


# The first day ---------------------------------------------------------------------------------


def _first(instrument: Instrument) -> _Limit:
    if start := bounds_of(of_effect(instrument, "starts")):
        return _limit(start)
    rule = _RULES.get(instrument.commencement, _stated)
    return _within_period(instrument, rule(instrument))


def _within_period(instrument: Instrument, first: _Limit) -> _Limit:
    """A plan issued before its period applies from the first day of the period."""
    low, high, text = first
    begin = instrument.period_first
    if begin is None or (low and low >= begin):
        return first
    since = instrument.period.partition("..")[0]
    return begin, max(high, begin) if high else None, since if high and high <= begin else text


def _stated(instrument: Instrument) -> _Limit:
    issue = bounds_of(of_effect(instrument, "issue", "publication"))
    return (issue.earliest if issue else None, None, "")


def _on_issue(instrument: Instrument) -> _Limit:
    issue = bounds_of(of_effect(instrument, "issue"))
    issue = issue or bounds_of(of_effect(instrument, "publication"))
    return _limit(issue) if issue else (None, instrument.evidence, "")


def _on_publication(instrument: Instrument) -> _Limit:
    issue = bounds_of(of_effect(instrument, "issue"))
    public = bounds_of(of_effect(instrument, "publication"))
    first, last = issue or public, public or issue
    if first is None or last is None:
        return None, instrument.evidence, ""
    ends = first.text.partition("..")[0], last.text.rpartition("..")[2]  # each may be a range itself
    text = first.text if first.text == last.text else "..".join(ends)
    return first.earliest, last.latest, text


def _by_party(instrument: Instrument) -> _Limit:
    """From the day on which it binds some side; soft texts from their issue."""
    bound = [side.said for side in instrument.sides if side.bound and side.said.rank != "disputed"]
    if not bound:
        return _on_issue(instrument)
    first = min(bound, key=lambda said: (said.span.from_latest or date.max, said.since))
    lows = [said.span.from_earliest for said in bound]
    low = min((day for day in lows if day), default=None) if all(lows) else None
    return low, first.span.from_latest, first.since


_RULES = {
    "stated": _stated,
    "on-issue": _on_issue,
    "on-publication": _on_publication,
    "by-party": _by_party,
}


# The last day ----------------------------------------------------------------------------------


def _own_ends(instrument: Instrument) -> list[_Limit]:
    found: list[_Limit] = []
    if last := instrument.period_last:
        found.append((last, last, instrument.period.rpartition("..")[2]))
    if term := bounds_of(of_effect(instrument, "last-day")):
        found.append(_limit(term))
    if out := bounds_of(of_effect(instrument, "first-day-out")):
        found.append(_day_before((out.earliest, out.latest, out.text)))
    return found


def _displaced(facts: Facts, instrument: Instrument) -> list[_Limit]:
    """The day before a newer text repeals or replaces it everywhere and as a whole."""
    return [
        _day_before(_effect(facts, one))
        for one in instrument.displacements
        if one.how in ("repeals", "replaces") and not one.within and one.said.rank != "disputed"
        if one.said.extent == "whole"
    ]


def _effect(facts: Facts, one: Displacement) -> _Limit:
    if one.starts_with_instrument:
        low, high, text = _first(facts.instrument(one.by))
    else:
        low, high, text = one.said.span.from_earliest, one.said.span.from_latest, one.said.since
    return low, None if one.said.uncertain else high, text


def _day_before(first_out: _Limit) -> _Limit:
    """The last day in force, from the first day out; its text is kept only if it is one day."""
    low, high, _text = first_out
    days = [day - timedelta(days=1) if day else None for day in (low, high)]
    text = days[0].isoformat() if days[0] and days[0] == days[1] else _range(days[0], days[1])
    return days[0], days[1], text


def _range(low: date | None, high: date | None) -> str:
    if low is None and high is None:
        return ""
    return f"{low.isoformat() if low else ''}..{high.isoformat() if high else ''}"
