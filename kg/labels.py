"""The names in a store and the nodes that bear them, found by any part of a name.

Beside a built store lies a file with every node's titles and every label, ordered as a search
lists them (the shortest first), and a full-text index over pairs of neighbouring characters, so that two Chinese characters
are found as surely as a long phrase, without a dictionary. It names the revision of its store.
Where there is none, the store is asked for names that contain the words.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from kg.names import Named, name_key
from kg.store import FORMAT, OxigraphStore, Store, read_stamp
from kg.terms import KG, PREFIXES, Iri, Literal, compact, expand

_FILE = "names.sqlite"
_SKOS = PREFIXES["skos"]
_CLASSES = ("Instrument", "Agency", "Place", "Designation", "Event", "Document", "Line", "Indicator")
_SELECT = "SELECT text, thing, class"
_FEW = 50_000
"""So many labels are compared one by one; of more, only those that share pairs of characters."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name of a node: its text, the node's id and class."""

    text: str
    thing: str
    cls: str


def containing(store: Store, words: str) -> Iterator[Label]:
    """The labels that hold all the words, in any spacing and case, the shortest first."""
    keys = [key for key in map(name_key, words.split()) if key]
    if not keys:
        return iter(())
    beside = _open(store)
    return _matches(beside, keys) if beside else iter(_asked(store, keys))


def titles(store: Store, ids: Sequence[str]) -> dict[str, Named] | None:
    """The nodes of these ids with their titles; None if there is no file beside the store."""
    beside = _open(store)
    if beside is None:
        return None
    marks = ",".join("?" * len(ids))
    rows = beside.execute(f"SELECT thing, class, zh, en FROM node WHERE thing IN ({marks})", tuple(ids))
    return {row[0]: Named(*row) for row in rows}


def all_labels(store: Store, like: str) -> Iterator[Label]:
    """All labels; of very many only those most like a name, by the characters they share."""
    beside = _open(store)
    if beside is None:
        return (Label(str(row["label"]), str(row["thing"]), _class(row["class"]))
                for row in store.select("labels"))
    number = beside.execute("SELECT MAX(number) FROM label").fetchone()[0] or 0
    if number <= _FEW:
        return _labels(beside.execute(f"{_SELECT} FROM label JOIN node USING (node) ORDER BY number"))
    return _similar(beside, name_key(like))


# The file


def _open(store: Store) -> sqlite3.Connection | None:
    """The file beside a store, if there is one of this revision of it."""
    if not isinstance(store, OxigraphStore):
        return None
    folder = store.folder
    if folder is None or not (folder / _FILE).is_file():
        return None
    try:
        found = sqlite3.connect(f"{(folder / _FILE).absolute().as_uri()}?immutable=1", uri=True)
        stamp = found.execute("SELECT text FROM stamp").fetchone()
    except sqlite3.Error:
        return None
    return found if stamp == (_stamp(store.revision),) else None


def _stamp(revision: str) -> str:
    return f"{FORMAT} {revision}"


def _labels(rows: Iterable[tuple[str, str, str]]) -> Iterator[Label]:
    return (Label(*row) for row in rows)


def _matches(beside: sqlite3.Connection, keys: Sequence[str]) -> Iterator[Label]:
    query = (f"{_SELECT} FROM pair JOIN label ON number = pair.rowid JOIN node USING (node) "
             "WHERE pair MATCH ? ORDER BY pair.rowid")
    return _labels(beside.execute(query, (" AND ".join(map(_phrase, keys)),)))


def _similar(beside: sqlite3.Connection, key: str) -> Iterator[Label]:
    query = (f"{_SELECT} FROM (SELECT rowid AS found FROM pair WHERE pair MATCH ? "
             "ORDER BY rank LIMIT 2000) JOIN label ON number = found JOIN node USING (node)")
    pairs = " OR ".join(f'"{one}"' for one in dict.fromkeys(_pairs(key)[:-1]))
    return _labels(beside.execute(query, (pairs,))) if pairs else iter(())


