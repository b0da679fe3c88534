"""Which places a place could have anything to do with on a date; all others are proven apart.

Two divisions of which neither contains the other do not overlap. So whatever certainly lies in a
division that does not contain a place, and knows nothing of the smallest division around the
place, is apart from it. Working that out once for all places leaves only the near ones to be
looked at one by one, however many there are. The rules themselves are those of `territory`; here
only what they are sure to refuse is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from kg.dates import Truth
from kg.said import Place, Said

Days = tuple[int, int]
"""A first and a last day, as ordinals, both included."""
EVER: Days = (date.min.toordinal(), date.max.toordinal())


@dataclass(frozen=True, slots=True)
class Hold:
    """That a place certainly lies in a division, or is one, on all days of a period."""

    place: str
    division: str
    days: Days


@dataclass
class Vicinity:
    """The places of a graph by the divisions that they lie in."""

    knowing: dict[str, list[str]] = field(default_factory=dict)
    """Place → all places that ever lie in it, in any way, with itself."""
    holding: dict[str, list[str]] = field(default_factory=dict)
    """Division → the places that it is the nearest certain division of, on some days."""
    passing: dict[str, list[Days]] = field(default_factory=dict)
    """Places that are not always certainly in a division → the periods in which they are."""
    _loose: dict[int, frozenset[str]] = field(default_factory=dict)

    def near(self, up: Iterable[str], divisions: Iterable[str], on: date) -> set[str] | None:
        """The places that may touch a place; None if none can be ruled out.

        `up` are all places that contain it in any way and itself, `divisions` those divisions
        that certainly exist and contain the whole of it.
        """
        around = list(up)
        inner = min(divisions, key=lambda one: len(self.knowing.get(one, ())), default=None)
        if inner is None:
            return None
        found = {*around, *self.loose(on), *self.knowing.get(inner, ())}
        found.update(self.knowing.get(around[0], ()))
        for one in around:
            found.update(self.holding.get(one, ()))
        return found

    def loose(self, on: date) -> frozenset[str]:
        """The places that on a day are not certainly in any division."""
        day = on.toordinal()
        if day not in self._loose:
            self._loose[day] = frozenset(
                place for place, periods in self.passing.items()
                if not any(first <= day <= last for first, last in periods)
            )
        return self._loose[day]


def survey(places: Mapping[str, Place]) -> Vicinity:
    """The vicinity of places, of which all that they lie in are among them."""
    holds = {name: list(_holds(places, name, frozenset())) for name in sorted(places)}
    found = Vicinity()
    for name in sorted(places):
        around = _closure(places, name)
        sure = _sure_of_limits(places, around)
        kept = [Hold(h.place, h.division, days) for h in holds[name]
                for days in _overlaps(h.days, sure)]
        for upper in around:
            found.knowing.setdefault(upper, []).append(name)
        for division in sorted({hold.division for hold in kept}):
            found.holding.setdefault(division, []).append(name)
        if EVER not in (periods := sorted({hold.days for hold in kept})):
            found.passing[name] = periods
    return found


def _closure(places: Mapping[str, Place], name: str) -> list[str]:
    """A place and all that it ever lies in."""
    found, queue = {name: None}, [name]
    while queue:
        for said in places[queue.pop()].within:
            if said.object not in found:
                found[said.object] = None
                queue.append(said.object)
    return list(found)


def _holds(places: Mapping[str, Place], name: str, seen: frozenset[str]) -> Iterator[Hold]:
    """The nearest divisions that a place certainly is or lies in, and when."""
    place = places[name]
    if place.partitions:
        lives = [days for said in place.within if (days := certain(said))]
        for days in lives if place.within else [EVER]:
            yield Hold(name, name, days)
        return
    for said in place.within if name not in seen else ():
        days = certain(said)
        if days and said.extent == "whole":
            for hold in _holds(places, said.object, seen | {name}):
                yield from (Hold(name, hold.division, both) for both in _overlaps(hold.days, [days]))


def _sure_of_limits(places: Mapping[str, Place], around: Iterable[str]) -> list[Days]:
    """The periods in which nothing is in doubt of what these places are said to lie outside."""
    found = [EVER]
    for said in (said for one in around for said in places[one].outside):
        days = certain(said)
        found = [both for period in found for both in _overlaps(period, [days])] if days else []
    return found


def _overlaps(one: Days, others: Iterable[Days]) -> Iterator[Days]:
    for other in others:
        first, last = max(one[0], other[0]), min(one[1], other[1])
        if first <= last:
            yield first, last


def certain(said: Said) -> Days | None:
    """The days on which a statement certainly holds; None if there are none."""
    span = said.span
    if said.uncertain or not (span.always or span.from_latest):
        return None
    if not span.open_end and not span.until_earliest:
        return None
    first = EVER[0] if span.always or not span.from_latest else span.from_latest.toordinal()
    last = EVER[1] if span.open_end or not span.until_earliest else span.until_earliest.toordinal()
    return (first, last) if first <= last else None


def in_doubt(outside: Iterable[Said], on: date) -> bool:
    """Whether it is open on a day if any of these statements holds."""
    return any(said.holds(on) == Truth.MAYBE for said in outside)
