"""Real clients of others: SPARQLWrapper, rdflib's SPARQLStore, curl, and our own store."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from serving import GRAPHS, Served
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, XML
from SPARQLWrapper import SPARQLWrapper as Wrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from kg.errors import QueryError
from kg.remote import HttpStore
from kg.store import Solutions
from kg.terms import Iri

PLACES = "PREFIX kg: <https://w3id.org/policykg/ontology#> SELECT DISTINCT ?x { ?x a kg:Place } ORDER BY ?x"
TYPES = "CONSTRUCT { ?x a ?c } WHERE { ?x a ?c FILTER (isIRI(?x)) }"


@pytest.fixture
def wrapper(served: Served) -> Wrapper:
    return Wrapper(served.url)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("direct", [False, True])
def test_wrapper_select(wrapper: Wrapper, method: str, direct: bool) -> None:
    wrapper.setMethod(method)
    if direct and method == POST:
        wrapper.setRequestMethod(POSTDIRECTLY)
    wrapper.setQuery(PLACES)
    wrapper.setReturnFormat(JSON)
    rows = wrapper.queryAndConvert()["results"]["bindings"]
    assert len(rows) > 5 and all(row["x"]["type"] == "uri" for row in rows)


@pytest.mark.parametrize(("form", "start"), [(XML, b"<?xml"), (CSV, b"x\r\n"), (TSV, b"?x\n")])
def test_wrapper_formats_of_rows(wrapper: Wrapper, form: str, start: bytes) -> None:
    wrapper.setQuery(PLACES)
    wrapper.setReturnFormat(form)
    response = wrapper.query().response
    assert response.read().startswith(start)


@pytest.mark.parametrize("form", [XML, RDFXML, TURTLE, N3, JSONLD])
def test_wrapper_graphs(wrapper: Wrapper, form: str) -> None:
    wrapper.setQuery(TYPES)
    wrapper.setReturnFormat(form)
    found = wrapper.queryAndConvert()
    if isinstance(found, bytes):
        found = rdflib.Graph().parse(data=found, format="turtle")
    assert len(found) > 20


def test_wrapper_ask_and_dataset(wrapper: Wrapper) -> None:
    wrapper.addDefaultGraph(GRAPHS[0])
    wrapper.setQuery(f"ASK {{ <{GRAPHS[0]}> a ?c FILTER NOT EXISTS {{ <{GRAPHS[1]}> a ?c }} }}")
    wrapper.setReturnFormat(JSON)
    assert wrapper.queryAndConvert()["boolean"] is True


def test_wrapper_is_told_what_is_wrong(wrapper: Wrapper) -> None:
    wrapper.setQuery("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    with pytest.raises(QueryBadFormed, match="SERVICE may not ask"):
        wrapper.query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_rdflib_store(served: Served, method: str, form: str) -> None:
    graph = rdflib.Graph(SPARQLStore(served.url, method=method, returnFormat=form))
    found = [str(row[0]) for row in graph.query(PLACES)]
    assert found == sorted(found) and len(found) > 5
    if form in ("xml", "json"):  # yes or no is defined for these two
        assert bool(graph.query("ASK { ?s ?p ?o }")) and not bool(graph.query("ASK { <urn:x> ?p ?o }"))


def test_rdflib_store_as_a_graph(served: Served) -> None:
    graph = rdflib.Graph(SPARQLStore(served.url))
    kind = rdflib.URIRef("https://w3id.org/policykg/ontology#Place")
    subjects = set(graph.subjects(rdflib.RDF.type, kind))
    assert len(subjects) > 5
    built = graph.query(TYPES).graph
    assert built is not None and subjects <= set(built.subjects())


def test_our_own_store(served: Served) -> None:
    with HttpStore(served.url) as store:
        answer = store.query(PLACES)
        assert isinstance(answer, Solutions) and isinstance(answer.rows[0]["x"], Iri)
        assert store.query("ASK { ?s ?p ?o }") is True
        triples = store.query(TYPES)
        assert isinstance(triples, tuple) and len(triples) > 20
        with pytest.raises(QueryError, match="not a SPARQL query"):
            store.query("SELECT nonsense")


def _curl(*arguments: str) -> str:
    program = shutil.which("curl")
    if program is None:
        pytest.skip("curl is not installed here")
    done = subprocess.run([program, "-sS", "--max-time", "30", *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def test_curl(served: Served) -> None:
    assert json.loads(_curl("--data-urlencode", f"query={PLACES}", served.url))["head"]["vars"] == ["x"]
    csv = _curl("-G", "-H", "Accept: text/csv", "--data-urlencode", f"query={PLACES}", served.url)
    assert csv.startswith(("x\n", "x\r\n"))
    direct = _curl("-H", "Content-Type: application/sparql-query", "--data-binary",
                   "SELECT ('海南' AS ?x) {}", served.url + "?format=tsv")
    assert direct == '?x\n"海南"\n'
    assert "HTTP/1.1 400" in _curl("-i", "-d", "query=LOAD <http://127.0.0.1:9/>", served.url)
    assert "sparql-service-description#Service>" in _curl(served.url)
    assert "200 OK" in _curl("-I", served.url)
