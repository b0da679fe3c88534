"""What the endpoint says of itself, in the vocabulary of SPARQL 1.1 Service Description."""

from __future__ import annotations

from collections.abc import Iterator

from kg.export import serialise
from kg.store import Triple
from kg.terms import RDF_TYPE, Blank, Iri, Term

SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
            "Turtle", "N-Triples", "JSON-LD", "RDF_XML")


def description(address: str, form: str, federated: bool = False) -> bytes:
    """The description of the service at an address, as `ttl`, `nt`, `jsonld` or `rdfxml`."""
    return serialise(_triples(address, federated), form)


def _triples(address: str, federated: bool) -> Iterator[Triple]:
    service, dataset, graph = Blank("service"), Blank("dataset"), Blank("graph")
    yield _said(service, RDF_TYPE, Iri(SD + "Service"))
    yield _said(service, SD + "endpoint", Iri(address))
    yield _said(service, SD + "supportedLanguage", Iri(SD + "SPARQL11Query"))
    for name in _RESULTS:
        yield _said(service, SD + "resultFormat", Iri(_FORMATS + name))
    if federated:
        yield _said(service, SD + "feature", Iri(SD + "BasicFederatedQuery"))
    yield _said(service, SD + "defaultDataset", dataset)
    yield _said(dataset, RDF_TYPE, Iri(SD + "Dataset"))
    yield _said(dataset, SD + "defaultGraph", graph)
    yield _said(graph, RDF_TYPE, Iri(SD + "Graph"))


def _said(subject: Term, predicate: str, value: Term) -> Triple:
    return subject, Iri(predicate), value
