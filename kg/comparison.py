"""What applies in one place and not in another, and what changed in a place over time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from kg.applicability import with_sources
from kg.commencement import turning_days as own_turning_days
from kg.facts import Facts
from kg.said import Instrument, Said
from kg.trace import Court
from kg.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Difference:
    """An instrument whose verdict is not the same in two places."""

    left: Verdict
    right: Verdict


def compare(court: Court, left: str, right: str, on: date) -> list[Difference]:
    """The instruments on which two places differ on a date; empty for a place and itself."""
    one = {v.instrument.id: v for v in court.trace(left, on, all_=True).verdicts}
    other = {v.instrument.id: v for v in court.trace(right, on, all_=True).verdicts}
    return [Difference(one[name], other[name]) for name in one
            if one[name].verdict != other[name].verdict]


@dataclass(frozen=True, slots=True)
class Change:
    """That on a day the verdict on an instrument became another."""

    on: date
    before: str
    after: Verdict


def changes(court: Court, place: str, first: date, last: date) -> list[Change]:
    """Every change of a verdict in a place from a day to another, in order of time."""
    instruments = court.facts.instruments()
    court.prepare(instruments, [place])
    found = [change for one in instruments
             for change in _changes(court, one, place, first, last)]
    found.sort(key=lambda change: (change.on, change.after.instrument.id))
    told = with_sources(court.facts, (change.after for change in found))
    return [replace(change, after=after) for change, after in zip(found, told, strict=True)]


def _changes(
    court: Court, one: Instrument, place: str, first: date, last: date
) -> Iterator[Change]:
    days = sorted(day for day in turning_days(court.facts, one, place) if first < day <= last)
    before = court.judged(one, place, first).verdict if days else ""
    for day in days:
        after = court.judged(one, place, day)
        if after.verdict != before:
            yield Change(day, before, after)
        before = after.verdict


def turning_days(facts: Facts, one: Instrument, place: str) -> set[date]:
    """The days on which the verdict on an instrument in a place can change."""
    days = own_turning_days(one)
    for displacement in one.displacements:
        days |= own_turning_days(facts.instrument(displacement.by))
        days |= _days([displacement.said])
    said = [scope.said for scope in one.scopes]
    return days | _days(said) | _days(_around(facts, _places(facts, one, place)))


def _days(said: Iterable[Said]) -> set[date]:
    """The first day of each state that a statement can be in."""
    return {day for one in said for day in one.span.turning_days()}


def _places(facts: Facts, one: Instrument, place: str) -> set[str]:
    """The place and the places that the scope of the instrument names or reaches by a status."""
    targets = {scope.target for scope in one.scopes} | {side.territory for side in one.sides}
    targets |= {t for d in one.displacements for t in d.within}
    held = {said.subject for t in targets if t.startswith("status/")
            for said in facts.status(t).held}
    return {p for p in (place, *targets, *held) if p.startswith("place/")}


def _around(facts: Facts, places: set[str]) -> Iterator[Said]:
    """The containments of places and of all around them, and what they hold."""
    seen: set[str] = set()
    queue = sorted(places)
    while queue:
        here = queue.pop()
        if here not in seen:
            seen.add(here)
            yield from facts.place(here).within
            queue += [said.object for said in facts.place(here).within]
    for status in facts.statuses():
        yield from (said for said in status.held if said.subject in seen)