def _phrase(key: str) -> str:
    """The full-text query for a part of a name."""
    if len(key) == 1:
        return f'"{ord(key):x}g"*'
    return '"' + " ".join(_pairs(key)[:-1]) + '"'


def _pairs(key: str) -> list[str]:
    """Each character with its neighbour, the last alone, in letters and digits that any index takes."""
    codes = [f"{ord(char):x}" for char in key]
    return [f"{one}g{other}" for one, other in pairwise(codes)] + [f"{codes[-1]}g"] if codes else []


def save_labels(folder: Path, store: OxigraphStore) -> None:
    """Write the file of names of a store into its folder."""
    beside = sqlite3.connect(folder / _FILE)
    beside.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE TABLE stamp (text TEXT);"
        "CREATE TABLE node (node INTEGER PRIMARY KEY, thing TEXT, class TEXT, zh TEXT, en TEXT);"
        "CREATE TABLE label (number INTEGER PRIMARY KEY, text TEXT, node INTEGER);"
        "CREATE VIRTUAL TABLE pair USING fts5(pairs, content = '', tokenize = 'ascii');"
    )
    classes = _classes(store)
    texts = _texts(store, classes)
    things = {thing: number for number, thing in enumerate(sorted(classes), 1)}
    beside.executemany("INSERT INTO node VALUES (?, ?, ?, ?, ?)", (
        (number, compact(thing), classes[thing], *_title(texts.get(thing, [])))
        for thing, number in things.items()))
    ordered = sorted((len(key), compact(thing), one.value, key, things[thing])
                     for thing, found in texts.items() for _preferred, one in found
                     if (key := name_key(one.value)))
    beside.executemany("INSERT INTO label VALUES (?, ?, ?)", (
        (number, text, thing) for number, (_length, _id, text, _key, thing) in enumerate(ordered, 1)))
    beside.executemany("INSERT INTO pair (rowid, pairs) VALUES (?, ?)", (
        (number, " ".join(_pairs(one[3]))) for number, one in enumerate(ordered, 1)))
    beside.execute("INSERT INTO stamp VALUES (?)", (_stamp(read_stamp(folder).get("revision", "")),))
    beside.execute("CREATE UNIQUE INDEX node_thing ON node (thing)")
    beside.commit()
    beside.close()


def _classes(store: OxigraphStore) -> dict[str, str]:
    """The nodes that are searched, with their classes."""
    found: dict[str, str] = {}
    for name in (*(KG + one for one in _CLASSES), _SKOS + "Concept"):
        for subject, _cls in store.each(PREFIXES["rdf"] + "type", Iri(name)):
            found.setdefault(subject, name.rpartition("#")[2])
    return found


def _texts(store: OxigraphStore, classes: Mapping[str, str]) -> dict[str, list[tuple[bool, Literal]]]:
    """The labels of nodes; of each, whether it is a preferred one."""
    found: dict[str, list[tuple[bool, Literal]]] = {}
    for kind in ("prefLabel", "altLabel"):
        for subject, text in store.each(_SKOS + kind):
            if subject in classes and isinstance(text, Literal):
                found.setdefault(subject, []).append((kind == "prefLabel", text))
    return found


def _title(texts: Iterable[tuple[bool, Literal]]) -> tuple[str, str]:
    """The title in zh and in en."""
    titles = {one.language: one.value for preferred, one in texts if preferred}
    return titles.get("zh", ""), titles.get("en", "")


# Asking


def _asked(store: Store, keys: Sequence[str]) -> list[Label]:
    """The labels that a store without such a file gives."""
    longest = max(keys, key=len)
    found = []
    for row in store.select("containing", {"part": [Literal(longest)]}):
        key = name_key(str(row["label"]))
        if all(one in key for one in keys):
            found.append((len(key), str(row["thing"]), str(row["label"]), _class(row["class"])))
    return [Label(text, thing, cls) for _length, thing, text, cls in sorted(found)]


def _class(term: object) -> str:
    return expand(str(term)).rpartition("#")[2]
