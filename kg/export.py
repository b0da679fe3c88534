"""The graph in the formats that others read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.errors import QueryError, StoreError
from kg.store import OxigraphStore, Store, Triple
from kg.terms import PREFIXES, Blank, Iri, Literal, Term

FORMATS = ("ttl", "nt", "jsonld", "rdfxml", "csv", "graphml")
_OX = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdfxml": ox.RdfFormat.RDF_XML,
       "jsonld": ox.RdfFormat.JSON_LD}
_EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


def export(store: Store, name: str) -> bytes:
    """Everything in the store, sorted, in one of FORMATS."""
    if name == "csv":
        return _statements_csv(store).encode()
    if name == "graphml":
        return _graphml(store)
    if name not in _OX:
        raise QueryError(f"no format {name!r}; known: {', '.join(FORMATS)}")
    return _serialised(store, _OX[name])


def _serialised(store: Store, form: ox.RdfFormat) -> bytes:
    return _written(_triples(store), form)


def serialise(triples: Iterable[Triple], name: str) -> bytes:
    """Triples, sorted, as `ttl`, `nt`, `jsonld` or `rdfxml`."""
    return _written(as_triples(triples), _OX[name])


def _written(triples: Iterable[ox.Triple], form: ox.RdfFormat) -> bytes:
    prefixes = {} if form == ox.RdfFormat.N_TRIPLES else PREFIXES
    return bytes(ox.serialize(triples, format=form, prefixes=prefixes) or b"")


def _check_whole(size: int, store: Store) -> None:
    """Refuse a graph that is smaller than the endpoint itself says."""
    (row,) = store.select("size")
    if size < int(str(row["triples"])):
        raise StoreError(f"the endpoint gave {size} of its {row['triples']} triples; raise its cap "
                         "(docs/stores.md)")


def as_triples(triples: Iterable[Triple]) -> Iterator[ox.Triple]:
    """Triples of ours, sorted, as Oxigraph has them."""
    for subject, predicate, obj in sorted(set(triples), key=str):
        yield ox.Triple(_ox(subject), _ox(predicate), _ox(obj))  # type: ignore[arg-type]


def _triples(store: Store) -> Iterator[ox.Triple]:
    if isinstance(store, OxigraphStore):
        lines = sorted(store.dump(ox.RdfFormat.N_TRIPLES).splitlines())
        for quad in ox.parse(input=b"\n".join(lines), format=ox.RdfFormat.N_TRIPLES):
            yield quad.triple
        return
    answer = store.query(_EVERYTHING)
    if not isinstance(answer, tuple):
        raise QueryError("the endpoint gave no graph")
    _check_whole(len(set(answer)), store)
    yield from as_triples(answer)


def _ox(term: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if isinstance(term, Iri):
        return ox.NamedNode(term.value)
    if isinstance(term, Blank):
        return ox.BlankNode(term.value)
    return _ox_literal(term)


def _ox_literal(term: Literal) -> ox.Literal:
    if term.language:
        return ox.Literal(term.value, language=term.language)
    datatype = ox.NamedNode(term.datatype) if term.datatype else None
    return ox.Literal(term.value, datatype=datatype)


def _statements_csv(store: Store) -> str:
    """The dated statements as a table."""
    from kg.catalogue import list_statements

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["subject", "predicate", "object", "from", "until", "documents"])
    for one in list_statements(store):
        cited = ";".join(dict.fromkeys(source.document.id for source in one.sources))
        writer.writerow([one.subject.id, one.predicate, one.object.id, one.since, one.until, cited])
    return out.getvalue()


def _graphml(store: Store) -> bytes:
    """Nodes and statements as a graph for network tools."""
    import networkx as nx

    from kg.catalogue import list_statements

    graph = nx.MultiDiGraph()
    for one in list_statements(store):
        graph.add_edge(one.subject.id, one.object.id, key=one.id, relation=one.predicate,
                       **{"from": one.since, "until": one.until})
    out = io.BytesIO()
    nx.write_graphml(graph, out)
    return out.getvalue()
