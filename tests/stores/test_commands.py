"""The commands over SPARQL servers: the same answers as over a store on disk, word for word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from servers import oxigraph, virtuoso
from test_applicability import CHINA_CASES

from kg.build import Graph
from kg.cli import main
from kg.errors import KgError, StoreError
from kg.export import export
from kg.screening import Pair, screen
from kg.snapshot import save_snapshot
from kg.store import OxigraphStore, Store, open_store, write_store
from kg.terms import Iri, expand
from kg.verdict import verdict_json

JSON = ("--format", "json")
MADE_UP: list[tuple[str, ...]] = [
    ("trace", "港市", "--on", "2022-07-01", "--all", *JSON),
    ("why", "DA", "港市", "--on", "2022-07-01", *JSON),
    ("why", "NSEA", "港市", "--on", "2022-02-01", "--with", "Borea", *JSON),
    ("where", "NSEA", "--on", "2022-07-01", *JSON),
    ("compare", "港市", "离岛", "--on", "2023-07-01", *JSON),
    ("changes", "草甸县", "--from", "2021-12-01", "--to", "2022-01-31", *JSON),
    ("rollout", "DA", *JSON),
    ("search", "数据", *JSON),
    ("show", "DA", *JSON),
    ("show", "港市"),
    ("timeline", "--place", "港市", *JSON),
    ("timeline", "--place", "港市", "--format", "csv"),
    ("graph", "NSEA", "--hops", "2", "--on", "2022-07-01", *JSON),
    *((("list", one, *JSON)) for one in (
        "instruments", "agreements", "agencies", "places", "bases", "designations", "events",
        "documents", "statements")),
    ("figures", *JSON),
    ("stats", *JSON),
    ("query", "levels", *JSON),
    ("query", "ASK { ?s ?p ?o }"),
]
PACKAGED: list[tuple[str, ...]] = [
    ("trace", "海南", "--on", "2022-07-01", *JSON),
    ("why", "CPTPP", "海南", "--on", "2022-07-01", *JSON),
    ("search", "数字贸易", *JSON),
    ("show", "RCEP", *JSON),
    ("timeline", "--instrument", "RCEP", *JSON),
    ("graph", "RCEP", "--hops", "1", "--on", "2022-07-01", *JSON),
]
SERVERS = ("oxigraph", "virtuoso")


@dataclass(frozen=True)
class Both:
    """One graph in two places: a store on disk, and a server."""

    near: Path
    url: str

    def said(self, *command: str) -> tuple[str, str]:
        """What a command prints over the one and over the other."""
        return _said(str(self.near), command), _said(self.url, command)


def _said(store: str, command: tuple[str, ...]) -> str:
    found = CliRunner().invoke(main, ["--store", store, *command])
    assert found.exit_code == 0, found.output
    return found.stdout


def _both(kind: str, path: Path, folder: Path) -> Iterator[Both]:
    if kind == "oxigraph":
        with oxigraph(path) as url:
            yield Both(path, url)
        return
    triples = OxigraphStore.open(path).dump(ox.RdfFormat.N_TRIPLES)
    with virtuoso(folder, {"graph": triples}) as urls:
        yield Both(path, urls["graph"])


@pytest.fixture(scope="module", params=SERVERS)
def made_up(
    request: pytest.FixtureRequest, aurelia: Graph, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Both]:
    """The made-up country on disk and at a server."""
    folder = tmp_path_factory.mktemp("made-up")
    write_store(aurelia.n_triples(), folder / "store", finish=save_snapshot)
    yield from _both(request.param, folder / "store", folder)


@pytest.fixture(scope="module", params=SERVERS)
def whole(
    request: pytest.FixtureRequest, packaged: Store, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Both]:
    """The packaged data on disk and at a server."""
    assert isinstance(packaged, OxigraphStore) and packaged.folder
    folder = tmp_path_factory.mktemp("packaged")
    copytree(packaged.folder, folder / "store")
    yield from _both(request.param, folder / "store", folder)


@pytest.mark.parametrize("command", MADE_UP, ids=" ".join)
def test_a_command_says_the_same_of_the_made_up_country(made_up: Both, command: tuple[str, ...]) -> None:
    near, far = made_up.said(*command)
    assert far == near


@pytest.mark.parametrize("command", PACKAGED, ids=" ".join)
def test_a_command_says_the_same_of_the_packaged_data(whole: Both, command: tuple[str, ...]) -> None:
    near, far = whole.said(*command)
    assert far == near


def test_every_command_that_asks_the_store_is_among_them() -> None:
    apart = {"check", "build", "ingest", "review", "accept", "serve", "site", "export"}
    assert {one[0] for one in MADE_UP} >= set(main.commands) - apart


def test_verdicts_agree_on_cases_of_the_packaged_data(whole: Both) -> None:
    pairs = [Pair(c.instrument, c.place, c.on, c.partner) for c in CHINA_CASES[::40]]
    with open_store(whole.near) as near, open_store(whole.url) as far:
        found = [[_told(one) for one in screen(store, pairs)] for store in (near, far)]
    assert len(pairs) >= 12 and found[0] == found[1]


def _told(found: object) -> object:
    return str(found) if isinstance(found, KgError) else verdict_json(found)  # type: ignore[arg-type]


def test_pages_are_the_same(made_up: Both, tmp_path: Path) -> None:
    for name, command in (("t.html", "timeline"), ("n.html", "graph"), ("n.graphml", "graph")):
        for place, store in (("near", str(made_up.near)), ("far", made_up.url)):
            _said(store, (command, "-o", str(tmp_path / f"{place}-{name}")))
        assert (tmp_path / f"far-{name}").read_bytes() == (tmp_path / f"near-{name}").read_bytes()


def test_an_export_is_whole(made_up: Both) -> None:
    """Decimals and booleans may be written otherwise; nothing may be missing."""
    near, far = (set(text.splitlines()) for text in made_up.said("export", "-f", "nt"))
    typed = [line for line in near ^ far if "XMLSchema#decimal" not in line and "#boolean" not in line]
    assert typed == [] and len(far) == len(near)


@pytest.mark.parametrize("args", [("trace", "Atlantis"), ("query", "SELECT ?x WHERE {")])
def test_mistakes_get_a_message(made_up: Both, args: tuple[str, ...]) -> None:
    found = CliRunner().invoke(main, ["--store", made_up.url, *args])
    assert (found.exit_code, "Traceback" in found.output) == (1, False)
    assert found.stderr.startswith("kg: ")


def test_a_virtuoso_that_gives_only_a_part_is_found_out(aurelia: Graph, tmp_path: Path) -> None:
    everything = "SELECT ?s WHERE { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER (?a != ?d) }"
    with virtuoso(tmp_path, {"a": aurelia.n_triples()}, rows=1000) as urls, open_store(urls["a"]) as store:
        assert len(store.select("named", {"thing": [Iri(expand("agreement/north-sea"))]})) == 1
        for text in everything:
            with pytest.raises(StoreError, match=r"gave 100[01] rows of"):
                store.query(text)
        with pytest.raises(StoreError, match=r"rows of|of its"):
            export(store, "nt")
        with pytest.raises(StoreError, match="only a part"), open_store(urls["a"] + "&timeout=1") as hasty:
            hasty.query(endless)
