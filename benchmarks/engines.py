"""One engine measured on one graph, in a process of its own, so that its memory is its own.

    python -m benchmarks.engines kg-disk graph.nt FOLDER
"""

from __future__ import annotations

import json
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pyoxigraph as ox

from benchmarks import questions as q
from kg.catalogue import search
from kg.rollout import rollout
from kg.snapshot import snapshot_of
from kg.store import OxigraphStore, Store, open_store, write_store
from kg.trace import Court
from kg.validate import broken, constraints

_ON = date.fromisoformat(q.ON)
_LEAST_RUNS, _MOST_RUNS, _SECONDS = 3, 200, 4.0
"""Each question is asked again until so many runs, or so many seconds, are over."""


@dataclass
class Results:
    """Wall and processor seconds by name, with the number of rows, and sizes in bytes."""

    times: dict[str, dict[str, float]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def once(self, name: str, act: Callable[[], Any]) -> Any:
        """Do it once."""
        wall, own = time.perf_counter(), time.process_time()
        found = act()
        self.times[name] = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - own}
        return found

    def median(self, name: str, act: Callable[[], Any]) -> None:
        """Do it several times and keep the medians; the first run, which fills caches, apart."""
        runs: list[tuple[float, float]] = []
        begin, found = time.perf_counter(), None
        while len(runs) < _LEAST_RUNS or (
            len(runs) < _MOST_RUNS and time.perf_counter() - begin < _SECONDS
        ):
            wall, own = time.perf_counter(), time.process_time()
            found = act()
            runs.append((time.perf_counter() - wall, time.process_time() - own))
            if time.perf_counter() - begin > 10 * _SECONDS:
                break
        walls, owns = zip(*runs, strict=True)
        self.times[name] = {"wall": statistics.median(walls), "cpu": statistics.median(owns),
                            "first": walls[0], "rows": _size(found), "runs": len(runs)}


def _size(found: Any) -> int:
    return len(getattr(found, "verdicts", getattr(found, "steps", found)))


# This program


def kg_memory(results: Results, graph: Path, _folder: Path, asked: q.Asked) -> None:
    """The store in memory, with no files beside it."""
    store = results.once("load", lambda: OxigraphStore.in_memory(graph.read_bytes()))
    results.once("validate", lambda: [broken(store._store, one) for one in constraints()])
    _ask_kg(results, store, asked)


def kg_disk(results: Results, graph: Path, folder: Path, asked: q.Asked) -> None:
    """The store on disk, as `kg build` writes it; loading and the files beside it apart."""
    if not (folder / "store").exists():
        results.once("load", lambda: write_store(graph, folder / "store"))
        results.once("files beside", lambda: snapshot_of(graph)(folder / "store"))
    for part in ("oxigraph", "facts.sqlite", "names.sqlite"):
        results.sizes[part] = _bytes(folder / "store" / part)
    store = open_store(folder / "store")
    court = _ask_kg(results, store, asked)
    results.median("trace, new process", lambda: Court(store).trace(q.PLACE, _ON))
    results.median("verdicts only", lambda: court.outcomes(q.PLACE, _ON))


def kg_http(results: Results, _graph: Path, folder: Path, asked: q.Asked) -> None:
    """The same store served by `oxigraph serve-read-only`."""
    with _served(folder / "store" / "oxigraph") as url, open_store(url) as store:
        _ask_kg(results, store, asked)


def _ask_kg(results: Results, store: Store, asked: q.Asked) -> Court:
    court = results.once("open", lambda: _prepared(store))
    results.median("trace", lambda: court.trace(q.PLACE, _ON))
    days = (_ON + timedelta(days=number) for number in count(1))
    places = cycle(near for near in q.NEARBY if near in court.facts.places())
    results.median("trace, elsewhere", lambda: court.trace(next(places), next(days)))
    results.median("why", lambda: [Court(store).why(asked.national, q.PLACE, _ON)])
    results.median("where", lambda: Court(store).where(asked.national, _ON))
    results.median("timeline", lambda: rollout(store, asked.carried_out))
    results.median("neighbourhood", lambda: store.query(_filled(q.NEIGHBOURHOOD, asked)))
    results.median("search", lambda: search(store, q.WORDS))
    results.median("aggregate", lambda: store.query(q.AGGREGATE))
    return court


def _prepared(store: Store) -> Court:
    court = Court(store)
    court.prepare_all()
    return court


def _filled(query: str, asked: q.Asked) -> str:
    return q.filled(query, national=asked.national, carried_out=asked.carried_out)


