"""Every store gives the same answers to the same questions, and says clearly when it cannot."""

from __future__ import annotations

import http.server
import threading
from pathlib import Path

import pytest
from country import AURELIA

from kg.build import Graph
from kg.errors import QueryError, StoreError
from kg.queries import describe, names, read_query
from kg.remote import HttpStore
from kg.store import OxigraphStore, Solutions, Store, open_store, write_store
from kg.terms import Iri, expand


def _sorted(answer: Solutions) -> list[tuple[str, ...]]:
    return sorted({tuple(str(row[name]) for name in answer.variables) for row in answer})


@pytest.mark.parametrize("name", names())
def test_shipped_questions_agree(store: Store, aurelia: Graph, name: str) -> None:
    """Asked of everything, each store gives the rows that the store in memory gives."""
    reference = OxigraphStore.in_memory(aurelia.n_triples())
    assert _sorted(store.select(name)) == _sorted(reference.select(name))


def test_there_are_questions() -> None:
    assert len(names()) >= 25
    assert all(describe(name).endswith("?") for name in names())


@pytest.mark.parametrize("name", names())
def test_a_question_runs_as_it_is_shipped(store: Store, name: str) -> None:
    assert isinstance(store.query(read_query(name)), Solutions)


def test_a_question_is_asked_of_one_node(store: Store) -> None:
    rows = store.select("named", {"thing": [Iri(expand("agreement/north-sea"))]})
    assert {str(row["en"]) for row in rows} == {"North Sea Economic Agreement"}


def test_ask_and_what_is_no_sparql(store: Store) -> None:
    assert store.query("ASK { ?s ?p ?o }") is True
    with pytest.raises(QueryError):
        store.query("SELECT ?x WHERE { ?x ")


def test_a_path_without_a_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="kg build"):
        open_store(tmp_path / "nowhere")


def test_a_store_of_another_version(tmp_path: Path, aurelia: Graph) -> None:
    write_store(aurelia.n_triples(), tmp_path / "s")
    (tmp_path / "s" / "policy-kg.json").write_text('{"format": "0"}')
    with pytest.raises(StoreError, match="another version"):
        open_store(tmp_path / "s")


def test_a_build_replaces_the_store_whole(tmp_path: Path, aurelia: Graph) -> None:
    path = tmp_path / "s"
    write_store(b"<urn:a> <urn:b> <urn:c> .\n", path)
    write_store(aurelia.n_triples(), path)
    with open_store(path) as store:
        assert store.query("ASK { <urn:a> ?p ?o }") is False
    assert [one.name for one in tmp_path.iterdir()] == ["s"]


def test_a_broken_build_leaves_the_old_store(tmp_path: Path, aurelia: Graph) -> None:
    path = tmp_path / "s"
    write_store(aurelia.n_triples(), path)
    with pytest.raises(SyntaxError):
        write_store(b"this is no graph", path)
    with open_store(path) as store:
        assert store.query("ASK { ?s ?p ?o }") is True
    assert [one.name for one in tmp_path.iterdir()] == ["s"]


def test_a_folder_of_someone_else_is_not_replaced(tmp_path: Path, aurelia: Graph) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "letter.txt").write_text("dear")
    with pytest.raises(StoreError, match="no store of ours"):
        write_store(aurelia.n_triples(), tmp_path / "precious")
    assert (tmp_path / "precious" / "letter.txt").read_text() == "dear"


class _CutOff(http.server.BaseHTTPRequestHandler):
    """Answers 200 with half a body, as an endpoint does when its time is up."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.end_headers()
        self.wfile.write(b'{"head": {"vars": ["s"]}, "results": {"bindings": [{"s"')

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_half_an_answer_is_an_error() -> None:
    server = http.server.HTTPServer(("127.0.0.1", 0), _CutOff)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with pytest.raises(StoreError, match="broke off"):
            HttpStore(f"http://127.0.0.1:{server.server_port}/").query("SELECT ?s { ?s ?p ?o }")
    finally:
        server.shutdown()
        server.server_close()


def test_a_dead_endpoint_is_named() -> None:
    with pytest.raises(StoreError, match="cannot be reached"):
        HttpStore("http://127.0.0.1:9/query", timeout=2).query("ASK { ?s ?p ?o }")


def test_the_data_are_where_the_tests_say() -> None:
    assert (AURELIA / "documents" / "gazette.yaml").is_file()
