"""The facts of a whole store in a file beside it, so that an answer reads only what it needs.

Written when a store is built and swapped in with it; it names the revision of the store, and is
left alone if the two differ. One record holds an instrument, place or status with its sources;
the docket and the vicinity, which say which records an answer needs, are arrays of their own.
Read back only as plain facts: nothing but our own dataclasses and dates is accepted from the file.
"""

from __future__ import annotations

import copyreg
import datetime
import io
import json
import pickle
import sqlite3
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from kg.dates import Span
from kg.docket import COLUMNS, Docket, Row, docket_of, rows_of
from kg.facts import Facts
from kg.labels import save_labels
from kg.rows import each_instrument, read_sources
from kg.said import Displacement, Instrument, Milestone, Place, Said, Scope, Side, Status
from kg.store import FORMAT, OxigraphStore, Store, read_stamp
from kg.things import Source, Thing
from kg.vicinity import Vicinity, survey

_FILE = "facts.sqlite"
_KNOWN = (Span, Thing, Source, Said, Milestone, Scope, Side, Displacement, Instrument, Place, Status)
_ALLOWED = {(cls.__module__, cls.__name__): cls for cls in (datetime.date, frozenset, *_KNOWN)}


# Records


def _reducer(cls: type) -> Callable[[Any], tuple[type, tuple[Any, ...]]]:
    names = tuple(one.name for one in fields(cls))
    return lambda fact: (cls, tuple(getattr(fact, name) for name in names))


class _Writer(pickle.Pickler):
    """Writes a fact as its class and the values of its fields."""

    dispatch_table = copyreg.dispatch_table | {cls: _reducer(cls) for cls in _KNOWN}


