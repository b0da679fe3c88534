"""The vocabulary: every term labelled, defined and used; our compiled shapes are plain SHACL."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest

from kg.build import Graph, build
from kg.queries import names, read_query
from kg.resources import ONTOLOGY
from kg.schema import load_schema
from kg.terms import KG, PREFIXES
from kg.validate import validate


def _terms() -> list[str]:
    text = (ONTOLOGY / "kg.ttl").read_text("utf-8")
    return re.findall(r"^kg:(\w+) a ", text, re.MULTILINE)


def test_every_term_of_ours_is_used() -> None:
    shapes = (ONTOLOGY / "shapes.ttl").read_text("utf-8")
    asked = "".join(read_query(name) for name in names())
    own = (ONTOLOGY / "kg.ttl").read_text("utf-8")
    unused = [t for t in _terms() if not re.search(rf"kg:{t}\b", shapes + asked)
              and len(re.findall(rf"kg:{t}\b", own)) < 2]
    assert not unused


def test_there_are_terms() -> None:
    assert len(_terms()) == len(set(_terms())) > 90


def test_the_context_names_known_terms() -> None:
    context = json.loads((ONTOLOGY / "context.jsonld").read_text("utf-8"))["@context"]
    ours = {key.iri.removeprefix(KG) for key in load_schema().keys.values() if key.iri.startswith(KG)}
    assert ours <= set(_terms()) | {"PartialDate"}
    assert all(context[name] == iri for name, iri in PREFIXES.items() if name in context)


def test_the_context_is_json_ld() -> None:
    import rdflib

    document = json.loads((ONTOLOGY / "context.jsonld").read_text("utf-8"))
    record = document | {"@id": "instrument/x", "label": {"zh": "法", "en": "Act"}, "kind": "law",
                         "topics": ["privacy"], "issued_by": ["agency/y"]}
    graph = rdflib.Graph().parse(data=json.dumps(record), format="json-ld")
    base = "https://w3id.org/policykg/"
    subject = rdflib.URIRef(base + "instrument/x")
    assert (subject, rdflib.URIRef(KG + "kind"), rdflib.URIRef(base + "kind/law")) in graph
    assert (subject, rdflib.URIRef(KG + "issuedBy"), rdflib.URIRef(base + "agency/y")) in graph
    assert (subject, rdflib.SKOS.prefLabel, rdflib.Literal("Act", lang="en")) in graph


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "<x/1> a kg:Instrument .",
        '<x/1> a kg:Instrument ; skos:prefLabel "a"@en , "b"@en ; kg:kind <kind/ministry> .',
        ("<x/1> a kg:Statement , kg:Scope ; rdf:subject <place/north> ; rdf:predicate kg:appliesTo ;"
        " rdf:object <place/south> ; kg:force <force/binding> , <force/about> ."),
        '<x/1> a kg:Citation ; kg:document <document/gazette> ; kg:page "ten" ; kg:checked "no" .',
        '<x/1> a kg:Document ; kg:sha256 "abc" .',
        "<x/1> a skos:Concept .",
    ],
)
def test_compiled_shapes_find_what_pyshacl_finds(aurelia: Graph, wrong: str) -> None:
    import pyshacl
    import rdflib

    header = "".join(f"@prefix {n}: <{i}> .\n" for n, i in PREFIXES.items())
    extra = rdflib.Graph().parse(
        data=f"{header}@base <https://w3id.org/policykg/> .\n{wrong}", format="turtle")
    more = set(extra.serialize(format="nt").strip().splitlines()) - {""}
    graph = Graph(lines=aurelia.lines | more, places=aurelia.places)
    data = rdflib.Graph().parse(BytesIO(graph.n_triples()), format="nt")
    shapes = rdflib.Graph().parse(ONTOLOGY / "shapes.ttl")
    _ok, report, _text = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    theirs = {str(node).rpartition("/")[2] for node in report.objects(None, rdflib.SH.focusNode)}
    ours = {problem.message.partition(":")[0].rpartition("/")[2] for problem in validate(graph)}
    assert ours == theirs
    assert bool(ours) == bool(wrong)


def test_a_record_of_each_class_is_in_the_made_up_country(aurelia: Graph) -> None:
    text = "\n".join(aurelia.lines)
    for term in _terms():
        if term[0].isupper() and term not in ("Exclusion",):
            assert f"<{KG}{term}>" in text, term


def test_the_build_of_the_ontology_is_the_same_every_time() -> None:
    from country import AURELIA

    assert build(AURELIA).n_triples() == build(AURELIA).n_triples()
