"""Killed at any moment: what stands is the old graph or the new one, and nothing blocks the next."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from shutil import copytree
from threading import Event
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

import pyoxigraph as ox
import pytest
from country import AURELIA
from servers import kg_serve

from kg.build import Graph, build
from kg.ingest import append_proposals, decide, ingest_one, write_decisions
from kg.ingest.gazetteer import Gazetteer
from kg.snapshot import load_facts, save_snapshot
from kg.store import OxigraphStore, write_store
from kg.swap import write_whole
from kg.trace import Court

HEAVY = quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
VICTIM = Path(__file__).with_name("victim.py")
STORE_KILLS, BUILD_KILLS, ACCEPT_KILLS, SERVE_KILLS = 24, 4, 12, 4


@pytest.fixture(scope="module")
def graphs(aurelia: Graph, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The made-up country, and the same without what is said of one law."""
    folder = tmp_path_factory.mktemp("graphs")
    lines = aurelia.n_triples().splitlines(keepends=True)
    (folder / "a.nt").write_bytes(b"".join(lines))
    (folder / "b.nt").write_bytes(b"".join(one for one in lines if b"instrument/data-act" not in one))
    return folder / "a.nt", folder / "b.nt"


def _lines(path: Path) -> frozenset[bytes]:
    """All triples of a store, after a look at whether the facts beside it are of this store."""
    store = OxigraphStore.open(path)
    assert load_facts(store) is not None
    assert Court(store).facts.instruments()
    return frozenset(store.dump(ox.RdfFormat.N_TRIPLES).splitlines())


def _known(graphs: tuple[Path, Path], folder: Path) -> list[frozenset[bytes]]:
    found = []
    for one in graphs:
        write_store(one, folder / one.stem, finish=save_snapshot)
        found.append(_lines(folder / one.stem))
    return found


@contextmanager
def victim(*args: object) -> Iterator[subprocess.Popen[str]]:
    """A process that has said that it is ready; it is gone when the block is left."""
    command = [sys.executable, str(VICTIM), *map(str, args)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout and process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_there_are_enough_kills() -> None:
    assert STORE_KILLS + BUILD_KILLS + ACCEPT_KILLS + SERVE_KILLS >= 30


def test_a_store_written_over_and_over(graphs: tuple[Path, Path], tmp_path: Path) -> None:
    known = _known(graphs, tmp_path / "known")
    path, chance = tmp_path / "stores" / "s", random.Random(7)
    write_store(graphs[0], path, finish=save_snapshot)
    begun, seen = 0, set()
    start = time.monotonic()
    write_store(graphs[0], path, finish=save_snapshot)
    whole = time.monotonic() - start
    for _ in range(STORE_KILLS):
        with victim("stores", path, *reversed(graphs)) as process:
            time.sleep(chance.uniform(0, whole * 3))
            process.kill()
        found = _lines(path)
        assert found in known
        seen.add(known.index(found))
        begun += len(list(path.parent.iterdir())) > 1
    assert begun >= 3, "no kill fell within a build"
    assert seen == {0, 1}, "no kill came after a build"
    write_store(graphs[1], path, finish=save_snapshot)
    assert _lines(path) == known[1]
    assert [one.name for one in path.parent.iterdir()] == ["s"], "a killed build left something"


def test_the_command_build(graphs: tuple[Path, Path], tmp_path: Path) -> None:
    known = _known(graphs, tmp_path / "known")
    path, chance = tmp_path / "stores" / "s", random.Random(11)
    write_store(graphs[1], path, finish=save_snapshot)
    command = [sys.executable, "-m", "kg", "build", str(AURELIA), "-o", str(path)]
    start = time.monotonic()
    subprocess.run([*command[:-1], str(tmp_path / "timed")], check=True, capture_output=True)
    whole = time.monotonic() - start
    for _ in range(BUILD_KILLS):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(whole * 0.4, whole))
        process.kill()
        process.wait()
        assert _lines(path) in known
    subprocess.run(command, check=True, capture_output=True)
    assert _lines(path) == known[0]
    assert [one.name for one in path.parent.iterdir()] == ["s"]


def test_a_server_while_others_build(graphs: tuple[Path, Path], tmp_path: Path) -> None:
    """A server killed while it answers, and while its store is replaced, harms neither."""
    known = _known(graphs, tmp_path / "known")
    path, chance = tmp_path / "stores" / "s", random.Random(13)
    write_store(graphs[0], path, finish=save_snapshot)
    for number in range(SERVE_KILLS):
        with kg_serve(path, "--timeout", "5") as (url, process), ThreadPoolExecutor(6) as threads:
            answered = Event()
            asked = [threads.submit(_ask_until_gone, url + page, answered)
                     for page in ("/", "/list/agreements", f"/sparql?query={HEAVY}")]
            assert answered.wait(60), "nothing was answered before"
            built = threads.submit(write_store, graphs[number % 2], path, finish=save_snapshot)
            time.sleep(chance.uniform(0, 0.8))
            process.kill()
            process.wait()
            for one in (built, *asked):
                one.result()
        assert _lines(path) == known[number % 2]
        assert [one.name for one in path.parent.iterdir()] == ["s"]


