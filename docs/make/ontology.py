"""The reference of the ontology: its terms, schemes and shapes, and a picture of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache

from rdflib import OWL, RDF, RDFS, SH, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from docs.make.cookbook import cell
from docs.make.drawing import Arrow, Box, picture
from kg.resources import ONTOLOGY
from kg.store import Solutions, open_store
from kg.terms import BASE, PREFIXES, compact, sparql

KG = Namespace(PREFIXES["kg"])

INTRODUCTION = """\
# The ontology

This page is made from [`ontology/kg.ttl`](../ontology/kg.ttl), its shapes and its concept schemes.
The namespace is `https://w3id.org/policykg/ontology#`, prefix `kg`; nodes have addresses under
`https://w3id.org/policykg/`, so that the id `instrument/china/pipl` is
`<https://w3id.org/policykg/instrument/china/pipl>`.

![The classes and the chief relations between them](ontology.svg)

**What is reused.** Legal texts are [ELI](https://eur-lex.europa.eu/eli-register/about.html) resources,
bodies are [ORG](https://www.w3.org/TR/vocab-org/) organisations, kinds, levels, topics and statuses
are [SKOS](https://www.w3.org/TR/skos-reference/) concepts, figures are
[Data Cube](https://www.w3.org/TR/vocab-data-cube/) observations, and sources are
[PROV-O](https://www.w3.org/TR/prov-o/) entities with
[Web Annotation](https://www.w3.org/TR/annotation-model/) selectors. Ours is what these lack: dated
territorial application, promulgation apart from adoption, the standing of a side towards an
agreement over time, statuses that a place holds for a time, dates known only to the month.

**How a fact is written.** Each dated relation is a node of its own, a *statement*; the plain triple
stands beside it for simple questions. This is one of the packaged data, whole:

```turtle
{example}
```

`kg:from` is as precise as the source; `kg:fromEarliest` and `kg:fromLatest` are the days that it
may mean, and are what queries compare. What each key of a data file becomes stands in
[`ontology/context.jsonld`](../ontology/context.jsonld); [how the data are written](data.md) explains
the files.
"""


@cache
def vocabulary() -> Graph:
    """The vocabulary alone."""
    return Graph().parse(ONTOLOGY / "kg.ttl")


@cache
def schemes() -> Graph:
    """All concept schemes together."""
    found = Graph()
    for path in sorted((ONTOLOGY / "schemes").glob("*.ttl")):
        found.parse(path)
    return found


@cache
def shapes() -> Graph:
    """The SHACL shapes."""
    return Graph().parse(ONTOLOGY / "shapes.ttl")


def terms(*kinds: URIRef) -> list[URIRef]:
    """The terms of our own of some kinds, by name."""
    found = {one for kind in kinds for one in vocabulary().subjects(RDF.type, kind)}
    return sorted(one for one in found if isinstance(one, URIRef) and one in KG)


def text(graph: Graph, term: Node, predicate: URIRef, lang: str) -> str:
    """What a term is called or how it is defined in a language."""
    values = graph.objects(term, predicate)
    return next((str(v) for v in values if isinstance(v, Literal) and v.language == lang), "")


def short(node: Node) -> str:
    """A term as people write it."""
    return compact(str(node)) if isinstance(node, URIRef) else str(node)


def ontology_page() -> str:
    """The whole page."""
    relations = [one for one in terms(OWL.ObjectProperty) if _statement_class(one)]
    others = [one for one in terms(OWL.ObjectProperty, OWL.DatatypeProperty) if one not in relations]
    parts = [
        INTRODUCTION.format(example=example()),
        "## Classes\n", *_classes(),
        "\n## Relations\n", RELATIONS, *_relations(relations),
        "\n## Other properties\n", *_properties(others),
        "\n## Words that stand where a date would\n", *_words(),
        "\n## Concept schemes\n", SCHEMES, *_schemes(),
        "## Terms of other vocabularies\n", REUSED, *_reused(),
    ]
    return "\n".join(parts).rstrip("\n") + "\n"


RELATIONS = """\
Each is the predicate of dated statements of the class named, and a plain triple. *Without `from`*
says what a missing first day means: `always` is timeless, `unknown` is certain only from the date
of the document that states it, `inForce` lasts as long as the instrument does.
"""
SCHEMES = """\
Kinds, levels, topics and statuses are data, not code: another country adds its own. What a rule
reads of a concept stands in the last column.
"""
REUSED = "Met in the graph as they are; what they mean is defined where they come from.\n"


# A statement, as an example


def example() -> str:
    """One statement of the packaged data in Turtle, with its citation."""
    with open_store() as store:
        rows = store.query(_EXAMPLE)
    assert isinstance(rows, Solutions)
    lines = [f"{_turtle(row['predicate'])} {_turtle(row['object'])}" for row in rows]
    (name,) = {_turtle(row["statement"]) for row in rows}
    return f"{name}\n    " + " ;\n    ".join(lines) + " ."


_EXAMPLE = f"""
SELECT DISTINCT ?statement ?predicate ?object WHERE {{
  ?statement a <{KG}Participation> ; <{RDF.subject}> <{BASE}agreement/rcep> ;
             <{RDF.object}> <{BASE}place/cn> ; <{KG}from> "2022-01-01"^^<{PREFIXES['xsd']}date> .
  ?statement ?predicate ?object .
}} ORDER BY ?predicate ?object
"""


def _turtle(term: object) -> str:
    whole = sparql(term)  # type: ignore[arg-type]
    for prefix, iri in PREFIXES.items():
        if whole.startswith(f"<{iri}") and "/" not in whole.removeprefix(f"<{iri}"):
            return f"{prefix}:{whole.removeprefix(f'<{iri}').rstrip('>')}"
    return whole.replace(f"^^<{PREFIXES['xsd']}date>", "^^xsd:date").replace(f"<{BASE}", "<")


# Tables


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    head = list(header)
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _named(term: URIRef) -> str:
    """A term with the place that links to it lead to."""
    return f'<a id="{term.removeprefix(str(KG))}"></a>`{short(term)}`'


def _labels(graph: Graph, term: Node, predicate: URIRef = RDFS.label) -> list[str]:
    return [text(graph, term, predicate, "zh"), text(graph, term, predicate, "en")]


def _definition(term: Node, graph: Graph | None = None) -> str:
    return cell(text(graph or vocabulary(), term, SKOS.definition, "en"))


def _classes() -> Iterator[str]:
    rows = ([_named(one), *_labels(vocabulary(), one), _above(one, RDFS.subClassOf),
             _definition(one), _example(one)] for one in terms(OWL.Class))
    yield from _table(("class", "中文", "English", "is a", "what it is", "such as"), rows)
    yield "\n### What a record of a class may and must have\n"
    yield "Bold is required. What is not named here is an error in a data file.\n"
    yield from _table(("class", "properties"), _permitted())


def _permitted() -> Iterator[list[str]]:
    for shape in sorted(shapes().subjects(SH.targetClass, None), key=str):
        target = shapes().value(shape, SH.targetClass)
        found: dict[str, bool] = {}
        for one in shapes().objects(shape, SH.property):
            path = shapes().value(one, SH.path)
            if isinstance(path, URIRef):
                least = shapes().value(one, SH.minCount)
                found[short(path)] = found.get(short(path), False) or bool(least and int(str(least)))
        listed = ", ".join(f"**`{name}`**" if must else f"`{name}`"
                           for name, must in sorted(found.items(), key=lambda one: (not one[1], one[0])))
        if target is not None and listed:
            yield [f"`{short(target)}`", listed]


def _relations(found: list[URIRef]) -> Iterator[str]:
    rows = ([_named(one), *_labels(vocabulary(), one), _statement_class(one),
             _value(one, KG.defaultFrom).removeprefix("kg:"), _above(one, RDFS.subPropertyOf),
             _definition(one), _key(one)] for one in found)
    yield from _table(("relation", "中文", "English", "statement", "without `from`", "narrows",
                       "what it says", "key in files"), rows)


def _properties(found: list[URIRef]) -> Iterator[str]:
    rows = ([_named(one), *_labels(vocabulary(), one), _above(one, RDFS.subPropertyOf),
             _definition(one), _key(one)] for one in found)
    yield from _table(("property", "中文", "English", "narrows", "what it says", "key in files"), rows)


def _words() -> Iterator[str]:
    rows = ([_named(one), *_labels(vocabulary(), one), _definition(one)]
            for one in terms(OWL.NamedIndividual))
    yield from _table(("word", "中文", "English", "what it says"), rows)


def _above(term: URIRef, predicate: URIRef) -> str:
    return ", ".join(f"`{short(one)}`" for one in sorted(vocabulary().objects(term, predicate), key=str))


def _value(term: URIRef, predicate: URIRef) -> str:
    found = vocabulary().value(term, predicate)
    return short(found) if found is not None else ""


def _statement_class(term: URIRef) -> str:
    found = _value(term, KG.statementClass)
    return f"`{found}`" if found else ""


def _example(term: URIRef) -> str:
    found = _value(term, SKOS.example)
    return f"`{found}`" if found else ""


@cache
def _keys() -> dict[str, str]:
    """The keys of data files by the property they stand for."""
    context = json.loads((ONTOLOGY / "context.jsonld").read_text("utf-8"))["@context"]
    named = ((key, value["@id"] if isinstance(value, dict) else value)
             for key, value in context.items() if not key.startswith("@"))
    found: dict[str, str] = {}
    for key, term in named:
        if ":" in term and not term.startswith("http"):
            found[term] = f"{found[term]}, `{key}`" if term in found else f"`{key}`"
    return found


def _key(term: URIRef) -> str:
    return _keys().get(short(term), "derived")


def _schemes() -> Iterator[str]:
    for scheme in sorted(schemes().subjects(RDF.type, SKOS.ConceptScheme), key=str):
        zh, en = _labels(schemes(), scheme, SKOS.prefLabel)
        yield f"### {en[:1].upper()}{en[1:]} · {zh}\n\n{_definition(scheme, schemes())}\n"
        yield from _table(("concept", "中文", "English", "definition", "rules read"), (
            [f"`{short(one)}`", *_labels(schemes(), one, SKOS.prefLabel),
             _definition(one, schemes()), _rules(one)]
            for one in sorted(schemes().subjects(SKOS.inScheme, scheme), key=str)))
        yield ""


def _rules(concept: Node) -> str:
    """What concepts say to the rules, and what they are narrower than."""
    found = [(p, o) for p, o in schemes().predicate_objects(concept)
             if str(p).startswith(str(KG)) or p == SKOS.broader]
    named = ((short(p).removeprefix("kg:").replace("skos:broader", "under"), short(o)) for p, o in found)
    return ", ".join(sorted(f"{name} `{value}`" for name, value in named))


def _reused() -> Iterator[str]:
    used = {term for graph in (vocabulary(), shapes(), schemes()) for triple in graph
            for term in triple if isinstance(term, URIRef) and not isinstance(term, BNode)}
    used |= {URIRef(PREFIXES[p] + name) for term in _keys() if term.partition(":")[0] in PREFIXES
             for p, _colon, name in [term.partition(":")]}
    for prefix in ("dct", "eli", "oa", "org", "prov", "qb", "skos"):
        names = sorted(short(one) for one in used if str(one).startswith(PREFIXES[prefix]))
        listed = [f"`{name}`" for name in names if name != f"{prefix}:"]
        if listed:
            yield f"- **{prefix}** `{PREFIXES[prefix]}`: {', '.join(listed)}"


# The picture


def _class_box(name: str, x: int, y: int, kind: str, **size: int) -> Box:
    zh, en = _labels(vocabulary(), KG[name])
    return Box(x, y, f"{en[:1].upper()}{en[1:]}", zh, kind, **size)


THINGS = {
    "Line": (30, 60), "Agency": (30, 190), "Agreement": (290, 60), "Instrument": (290, 190),
    "Event": (200, 320), "Place": (710, 190), "Indicator": (440, 320), "Observation": (710, 320),
}
STATEMENTS = ("Scope", "Containment", "Exclusion", "Participation", "Displacement", "Milestone",
              "Designation", "Relation")
RELATED = (
    ("Agreement", "Instrument", "", True), ("Agreement", "Place", "hasSide", False),
    ("Instrument", "Place", "appliesTo", False), ("Instrument", "Agency", "issuedBy", False),
    ("Instrument", "Line", "line", False), ("Instrument", "Instrument", "basedOn, implements, replaces …", False),
    ("Place", "Place", "within", False), ("Place", "status", "holdsStatus", False),
    ("Event", "Agency", "organisedBy", False), ("Event", "Place", "heldAt", False),
    ("Observation", "Place", "subject", False), ("Observation", "Indicator", "indicator", False),
    ("Statement", "Citation", "dct:source", False), ("Citation", "Document", "document", False),
)
"""What the picture joins: from, to, by which term, and whether it is a kind of it (dashed)."""
AT = {"heldAt": 0.8}
"""Where on its arrow a label stands that would otherwise lie on another."""


def ontology_picture() -> str:
    """The classes, the chief relations between them, and the statements that carry the dates."""
    boxes = {"things": Box(10, 10, "Nodes · 节点", kind="band", width=900, height=400),
             "statements": Box(10, 430, "Dated statements with sources · 有日期、有来源的陈述",
                               kind="band", width=900, height=250)}
    boxes |= {name: _class_box(name, x, y, "main") for name, (x, y) in THINGS.items()}
    boxes["status"] = Box(710, 60, "Concept", "status, kind, level, topic")
    boxes["kinds"] = Box(18, 592, "", kind="band", width=884, height=70)
    boxes["Document"] = _class_box("Document", 30, 470, "source")
    boxes["Citation"] = _class_box("Citation", 300, 470, "source")
    boxes["Statement"] = _class_box("Statement", 590, 470, "said")
    for number, name in enumerate(STATEMENTS):
        boxes[name] = _class_box(name, 24 + 110 * number, 600, "said", width=104)
    arrows = [Arrow(a, b, label, dashed, AT.get(label, 0.5)) for a, b, label, dashed in RELATED]
    arrows.append(Arrow("kinds", "Statement", dashed=True))
    return picture(920, 690, "The ontology of policy-kg", boxes, arrows)
