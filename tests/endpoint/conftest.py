"""One endpoint over the made-up country, with two named graphs, for most tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Served, make_store, serving

from kg.build import Graph
from kg.endpoint.limits import Limits
from kg.endpoint.service import Settings


@pytest.fixture(scope="session")
def store_folder(aurelia: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up country in a store on disk, with the two named graphs."""
    return make_store(aurelia.n_triples(), tmp_path_factory.mktemp("endpoint") / "store")


@pytest.fixture(scope="session")
def served(store_folder: Path) -> Iterator[Served]:
    """An endpoint with room for several questions and all the usual limits."""
    with serving(Settings(str(store_folder), Limits(at_once=3, patience=20))) as found:
        yield found