def _ask_until_gone(address: str, answered: Event) -> None:
    """Ask until the server is gone; say so when there is an answer."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            urlopen(address, timeout=20).read()
            answered.set()
        except HTTPError:  # such as a query that takes too long
            continue
        except (OSError, HTTPException):
            return


def test_readers_keep_the_store_they_opened(graphs: tuple[Path, Path], tmp_path: Path) -> None:
    known = _known(graphs, tmp_path / "known")
    path = tmp_path / "s"
    write_store(graphs[0], path, finish=save_snapshot)
    early = OxigraphStore.open(path)
    for graph in (graphs[1], graphs[0], graphs[1]):
        write_store(graph, path, finish=save_snapshot)
        assert frozenset(early.dump(ox.RdfFormat.N_TRIPLES).splitlines()) == known[0]
    assert _lines(path) == known[1]


def test_stores_are_opened_whole_while_others_take_their_place(
    graphs: tuple[Path, Path], tmp_path: Path
) -> None:
    known = _known(graphs, tmp_path / "known")
    path = tmp_path / "s"
    write_store(graphs[0], path, finish=save_snapshot)
    with victim("stores", path, *graphs):
        found = [_lines(path) for _ in range(25)]
    assert all(one in known for one in found)


def _curated(folder: Path) -> tuple[Path, Path, Path]:
    """A data folder, proposals of 30 new instruments from as many documents, and their acceptance."""
    data, proposals, decisions = folder / "data", folder / "p.jsonl", folder / "d.yaml"
    copytree(AURELIA, data)
    for number in range(30):
        text = f"# 港市第{number}号条例\n\n第一条 本条例自2022年3月{number % 28 + 1}日起施行。\n"
        sha = hashlib.sha256(text.encode()).hexdigest()
        (data / "documents" / f"text-{number}.yaml").write_text(
            f"kind: official-text\nlabel: {{zh: 第{number}号条例文本, en: Text {number}}}\nsha256: {sha}\n"
            f"sources:\n  - {{document: document/text-{number}, checked: source}}\n", "utf-8")
        outcome = ingest_one(text.encode(), Gazetteer())
        assert outcome.extraction
        node = next(one for one in outcome.extraction.proposals if one.is_entity)
        append_proposals(proposals, [node])
        write_decisions(decisions, [decide(
            node, "accepted", "curator", "2026-01-02", iri=f"instrument/made/no-{number}",
            label_en=f"Regulation No {number}")])
    return data, proposals, decisions


def _told(data: Path) -> frozenset[str]:
    """What a data folder says, mistakes included."""
    graph = build(data)
    return frozenset(graph.lines) | {str(one) for one in graph.problems}


def test_accept_is_all_or_nothing(tmp_path: Path) -> None:
    data, proposals, decisions = _curated(tmp_path)
    old, chance = _told(data), random.Random(3)
    copytree(data, tmp_path / "after")
    with victim("accept", tmp_path / "after", proposals, decisions) as process:
        start = time.monotonic()
        said, _ = process.communicate("go\n", timeout=60)
        assert "done" in said
        whole = time.monotonic() - start
    new = _told(tmp_path / "after")
    assert len(new) > len(old) + 30
    seen = []
    for number in range(ACCEPT_KILLS):
        mine = tmp_path / f"data-{number}" / "data"
        copytree(data, mine)
        with victim("accept", mine, proposals, decisions) as process:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
            time.sleep(chance.uniform(0, whole * 1.2))
            process.kill()
        seen.append(_told(mine))
        assert seen[-1] in (old, new), f"kill {number} left half"
    with victim("accept", mine, proposals, decisions) as process:
        process.communicate("go\n", timeout=60)
    assert _told(mine) == new
    assert not [one for one in mine.rglob(".*")], "something was left behind"


def test_two_builds_at_once(graphs: tuple[Path, Path], tmp_path: Path) -> None:
    known = _known(graphs, tmp_path / "known")
    path = tmp_path / "stores" / "s"

    def write(graph: Path) -> None:
        for _ in range(6):
            write_store(graph, path, finish=save_snapshot)

    with victim("stores", path, *graphs), ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(write, graph) for graph in (*graphs, *graphs)]:
            done.result()
    assert _lines(path) in known
    write_store(graphs[0], path, finish=save_snapshot)
    assert [one.name for one in path.parent.iterdir()] == ["s"] and _lines(path) == known[0]


def test_what_a_killed_process_was_writing_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    script = ("import sys, time; from pathlib import Path; from kg.swap import replacing\n"
              "with replacing(Path(sys.argv[1])): print('ready', flush=True); time.sleep(600)")
    writer = subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE)
    assert writer.stdout and writer.stdout.readline() == b"ready\n"
    write_whole(path, b"one")
    assert len(list(tmp_path.iterdir())) == 2, "what a living process writes is left alone"
    writer.kill()
    writer.communicate()
    write_whole(path, b"two")
    assert [one.name for one in tmp_path.iterdir()] == ["facts.yaml"]
    assert path.read_bytes() == b"two"
