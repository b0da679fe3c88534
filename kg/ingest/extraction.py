"""From clean text to what the document says of itself, and to proposed facts."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kg.ingest import clauses, english
from kg.ingest.baretitles import is_statute
from kg.ingest.basis import based_on
from kg.ingest.cleantext import CleanText
from kg.ingest.englishclauses import english_based_on, english_repeals
from kg.ingest.englishnames import english_mentions
from kg.ingest.gazetteer import Entry, Gazetteer
from kg.ingest.heading import LETTERS, read_heading
from kg.ingest.kinds import english_kind, kind_of, kind_of_text
from kg.ingest.proposals import Builder, Node, Proposal, Source
from kg.ingest.prose import Told, tell
from kg.ingest.regions import regions
from kg.ingest.rules import chinese_rules, english_rules
from kg.ingest.sides import sides_of_title
from kg.ingest.titles import MarkedTitle, kind_ending
from kg.ingest.values import Value

_MAX_PROPOSALS = 20_000
_SURE = 0.75


@dataclass(frozen=True)
class DocumentFields:
    """What a document says of itself; an absent value means that it does not say."""

    title: Value | None = None
    kind: str | None = None
    issuers: tuple[Value, ...] = ()
    number: Value | None = None
    adopted: Value | None = None
    promulgated: Value | None = None
    in_force: Value | None = None
    amended: tuple[Value, ...] = ()
    repeals: tuple[Value, ...] = ()
    based_on: tuple[Value, ...] = ()
    mentions: tuple[Value, ...] = ()
    regions: tuple[Value, ...] = ()
    amends: tuple[Value, ...] = ()
    parties: tuple[Value, ...] = ()
    approved: Value | None = None


@dataclass(frozen=True)
class Extraction:
    """A document's own fields and every fact that it suggests."""

    clean: CleanText
    fields: DocumentFields
    proposals: tuple[Proposal, ...]


def extract(clean: CleanText, gazetteer: Gazetteer) -> Extraction:
    """Read the fields and propose facts, with the graph's own names as a guide."""
    told: Sequence[Told] = ()
    if english.is_english(clean.text):
        fields = _english_fields(clean, gazetteer)
    else:
        fields = _chinese_fields(clean, gazetteer)
        told = tell(clean, gazetteer, fields.title.value if fields.title else "")
        if _is_prose(fields) and not is_statute(clean.text):
            fields = _with_told_mentions(fields, told)
    return Extraction(clean, fields, tuple(_propose(clean, gazetteer, fields, told)))


def _english_fields(clean: CleanText, gazetteer: Gazetteer) -> DocumentFields:
    heading = english.read_english_heading(clean)
    title = heading.title.value if heading.title else ""
    start = _text_start(clean)
    sides = sides_of_title(heading.title, gazetteer) if heading.title else []
    mentions = english_mentions(clean.text, title, start)
    own = heading.number.value.replace("No. ", "") if heading.number else ""
    return DocumentFields(
        title=heading.title,
        kind=_record_kind(clean) or english_kind(title, clean.text),
        issuers=heading.issuers,
        number=heading.number,
        adopted=heading.adopted,
        promulgated=heading.promulgated,
        in_force=heading.in_force,
        repeals=tuple(english_repeals(clean.text, mentions)),
        based_on=tuple(english_based_on(clean.text, mentions)),
        mentions=tuple(m for m in mentions if m.value != own),
        parties=tuple(english.parties(clean) or sides),
    )


def _record_kind(clean: CleanText) -> str | None:
    """The kind that an agreement's record states: Free Trade Agreement, Customs Union."""
    stated = (f.value for f in clean.fields if f.name == "type")
    kinds = english_rules().record_kinds
    return next((kinds[word] for value in stated for word in kinds if word in value), None)


def _text_start(clean: CleanText) -> int:
    """Where the text begins behind an XML record's statements about it."""
    at = clean.raw.text.find("<body") if clean.raw.media == "application/xml" else -1
    return bisect_left(clean.body.starts, at) if at >= 0 else 0


