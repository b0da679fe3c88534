"""What several tests share: the made-up country, and the five kinds of store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from country import AURELIA
from servers import oxigraph, virtuoso

from kg.build import Graph
from kg.check import check
from kg.errors import QueryError
from kg.remote import HttpStore
from kg.store import Answer, OxigraphStore, Solutions, Store, open_store, write_store
from kg.terms import Blank, Iri, Literal, Term

if TYPE_CHECKING:
    from serving import Served

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def aurelia() -> Graph:
    """The graph of the made-up country."""
    return check(AURELIA)


@pytest.fixture(scope="session")
def packaged() -> Store:
    """The packaged data, opened as a user opens them."""
    return open_store()


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


@pytest.fixture(scope="session", params=["memory", "disk", "rdflib", "oxigraph", "virtuoso"])
def store(
    request: pytest.FixtureRequest, aurelia: Graph, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """The made-up country in each kind of store."""
    if request.param == "memory":
        yield OxigraphStore.in_memory(aurelia.n_triples())
    elif request.param == "rdflib":
        yield RdflibStore(aurelia.n_triples())
    elif request.param == "virtuoso":
        with virtuoso(tmp_path_factory.mktemp("virtuoso"), {"aurelia": aurelia.n_triples()}) as urls:
            yield HttpStore(urls["aurelia"])
    else:
        path = tmp_path_factory.mktemp("store") / "aurelia"
        write_store(aurelia.n_triples(), path)
        if request.param == "disk":
            yield open_store(path)
        else:
            with oxigraph(path) as url:
                yield HttpStore(url)


@pytest.fixture(scope="session")
def store_folder(aurelia: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up country in a store on disk, with two named graphs beside it."""
    from serving import make_store  # brings a web server, for the tests of the endpoint only

    return make_store(aurelia.n_triples(), tmp_path_factory.mktemp("endpoint") / "store")


@pytest.fixture(scope="session")
def served(store_folder: Path) -> Iterator[Served]:
    """An endpoint with room for several questions and all the usual limits."""
    from serving import serving

    from kg.endpoint.limits import Limits
    from kg.endpoint.service import Settings

    with serving(Settings(str(store_folder), Limits(at_once=3, patience=20))) as found:
        yield found
