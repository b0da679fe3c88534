"""The rows of answers about instruments, places and statuses, made into typed facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import TypeVar

from kg.dates import Span
from kg.said import Displacement, Instrument, Milestone, Place, Said, Scope, Side, Status
from kg.store import Row, Store
from kg.terms import KG, Iri, Term, compact, expand
from kg.things import Source, Thing

_ALWAYS, _IN_FORCE = KG + "always", KG + "inForce"
PREDICATE_KEYS = {
    "appliesTo": "applies", "hasSide": "parties", "hasMilestone": "dates",
    "prevailsOver": "prevails_over", "holdsStatus": "status",
}
"""Predicates whose key in the data is not simply their name in lower case."""


def read_sources(store: Store, names: Sequence[str]) -> dict[str, tuple[Source, ...]]:
    """Where each of these nodes is stated."""
    found: dict[str, tuple[Source, ...]] = dict.fromkeys(names, ())
    return found | _cited(store.select("citations", {"thing": iris(names)}))


def _cited(rows: Iterable[Row]) -> dict[str, tuple[Source, ...]]:
    found: dict[str, dict[Source, None]] = {}
    for row in rows:
        document = replace(thing_of(row, "document", "zh", "en"), url=_text(row, "url"))
        source = Source(document, _text(row, "page"), _text(row, "at"))
        found.setdefault(id_of(row, "thing"), {})[source] = None
    return {name: tuple(sources) for name, sources in found.items()}


def iris(names: Iterable[str]) -> list[Term | None]:
    return [Iri(expand(name)) for name in names]


def id_of(row: Row, name: str) -> str:
    value = row[name]
    assert isinstance(value, Iri), f"{name} is no node"
    return compact(value.value)


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)


def _optionalid_of(row: Row, name: str) -> str:
    return id_of(row, name) if row.get(name) is not None else ""


def _day(row: Row, name: str) -> date | None:
    text = _text(row, name)
    return date.fromisoformat(text) if text else None


def _true(row: Row, name: str) -> bool:
    return _text(row, name) in ("true", "1")


def thing_of(row: Row, node: str, zh: str, en: str) -> Thing:
    return Thing(id_of(row, node), _text(row, zh), _text(row, en))


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
        id_of(row, "statement"), subject, predicate, obj, span_of(row),
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
        found.setdefault(id_of(row, key), []).append(row)
    return found


_PARTS = ("milestones", "scopes", "participations", "displacements", "evidence")


def read_instruments(store: Store, names: Sequence[str] | None) -> dict[str, Instrument]:
    """Instruments with everything said of them; all of them if no names are given."""
    if names is not None and not names:
        return {}
    values = None if names is None else {"instrument": iris(names)}

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
        id=id_of(row, "instrument"),
        label=thing_of(row, "instrument", "zh", "en"),
        kind=thing_of(row, "kind", "kindZh", "kindEn"),
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
    event = id_of(row, "event")
    said = _said(row, id_of(row, "instrument"), "dates", event)
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
    return tuple(sorted({id_of(row, name) for row in rows if row.get(name) is not None}))


def _scope(rows: list[Row]) -> Scope:
    row = rows[0]
    target = id_of(row, "target")
    return Scope(
        _said(row, id_of(row, "instrument"), "applies", target), target,
        _last(_text(row, "force")), _true(row, "counts"), _with_instrument(row),
        _many(rows, "except"),
    )


def _side(rows: list[Row]) -> Side:
    row = rows[0]
    party = id_of(row, "party")
    return Side(
        _said(row, id_of(row, "instrument"), "parties", party), party,
        id_of(row, "role"), _true(row, "bound"), _optionalid_of(row, "territory") or party,
        frozenset(_many(rows, "with")), frozenset(_many(rows, "exceptWith")),
    )


def _displacement(rows: list[Row]) -> Displacement:
    row = rows[0]
    by, how = id_of(row, "by"), predicate_key(_text_iri(row, "predicate"))
    said = _said(row, by, how, id_of(row, "instrument"))
    if row.get("extent") is None and how == "prevails_over":
        said = replace(said, extent="part")
    return Displacement(said, by, how, _with_instrument(row), _many(rows, "in"))


def _text_iri(row: Row, name: str) -> str:
    value = row[name]
    assert isinstance(value, Iri)
    return value.value


def read_places(store: Store, names: Sequence[str]) -> dict[str, Place]:
    """Places with what they lie in and outside."""
    values = {"place": iris(names)}
    found = {name: Place(name, Thing(name)) for name in names}
    for name, rows in _grouped(store.select("places", values), "place").items():
        row = rows[0]
        found[name] = Place(
            name, thing_of(row, "place", "zh", "en"), id_of(row, "kind"), _true(row, "partitions"),
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
    said = [_said(row, name, key, id_of(row, "upper")) for row in kept]
    return tuple(one for one in said if one.rank != "disputed")


def read_statuses(store: Store, names: Sequence[str]) -> dict[str, Status]:
    found = {name: Status(name, False, ()) for name in names}
    for name, rows in _grouped(store.select("holders", {"status": iris(names)}), "status").items():
        held = [_said(row, id_of(row, "holder"), "status", name) for row in rows]
        kept = tuple(one for one in held if one.rank != "disputed")
        found[name] = Status(name, _true(rows[0], "complete"), kept)
    return found