def _chinese_fields(clean: CleanText, gazetteer: Gazetteer) -> DocumentFields:
    heading = read_heading(clean, gazetteer)
    title = heading.title.value if heading.title else ""
    number = heading.number.value if heading.number else None
    is_draft = re.search(chinese_rules().patterns["draft"], title) is not None
    signed_at = heading.signed_at if kind_ending(title) in LETTERS else None
    body = clauses.Body(
        clean.text, heading.title_end, title, gazetteer, number, signed_at, is_draft
    )
    places = tuple(regions(clean.text, heading, gazetteer))
    bodies = [*(v.value for v in heading.issuers), *heading.approved_by]
    return DocumentFields(
        title=heading.title,
        kind=kind_of(title, bodies, is_local=_begins_with_place(heading.title, places))
        if title
        else kind_of_text(clean.text),
        issuers=heading.issuers,
        number=heading.number,
        adopted=heading.adopted,
        promulgated=heading.promulgated,
        in_force=None if is_draft else clauses.in_force(body) or heading.in_force,
        amended=heading.amended,
        approved=heading.approved,
        repeals=() if is_draft else tuple(map(_titled("repeals.clause"), clauses.repeals(body))),
        based_on=tuple(based_on(body)),
        mentions=tuple(map(_titled("mention.marks"), clauses.mentions(body))),
        regions=places,
        amends=tuple(map(_titled("amends.clause"), clauses.amends(body))),
    )


def _begins_with_place(title: Value | None, places: Iterable[Value]) -> bool:
    return title is not None and any(
        p.rule == "region.title" and p.start == title.start for p in places
    )


class _titled:
    """Turns a title in marks into a value under one rule's name."""

    def __init__(self, rule: str) -> None:
        self.rule = rule

    def __call__(self, title: MarkedTitle) -> Value:
        return Value(title.text, title.start, title.end, self.rule, 0.98 if title.number else 0.95)


def _is_prose(fields: DocumentFields) -> bool:
    """A report about instruments rather than one of them: no number, no issuer, no title marks."""
    return not (fields.mentions or fields.number or fields.issuers)


def _with_told_mentions(fields: DocumentFields, told: Iterable[Told]) -> DocumentFields:
    """A text that uses no title marks: its bare titles are its mentions."""
    found: dict[str, Value] = {}
    for fact in told:
        if fact.p == "kind" and fact.confidence >= _SURE:
            found.setdefault(
                fact.s.label, Value(fact.s.label, fact.start, fact.end, fact.rule, fact.confidence)
            )
    return replace(fields, mentions=tuple(found.values()))


# --- proposals --------------------------------------------------------------------------------


def _propose(
    clean: CleanText, gazetteer: Gazetteer, fields: DocumentFields, told: Iterable[Told]
) -> list[Proposal]:
    builder = Builder(
        clean.raw.text, Source(clean.raw.name, clean.raw.sha256), tuple(s.name for s in clean.steps)
    )
    maker = _Maker(clean, gazetteer, builder)
    if fields.title is not None and (fields.kind or fields.number or fields.issuers):
        maker.own_facts(fields.title, fields)
    for fact in told:
        maker.told(fact)
        if len(builder.made) >= _MAX_PROPOSALS:
            break
    return sorted(
        builder.made.values(), key=lambda p: (p.selector.start, p.selector.end, p.p, p.id)
    )


