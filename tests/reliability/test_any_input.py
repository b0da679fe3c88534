"""Whatever is typed or written: an answer or a message, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from country import AURELIA
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kg.build import Graph
from kg.check import check
from kg.cli import main
from kg.dates import parse_day
from kg.errors import DataError, KgError, QueryError
from kg.names import resolve
from kg.queries import names, read_query
from kg.querytext import counting, form_of
from kg.records import read_file
from kg.screening import read_pairs
from kg.snapshot import save_snapshot
from kg.store import OxigraphStore, open_store, write_store

FILES = sorted(one for one in AURELIA.rglob("*") if one.suffix in (".yaml", ".csv"))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
WORDS = st.one_of(TEXT, st.sampled_from(["港市", "DA", "place/harbour", "NSEA", "北省港市", "<urn:x>", "../..",
                                         "place/", "a b", '"', "\\", "{}", "?", "2022", "--all"]))
DAYS = st.one_of(TEXT, st.dates().map(str), st.from_regex(r"\d{1,5}-\d{1,2}(-\d{1,2})?", fullmatch=True))
often = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
seldom = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def built(aurelia: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("any") / "store"
    write_store(aurelia.n_triples(), path, finish=save_snapshot)
    return path


@pytest.fixture(scope="module")
def store(built: Path) -> OxigraphStore:
    found = open_store(built)
    assert isinstance(found, OxigraphStore)
    return found


@often
@given(DAYS)
def test_dates(text: str) -> None:
    try:
        parse_day(text)
    except KgError as error:
        assert str(error)


@often
@given(WORDS)
def test_names(store: OxigraphStore, name: str) -> None:
    try:
        assert resolve(store, name)
    except KgError as error:
        assert str(error)


@st.composite
def questions(draw: st.DrawFn) -> str:
    """A shipped question with a piece cut out or put in, or any text."""
    text = read_query(draw(st.sampled_from(names())))
    if draw(st.booleans()):
        return draw(TEXT)
    start = draw(st.integers(0, len(text)))
    end = min(len(text), start + draw(st.integers(0, 30)))
    return text[:start] + draw(st.one_of(st.just(""), TEXT, st.sampled_from("{}()\"'<>?.;#"))) + text[end:]


@often
@given(questions())
def test_queries(store: OxigraphStore, text: str) -> None:
    assume("SERVICE" not in text.upper())
    try:
        store.query(text)
    except KgError as error:
        assert str(error)


@often
@given(questions())
def test_the_form_of_a_query_is_told_as_the_engine_tells_it(store: OxigraphStore, text: str) -> None:
    assume("SERVICE" not in text.upper())
    try:
        answer = store.query(text)
    except KgError:
        return
    told = {"select": "Solutions", "ask": "bool"}.get(form_of(text), "tuple")
    assert type(answer).__name__ == told
    if told == "Solutions":
        count = store.query(str(counting(text)))
        assert [str(row["n"]) for row in count] == [str(len(answer))]  # type: ignore[union-attr, arg-type]


@pytest.mark.parametrize("text", [
    "SELECT ?from ?until WHERE { ?s ?from ?until }", "SELECT * FROM <urn:g> WHERE { ?s ?p ?o }",
    "PREFIX g: <urn:> SELECT (1 AS ?x) FROM NAMED g:a\nFROM g:b { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?s { ?s ?p ?o } LIMIT 2 VALUES ?s { <urn:a> }",
    "CONSTRUCT { ?s ?p '}' } FROM <urn:g> WHERE { ?s ?p ?o } LIMIT 3", "CONSTRUCT WHERE { ?s ?p ?o }",
])
def test_a_query_can_be_counted(store: OxigraphStore, text: str) -> None:
    answer = store.query(str(counting(text)))
    assert [list(row) for row in answer] == [["n"]]  # type: ignore[union-attr]
    assert ("FROM" in text) == ("FROM" in str(counting(text)).partition("{")[0])


@pytest.mark.parametrize("text", ["", "#", "PREFIX", "PREFIX a:", "SELECTED", "BASE <", "INSERT DATA {}", "\x00"])
def test_what_has_no_form(text: str) -> None:
    with pytest.raises(QueryError):
        form_of(text)


@st.composite
def damaged(draw: st.DrawFn) -> tuple[Path, bytes]:
    """A data file of the made-up country with some bytes replaced, repeated or lost."""
    path = draw(st.sampled_from(FILES))
    data = path.read_bytes()
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 20)))
        put = draw(st.one_of(st.just(b""), st.binary(max_size=6), st.sampled_from(
            [b"\n", b": ", b"- ", b"[", b"{", b"&a ", b"*a", b"!!python/object:os.system ", b"\t", b"'",
             b"2022-02-30", b"~", b"null", b"\xff\xfe", b'"', b",", b"<<: "])))
        data = data[:start] + put + data[end:]
    return path, data


@often
@given(damaged())
def test_data_files(tmp_path_factory: pytest.TempPathFactory, file: tuple[Path, bytes]) -> None:
    path, data = file
    folder = tmp_path_factory.getbasetemp() / "damaged" / "data"
    copy = folder / path.relative_to(AURELIA)
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(data)
    _records, problems = read_file(folder, copy)
    copy.unlink()
    assert all(one.message and one.line >= 1 for one in problems)


@seldom
@given(damaged())
def test_data_folders(tmp_path_factory: pytest.TempPathFactory, file: tuple[Path, bytes]) -> None:
    from shutil import copytree, rmtree

    folder = tmp_path_factory.getbasetemp() / "folders" / "data"
    rmtree(folder, ignore_errors=True)
    copytree(AURELIA, folder)
    (folder / file[0].relative_to(AURELIA)).write_bytes(file[1])
    try:
        check(folder)
    except DataError as error:
        assert all(one.message and one.line >= 1 for one in error.problems)


@often
@given(st.binary(max_size=200), st.sampled_from(["", "instrument,place,on,with\n", "\ufeffinstrument,place,on\n"]))
def test_lists_to_be_screened(tmp_path_factory: pytest.TempPathFactory, body: bytes, head: str) -> None:
    for suffix in ("csv", "parquet"):
        path = tmp_path_factory.getbasetemp() / f"any.{suffix}"
        path.write_bytes(head.encode() + body)
        try:
            read_pairs(str(path))
        except KgError as error:
            assert str(error)


COMMANDS = st.one_of(
    st.tuples(st.sampled_from(["trace", "show", "search", "where", "rollout", "graph", "list", "query"]), WORDS),
    st.tuples(st.sampled_from(["why", "compare"]), WORDS, WORDS),
    st.tuples(st.just("trace"), st.just("港市"), st.just("--on"), DAYS),
    st.tuples(st.just("changes"), st.just("港市"), st.just("--from"), DAYS, st.just("--to"), DAYS),
    st.tuples(st.just("timeline"), st.sampled_from(["--place", "--instrument", "--topic"]), WORDS),
    st.tuples(st.just("why"), st.just("NSEA"), WORDS, st.just("--with"), WORDS),
    st.tuples(st.just("figures"), WORDS),
)


@often
@given(COMMANDS)
def test_commands(built: Path, command: tuple[str, ...]) -> None:
    assume(not any(one.startswith("-") and one not in ("--on", "--from", "--to", "--place", "--instrument",
                                                       "--topic", "--with", "--all") for one in command[1:]))
    form = ["--format", "json"] if command[0] not in ("graph",) else ["--format", "graphml"]
    found = CliRunner().invoke(main, ["--store", str(built), command[0], *command[1:], *form])
    assert found.exit_code in (0, 1, 2), found.output
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    assert found.exit_code == 0 or found.stderr
