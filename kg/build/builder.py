"""Records → triples, one record after the other; mistakes are kept, nothing is dropped in silence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date

from kg.build.graph import Graph, Place, is_label
from kg.build.span import NEEDS_FROM, add_day, add_span, checked_date, quiet_date
from kg.build.wellformed import CHECKS, EXPECTED, article, items_of, language_of, nearest
from kg.dates import day_literal, partial_literal
from kg.names import name_key
from kg.records import ID, Mapping, Record, Text, Value
from kg.schema import Key, Schema
from kg.terms import KG, PREFIXES, RDF_TYPE, XSD, expand, iri_text, literal_text

_RDF, _SKOS, _OA = PREFIXES["rdf"], PREFIXES["skos"], PREFIXES["oa"]
_SOURCE = PREFIXES["dct"] + "source"
_TARGET_KEYS = ("to", "party", "event")
_SOURCE_KEYS = ("document", "page", "at", "start", "end", "checked")
_LANGUAGES = ("zh", "en")
_UNNAMED = frozenset({"observation"})

_SELF = expand("self")


class Builder:
    """Turns records into triples of one graph."""

    def __init__(self, graph: Graph, schema: Schema, evidence: dict[str, date]) -> None:
        self.graph, self.schema, self.evidence = graph, schema, evidence

    def add_all(self, records: Iterable[Record]) -> None:
        for record in records:
            self.add_record(record)

    def add_record(self, record: Record) -> None:
        node, place = expand(record.id), (record.file, record.line)
        self.graph.places[node] = place
        for cls in self._classes(record.cls):
            self.graph.add(node, RDF_TYPE, iri_text(cls))
        if record.cls == "Designation":
            self.graph.add(node, _RDF + "predicate", iri_text(KG + "holdsStatus"))
        sources = self._sources(record.body, record.file)
        if not sources:
            said = "needs `sources`: a list of {document: …, page: …, checked: …}"
            self.graph.wrong(place, f"{record.id} {said}")
        for citation in sources:
            self.graph.add(node, _SOURCE, iri_text(citation))
        self._add_keys(record, node, sources)
        self._add_names(record, node)
        self._add_status(record, node)

    def _classes(self, name: str) -> Iterator[str]:
        cls: str | None = KG + name
        while cls:
            yield cls
            cls = self.schema.parents.get(cls)

    def _add_keys(self, record: Record, node: str, sources: list[str]) -> None:
        permitted = self.schema.keys_of(record.cls)
        for name, value in record.body.values.items():
            place = (record.file, value.line)
            if name not in permitted:
                self._wrong_key(place, name, permitted, record.cls.lower())
            elif name in self.schema.relations:
                self._add_relations(record, node, name, value, sources)
            elif name not in ("source", "sources", "from", "until"):
                self._add_value(node, self.schema.keys[name], value, record.file)
        if record.cls == "Designation" and not isinstance(record.body.values.get("from"), Text):
            self.graph.wrong((record.file, record.body.line), NEEDS_FROM)
        add_span(self.graph, node, record.body, record.file)

    def _wrong_key(self, place: Place, name: str, permitted: frozenset[str], what: str) -> None:
        from rapidfuzz import process

        close = process.extractOne(name, sorted(permitted), score_cutoff=60)
        right = f"did you mean `{close[0]}`?" if close else f"one of {', '.join(sorted(permitted))}"
        self.graph.wrong(place, f"`{name}` is no key of {article(what)} {what}; {right}")

    # plain values

    def _add_value(self, node: str, key: Key, value: Value, file: str) -> None:
        if key.kind == "language":
            self._add_labels(node, key, value, file)
            return
        for item in items_of(value):
            if not isinstance(item, Text):
                self.graph.wrong((file, item.line), f"`{key.name}` takes text, not a mapping")
            elif text := self._object(key, item, file):
                self.graph.add(node, key.iri, text)
                if key.iri == KG + "value":  # a store may write 12.50 as 12.5
                    self.graph.add(node, KG + "printed", literal_text(item.value))

    def _add_labels(self, node: str, key: Key, value: Value, file: str) -> None:
        labels = value.values if isinstance(value, Mapping) else {}
        for language in _LANGUAGES:
            label = labels.get(language)
            if not isinstance(label, Text) or not label.value.strip():
                said = f"`{key.name}` needs {language}: write {{zh: …, en: …}}"
                self.graph.wrong((file, value.line), said)
        for language, label in labels.items():
            if language not in _LANGUAGES:
                said = f"`{key.name}` knows no language {language!r}: write {{zh: …, en: …}}"
                self.graph.wrong((file, label.line), f"{said}, and a text with a comma in quotes")
            elif isinstance(label, Text):
                self.graph.add(node, key.iri, literal_text(label.value, language))

    def _object(self, key: Key, item: Text, file: str) -> str:
        """A value in N-Triples; empty, with a problem kept, if it is not well formed."""
        place = (file, item.line)
        if key.kind == "reference":
            return self._reference(item.value, place)
        if key.kind == "concept":
            return self._concept(key, item.value, place)
        if key.kind == "date":
            found = checked_date(self.graph, item, place, key.name)
            return partial_literal(found) if found else ""
        if key.kind == "text":
            return literal_text(item.value, language_of(item.value) if is_label(key.iri) else None)
        return self._typed(key, item, place)

    def _reference(self, name: str, place: Place) -> str:
        if not ID.match(name):
            self.graph.wrong(place, f"{name!r} is no id; an id looks like place/cn/110000")
            return ""
        self.graph.references.append((name, place))
        return iri_text(expand(name))

    def _concept(self, key: Key, name: str, place: Place) -> str:
        iri = key.scheme + name
        if iri in self.schema.concepts:
            return iri_text(iri)
        known = sorted(c[len(key.scheme):] for c in self.schema.concepts if c.startswith(key.scheme))
        self.graph.wrong(place, f"`{key.name}` knows no {name!r}; {nearest(name, known)}")
        return ""

    def _typed(self, key: Key, item: Text, place: Place) -> str:
        check = CHECKS.get(key.kind)
        if check is not None and not check(item.value):
            expected = key.kind.rpartition("#")[2]
            self.graph.wrong(place, f"`{key.name}` must be {EXPECTED[expected]}, not {item.value!r}")
            return ""
        return literal_text(item.value, datatype=key.kind)

    # names, to be found by

    def _add_names(self, record: Record, node: str) -> None:
        names = [item for key in ("aliases", "code", "number")
                 for item in items_of(record.body.values.get(key))]
        label = record.body.values.get("label")
        if isinstance(label, Mapping):
            names += label.values.values()
        for name in names:
            if isinstance(name, Text) and (found := name_key(name.value)):
                self.graph.add(node, KG + "nameKey", literal_text(found))
        if label is None and record.id.partition("/")[0] not in _UNNAMED:
            self.graph.wrong((record.file, record.line), "needs a `label`: {zh: …, en: …}")

    def _add_status(self, record: Record, node: str) -> None:
        """The plain triple of a designation, beside its node."""
        holder, status = (record.body.values.get(key) for key in ("holder", "status"))
        if record.cls == "Designation":
            for key, value in (("holder", holder), ("status", status)):
                if value is None:
                    self.graph.wrong((record.file, record.line), f"a designation needs `{key}`")
        if isinstance(holder, Text) and isinstance(status, Text) and ID.match(holder.value):
            status_iri = self.schema.keys["status"].scheme + status.value
            self.graph.add(expand(holder.value), KG + "holdsStatus", iri_text(status_iri))

    # sources

    def _sources(self, body: Mapping, file: str) -> list[str]:
        """The citations that a record or statement gives for itself."""
        found = [item for item in items_of(body.values.get("sources")) if isinstance(item, Mapping)]
        short = body.values.get("source")
        if isinstance(short, Text):
            rest = {k: v for k, v in body.values.items() if k in _SOURCE_KEYS}
            found.append(Mapping({"document": short, **rest}, short.line))
        return [iri for item in found if (iri := self._citation(item, file))]

    def _citation(self, body: Mapping, file: str) -> str:
        lines = Graph()
        keys = self.schema.keys
        for name, value in body.values.items():
            if name not in _SOURCE_KEYS:
                self._wrong_key((file, value.line), name, frozenset(_SOURCE_KEYS), "source")
            elif name not in ("start", "end") and isinstance(value, Text):
                self._add_value_to(lines, keys[name], value, file)
        if "document" not in body.values:
            self.graph.wrong((file, body.line), "a source needs a `document`")
            return ""
        if "checked" not in body.values:
            lines.add(_SELF, KG + "checked", literal_text("source"))
        self._add_selector(lines, body, file)
        lines.add(_SELF, RDF_TYPE, iri_text(KG + "Citation"))
        return self._mint("citation", lines, (file, body.line))

    def _add_value_to(self, own: Graph, key: Key, value: Text, file: str) -> None:
        if text := self._object(key, value, file):
            own.add(_SELF, key.iri, text)

    def _add_selector(self, lines: Graph, body: Mapping, file: str) -> None:
        start, end = body.values.get("start"), body.values.get("end")
        if not isinstance(start, Text) or not isinstance(end, Text):
            return
        place = (file, start.line)
        if not (start.value.isdigit() and end.value.isdigit()):
            self.graph.wrong(place, "`start` and `end` are code points: whole numbers")
        elif int(start.value) >= int(end.value):
            self.graph.wrong(place, f"`end` {end.value} must come after `start` {start.value}")
        else:
            selector = expand(f"selector/{start.value}-{end.value}")
            self.graph.add(selector, RDF_TYPE, iri_text(_OA + "TextPositionSelector"))
            for name, offset in (("start", start), ("end", end)):
                text = literal_text(offset.value, datatype=XSD + "integer")
                self.graph.add(selector, _OA + name, text)
            lines.add(_SELF, _OA + "hasSelector", iri_text(selector))

    def _mint(self, kind: str, own: Graph, place: Place) -> str:
        """An IRI made of what is said, so that the same said twice is one node."""
        digest = hashlib.sha1("\n".join(sorted(own.lines)).encode()).hexdigest()[:16]
        node = expand(f"{kind}/{digest}")
        self.graph.places.setdefault(node, place)
        mark, mine = iri_text(_SELF), iri_text(node)
        self.graph.lines.update(mine + line[len(mark):] for line in own.lines)
        return node

    # dated statements

    def _add_relations(
        self, record: Record, node: str, name: str, value: Value, sources: list[str]
    ) -> None:
        for item in items_of(value):
            body = item if isinstance(item, Mapping) else Mapping({"to": item}, item.line)
            self._add_statement(record, node, self.schema.keys[name], body, sources)

    def _add_statement(
        self, record: Record, node: str, key: Key, body: Mapping, sources: list[str]
    ) -> None:
        place = (record.file, body.line)
        target = self._target(key, body, record.file)
        if not target:
            return
        cls = self.schema.statement_class[key.iri]
        own = Graph()
        for name in self._classes(cls.removeprefix(KG)):
            own.add(_SELF, RDF_TYPE, iri_text(name))
        own.add(_SELF, _RDF + "subject", iri_text(node))
        own.add(_SELF, _RDF + "predicate", iri_text(key.iri))
        own.add(_SELF, _RDF + "object", target)
        cited = self._sources(body, record.file) or sources
        for citation in cited:
            own.add(_SELF, _SOURCE, iri_text(citation))
        self._add_qualifiers(own, key, body, record.file)
        self._add_span(own, key, body, record.file, self._evidence_of(body, record))
        self.graph.problems += own.problems
        self.graph.references += own.references
        statement = self._mint("statement", own, place)
        self._add_plain(node, key, target, body, statement, place)

    def _target(self, key: Key, body: Mapping, file: str) -> str:
        for name in _TARGET_KEYS:
            target = body.values.get(name)
            if isinstance(target, Text):
                return self._object(self.schema.keys[name], target, file)
        wanted = {"dates": "event", "parties": "party"}.get(key.name, "to")
        self.graph.wrong((file, body.line), f"an item of `{key.name}` needs `{wanted}`")
        return ""

    def _add_qualifiers(self, own: Graph, key: Key, body: Mapping, file: str) -> None:
        cls = self.schema.statement_class[key.iri].removeprefix(KG)
        permitted = self.schema.keys_of(cls) | set(_SOURCE_KEYS)
        skipped = {*_TARGET_KEYS, *_SOURCE_KEYS, "source", "sources", "from", "until"}
        scratch = Builder(own, self.schema, self.evidence)
        for name, value in body.values.items():
            if name not in permitted:
                self._wrong_key((file, value.line), name, permitted, f"item of `{key.name}`")
            elif name not in skipped:
                scratch._add_value(_SELF, self.schema.keys[name], value, file)

    def _evidence_of(self, body: Mapping, record: Record) -> date | None:
        """The first day by whose end some cited document had said so."""
        said = [body] if "source" in body.values or "sources" in body.values else [record.body]
        names = [item.values.get("document") for one in said
                 for item in items_of(one.values.get("sources")) if isinstance(item, Mapping)]
        names += [one.values.get("source") for one in said]
        days = [self.evidence[name.value] for name in names
                if isinstance(name, Text) and name.value in self.evidence]
        return min(days) if days else None

    def _add_span(
        self, own: Graph, key: Key, body: Mapping, file: str, evidence: date | None
    ) -> None:
        if self.schema.statement_class[key.iri] == KG + "Milestone":
            add_day(own, _SELF, key, body, file)
            return
        default = self.schema.default_from.get(key.iri)
        if "from" not in body.values and not default:
            said = f"an item of `{key.name}` needs `from`: a date, always or unknown"
            own.wrong((file, body.line), said)
        if "from" not in body.values and default:
            own.add(_SELF, KG + "from", iri_text(default))
            if default == KG + "unknown" and evidence:
                own.add(_SELF, KG + "fromLatest", day_literal(evidence))
        add_span(own, _SELF, body, file, evidence)

    def _add_plain(
        self, node: str, key: Key, target: str, body: Mapping, statement: str, place: Place
    ) -> None:
        """The plain triple beside the statement, unless the statement is in doubt."""
        target_iri = target.strip("<>")
        if key.iri in self.schema.acyclic:
            self.graph.edges.setdefault(key.iri, []).append((node, target_iri, place))
        if not _doubtful(body):
            self.graph.add(node, key.iri, target)
            self._add_dated(node, target_iri, body)

    def _add_dated(self, node: str, event: str, body: Mapping) -> None:
        """The ELI date of a milestone, such as its first day in force."""
        day = body.values.get("date")
        predicate = self.schema.date_properties.get(event)
        if predicate and isinstance(day, Text) and (found := quiet_date(day)):
            self.graph.add(node, predicate, partial_literal(found))


def _doubtful(body: Mapping) -> bool:
    said = {name: value.value for name, value in body.values.items() if isinstance(value, Text)}
    return (
        said.get("rank") == "disputed"
        or said.get("certainty") == "uncertain"
        or said.get("extent") == "unknown"
    )
