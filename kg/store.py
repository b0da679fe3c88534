"""Where the graph lives: an embedded Oxigraph store, or any SPARQL 1.1 endpoint.

`open_store` gives the same answers to the same questions wherever it points. Only reading is
offered; a store is written by `write_store`, whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyoxigraph as ox

from kg.errors import QueryError, StoreError
from kg.queries import read_query, with_values
from kg.shown import Shown
from kg.swap import folder_beside, swap_in
from kg.terms import XSD, Blank, Iri, Literal, Term

Row = dict[str, Term | None]
Triple = tuple[Term, Term, Term]
FORMAT = "2"
"""The layout of a built store and of the files beside it; a store of another layout is built anew."""
_STAMP = "policy-kg.json"
_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Solutions(Shown):
    """The rows of a SELECT, with its variables in order."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


Answer = Solutions | bool | tuple[Triple, ...]


class Store(ABC):
    """A graph that can be asked. Close it, or use it in a `with` statement."""

    @abstractmethod
    def query(self, text: str) -> Answer:
        """The answer to any SPARQL 1.1 query: rows, yes or no, or triples."""

    def select(self, name: str, values: Mapping[str, Sequence[Term | None]] | None = None) -> Solutions:
        """The rows of a shipped question, asked of these values instead of its example.

        With `values` of None the question is asked of everything.
        """
        text = read_query(name)
        if "VALUES" in text:
            text = with_values(text, values or {})
        answer = self.query(text)
        if not isinstance(answer, Solutions):
            raise QueryError(f"the question {name!r} is no SELECT")
        return answer

    def stream(self, name: str) -> Iterator[Row]:
        """The rows of a shipped question asked of everything, one by one where the store can."""
        return iter(self.select(name))

    def close(self) -> None:
        """Give back what it holds; an embedded store needs nothing more than to be let go."""
        return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_store(where: str | Path | None = None) -> Store:
    """The store at a path or URL; without either, the packaged data.

    The packaged data are built once into the user's cache folder and opened from there.
    """
    if where is None:
        from kg.packaged import packaged_store

        return packaged_store()
    if str(where).startswith(("http://", "https://")):
        from kg.remote import HttpStore  # brings an HTTP client, for endpoints only

        return HttpStore(str(where))
    return OxigraphStore.open(Path(where))


# Embedded


class OxigraphStore(Store):
    """An Oxigraph store in this process, in memory or on disk (opened for reading)."""

    def __init__(self, store: ox.Store, folder: Path | None = None, revision: str = "") -> None:
        self._store, self.folder, self.revision = store, folder, revision

    @classmethod
    def in_memory(cls, n_triples: bytes | Path) -> OxigraphStore:
        """A store in memory that holds these triples, given as N-Triples or a file of them."""
        store = ox.Store()
        _bulk_load(store, n_triples)
        return cls(store)

    @classmethod
    def open(cls, path: Path) -> OxigraphStore:
        """The store in a folder that `kg build` wrote.

        If another is swapped in while this one is opened, the attempt is made again.
        """
        for _ in range(_ATTEMPTS):
            before = _identity(path)
            stamp = read_stamp(path)
            try:
                found = ox.Store.read_only(str(path / "oxigraph")) if _is_current(stamp) else None
                failed = None
            except (OSError, RuntimeError) as error:  # RocksDB reports what it finds broken as the latter
                failed = error
            if _identity(path) == before:
                break
        if not _is_current(stamp):
            raise StoreError(f"{path} was built by another version; build it again with `kg build`")
        if failed or found is None:
            raise StoreError(f"{path} cannot be opened: {failed}") from failed
        return cls(found, path, stamp.get("revision", ""))

    def query(self, text: str) -> Answer:
        try:
            answer = self._store.query(text)
        except (SyntaxError, ValueError) as error:
            raise QueryError(f"not a SPARQL query: {error}") from error
        except (OSError, RuntimeError) as error:
            raise StoreError(f"the store cannot be read: {error}") from error
        if isinstance(answer, ox.QuerySolutions):
            names = tuple(variable.value for variable in answer.variables)
            return Solutions(names, tuple(_row(names, found) for found in answer))
        if isinstance(answer, ox.QueryBoolean):
            return bool(answer)
        return tuple((from_ox(t.subject), from_ox(t.predicate), from_ox(t.object)) for t in answer)

    @property
    def engine(self) -> ox.Store:
        """The Oxigraph store itself, for what only it can do."""
        return self._store

    def __len__(self) -> int:
        return len(self._store)

    def stream(self, name: str) -> Iterator[Row]:
        answer = self._store.query(with_values(read_query(name), {}))
        assert isinstance(answer, ox.QuerySolutions)
        names = tuple(variable.value for variable in answer.variables)
        return (_row(names, found) for found in answer)

    def each(self, predicate: str, value: Iri | None = None) -> Iterator[tuple[str, Term]]:
        """Subject and object of every triple of a predicate, one by one, in no certain order."""
        wanted = ox.NamedNode(value.value) if value else None
        for quad in self._store.quads_for_pattern(None, ox.NamedNode(predicate), wanted, None):
            if isinstance(quad.subject, ox.NamedNode):
                yield quad.subject.value, from_ox(quad.object)

    def dump(self, file_format: ox.RdfFormat) -> bytes:
        """Everything in it, serialised."""
        out = BytesIO()
        self._store.dump(out, file_format, from_graph=ox.DefaultGraph())
        return out.getvalue()