def _bytes(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(one.stat().st_size for one in files if one.is_file())


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The address of a store served until the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("oxigraph")), "serve-read-only",
               "-l", str(folder), "-b", f"127.0.0.1:{port}"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/query?query=ASK%7B%7D", server)
        yield f"http://127.0.0.1:{port}/query"
    finally:
        server.terminate()
        server.wait(20)


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        try:
            urlopen(url, timeout=5).close()
            return
        except OSError:
            if server.poll() is not None:
                raise
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer")


# By hand


def raw_memory(results: Results, graph: Path, _folder: Path, asked: q.Asked) -> None:
    """pyoxigraph in memory, the best queries by hand."""
    store = ox.Store()
    results.once("load", lambda: store.bulk_load(path=str(graph), format=ox.RdfFormat.N_TRIPLES))
    _ask_raw(results, lambda query: list(store.query(query)), asked, (q.LATERAL, q.JOINED))


def raw_disk(results: Results, graph: Path, folder: Path, asked: q.Asked) -> None:
    """pyoxigraph on disk, the best queries by hand."""
    def load() -> None:
        new = ox.Store(str(folder / "raw"))
        new.bulk_load(path=str(graph), format=ox.RdfFormat.N_TRIPLES)
        new.flush()

    if not (folder / "raw").exists():
        results.once("load", load)
    results.sizes["oxigraph"] = _bytes(folder / "raw")
    store = ox.Store.read_only(str(folder / "raw"))
    _ask_raw(results, lambda query: list(store.query(query)), asked, (q.LATERAL, q.JOINED))


def rdflib(results: Results, graph: Path, _folder: Path, asked: q.Asked) -> None:
    """rdflib in memory, the same queries in the form that it answers fastest."""
    from rdflib import Graph

    held = Graph()
    results.once("load", lambda: held.parse(str(graph), format="nt"))
    _ask_raw(results, lambda query: list(held.query(query)), asked, (q.JOINED,))


def _ask_raw(
    results: Results, ask: Callable[[str], list[Any]], asked: q.Asked, forms: Sequence[str]
) -> None:
    for form in forms:
        name = "trace" if form is forms[0] else "trace, joins"
        results.median(name, lambda form=form: _trace_by_hand(ask, form))  # type: ignore[misc]
    results.median("trace, steps", lambda: _trace_in_steps(ask))
    for name, query in (("why", q.WHY), ("where", q.WHERE), ("timeline", q.TIMELINE),
                        ("neighbourhood", q.NEIGHBOURHOOD), ("search", q.SEARCH),
                        ("aggregate", q.AGGREGATE)):
        results.median(name, lambda query=query: ask(_filled(query, asked)))  # type: ignore[misc]


def _trace_by_hand(ask: Callable[[str], list[Any]], form: str) -> list[Any]:
    """Two steps: what contains the place and which statuses that holds, then the instruments."""
    places = _nodes(ask(q.CONTAINERS))
    statuses = _nodes(ask(q.filled(q.STATUSES, places=" ".join(places))))
    return ask(q.filled(form, targets=" ".join([*places, *statuses])))


def _trace_in_steps(ask: Callable[[str], list[Any]]) -> list[Any]:
    """Small questions one after the other, which suits an engine that plans joins badly."""
    places = _nodes(ask(q.CONTAINERS))
    statuses = _nodes(ask(q.filled(q.STATUSES, places=" ".join(places))))
    first, starts, scopes, labels, citations = q.STEPS
    found = ask(q.filled(first, targets=" ".join([*places, *statuses])))
    begun = ask(q.filled(starts, i=" ".join(_nodes(found, "i"))))
    running = " ".join(_nodes(begun, "i"))
    scoped = ask(q.filled(scopes, i=running))
    ask(q.filled(labels, i=running))
    ask(q.filled(citations, c=" ".join({*_nodes(begun, "c"), *_nodes(scoped, "c")})))
    return scoped


def _nodes(rows: list[Any], name: str = "target") -> list[str]:
    return [f"<{str(row[name]).strip('<>')}>" for row in rows]


ENGINES = {"kg-memory": kg_memory, "kg-disk": kg_disk, "kg-http": kg_http,
           "raw-memory": raw_memory, "raw-disk": raw_disk, "rdflib": rdflib}


def main(engine: str, graph: str, folder: str) -> None:
    """Measure an engine and print what was found as JSON."""
    results = Results()
    asked = q.asked_of(Path(graph))
    ENGINES[engine](results, Path(graph), Path(folder), asked)
    results.sizes["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"times": results.times, "sizes": results.sizes, "triples": asked.triples}))


if __name__ == "__main__":
    main(*sys.argv[1:])
