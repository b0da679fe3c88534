"""What is in the graph, node by node: lists of a concept, everything known of one, search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kg.errors import QueryError
from kg.facts import Facts
from kg.labels import Label, containing, titles
from kg.names import Named, find, nearest, simplified
from kg.rows import predicate_key
from kg.shown import Shown
from kg.store import Row, Store
from kg.terms import KG, Iri, Term, compact, expand
from kg.things import Source, Thing, as_label
from kg.verdict import source_json

CONCEPTS = {
    "instruments": "Instrument", "agencies": "Agency", "places": "Place",
    "designations": "Designation", "agreements": "Agreement", "events": "Event",
    "documents": "Document", "lines": "Line", "indicators": "Indicator",
}
"""What can be listed → its class. `bases` and `statements` are listed too."""
_BATCH = 400


@dataclass(frozen=True, slots=True)
class Statement:
    """A dated statement as shown to people and programs."""

    id: str
    subject: Thing
    predicate: str
    object: Thing
    since: str
    until: str
    rank: str = "normal"
    why: str = ""
    qualifiers: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Node(Shown):
    """A node with what is listed of it; what does not fit its class is empty."""

    thing: Thing
    cls: str
    kind: str = ""
    level: str = ""
    aliases: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    statements: tuple[Statement, ...] = ()
    mentions: tuple[Statement, ...] = ()
    sources: tuple[Source, ...] = ()

    def objects(self, predicate: str) -> list[str]:
        """The ids that it is related to by a predicate."""
        return list(dict.fromkeys(s.object.id for s in self.statements if s.predicate == predicate))


def list_nodes(store: Store, concept: str, *, kind: str = "", level: str = "") -> list[Node]:
    """All nodes of a concept, sorted by id; optionally of one kind or level."""
    cls = CONCEPTS.get("places" if concept == "bases" else concept)
    if cls is None:
        known = ", ".join((*CONCEPTS, "bases", "statements"))
        raise QueryError(f"there is no list of {concept!r}; known: {known}")
    rows = store.select("nodes", {"class": [Iri(KG + cls)]})
    if concept == "bases":
        held = _bases(store)
        rows_kept = [row for row in rows if _id(row, "thing") in held]
    else:
        rows_kept = [r for r in rows if _fits(r, "kind", kind) and _fits(r, "level", level)]
    return describe(store, cls, rows_kept, mentions=False)


def _bases(store: Store) -> set[str]:
    """The places that hold or held a status that makes them a base."""
    rows = store.select("base_holders")
    return {_id(row, "holder") for row in rows}


def _fits(row: Row, key: str, wanted: str) -> bool:
    return not wanted or _last(row, key) == wanted


def node(store: Store, name: str) -> Node:
    """Everything known of one node."""
    found = find(store, name)
    cls = found[0].cls if found else "Thing"
    rows = tuple(store.select("nodes", {"class": [Iri(_class_iri(cls))], "thing": [Iri(expand(name))]}))
    return describe(store, cls, rows, mentions=True)[0]


def _class_iri(cls: str) -> str:
    return expand("skos:Concept") if cls == "Concept" else KG + cls


def describe(store: Store, cls: str, rows: Sequence[Row], *, mentions: bool) -> list[Node]:
    """Nodes with names, statements and sources, read in few questions."""
    facts = Facts(store)
    heads: dict[str, Row] = {}
    for row in rows:
        heads.setdefault(_id(row, "thing"), row)
    names = sorted(heads)
    aliases = _aliases(store, names)
    own = list(_statements(store, facts, "statements", "subject", names))
    about = list(_statements(store, facts, "statements_about", "object", names)) if mentions else []
    _load_sources(facts, [*names, *(one.id for one in (*own, *about))])
    by_subject = _group(own, lambda one: one.subject.id)
    by_object = _group(about, lambda one: one.object.id)
    return [
        _node(facts, heads[name], cls, aliases.get(name, {}), by_subject.get(name, ()),
              by_object.get(name, ()))
        for name in names
    ]


def _node(
    facts: Facts, row: Row, cls: str, named: dict[str, tuple[str, ...]],
    statements: Iterable[Statement], mentions: Iterable[Statement],
) -> Node:
    name = _id(row, "thing")
    return Node(
        Thing(name, _text(row, "zh"), _text(row, "en")), cls, _last(row, "kind"),
        _last(row, "level"), named.get("altLabel", ()), named.get("notation", ()),
        named.get("number", ()), named.get("note", ()),
        tuple((key, value) for key in ("date", "sha256", "holder", "status", "from", "until")
              if (value := _shown(row, key))),
        tuple(_sourced(facts, one) for one in statements),
        tuple(_sourced(facts, one) for one in mentions),
        facts.sources(name),
    )


def _shown(row: Row, key: str) -> str:
    value = row.get(key)
    if isinstance(value, Iri):
        return compact(value.value).removeprefix("kg:")
    return _text(row, key)


def _sourced(facts: Facts, one: Statement) -> Statement:
    return replace(one, sources=facts.sources(one.id))


def _group(items: Iterable[Statement], key: Any) -> dict[str, list[Statement]]:
    found: dict[str, list[Statement]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return found


def _batches(names: Sequence[str]) -> Iterator[list[Term | None]]:
    for start in range(0, len(names), _BATCH):
        yield [Iri(expand(name)) for name in names[start : start + _BATCH]]


def _load_sources(facts: Facts, names: Sequence[str]) -> None:
    for start in range(0, len(names), _BATCH):
        facts.load_sources(names[start : start + _BATCH])


def _aliases(store: Store, names: Sequence[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for batch in _batches(names):
        for row in store.select("aliases", {"thing": batch}):
            how = _text(row, "how").rpartition("#")[2]
            known = found.setdefault(_id(row, "thing"), {})
            known[how] = tuple(sorted((*known.get(how, ()), _text(row, "alias"))))
    return found


def _statements(
    store: Store, facts: Facts, question: str, variable: str, names: Sequence[str]
) -> Iterator[Statement]:
    rows = sorted((row for batch in _batches(names) for row in store.select(question, {variable: batch})),
                  key=_order)
    ends = sorted({_id(row, key) for row in rows for key in ("subject", "object")})
    for start in range(0, len(ends), _BATCH):
        facts.load_labels(ends[start : start + _BATCH])
    for row in rows:
        yield _statement(facts, row)


def _order(row: Row) -> list[tuple[int, str]]:
    """The place of a statement in a list: engines sort words and partial dates differently."""
    found = (row.get(key) for key in ("subject", "predicate", "from", "date", "object", "statement"))
    return [(0, "") if term is None else (1 if isinstance(term, Iri) else 2, str(term))
            for term in found]


def _statement(facts: Facts, row: Row) -> Statement:
    predicate = row["predicate"]
    assert isinstance(predicate, Iri)
    day = _text(row, "date")
    return Statement(
        _id(row, "statement"), facts.thing(_id(row, "subject")), predicate_key(predicate.value),
        facts.thing(_id(row, "object")), day or _words(row, "from"), day or _words(row, "until"),
        _last(row, "rank") or "normal", _text(row, "why"),
        tuple(found for key in ("role", "force", "extent", "certainty")
              if (found := _last(row, key))),
    )


def _words(row: Row, key: str) -> str:
    value = row.get(key)
    if isinstance(value, Iri):
        word = value.value.rpartition("#")[2]
        return "in-force" if word == "inForce" else word
    return _text(row, key)


def list_statements(store: Store) -> list[Statement]:
    """Every dated statement, sorted by subject."""
    facts = Facts(store)
    rows = sorted(store.select("statements"), key=_order)
    facts.load_labels([])
    found = [_statement_bare(row) for row in rows]
    _load_sources(facts, [one.id for one in found])
    return [_sourced(facts, one) for one in found]


def _statement_bare(row: Row) -> Statement:
    predicate = row["predicate"]
    assert isinstance(predicate, Iri)
    day = _text(row, "date")
    return Statement(
        _id(row, "statement"), Thing(_id(row, "subject")), predicate_key(predicate.value),
        Thing(_id(row, "object")), day or _words(row, "from"), day or _words(row, "until"),
    )


def search(store: Store, words: str, limit: int = 50) -> list[Named]:
    """Nodes whose names hold all the words, the shortest name first; exact names lead."""
    ids = dict.fromkeys(one.id for one in find(store, words))
    labels = _first(containing(store, words), limit)
    for label in labels or _first(containing(store, simplified(words)), limit):
        ids.setdefault(label)
    return _titled(store, list(ids)[:limit])


def _first(labels: Iterable[Label], limit: int) -> list[str]:
    """The first nodes that bear labels, each once."""
    found: dict[str, None] = {}
    for label in labels:
        found.setdefault(label.thing)
        if len(found) == limit:
            break
    return list(found)


def _titled(store: Store, ids: Sequence[str]) -> list[Named]:
    known = titles(store, ids)
    if known is None:
        known = _titles_asked(store, ids)
    return [known[one] for one in ids if one in known]


def _titles_asked(store: Store, ids: Sequence[str]) -> dict[str, Named]:
    known: dict[str, Named] = {}
    for batch in _batches(ids):
        for row in store.select("named", {"thing": batch}):
            cls = _text_iri(row, "class").rpartition("#")[2]
            known.setdefault(_id(row, "thing"), Named(
                _id(row, "thing"), cls, _text(row, "zh"), _text(row, "en")))
    return known


def suggestions(store: Store, words: str) -> list[str]:
    """Names that resemble words which nothing bears."""
    return nearest(store, words)


def _id(row: Row, key: str) -> str:
    return compact(_text_iri(row, key))


def _text_iri(row: Row, key: str) -> str:
    value = row[key]
    return value.value if isinstance(value, Iri) else str(value)


def _text(row: Row, key: str) -> str:
    value = row.get(key)
    return "" if value is None else value.value


def _last(row: Row, key: str) -> str:
    return _text(row, key).rpartition("/")[2]


# As programs read them


def node_json(found: Node) -> dict[str, Any]:
    """A node in the shape that programs rely on; keys that do not fit are absent."""
    place = [*found.objects("applies"), *found.objects("located_in"), *found.objects("held_at")]
    values: dict[str, Any] = {
        "id": found.thing.id,
        "type": found.cls.lower(),
        "kind": found.kind,
        "label": as_label(found.thing),
        "aliases": list(found.aliases),
        "codes": list(found.codes),
        "number": list(found.numbers),
        "level": found.level,
        "issuers": found.objects("issued_by"),
        "place": next((one for one in place if one.startswith("place/")), ""),
        "dates": [_date_json(one) for one in found.statements if one.predicate == "dates"],
        "sources": source_json(found.sources),
        **dict(found.fields),
    }
    if found.cls == "Designation":
        values |= {"place": values.pop("holder", ""), "kind": values.pop("status", "")}
    always = ("id", "type", "label", "aliases", "sources")
    return {key: value for key, value in values.items() if value or key in always}


def _date_json(one: Statement) -> dict[str, Any]:
    source = next(iter(source_json(one.sources)), {})
    return {
        "event": one.object.id.removeprefix("milestone/"),
        "date": one.since,
        "source": source.get("document"),
        "page": source.get("page"),
    }


def statement_row(one: Statement) -> dict[str, Any]:
    """A statement in the shape that programs rely on."""
    return {
        "subject": one.subject.id, "predicate": one.predicate, "object": one.object.id,
        "from": one.since or None, "until": one.until or None, "sources": source_json(one.sources),
    }


def show_json(found: Node) -> dict[str, Any]:
    """Everything known of a node, its statements and those that speak of it."""
    return node_json(found) | {
        "notes": list(found.notes),
        "statements": [statement_row(one) for one in found.statements],
        "mentioned_in": [statement_row(one) for one in found.mentions],
    }
