"""What several tests share: the made-up country, and the five kinds of store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from country import AURELIA
from rdflibstore import RdflibStore
from servers import oxigraph, virtuoso

from kg.build import Graph
from kg.check import check
from kg.remote import HttpStore
from kg.store import OxigraphStore, Store, open_store, write_store

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
    """An endpoint with room for several questions and the patience that a busy machine needs."""
    from serving import serving

    from kg.endpoint.limits import Limits
    from kg.endpoint.service import Settings

    with serving(Settings(str(store_folder), Limits(seconds=60, at_once=3, patience=20))) as found:
        yield found