class _Maker:
    """Turns values and told facts into proposals about nodes, known or new."""

    def __init__(self, clean: CleanText, gazetteer: Gazetteer, builder: Builder) -> None:
        self.clean = clean
        self.gazetteer = gazetteer
        self.builder = builder
        self.entities: dict[str, str] = {}

    def place(self, value: Value) -> tuple[int, int]:
        return (
            (value.start, value.end) if value.raw else self.clean.raw_span(value.start, value.end)
        )

    def node(self, label: str, node_type: str, number: str | None = None) -> Node:
        """The graph's node of that name or number, when there is exactly one; else a new one."""
        entry = match_entry(self.gazetteer, label, node_type, number)
        return Node(entry.label, entry.type, entry.iri) if entry else Node(label, node_type)

    def entity(self, node: Node, kind: str | None, value: Value) -> None:
        """Propose a node once, where it is first named."""
        if node.key in self.entities:
            return
        place = self.place(value)
        made = self.builder.add(
            node,
            "kind",
            kind or node.type,
            place,
            value.value,
            value.rule,
            value.confidence,
            page=self.page(value),
            inferred=self.clean.inferred_within(*place),
        )
        if made:
            self.entities[node.key] = made

    def relation(self, s: Node, p: str, o: Node | str, value: Value) -> None:
        place = self.place(value)
        depends = [
            self.entities.get(n.key) for n in (s, o) if isinstance(n, Node) and n.iri is None
        ]
        self.builder.add(
            s,
            p,
            o,
            place,
            value.value,
            value.rule,
            value.confidence,
            page=self.page(value),
            depends_on=tuple(d for d in depends if d),
            inferred=self.clean.inferred_within(*place),
        )

    def page(self, value: Value) -> str | None:
        return None if value.raw else self.clean.page_at(value.start)

    def own_facts(self, title: Value, fields: DocumentFields) -> None:
        """What the document says of itself."""
        number = fields.number.value if fields.number else None
        own_type = "agreement" if fields.parties else "instrument"
        own = self.node(title.value, own_type, number)
        self.entity(own, fields.kind, title)
        if fields.number:
            self.relation(own, "number", fields.number.value, fields.number)
        for event, date in (
            ("signed" if own_type == "agreement" else "adopted", fields.adopted),
            ("approved", fields.approved),
            ("promulgated", fields.promulgated),
            ("in-force", fields.in_force),
        ):
            if date:
                self.relation(own, event, date.value, date)
        for date in fields.amended:
            self.relation(own, "amended", date.value, date)
        self.links(own, "issued_by", "agency", fields.issuers)
        self.links(own, "applies", "place", fields.regions)
        self.links(own, "party", "place", fields.parties)
        for p, values in (
            ("repeals", fields.repeals),
            ("based_on", fields.based_on),
            ("amends", fields.amends),
            ("cites", fields.mentions),
        ):
            self.links(own, p, "instrument", values)

    def links(self, own: Node, p: str, node_type: str, values: Iterable[Value]) -> None:
        for value in values:
            node = self.node(value.value, node_type)
            if node.key == own.key:
                continue
            if node.iri is None and node_type == "instrument":
                self.entity(node, kind_of(value.value), value)
            self.relation(own, p, node, value)

    def told(self, fact: Told) -> None:
        value = Value(fact.said, fact.start, fact.end, fact.rule, fact.confidence)
        if fact.p == "kind":
            self.entity(fact.s, fact.o if isinstance(fact.o, str) else None, value)
        else:
            self.relation(fact.s, fact.p, fact.o, value)


def match_entry(
    gazetteer: Gazetteer, label: str, node_type: str, number: str | None = None
) -> Entry | None:
    """The one node that a name or a number means; none when there are several."""
    types = (
        ("instrument", "agreement") if node_type in ("instrument", "agreement") else (node_type,)
    )
    by_number = [e for e in gazetteer.numbered(number) if e.type in types] if number else []
    by_code = gazetteer.coded(label, *types) if node_type == "place" else ()
    for found in (by_number, gazetteer.named(label, *types), by_code):
        if len({e.iri for e in found}) == 1:
            return found[0]
    return None


def extraction_json(extraction: Extraction) -> dict[str, object]:
    """The shape of `kg ingest --format json`."""
    fields = extraction.fields
    document = {
        "title": _text(fields.title),
        "kind": fields.kind,
        "issuers": _texts(fields.issuers),
        "number": _text(fields.number),
        "adopted": _text(fields.adopted),
        "promulgated": _text(fields.promulgated),
        "in_force": _text(fields.in_force),
        "amended": _texts(fields.amended),
        "repeals": _texts(fields.repeals),
        "based_on": _texts(fields.based_on),
        "mentions": _texts(fields.mentions),
        "regions": _texts(fields.regions),
    }
    return {"document": document, "proposals": [p.brief() for p in extraction.proposals]}


def _text(value: Value | None) -> str | None:
    return value.value if value else None


def _texts(values: Iterable[Value]) -> list[str]:
    return list(dict.fromkeys(v.value for v in values))
