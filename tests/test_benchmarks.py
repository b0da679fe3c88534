"""The made-up graphs are always the same and well formed, and the benchmark runs on the smallest."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pyoxigraph as ox
import pytest

from benchmarks.engines import ENGINES
from benchmarks.generate import SIZES, write_graph
from benchmarks.run import _measured, report
from kg.validate import broken, constraints


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench") / "graph.nt"
    with path.open("w", encoding="utf-8") as out:
        write_graph(SIZES["10k"], out)
    return path


def test_a_made_up_graph_is_the_same_every_time(graph: Path) -> None:
    again = StringIO()
    number = write_graph(SIZES["10k"], again)
    assert again.getvalue() == graph.read_text("utf-8")
    assert number == len(set(again.getvalue().splitlines())) >= SIZES["10k"]


def test_a_made_up_graph_keeps_to_the_shapes(graph: Path) -> None:
    store = ox.Store()
    store.bulk_load(path=str(graph), format=ox.RdfFormat.N_TRIPLES)
    found = {one.message: broken(store, one)[:2] for one in constraints() if broken(store, one)}
    assert found == {}


def test_the_benchmark_runs(graph: Path, tmp_path: Path) -> None:
    found = {name: _measured(name, graph, tmp_path) for name in ENGINES}
    rows = {name: one["times"]["trace"]["rows"] for name, one in found.items()}
    assert rows["kg-memory"] == rows["kg-disk"] == rows["kg-http"] > 0
    text = report(found | {"start-up": {"times": {}, "sizes": {}}})
    assert "| trace |" in text and "bulk load" in text
