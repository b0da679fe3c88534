"""What the graph says that bears on applicability, read from a store as plain typed facts.

Each fact keeps the id of its statement, so that a reason can name it. Facts are read in a few
questions for many instruments or places at once, and kept for as long as the object lives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import Any, Protocol, TypeVar

from kg.dates import Span, Truth
from kg.store import Row, Store
from kg.terms import KG, Iri, Term, compact, expand
from kg.things import Source, Thing

_ALWAYS, _IN_FORCE = KG + "always", KG + "inForce"
PREDICATE_KEYS = {
    "appliesTo": "applies", "hasSide": "parties", "hasMilestone": "dates",
    "prevailsOver": "prevails_over", "holdsStatus": "status",
}
"""Predicates whose key in the data is not simply their name in lower case."""


@dataclass(frozen=True, slots=True)
class Said:
    """A dated statement: who, what, whom, when, and how surely it is to be followed."""

    id: str
    subject: str
    predicate: str
    object: str
    span: Span
    since: str = ""
    until: str = ""
    rank: str = "normal"
    uncertain: bool = False
    extent: str = "whole"

    def holds(self, on: date) -> Truth:
        """Whether it holds on a day; never more than perhaps if its source leaves it open."""
        found = self.span.holds(on)
        return min(found, Truth.MAYBE) if self.uncertain else found


@dataclass(frozen=True, slots=True)
class Milestone:
    """A dated step of an instrument and its effect on validity."""

    said: Said
    event: str
    effect: str
    earliest: date | None
    latest: date | None


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an instrument applies: a place or a status, less its exceptions."""

    said: Said
    target: str
    force: str
    counts: bool
    starts_with_instrument: bool
    exceptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """The standing of one side towards an agreement, in general or towards certain others."""

    said: Said
    party: str
    role: str
    bound: bool
    territory: str
    towards: frozenset[str] = frozenset()
    not_towards: frozenset[str] = frozenset()

    def concerns(self, other: str) -> bool:
        """Whether it says anything of the standing towards another side."""
        return other not in self.not_towards and (not self.towards or other in self.towards)


