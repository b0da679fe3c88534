"""The same questions asked over rdflib."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from kg.errors import QueryError
from kg.store import Answer, Solutions, Store
from kg.terms import Blank, Iri, Literal, Term


class RdflibStore(Store):
    """The same questions over rdflib, to show that they are plain SPARQL 1.1."""

    def __init__(self, n_triples: bytes) -> None:
        import rdflib

        self.graph = rdflib.Graph().parse(BytesIO(n_triples), format="nt")

    def query(self, text: str) -> Answer:
        try:
            found = self.graph.query(text)
        except Exception as error:
            raise QueryError(str(error)) from error
        if found.type == "ASK":
            return bool(found.askAnswer)
        if found.type == "CONSTRUCT":
            return tuple(_triple(triple) for triple in found)
        names = tuple(str(name) for name in found.vars or ())
        rows = ({n: _term(row[n]) for n in names} for row in found)
        return Solutions(names, tuple(rows))


def _triple(nodes: Iterable[object]) -> tuple[Term, Term, Term]:
    subject, predicate, obj = map(_term, nodes)
    assert subject and predicate and obj
    return subject, predicate, obj


def _term(node: object) -> Term | None:
    import rdflib

    if node is None:
        return None
    if isinstance(node, rdflib.URIRef):
        return Iri(str(node))
    if isinstance(node, rdflib.BNode):
        return Blank(str(node))
    assert isinstance(node, rdflib.Literal)
    datatype = str(node.datatype) if node.datatype else None
    plain = datatype and datatype.endswith("#string")
    return Literal(str(node), node.language, None if plain or node.language else datatype)
