"""The commands as people and programs meet them: answers, shapes of JSON, messages, exit codes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from country import AURELIA

from kg.build import Graph
from kg.cli import main
from kg.store import write_store


@pytest.fixture(scope="module")
def built(aurelia: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "store"
    write_store(aurelia.n_triples(), path)
    return path


def run(*args: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], input=stdin)


def load(*args: str | Path) -> Any:
    found = run(*args)
    assert found.exit_code == 0, found.stderr
    return json.loads(found.stdout)


def test_trace_lists_what_applies(built: Path) -> None:
    found = load("--store", built, "trace", "港市", "--on", "2022-07-01", "--format", "json")
    assert set(found) == {"place", "on", "with", "verdicts"}
    verdicts = {one["instrument"]["id"]: one for one in found["verdicts"]}
    assert verdicts["instrument/data-act"]["verdict"] == "applies"
    assert "agreement/far-pact" not in verdicts
    one = verdicts["instrument/data-act"]
    assert set(one) == {"instrument", "place", "on", "with", "verdict", "relation", "tests", "missing"}
    assert set(one["instrument"]) == {"id", "label", "kind"}
    assert list(one["tests"]) == ["existence", "time", "territory", "standing", "relation"]
    reason = one["tests"]["time"]["reasons"][0]
    assert reason["statement"] == {
        "subject": "instrument/data-act", "predicate": "dates", "object": "milestone/in-force",
        "from": "2021-11-01", "until": "2021-11-01",
    }
    assert reason["sources"] == [{"document": "document/gazette", "page": 10}]
    assert set(reason["text"]) == {"zh", "en"}


def test_trace_of_all_names_what_excludes(built: Path) -> None:
    found = run("--store", built, "--lang", "en", "trace", "港市", "--on", "2022-07-01", "--all")
    assert "does not apply" in found.stdout and "Far Partnership" in found.stdout


def test_why_in_both_languages(built: Path) -> None:
    zh = run("--store", built, "why", "数据法", "离岛", "--on", "2022-01-01").stdout
    en = run("--store", built, "--lang", "en", "why", "Data Act", "The Isle", "--on", "2022-01-01").stdout
    assert "不适用" in zh and "does not apply" in en


def test_screening_keeps_order_and_puts_errors_in_their_rows(built: Path, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("instrument,place,on,with\nDA,港市,2022-01-01,\nnothing,港市,2022-01-01,\n"
                     "NSEA,港市,2022-02-01,Borea\nDA,港市,2022-13-01,\n", "utf-8")
    found = run("--store", built, "why", "--file", pairs, "--format", "json")
    values = json.loads(found.stdout)
    assert found.exit_code == 1
    assert [value.get("verdict", "error") for value in values] == ["applies", "error", "applies", "error"]
    assert "nothing" in values[1]["error"] and "month 13" in values[3]["error"]


@pytest.mark.parametrize(
    ("concept", "keys"),
    [
        ("instruments", {"id", "type", "kind", "label", "aliases", "level", "dates", "sources"}),
        ("agencies", {"id", "type", "kind", "label", "sources"}),
        ("places", {"id", "type", "kind", "label", "sources"}),
        ("designations", {"id", "type", "kind", "label", "place", "sources"}),
        ("agreements", {"id", "type", "kind", "label", "dates", "sources"}),
        ("events", {"id", "type", "kind", "label", "place", "sources"}),
        ("documents", {"id", "type", "kind", "label", "sources"}),
        ("bases", {"id", "type", "kind", "label", "sources"}),
    ],
)
def test_lists_have_the_shape_that_programs_rely_on(built: Path, concept: str, keys: set[str]) -> None:
    values = load("--store", built, "list", concept, "--format", "json")
    assert values
    assert all({"id", "type", "label", "sources"} <= set(value) for value in values)
    assert any(keys <= set(value) for value in values)


def test_statements_are_listed(built: Path) -> None:
    values = load("--store", built, "list", "statements", "--format", "json")
    within = [v for v in values if v["subject"] == "place/quay" and v["predicate"] == "within"]
    assert within == [{
        "subject": "place/quay", "predicate": "within", "object": "place/harbour",
        "from": "..1990", "until": None, "sources": [{"document": "document/gazette", "page": 3}],
    }]


def test_figures_keep_every_digit(built: Path) -> None:
    (one,) = load("--store", built, "figures", "Aurelia", "--format", "json")
    assert one["value"] == "12.50" and one["period"] == "2022"
    assert one["sources"] == [{"document": "document/gazette", "page": 34}]


def test_search_show_and_stats(built: Path) -> None:
    assert "Data Act" in run("--store", built, "search", "数据").stdout
    assert "第10页" in run("--store", built, "show", "DA").stdout
    assert load("--store", built, "stats", "--format", "json")["count_nodes"]


def test_query_by_text_name_file_and_stdin(built: Path, tmp_path: Path) -> None:
    text = "SELECT ?x WHERE { ?x a kg:Agreement } ORDER BY ?x"
    rows = list(csv.reader(io.StringIO(run("--store", built, "query", text, "--format", "csv").stdout)))
    assert rows[0] == ["x"] and ["agreement/north-sea"] in rows
    (tmp_path / "q.rq").write_text(text)
    for question, stdin in ((tmp_path / "q.rq", None), ("-", text)):
        assert "agreement/north-sea" in run("--store", built, "query", question, stdin=stdin).stdout
    assert "Which nodes go by this name" in run("query", "--list").stdout
    assert run("--store", built, "query", "count_nodes").exit_code == 0
    assert "true" in run("--store", built, "query", "ASK { ?s ?p ?o }").stdout


@pytest.mark.parametrize("form", ["ttl", "nt", "jsonld", "rdfxml", "csv", "graphml"])
def test_exports_are_whole_and_read_again(built: Path, form: str) -> None:
    text = run("--store", built, "export", "-f", form).stdout
    if form in ("ttl", "nt", "jsonld", "rdfxml"):
        import rdflib

        name = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdfxml": "xml"}[form]
        assert len(rdflib.Graph().parse(data=text, format=name)) > 3000
    else:
        assert text.count("place/harbour") > 3


def test_where_compare_changes_rollout(built: Path) -> None:
    places = {one["place"] for one in load("--store", built, "where", "自由区负面清单", "--on", "2024-01-01", "--format", "json")}
    assert places == {"place/zone", "place/south-zone"}
    assert load("--store", built, "compare", "港市", "港市", "--on", "2022-01-01", "--format", "json") == []
    found = load("--store", built, "changes", "草甸县", "--from", "2021-12-01", "--to", "2022-01-31", "--format", "json")
    assert [(one["on"], one["before"], one["after"]["instrument"]["id"]) for one in found] == [
        ("2022-01-01", "does-not-apply", "agreement/north-sea"),
        ("2022-01-01", "applies", "instrument/list-2020"),
        ("2022-01-01", "does-not-apply", "instrument/list-2021"),
    ]
    (step,) = load("--store", built, "rollout", "DA", "--format", "json")["steps"]
    assert step["instrument"]["id"] == "instrument/harbour-rules"


def test_pages_are_written_whole(built: Path, tmp_path: Path) -> None:
    for name, command in (("t.html", "timeline"), ("t.svg", "timeline"), ("t.ics", "timeline"),
                          ("n.html", "graph"), ("n.graphml", "graph"), ("n.json", "graph")):
        assert run("--store", built, command, "-o", tmp_path / name).exit_code == 0
        assert (tmp_path / name).stat().st_size > 300
    assert "<script src=" not in (tmp_path / "t.html").read_text("utf-8")


def test_check_names_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "agencies"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text("kind: ministry\nlable: x\n")
    found = run("check", tmp_path / "data")
    assert found.exit_code == 1
    assert "data/agencies/a.yaml:2: `lable` is no key of an agency; did you mean `label`?" in found.stderr
    assert run("check", AURELIA).exit_code == 0


def test_build_makes_a_store(tmp_path: Path) -> None:
    assert run("build", AURELIA, "-o", tmp_path / "s", "--nt", tmp_path / "g.nt").exit_code == 0
    assert "Data Act" in run("--store", tmp_path / "s", "show", "DA").stdout


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["trace", "Atlantis", "--on", "2022-01-01"], 1, "nothing in the graph goes by the name"),
        (["trace", "港市", "--on", "2022-02-30"], 2, "February 2022 has 28 days"),
        (["why", "DA"], 2, "name an INSTRUMENT and a PLACE"),
        (["query", "SELECT ?x WHERE {"], 1, "not a SPARQL query"),
        (["list", "unicorns"], 1, "known: instruments"),
        (["why", "--file", "/nowhere.csv"], 1, "cannot be read"),
    ],
)
def test_mistakes_get_a_message_and_a_code(built: Path, args: list[str], code: int, said: str) -> None:
    found = run("--store", built, *args)
    assert (found.exit_code, said in found.stderr) == (code, True), found.stderr
    assert "Traceback" not in found.stderr


def test_a_store_that_is_not_there() -> None:
    found = run("--store", "/nowhere/store", "stats")
    assert found.exit_code == 1 and "kg build" in found.stderr


def test_the_options_of_the_program_may_follow_the_command() -> None:
    before = CliRunner().invoke(main, ["--lang", "en", "why", "CPTPP", "海南", "--on", "2022-07-01"])
    after = CliRunner().invoke(main, ["why", "CPTPP", "海南", "--on", "2022-07-01", "--lang", "en"])
    assert before.output == after.output and "does not apply" in after.output


def test_documents_in_which_nothing_is_found_print_no_table(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "plain.txt").write_text("hello world\n")
    done = run("ingest", tmp_path)
    assert done.exit_code == 1 and done.stdout == ""
    assert "empty.txt: is empty\n" in done.stderr
    assert "plain.txt: read, but nothing in it is proposed\n" in done.stderr