def _is_current(stamp: Mapping[str, str]) -> bool:
    return stamp.get("format") == FORMAT


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells the folder at a path from one that takes its place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _row(names: Iterable[str], found: ox.QuerySolution) -> Row:
    values = ((name, found[name]) for name in names)
    return {name: None if value is None else from_ox(value) for name, value in values}


def from_ox(term: Any) -> Term:
    """A term of Oxigraph as one of ours."""
    if isinstance(term, ox.NamedNode):
        return Iri(term.value)
    if isinstance(term, ox.Literal):
        plain = term.language or term.datatype.value == XSD + "string"
        return Literal(term.value, term.language, None if plain else term.datatype.value)
    if isinstance(term, ox.BlankNode):
        return Blank(term.value)
    raise StoreError(f"a term of a kind that is not known here: {term}")


# Writing


def write_store(
    n_triples: bytes | Path, path: Path, stamp: Mapping[str, str] | None = None,
    finish: Callable[[Path], None] | None = None,
) -> None:
    """A new store at a path, in place of the one there: built beside it, then swapped in.

    The triples come as N-Triples, or as a file of them. `finish` may add to the new folder before
    the swap. Readers see the old store or the new one; after a crash the old one stands.
    """
    import sqlite3  # for its error only: what finishes a store writes with it

    path = path.resolve()
    try:
        beside = folder_beside(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror or error}") from error
    try:
        _fill(beside, n_triples, {**(stamp or {}), "format": FORMAT, "revision": _digest(n_triples)})
        if finish:
            finish(beside)
        _put(beside, path)
    except (OSError, sqlite3.Error) as error:
        said = getattr(error, "strerror", None) or error
        raise StoreError(f"{path} cannot be written: {said}") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _bulk_load(store: ox.Store, n_triples: bytes | Path) -> None:
    if isinstance(n_triples, Path):
        store.bulk_load(path=str(n_triples), format=ox.RdfFormat.N_TRIPLES)
    else:
        store.bulk_load(input=BytesIO(n_triples), format=ox.RdfFormat.N_TRIPLES)


def _digest(n_triples: bytes | Path) -> str:
    """What tells these triples from any others."""
    if isinstance(n_triples, Path):
        with n_triples.open("rb") as file:
            return hashlib.file_digest(file, hashlib.blake2b).hexdigest()[:32]
    return hashlib.blake2b(n_triples).hexdigest()[:32]


def _fill(folder: Path, n_triples: bytes | Path, stamp: Mapping[str, str]) -> None:
    store = ox.Store(str(folder / "oxigraph"))
    _bulk_load(store, n_triples)
    store.flush()
    del store
    text = json.dumps(dict(sorted(stamp.items())), ensure_ascii=False)
    (folder / _STAMP).write_text(text + "\n", "utf-8")


def _put(beside: Path, path: Path) -> None:
    """Swap the new folder in, unless something else than a store stands there."""
    if path.exists() and not (path / _STAMP).is_file():
        raise StoreError(f"{path} exists and is no store of ours; choose another path")
    swap_in(beside, path)


def read_stamp(path: Path) -> dict[str, str]:
    """What a store says of itself; empty if it says nothing readable."""
    if not path.is_dir():
        raise StoreError(f"there is no store at {path}; make one with `kg build -o {path}`")
    try:
        found = json.loads((path / _STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in found.items()}
