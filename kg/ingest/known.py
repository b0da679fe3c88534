"""The graph's own names and facts, as the extraction needs them, from the data files.

Those of the packaged data are kept in the user's cache, marked with the files that they were read
from: reading them again costs a twentieth of reading the data files.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path
from typing import Any

from kg.errors import StoreError
from kg.ingest.gazetteer import Entry, Gazetteer
from kg.packaged import fingerprint
from kg.records import Items, Record, Text, Value, read_records
from kg.records import Mapping as RecordMapping
from kg.resources import DATA, cache_folder
from kg.swap import write_whole

_TYPES = {
    "Instrument": "instrument",
    "Agreement": "agreement",
    "Agency": "agency",
    "Place": "place",
    "Designation": "designation",
    "Document": "document",
}
_LAYOUT = "2"
"""Changes with the shape of the cached file; one of another layout is not read."""
_RELATIONS = ("issued_by", "based_on", "repeals", "amends", "applies")

Facts = Mapping[tuple[str, str], tuple[str, ...]]
"""What the graph says: (id, predicate) → values; for a date event `promulgated`, for a relation ids."""


def entries_of(records: Iterable[Record]) -> list[Entry]:
    """One entry for each record that a text could name."""
    found = (_entry(record) for record in records if record.cls in _TYPES)
    return [entry for entry in found if entry is not None]


def load_gazetteer(folder: Path) -> Gazetteer:
    """The names of every record in a data folder."""
    return Gazetteer(_known(folder)[0])


def documents_by_fingerprint(folder: Path) -> Mapping[str, str]:
    """The sha256 of each document that the data know, with the document's id."""
    records = (r for r in read_records(folder)[0] if r.cls == "Document")
    return {sha: r.id for r in records if (sha := _text(r.body, "sha256"))}


def load_facts(folder: Path) -> Facts:
    """Dates, numbers and relations of a data folder's instruments and agreements."""
    return _known(folder)[1]


def _known(folder: Path) -> tuple[Sequence[Entry], Facts]:
    """Entries and facts of a data folder; those of the packaged one from the cache."""
    if folder.resolve() != DATA.resolve():
        return _read(folder)
    path, mark = cache_folder() / "names.json", f"{_LAYOUT} {fingerprint(folder)}"
    return _cached(path, mark) or _cache(path, mark, *_read(folder))


def _read(folder: Path) -> tuple[Sequence[Entry], Facts]:
    records = read_records(folder)[0]
    return entries_of(records), facts_of(records)


def _cached(path: Path, mark: str) -> tuple[Sequence[Entry], Facts] | None:
    """What the cache holds for these files; nothing when it is of others, or cut."""
    try:
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if kept.get("mark") != mark:
        return None
    entries = [
        Entry(iri, kind_of_node, label, tuple(aliases), kind, number, tuple(codes))
        for iri, kind_of_node, label, aliases, kind, number, codes in kept["entries"]
    ]
    return entries, {(node, predicate): tuple(values) for node, predicate, values in kept["facts"]}


def _cache(
    path: Path, mark: str, entries: Sequence[Entry], facts: Facts
) -> tuple[Sequence[Entry], Facts]:
    """Keep entries and facts where they can be kept, and hand them back."""
    kept = {
        "mark": mark,
        "entries": [astuple(entry) for entry in entries],
        "facts": [[*key, values] for key, values in facts.items()],
    }
    with suppress(StoreError):
        write_whole(path, json.dumps(kept, ensure_ascii=False).encode())
    return entries, facts


def facts_of(records: Iterable[Record]) -> Facts:
    """Dates, numbers and relations of the records, by id and predicate."""
    facts: dict[tuple[str, str], list[str]] = {}
    for record in records:
        for predicate, value in _facts(record):
            facts.setdefault((record.id, predicate), []).append(value)
    return {key: tuple(dict.fromkeys(values)) for key, values in facts.items()}


def _entry(record: Record) -> Entry | None:
    label = record.body.values.get("label")
    if not isinstance(label, RecordMapping):
        return None
    zh, en = _text(label, "zh"), _text(label, "en")
    if not (zh or en):
        return None
    aliases = [value for value in _texts(record.body.values.get("aliases"))]
    names = [name for name in (zh, en, *aliases) if name]
    return Entry(
        iri=record.id,
        type=_TYPES[record.cls],
        label=names[0],
        aliases=tuple(dict.fromkeys(names[1:])),
        kind=_text(record.body, "kind") or None,
        number=_text(record.body, "number") or None,
        codes=tuple(_texts(record.body.values.get("code"))),
    )


def _facts(record: Record) -> Iterator[tuple[str, str]]:
    number = _text(record.body, "number")
    if number:
        yield "number", number
    for item in _items(record.body.values.get("dates")):
        if isinstance(item, RecordMapping):
            yield _text(item, "event"), _text(item, "date")
    for predicate in _RELATIONS:
        for item in _items(record.body.values.get(predicate)):
            target = _text(item, "to") if isinstance(item, RecordMapping) else _texts(item)[0]
            yield predicate, target


def _items(value: Value | None) -> tuple[Value, ...]:
    if value is None:
        return ()
    return value.values if isinstance(value, Items) else (value,)


def _texts(value: Value | None) -> list[str]:
    return [item.value for item in _items(value) if isinstance(item, Text)]


def _text(body: RecordMapping, key: str) -> str:
    value = body.values.get(key)
    return value.value if isinstance(value, Text) else ""
