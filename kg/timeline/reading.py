"""A timeline read from the graph: the whole, or what concerns a place, an instrument or a topic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from kg.dates import PartialDate
from kg.facts import Facts
from kg.lifespan import lifespan
from kg.rows import predicate_key
from kg.said import Instrument, Said
from kg.snapshot import load_facts
from kg.store import Store
from kg.terms import Iri
from kg.things import Thing
from kg.timeline.items import (
    Item,
    Lane,
    Mark,
    Place,
    Timeline,
    build_timeline,
    chain,
    keep_items,
)

_PREDICATES = {
    "implements": "implements",
    "based_on": "based_on",
    "replaces": "replaces",
    "repeals": "replaces",
    "amends": "amends",
}
_NO_LEVEL = Lane(Thing("level/none", "未分层级", "no level"), 99)
_TITLE = Thing("timeline", "政策推进时间线", "Timeline of policy roll-out")


def timeline(store: Store, place: str = "", instrument: str = "", topic: str = "") -> Timeline:
    """The roll-out of what the graph holds; ids narrow it to a place, a chain or a topic."""
    facts = load_facts(store)
    return narrowed(whole_timeline(facts), facts, place, instrument, topic)


def narrowed(
    made: Timeline, facts: Facts, place: str = "", instrument: str = "", topic: str = ""
) -> Timeline:
    """What of a whole timeline concerns a place, an instrument or a topic, by their ids.

    A place keeps what applies to it, to what it lies in and to what lies in it; an instrument
    keeps what it carries out, all that carries it out, and its neighbours in amendment.
    """
    if topic:
        made = keep_items(made, lambda item: any(it.id == topic for it in item.topics))
    if instrument:
        kept = chain(made, instrument) | _beside(made, instrument)
        made = keep_items(made, lambda item: item.id in kept)
    if place:
        near = _reachable(facts, place)
        made = keep_items(made, lambda item: _applies(facts, item.id, near))
    return replace(made, title=_titled(facts, place or instrument or topic))


def _titled(facts: Facts, about: str) -> Thing:
    if not about:
        return _TITLE
    thing = facts.thing(about)
    names = thing.label("zh"), thing.label("en")
    return Thing("timeline", f"{names[0]}：{_TITLE.zh}", f"{names[1]}: {_TITLE.en.lower()}")


def whole_timeline(facts: Facts) -> Timeline:
    """The roll-out of all that the graph holds."""
    instruments = facts.instruments()
    levels = _levels(facts.store)
    related = _related(facts.store)
    _load(facts, instruments)
    items = [_item(facts, one, levels, related) for one in instruments]
    return build_timeline(
        _TITLE, [*levels.values(), _NO_LEVEL], _places(facts, {item.place for item in items}), items
    )


def _levels(store: Store) -> dict[str, Lane]:
    lanes = {}
    for row in store.select("levels"):
        thing = Thing(str(row["level"]), str(row["zh"] or ""), str(row["en"] or ""))
        lanes[thing.id.rpartition("/")[2]] = Lane(thing, int(str(row["order"])))
    return lanes


def _related(store: Store) -> dict[str, list[tuple[str, Thing]]]:
    """For every instrument its topics (under `is_about`) and the texts it follows or changes."""
    found: dict[str, list[tuple[str, Thing]]] = {}
    for row in store.select("roll_out"):
        thing = Thing(str(row["other"]), str(row["zh"] or ""), str(row["en"] or ""))
        predicate = row["predicate"]
        key = predicate_key(predicate.value) if isinstance(predicate, Iri) else ""
        found.setdefault(str(row["instrument"]), []).append((key, thing))
    return found


def _load(facts: Facts, instruments: Sequence[Instrument]) -> None:
    """Labels and sources of all that is shown, in few questions."""
    milestones = [mark for one in instruments for mark in one.milestones]
    facts.load_labels({mark.event for mark in milestones})
    facts.load_sources([one.id for one in instruments] + [mark.said.id for mark in milestones])
    targets = {scope.target for one in instruments for scope in one.scopes}
    facts.load_places(target for target in targets if target.startswith("place/"))


def _item(
    facts: Facts,
    instrument: Instrument,
    levels: dict[str, Lane],
    related: dict[str, list[tuple[str, Thing]]],
) -> Item:
    lane = levels.get(instrument.level, _NO_LEVEL)
    life = lifespan(facts, instrument)
    others = related.get(instrument.id, [])
    return Item(
        thing=instrument.label,
        lane=lane.thing.id,
        kind=instrument.kind,
        level=lane.thing,
        place=_place_of(instrument),
        start=life.start,
        end=life.end,
        span=life.span,
        marks=tuple(sorted(_marks(facts, instrument), key=_mark_order)),
        topics=tuple(thing for key, thing in others if key not in _PREDICATES),
        links=tuple((_PREDICATES[key], it.id) for key, it in others if key in _PREDICATES),
        sources=facts.sources(instrument.id),
    )


def _marks(facts: Facts, instrument: Instrument) -> Iterable[Mark]:
    for one in instrument.milestones:
        when = PartialDate(one.said.since, one.earliest, one.latest)
        yield Mark(facts.thing(one.event), when, facts.sources(one.said.id))


def _mark_order(mark: Mark) -> tuple[date, str, str]:
    return mark.date.earliest or mark.date.latest or date.max, mark.event.id, mark.date.text


def _place_of(instrument: Instrument) -> str:
    """The place it applies to, if it is one place."""
    targets = {scope.target for scope in instrument.scopes if scope.target.startswith("place/")}
    return targets.pop() if len(targets) == 1 else ""


def _places(facts: Facts, names: Iterable[str]) -> list[Place]:
    """The places named and all that they lie in."""
    found: dict[str, Place] = {}
    queue = sorted(name for name in names if name)
    for name in queue:
        if name not in found:
            upper = next(iter(_uppers(facts, name)), "")
            found[name] = Place(facts.place(name).label, upper)
            queue += [upper] if upper else []
    return list(found.values())


def _uppers(facts: Facts, name: str) -> list[str]:
    """What a place lies in now: whole containment without an end."""
    within = facts.place(name).within
    return [one.object for one in within if one.extent == "whole" and one.span.open_end]


def _reachable(facts: Facts, place: str) -> frozenset[str]:
    """The place, all that it ever lay in and all that ever lay in it."""
    return frozenset(
        _climb(lambda name: [one.object for one in facts.place(name).within], place)
        | _climb(lambda name: list(facts.members(name)), place)
    )


def _climb(step: Callable[[str], Sequence[str]], start: str) -> set[str]:
    found, queue = {start}, [start]
    while queue:
        fresh = set(step(queue.pop())) - found
        found |= fresh
        queue.extend(fresh)
    return found


def _applies(facts: Facts, instrument: str, near: frozenset[str]) -> bool:
    """Whether a scope names one of these places or a status one of them holds, or it is a side's.

    Of an agreement that binds somebody the sides bound count, and not signatories and applicants.
    """
    known = facts.instrument(instrument)
    bound = [side for side in known.sides if side.bound]
    if near & {side.territory for side in bound or known.sides}:
        return True
    return any(
        scope.target in near or any(held.subject in near for held in _held(facts, scope.target))
        for scope in known.scopes
    )


def _held(facts: Facts, target: str) -> Sequence[Said]:
    return facts.status(target).held if target.startswith("status/") else ()


def _beside(made: Timeline, instrument: str) -> set[str]:
    """What the instrument amends or replaces, and what does so to it."""
    found = set()
    for item in made.items:
        for _relation, other in item.links:
            found |= {item.id, other} if instrument in (item.id, other) else set()
    return found