class _Reader(pickle.Unpickler):
    """Refuses whatever is not a plain fact."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _ALLOWED:
            return _ALLOWED[module, name]
        raise pickle.UnpicklingError(f"{module}.{name} is no fact")


def _dump(fact: Any) -> bytes:
    out = io.BytesIO()
    _Writer(out, protocol=5).dump(fact)
    return out.getvalue()


def _load(body: bytes) -> Any:
    return _Reader(io.BytesIO(body)).load()


@dataclass
class Snapshot:
    """The file beside a store, open for reading."""

    connection: sqlite3.Connection
    _sources: dict[str, tuple[Source, ...]] = field(default_factory=dict)
    _names: list[str] | None = None
    _docket: Docket | None = None
    _vicinity: Vicinity | None = None
    _turns: array[int] | None = None

    def get(self, kind: str, names: Iterable[str]) -> Mapping[str, Any]:
        """Those of these names that it has, as facts of a kind."""
        wanted = list(names)
        if kind == "sources":
            return {name: self._sources[name] for name in wanted if name in self._sources}
        return dict(self._records(kind, wanted))

    def named(self, numbers: Iterable[int]) -> Mapping[int, str]:
        """The ids of the instruments of these numbers."""
        if self._names is None:
            self._names = self._part("names").decode().split("\n")
        return {number: self._names[number] for number in numbers}

    def names(self, kind: str) -> list[str]:
        """The names of all of a kind, sorted."""
        found = self.connection.execute("SELECT id FROM record WHERE kind = ? ORDER BY id", (kind,))
        return [name for (name,) in found]

    def _records(self, kind: str, wanted: Sequence[str]) -> Iterator[tuple[str, Any]]:
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            marks = ",".join("?" * len(part))
            query = f"SELECT id, body FROM record WHERE kind = ? AND id IN ({marks})"
            for name, body in self.connection.execute(query, (kind, *part)):
                fact, sources = _load(body)
                self._sources.update(sources)
                yield name, fact

    def map_day(self, on: date) -> date:
        """The first day of those around a date on which all places lie as on that date."""
        if self._turns is None:
            self._turns = array("i")
            self._turns.frombytes(self._part("turns"))
        at = bisect_right(self._turns, on.toordinal())
        return date.fromordinal(self._turns[at - 1]) if at else date.min

    @property
    def docket(self) -> Docket:
        """Which instruments concern which places, and when."""
        if self._docket is None:
            found = Docket(json.loads(self._part("spans")))
            for name in COLUMNS:
                found.columns[name] = array("b" if name == "plain" else "i")
                found.columns[name].frombytes(self._part(name))
            self._docket = found
        return self._docket

    @property
    def vicinity(self) -> Vicinity:
        """Which places have anything to do with one another."""
        if self._vicinity is None:
            knowing, holding, passing = json.loads(self._part("vicinity"))
            periods = {name: [(first, last) for first, last in found]
                       for name, found in passing.items()}
            self._vicinity = Vicinity(knowing, holding, periods)
        return self._vicinity

    def _part(self, name: str) -> bytes:
        found = self.connection.execute("SELECT body FROM part WHERE name = ?", (name,)).fetchone()
        return bytes(found[0])


def load_facts(store: Store) -> Facts:
    """The facts of a store, from the snapshot beside it if there is a sound one."""
    return Facts(store, open_snapshot(store))


def open_snapshot(store: Store) -> Snapshot | None:
    """The snapshot beside a store, if there is one of this revision of it."""
    if not isinstance(store, OxigraphStore):
        return None
    if store not in _OPEN:
        _OPEN[store] = _opened(store)
    return _OPEN[store]


_OPEN: WeakKeyDictionary[OxigraphStore, Snapshot | None] = WeakKeyDictionary()
"""The snapshots of the stores that are open: neither changes while it is."""


def _opened(store: OxigraphStore) -> Snapshot | None:
    folder = store.folder
    if folder is None or not (folder / _FILE).is_file():
        return None
    try:
        connection = sqlite3.connect(f"{(folder / _FILE).absolute().as_uri()}?immutable=1", uri=True,
                                     check_same_thread=False)
        found = Snapshot(connection)
        sound = found._part("stamp") == _stamp(store.revision)
    except (sqlite3.Error, TypeError):
        return None
    return found if sound else None


def _stamp(revision: str) -> bytes:
    return f"{FORMAT} {revision}".encode()


# Writing


def snapshot_of(n_triples: bytes | Path) -> Callable[[Path], None]:
    """What writes the facts and the names of these triples beside a new store of them.

    They are read from a copy in memory, which takes a few gigabytes for ten million triples and a
    sixth of the time that the store on disk takes.
    """
    return lambda folder: save_snapshot(folder, OxigraphStore.in_memory(n_triples))


def save_snapshot(folder: Path, copy: OxigraphStore | None = None) -> None:
    """Write the facts and the names of the store in a folder beside it, read from a copy if given."""
    store = OxigraphStore.open(folder) if copy is None else copy
    save_labels(folder, store)
    connection = sqlite3.connect(folder / _FILE)
    connection.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
        "CREATE TABLE part (name TEXT PRIMARY KEY, body BLOB);"
        "CREATE TABLE record (kind TEXT, id TEXT, body BLOB);"
    )
    facts = Facts(store)
    rows, statuses = _write_instruments(connection, store)
    _write_places(connection, facts, statuses)
    docket = docket_of(rows)
    parts = {name: docket.columns[name].tobytes() for name in COLUMNS}
    parts |= {"spans": json.dumps(docket.spans).encode(), "stamp": _stamp(read_stamp(folder).get("revision", ""))}
    connection.executemany("INSERT INTO part VALUES (?, ?)", sorted(parts.items()))
    connection.execute("CREATE UNIQUE INDEX record_id ON record (kind, id)")
    connection.commit()
    connection.close()


def _write_instruments(connection: sqlite3.Connection, store: Store) -> tuple[list[Row], set[str]]:
    """A record for every instrument and for what its reasons name; the docket, the statuses named."""
    names: list[str] = []
    rows: list[Row] = []
    things: set[str] = set()
    statuses: set[str] = set()
    for one, sources in each_instrument(store):
        rows += rows_of(one, len(names))
        names.append(one.id)
        things |= {name for side in one.sides for name in (side.party, side.role)}
        statuses |= {name for name in _land(one) if name.startswith("status/")}
        cited = {said: sources.get(said, ()) for said in _said(one)}
        _insert(connection, "instrument", one.id, one, cited)
    facts = Facts(store)
    facts.load_labels(things)
    for name in sorted(things):
        _insert(connection, "thing", name, facts.thing(name), {})
    connection.execute("INSERT INTO part VALUES ('names', ?)", ("\n".join(names).encode(),))
    return rows, statuses


def _land(one: Instrument) -> Iterator[str]:
    """The places and statuses that an instrument names, to reach or to leave out."""
    for scope in one.scopes:
        yield from (scope.target, *scope.exceptions)
    for displacement in one.displacements:
        yield from displacement.within


def _said(one: Instrument) -> list[str]:
    groups = (one.milestones, one.scopes, one.sides, one.displacements)
    return sorted({part.said.id for group in groups for part in group})


def _write_places(connection: sqlite3.Connection, facts: Facts, statuses: Iterable[str]) -> None:
    """A record for every place, for the members of the composed, and for the statuses named."""
    places = facts.places()
    sources = read_sources(facts.store, sorted(
        {said.id for one in places.values() for said in (*one.within, *one.outside)}))
    for name in sorted(places):
        place = places[name]
        own = {said.id: sources[said.id] for said in (*place.within, *place.outside)}
        _insert(connection, "place", name, place, own)
        if place.composed:
            _insert(connection, "members", name, facts.members(name), {})
    for name in sorted(statuses):
        status = facts.status(name)
        cited = read_sources(facts.store, sorted({said.id for said in status.held}))
        _insert(connection, "status", name, status, cited)
        _insert(connection, "thing", name, facts.thing(name), {})
    drawn = [said for place in places.values() for said in (*place.within, *place.outside)]
    drawn += [said for status in facts.statuses() for said in status.held]
    turns = sorted({day.toordinal() for said in drawn for day in said.span.turning_days()})
    connection.execute("INSERT INTO part VALUES ('turns', ?)", (array("i", turns).tobytes(),))
    vicinity = survey(places)
    body = json.dumps([vicinity.knowing, vicinity.holding, vicinity.passing], ensure_ascii=False)
    connection.execute("INSERT INTO part VALUES ('vicinity', ?)", (body.encode(),))


def _insert(
    connection: sqlite3.Connection, kind: str, name: str, fact: Any,
    sources: Mapping[str, tuple[Source, ...]],
) -> None:
    connection.execute("INSERT INTO record VALUES (?, ?, ?)",
                       (kind, name, _dump((fact, dict(sources)))))