@dataclass(frozen=True, slots=True)
class Displacement:
    """That another instrument repeals, replaces, suspends or prevails over this one."""

    said: Said
    by: str
    how: str
    starts_with_instrument: bool
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Instrument:
    """All that bears on where and when an instrument applies."""

    id: str
    label: Thing
    kind: Thing
    binds: bool
    commencement: str
    level: str = ""
    is_agreement: bool = False
    parties_complete: bool = False
    period: str = ""
    period_first: date | None = None
    period_last: date | None = None
    evidence: date | None = None
    milestones: tuple[Milestone, ...] = ()
    scopes: tuple[Scope, ...] = ()
    sides: tuple[Side, ...] = ()
    displacements: tuple[Displacement, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A place: its labels, whether its kind divides the land, and what it lies in or outside."""

    id: str
    label: Thing
    kind: str = ""
    partitions: bool = False
    composed: bool = False
    siblings_apart: bool = False
    successors: tuple[str, ...] = ()
    within: tuple[Said, ...] = ()
    outside: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """A status, its holders through time, and whether the data name them all."""

    id: str
    complete: bool
    held: tuple[Said, ...]


Ranked = TypeVar("Ranked", bound="Milestone | Scope | Side | Displacement")


def followed(items: Iterable[Ranked], same: Callable[[Ranked], object]) -> list[Ranked]:
    """The statements to follow: of those on the same matter the preferred, never the disputed."""
    kept = [item for item in items if item.said.rank != "disputed"]
    if len(kept) < 2:
        return kept
    preferred = {same(item) for item in kept if item.said.rank == "preferred"}
    best = [i for i in kept if i.said.rank == "preferred" or same(i) not in preferred]
    return [i for i in best
            if not any(same(o) == same(i) and o.said.span.refines(i.said.span) for o in best)]


class Records(Protocol):
    """Facts read before, by what they are of: instruments, places, members, statuses or things."""

    def get(self, kind: str, names: Iterable[str]) -> Mapping[str, Any]:
        """Those of these names that it has."""

    def names(self, kind: str) -> list[str]:
        """The names of all of a kind, sorted."""


@dataclass
class Facts:
    """The facts of one store, read as they are needed: from records beside it, or by questions."""

    store: Store
    records: Records | None = None
    _instruments: dict[str, Instrument] = field(default_factory=dict)
    _places: dict[str, Place] = field(default_factory=dict)
    _members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _statuses: dict[str, Status] = field(default_factory=dict)
    _labels: dict[str, Thing] = field(default_factory=dict)
    _sources: dict[str, tuple[Source, ...]] = field(default_factory=dict)
    _all: bool = False
    _everywhere: bool = False

    def _recorded(self, kind: str, names: Iterable[str]) -> Mapping[str, Any]:
        return self.records.get(kind, names) if self.records else {}

    # instruments

    def instruments(self) -> list[Instrument]:
        """Every instrument, sorted by id."""
        if not self._all and self.records:
            self.load_instruments(self.records.names("instrument"))
        elif not self._all:
            self._instruments.update(read_instruments(self.store, None))
        self._all = True
        return [self._instruments[one] for one in sorted(self._instruments)]

    def instrument(self, name: str) -> Instrument:
        """One instrument by its id."""
        if name not in self._instruments:
            self.load_instruments([name])
        return self._instruments[name]

    def load_instruments(self, names: Iterable[str]) -> None:
        """Read many instruments at once."""
        missing = sorted(_unread(names, self._instruments))
        found = self._recorded("instrument", missing)
        self._instruments.update(found)
        for part in _batches([name for name in missing if name not in found]):
            self._instruments.update(read_instruments(self.store, part))

    # places

    def place(self, name: str) -> Place:
        """One place by its id."""
        if name not in self._places:
            self.load_places([name])
        return self._places[name]

    def load_places(self, names: Iterable[str]) -> None:
        """Read places, and all that they lie in, at once."""
        wanted = _unread(names, self._places)
        while wanted:
            found = dict(self._recorded("place", sorted(wanted)))
            for part in _batches(sorted(wanted - found.keys())):
                found |= _read_places(self.store, part)
            self._places.update(found)
            uppers = {s.object for place in found.values() for s in (*place.within, *place.outside)}
            wanted = _unread(uppers, self._places)

    def places(self) -> Mapping[str, Place]:
        """Every place, by id."""
        if self.records:
            self.load_places(self.records.names("place"))
        elif not self._everywhere:
            self.load_places({_id(row, "place") for row in self.store.select("place_ids")})
            self._everywhere = True
        return self._places

    def members(self, name: str) -> tuple[str, ...]:
        """The places that ever lay directly within a place."""
        if name not in self._members:
            self.load_members([name])
        return self._members[name]

    def load_members(self, names: Iterable[str]) -> None:
        """Read the members of many places at once, and the members as places."""
        wanted = sorted(_unread(names, self._members))
        found = dict(self._recorded("members", wanted))
        asked = [name for name in wanted if name not in found]
        members: dict[str, list[str]] = {name: [] for name in asked}
        for row in self.store.select("members", {"upper": _iris(asked)}) if asked else ():
            members[_id(row, "upper")].append(_id(row, "place"))
        found |= {name: tuple(places) for name, places in members.items()}
        self._members.update(found)
        self.load_places(place for places in found.values() for place in places)

    def status(self, name: str) -> Status:
        """One status with all its holders."""
        if name not in self._statuses:
            self.load_statuses([name])
        return self._statuses[name]

    def statuses(self) -> list[Status]:
        """The statuses read so far."""
        return [self._statuses[name] for name in sorted(self._statuses)]

    def load_statuses(self, names: Iterable[str]) -> None:
        """Read many statuses at once."""
        wanted = sorted(_unread(names, self._statuses))
        found = self._recorded("status", wanted)
        self._statuses.update(found)
        if asked := [name for name in wanted if name not in found]:
            self._statuses.update(_read_statuses(self.store, asked))

    # words and sources

    def thing(self, name: str) -> Thing:
        """A node with its labels."""
        if name in self._places:
            return self._places[name].label
        if name not in self._labels:
            self.load_labels([name])
        return self._labels[name]

    def load_labels(self, names: Iterable[str]) -> None:
        """Read the labels of many nodes at once."""
        wanted = sorted(_unread(names, self._labels))
        self._labels.update(self._recorded("thing", wanted))
        if asked := [name for name in wanted if name not in self._labels]:
            self._labels.update({name: Thing(name) for name in asked})
            for row in self.store.select("named", {"thing": _iris(asked)}):
                self._labels[_id(row, "thing")] = _thing(row, "thing", "zh", "en")

    def sources(self, name: str) -> tuple[Source, ...]:
        """Where a statement or node is stated."""
        if name not in self._sources:
            self.load_sources([name])
        return self._sources[name]

    def sources_at_hand(self, name: str) -> tuple[Source, ...]:
        """Where a statement is stated, if that was read already; else nothing."""
        if name not in self._sources:
            self._sources.update(self._recorded("sources", [name]))
        return self._sources.get(name, ())

    def load_sources(self, names: Iterable[str]) -> None:
        """Read the sources of many statements at once."""
        wanted = sorted(_unread(names, self._sources))
        self._sources.update(self._recorded("sources", wanted))
        for part in _batches([name for name in wanted if name not in self._sources]):
            self._sources.update(read_sources(self.store, part))


# Reading rows

_BATCH = 1000
"""So many nodes are asked for at once."""


def _unread(names: Iterable[str], known: Mapping[str, object]) -> set[str]:
    """Those not yet known; looks at the names alone, however much is known."""
    return {name for name in names if name not in known}


def _batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), _BATCH):
        yield names[start : start + _BATCH]


def read_sources(store: Store, names: Sequence[str]) -> dict[str, tuple[Source, ...]]:
    """Where each of these nodes is stated."""
    found: dict[str, tuple[Source, ...]] = dict.fromkeys(names, ())
    return found | _cited(store.select("citations", {"thing": _iris(names)}))


def _cited(rows: Iterable[Row]) -> dict[str, tuple[Source, ...]]:
    found: dict[str, dict[Source, None]] = {}
    for row in rows:
        document = replace(_thing(row, "document", "zh", "en"), url=_text(row, "url"))
        source = Source(document, _text(row, "page"), _text(row, "at"))
        found.setdefault(_id(row, "thing"), {})[source] = None
    return {name: tuple(sources) for name, sources in found.items()}


def _iris(names: Iterable[str]) -> list[Term | None]:
    return [Iri(expand(name)) for name in names]


def _id(row: Row, name: str) -> str:
    value = row[name]
    assert isinstance(value, Iri), f"{name} is no node"
    return compact(value.value)


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)


def _optional_id(row: Row, name: str) -> str:
    return _id(row, name) if row.get(name) is not None else ""


def _day(row: Row, name: str) -> date | None:
    text = _text(row, name)
    return date.fromisoformat(text) if text else None


def _true(row: Row, name: str) -> bool:
    return _text(row, name) in ("true", "1")


def _thing(row: Row, node: str, zh: str, en: str) -> Thing:
    return Thing(_id(row, node), _text(row, zh), _text(row, en))


def _last(iri: str) -> str:
    return iri.rpartition("/")[2]


def predicate_key(iri: str) -> str:
    """The key under which a predicate of ours stands in the data."""
    name = iri.rpartition("#")[2]
    snake = "".join(f"_{char.lower()}" if char.isupper() else char for char in name)
    return PREDICATE_KEYS.get(name, snake)


def _date_words(row: Row, name: str) -> str:
    """A `from` or `until` as the data write it."""
    value = row.get(name)
    if isinstance(value, Iri):
        return {"inForce": "in-force"}.get(word := value.value.rpartition("#")[2], word)
    return _text(row, name)


def span_of(row: Row) -> Span:
    """The span of a statement's row."""
    start = row.get("from")
    always = isinstance(start, Iri) and start.value in (_ALWAYS, _IN_FORCE)
    return Span(
        _day(row, "fromEarliest"), _day(row, "fromLatest"),
        _day(row, "untilEarliest"), _day(row, "untilLatest"),
        always=always, open_end=row.get("until") is None,
    )


def _said(row: Row, subject: str, predicate: str, obj: str) -> Said:
    return Said(
        _id(row, "statement"), subject, predicate, obj, span_of(row),
        _date_words(row, "from"), _date_words(row, "until"),
        rank=_last(_text(row, "rank")) or "normal",
        uncertain=_text(row, "certainty") == "uncertain",
        extent=_last(_text(row, "extent")) or "whole",
    )


def _with_instrument(row: Row) -> bool:
    start = row.get("from")
    return isinstance(start, Iri) and start.value == _IN_FORCE


def _grouped(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(_id(row, key), []).append(row)
    return found


_PARTS = ("milestones", "scopes", "participations", "displacements", "evidence")


def read_instruments(store: Store, names: Sequence[str] | None) -> dict[str, Instrument]:
    """Instruments with everything said of them; all of them if no names are given."""
    if names is not None and not names:
        return {}
    values = None if names is None else {"instrument": _iris(names)}

    def asked(question: str) -> dict[str, list[Row]]:
        return _grouped(store.select(question, values), "instrument")

    parts = {name: asked(name) for name in _PARTS}
    return {name: _assembled(rows[0], {part: found.get(name, []) for part, found in parts.items()})
            for name, rows in asked("instruments").items()}


def each_instrument(store: Store) -> Iterator[tuple[Instrument, dict[str, tuple[Source, ...]]]]:
    """Every instrument, sorted by id, with the sources of its statements; one at a time."""
    parts = {name: _Sorted(store.stream(name)) for name in (*_PARTS, "instrument_citations")}
    for iri, rows in groupby(store.stream("instruments"), lambda row: _text_iri(row, "instrument")):
        found = {name: part.of(iri) for name, part in parts.items()}
        yield _assembled(next(rows), found), _cited(found["instrument_citations"])


class _Sorted:
    """Rows that come sorted by instrument, taken instrument by instrument."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._groups = groupby(rows, lambda row: _text_iri(row, "instrument"))
        self._next: tuple[str, list[Row]] | None = ("", [])

    def of(self, iri: str) -> list[Row]:
        """The rows of an instrument, which comes after all that were asked for before."""
        while self._next is not None and self._next[0] < iri:
            found = next(self._groups, None)
            self._next = (found[0], list(found[1])) if found else None
        return self._next[1] if self._next is not None and self._next[0] == iri else []


def _assembled(head: Row, parts: Mapping[str, list[Row]]) -> Instrument:
    """An instrument of its own row and the rows of what is said of it."""
    return replace(
        _instrument(head),
        milestones=tuple(map(_milestone, parts["milestones"])),
        scopes=tuple(_merged(parts["scopes"], _scope)),
        sides=tuple(_merged(parts["participations"], _side)),
        displacements=tuple(_merged(parts["displacements"], _displacement)),
        evidence=min((d for r in parts["evidence"] if (d := _day(r, "latest"))), default=None),
    )


def _instrument(row: Row) -> Instrument:
    return Instrument(
        id=_id(row, "instrument"),
        label=_thing(row, "instrument", "zh", "en"),
        kind=_thing(row, "kind", "kindZh", "kindEn"),
        binds=_true(row, "binds"),
        commencement=_last(_text(row, "commencement")),
        level=_last(_text(row, "level")),
        is_agreement=row.get("agreement") is not None,
        parties_complete=_true(row, "complete"),
        period=_text(row, "period"),
        period_first=_day(row, "periodEarliest"),
        period_last=_day(row, "periodLatest"),
    )


def _milestone(row: Row) -> Milestone:
    event = _id(row, "event")
    said = _said(row, _id(row, "instrument"), "dates", event)
    said = replace(said, since=_text(row, "date"), until=_text(row, "date"))
    effect = _last(_text(row, "effect"))
    latest = None if said.uncertain else _day(row, "latest")
    return Milestone(said, event, effect, _day(row, "earliest"), latest)


Built = TypeVar("Built")


def _merged(rows: Iterable[Row], make: Callable[[list[Row]], Built]) -> Iterator[Built]:
    """One fact a statement, though a statement with several values comes in several rows."""
    for group in _grouped(rows, "statement").values():
        yield make(group)


def _many(rows: Iterable[Row], name: str) -> tuple[str, ...]:
    return tuple(sorted({_id(row, name) for row in rows if row.get(name) is not None}))


def _scope(rows: list[Row]) -> Scope:
    row = rows[0]
    target = _id(row, "target")
    return Scope(
        _said(row, _id(row, "instrument"), "applies", target), target,
        _last(_text(row, "force")), _true(row, "counts"), _with_instrument(row),
        _many(rows, "except"),
    )


def _side(rows: list[Row]) -> Side:
    row = rows[0]
    party = _id(row, "party")
    return Side(
        _said(row, _id(row, "instrument"), "parties", party), party,
        _id(row, "role"), _true(row, "bound"), _optional_id(row, "territory") or party,
        frozenset(_many(rows, "with")), frozenset(_many(rows, "exceptWith")),
    )


def _displacement(rows: list[Row]) -> Displacement:
    row = rows[0]
    by, how = _id(row, "by"), predicate_key(_text_iri(row, "predicate"))
    said = _said(row, by, how, _id(row, "instrument"))
    if row.get("extent") is None and how == "prevails_over":
        said = replace(said, extent="part")
    return Displacement(said, by, how, _with_instrument(row), _many(rows, "in"))


def _text_iri(row: Row, name: str) -> str:
    value = row[name]
    assert isinstance(value, Iri)
    return value.value


def _read_places(store: Store, names: Sequence[str]) -> dict[str, Place]:
    """Places with what they lie in and outside."""
    values = {"place": _iris(names)}
    found = {name: Place(name, Thing(name)) for name in names}
    for name, rows in _grouped(store.select("places", values), "place").items():
        row = rows[0]
        found[name] = Place(
            name, _thing(row, "place", "zh", "en"), _id(row, "kind"), _true(row, "partitions"),
            _true(row, "composed"), _true(row, "siblings"), _many(rows, "successor"),
        )
    relations = _grouped(store.select("containments", values), "place")
    for name, rows in relations.items():
        found[name] = replace(
            found[name],
            within=_relations(rows, name, "Containment", "within"),
            outside=_relations(rows, name, "Exclusion", "outside"),
        )
    return found


def _relations(rows: Iterable[Row], name: str, cls: str, key: str) -> tuple[Said, ...]:
    kept = [row for row in rows if _text_iri(row, "class") == KG + cls]
    said = [_said(row, name, key, _id(row, "upper")) for row in kept]
    return tuple(one for one in said if one.rank != "disputed")


def _read_statuses(store: Store, names: Sequence[str]) -> dict[str, Status]:
    found = {name: Status(name, False, ()) for name in names}
    for name, rows in _grouped(store.select("holders", {"status": _iris(names)}), "status").items():
        held = [_said(row, _id(row, "holder"), "status", name) for row in rows]
        kept = tuple(one for one in held if one.rank != "disputed")
        found[name] = Status(name, _true(rows[0], "complete"), kept)
    return found
