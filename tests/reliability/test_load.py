"""`kg serve` with fifty clients at once: nothing but the announced refusals, and memory that stays."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.load import p95, run, server
from kg.build import Graph
from kg.snapshot import save_snapshot
from kg.store import write_store

PAGES = ("/", "/search?q=数据", "/trace?place=港市&on=2022-07-01", "/why?instrument=DA&place=港市&on=2022-07-01",
         "/id/place/harbour", "/list/agreements", "/timeline?place=港市", "/network?thing=NSEA")
SECONDS = 20.0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_fifty_clients(aurelia: Graph, tmp_path: Path) -> None:
    store = tmp_path / "store"
    write_store(aurelia.n_triples(), store, finish=save_snapshot)
    with server(store, seconds=1.0) as (url, process):
        report = run(url, process, clients=50, seconds=SECONDS, think=3.0, pages=PAGES * 2, alone=PAGES * 4)
        after = run(url, process, clients=1, seconds=0.1, think=0.1, pages=PAGES * 2, alone=PAGES * 4)
    told = "\n".join(report.lines())
    assert report.unannounced == [] == after.unannounced, told
    assert report.statuses["page", 200] >= 100 and report.statuses["query", 200] >= 5, told
    assert report.statuses["query", 504] >= 1, f"no query ran out of time:\n{told}"
    assert p95(after.idle) <= 3 * p95(report.idle) + 0.5, f"slower than before:\n{told}"
    third = len(report.memory) // 3
    assert max(report.memory[-third:]) <= 1.3 * max(report.memory[: 2 * third]), f"memory grows:\n{told}"
