"""One endpoint over the made-up country, with two named graphs, for most tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from serving import GRAPHS, Served, serving

from kg.build import Graph
from kg.endpoint.limits import Limits
from kg.endpoint.service import Settings
from kg.store import write_store


def _add_graphs(folder: Path) -> None:
    """Each graph holds one triple about itself."""
    store = ox.Store(str(folder / "oxigraph"))
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    for name in map(ox.NamedNode, GRAPHS):
        store.add(ox.Quad(name, kind, ox.NamedNode("https://example.org/Graph"), name))
    store.flush()


@pytest.fixture(scope="session")
def store_folder(aurelia: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up country in a store on disk, with the two named graphs."""
    folder = tmp_path_factory.mktemp("endpoint") / "store"
    write_store(aurelia.n_triples(), folder, finish=_add_graphs)
    return folder


@pytest.fixture(scope="session")
def served(store_folder: Path) -> Iterator[Served]:
    """An endpoint with room for several questions and all the usual limits."""
    with serving(Settings(str(store_folder), Limits(at_once=3, patience=20))) as found:
        yield found
