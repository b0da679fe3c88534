"""The graph's own names and facts, as the extraction needs them, from the data files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kg.ingest.gazetteer import Entry, Gazetteer
from kg.records import Items, Record, Text, Value, read_records
from kg.records import Mapping as RecordMapping

_TYPES = {
    "Instrument": "instrument",
    "Agreement": "agreement",
    "Agency": "agency",
    "Place": "place",
    "Designation": "designation",
    "Document": "document",
}
_RELATIONS = ("issued_by", "based_on", "repeals", "amends", "applies")

Facts = Mapping[tuple[str, str], tuple[str, ...]]
"""What the graph says: (id, predicate) → values; for a date event `promulgated`, for a relation ids."""


def entries_of(records: Iterable[Record]) -> list[Entry]:
    """One entry for each record that a text could name."""
    found = (_entry(record) for record in records if record.cls in _TYPES)
    return [entry for entry in found if entry is not None]


def load_gazetteer(folder: Path) -> Gazetteer:
    """The names of every record in a data folder."""
    return Gazetteer(entries_of(read_records(folder)[0]))


def documents_by_fingerprint(folder: Path) -> Mapping[str, str]:
    """The sha256 of each document that the data know, with the document's id."""
    records = (r for r in read_records(folder)[0] if r.cls == "Document")
    return {sha: r.id for r in records if (sha := _text(r.body, "sha256"))}


def load_facts(folder: Path) -> Facts:
    """Dates, numbers and relations of a data folder's instruments and agreements."""
    facts: dict[tuple[str, str], list[str]] = {}
    for record in read_records(folder)[0]:
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
