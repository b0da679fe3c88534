"""Every store gives the same answers to the same questions, and says clearly when it cannot."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from country import AURELIA

from kg.build import Graph
from kg.errors import QueryError, StoreError
from kg.queries import describe, names, read_query, with_values
from kg.store import Answer, OxigraphStore, Solutions, Store, open_store, write_store
from kg.terms import Iri, Literal, Term, expand


def _sorted(answer: Answer) -> list[tuple[str, ...]]:
    """The rows or triples, each once, in order."""
    if isinstance(answer, Solutions):
        return sorted({tuple(_known(row[name]) for name in answer.variables) for row in answer})
    assert not isinstance(answer, bool)
    return sorted({tuple(map(_known, triple)) for triple in answer})


def _known(term: Term | None) -> str:
    """A term in full; a decimal by its value, as engines write it in more than one way."""
    if isinstance(term, Literal) and (term.datatype or "").endswith("#decimal"):
        term = replace(term, value=f"{Decimal(term.value).normalize():f}")
    return repr(term)


def _asked_of_everything(name: str) -> str:
    text = read_query(name)
    return with_values(text, {}) if "VALUES" in text else text


@pytest.fixture(scope="module")
def reference(aurelia: Graph) -> Store:
    """The made-up country in memory, by which the other stores are measured."""
    return OxigraphStore.in_memory(aurelia.n_triples())


@pytest.mark.parametrize("name", names())
def test_shipped_questions_agree(store: Store, reference: Store, name: str) -> None:
    """Asked of everything, each store gives the terms that the store in memory gives."""
    text = _asked_of_everything(name)
    assert _sorted(store.query(text)) == _sorted(reference.query(text))


def test_there_are_questions() -> None:
    assert len(names()) >= 25
    assert all(describe(name).endswith("?") for name in names())


@pytest.mark.parametrize("name", names())
def test_a_question_runs_as_it_is_shipped(store: Store, reference: Store, name: str) -> None:
    assert _sorted(store.query(read_query(name))) == _sorted(reference.query(read_query(name)))


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


def test_the_data_are_where_the_tests_say() -> None:
    assert (AURELIA / "documents" / "gazette.yaml").is_file()
