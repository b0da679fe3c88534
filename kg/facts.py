"""The facts of one store that bear on applicability, read as they are needed.

They are read in a few questions for many instruments or places at once, and kept for as long as the
object lives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from kg.rows import (
    id_of,
    iris,
    read_instruments,
    read_places,
    read_sources,
    read_statuses,
    thing_of,
)
from kg.said import Instrument, Place, Status
from kg.store import Store
from kg.things import Source, Thing


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
                found |= read_places(self.store, part)
            self._places.update(found)
            uppers = {s.object for place in found.values() for s in (*place.within, *place.outside)}
            wanted = _unread(uppers, self._places)

    def places(self) -> Mapping[str, Place]:
        """Every place, by id."""
        if self.records:
            self.load_places(self.records.names("place"))
        elif not self._everywhere:
            self.load_places({id_of(row, "place") for row in self.store.select("place_ids")})
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
        for row in self.store.select("members", {"upper": iris(asked)}) if asked else ():
            members[id_of(row, "upper")].append(id_of(row, "place"))
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
            self._statuses.update(read_statuses(self.store, asked))

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
            for row in self.store.select("named", {"thing": iris(asked)}):
                self._labels[id_of(row, "thing")] = thing_of(row, "thing", "zh", "en")

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


_BATCH = 1000
"""So many nodes are asked for at once."""


def _unread(names: Iterable[str], known: Mapping[str, object]) -> set[str]:
    """Those not yet known; looks at the names alone, however much is known."""
    return {name for name in names if name not in known}


def _batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), _BATCH):
        yield names[start : start + _BATCH]
