"""The items of a timeline: when each holds, what it follows, and how they are narrowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from kg.dates import PartialDate, Span, Truth
from kg.shown import Shown
from kg.things import Source, Thing

LEADING = ("implements", "based_on")
"""Relations that are followed all the way, up to what is carried out and down to what does so."""
RELATIONS = (*LEADING, "replaces", "amends")


@dataclass(frozen=True, slots=True)
class Lane:
    """A band of the timeline; `order` is its rank among levels, outermost first."""

    thing: Thing
    order: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place and the id of the place that it lies in, if that is shown too."""

    thing: Thing
    within: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A dated step in the life of an item: adopted, promulgated, amended …"""

    event: Thing
    date: PartialDate
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One bar or one row of marks; `span` is None where nothing is in force, only steps are known."""

    thing: Thing
    lane: str
    kind: Thing | None = None
    level: Thing | None = None
    place: str = ""
    start: PartialDate | None = None
    end: PartialDate | None = None
    span: Span | None = None
    marks: tuple[Mark, ...] = ()
    topics: tuple[Thing, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """Pairs of a relation of `RELATIONS` and the id of another item."""
    status: Thing | None = None
    sources: tuple[Source, ...] = ()

    @property
    def id(self) -> str:
        return self.thing.id


@dataclass(frozen=True, slots=True)
class Timeline(Shown):
    """Items in lanes, sorted by first day and id."""

    title: Thing
    lanes: tuple[Lane, ...]
    places: tuple[Place, ...]
    items: tuple[Item, ...]


def build_timeline(
    title: Thing, lanes: Iterable[Lane], places: Iterable[Place], items: Iterable[Item]
) -> Timeline:
    """A timeline in its one order; links to what is not shown are left out."""
    listed = sorted(items, key=_order)
    known = {item.id for item in listed}
    kept = tuple(replace(item, links=_known_links(item, known)) for item in listed)
    used = {item.lane for item in kept}
    shown = sorted((lane for lane in lanes if lane.thing.id in used), key=lambda lane: lane.order)
    return Timeline(title, tuple(shown), tuple(sorted(places, key=lambda p: p.thing)), kept)


def _known_links(item: Item, known: set[str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(link for link in set(item.links) if link[1] in known))


def _order(item: Item) -> tuple[date, str]:
    return first_day(item) or date.max, item.id


def days(item: Item) -> list[date]:
    """Every known bound of the item's validity and marks."""
    found = [bound for mark in item.marks for bound in (mark.date.earliest, mark.date.latest)]
    if item.span:
        span = item.span
        found += [span.from_earliest, span.from_latest, span.until_earliest, span.until_latest]
    return sorted(bound for bound in found if bound)


def first_day(item: Item) -> date | None:
    """The earliest day known of the item."""
    return next(iter(days(item)), None)


def extent(timeline: Timeline) -> tuple[date, date] | None:
    """The first and last day known of any item; None when nothing is dated."""
    found = [day for item in timeline.items for day in days(item)]
    return (min(found), max(found)) if found else None


def holds(item: Item, on: date) -> Truth:
    """Whether the item is in force on a day."""
    return item.span.holds(on) if item.span else Truth.NO


def keep_items(timeline: Timeline, wanted: Callable[[Item], bool]) -> Timeline:
    """The same timeline with only the items wanted."""
    items = (item for item in timeline.items if wanted(item))
    return build_timeline(timeline.title, timeline.lanes, timeline.places, items)


def chain(timeline: Timeline, start: str) -> frozenset[str]:
    """The item, all that it carries out and all that carries it out, by the leading relations."""
    up: dict[str, set[str]] = {}
    down: dict[str, set[str]] = {}
    for item in timeline.items:
        for relation, other in item.links:
            if relation in LEADING:
                up.setdefault(item.id, set()).add(other)
                down.setdefault(other, set()).add(item.id)
    return frozenset(_reach(up, start) | _reach(down, start))


def _reach(steps: dict[str, set[str]], start: str) -> set[str]:
    found, queue = {start}, [start]
    while queue:
        fresh = steps.get(queue.pop(), set()) - found
        found |= fresh
        queue.extend(fresh)
    return found
