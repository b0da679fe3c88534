"""The review page decides as the review in a terminal does, and takes decisions from nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from kg.build import Graph
from kg.cli import main
from kg.errors import QueryError
from kg.ingest import (
    Case,
    Gazetteer,
    append_proposals,
    ingest_one,
    read_decisions,
    read_proposals,
    review,
    write_decisions,
)
from kg.store import OxigraphStore
from kg.web.app import Settings, application
from kg.web.desk import Desk
from kg.web.reviewing import Reviewing, Reviews, checked

TEXT = """# 甲南市数据条例

2021年9月29日 甲南市第十三届人民代表大会常务委员会第三十一次会议通过

第一条 为了保护数据，根据《甲国数据法》，制定本条例。

第九条 本条例自2022年3月1日起施行。《甲南市数据办法》同时废止。
"""
HOST = "http://127.0.0.1"
OWN = {"origin": HOST, "sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module")
def desk(aurelia: Graph) -> Desk:
    return Desk(OxigraphStore.in_memory(aurelia.n_triples()))


@pytest.fixture
def reviewing(tmp_path: Path) -> Reviewing:
    found = ingest_one(TEXT.encode(), Gazetteer()).extraction
    assert found is not None
    assert append_proposals(tmp_path / "p.jsonl", found.proposals) > 5
    return Reviewing(tmp_path / "p.jsonl", tmp_path / "d.yaml", "curator")


@pytest.fixture
def client(desk: Desk, reviewing: Reviewing) -> Iterator[TestClient]:
    reviews = Reviews(desk, reviewing)
    reviews.__dict__["gazetteer"] = Gazetteer()
    app = application(desk, Settings(), reviews.routes())
    yield TestClient(app, base_url=HOST, follow_redirects=False)


def _hidden(text: str) -> dict[str, str]:
    """The hidden fields of the form of a page; none if it has none."""
    found = re.findall(r'<input type="hidden" name="(token|id)" value="([^"]*)"', text)
    return {key: unescape(value) for key, value in found}


def _send(client: TestClient, headers: Mapping[str, str] = OWN, **given: str) -> int:
    form = _hidden(client.get("/review").text) | given
    return int(client.post("/review", data=form, headers=dict(headers)).status_code)


def _answer(case: Case) -> dict[str, str | None]:
    """A verdict of every kind, by what is proposed."""
    if case.proposal.p == "repeals":
        return {"decision": "rejected"}
    if case.proposal.p == "in-force":
        return {"decision": "edited", "value": "2022-03-02"}
    if case.proposal.p == "based_on":
        return {"decision": "deferred"}
    names = {"iri": "instrument/south/data", "label_en": "Data Rules <i>"}
    return {"decision": "accepted", **(names if case.proposal.is_entity else {})}


def test_the_file_is_the_one_that_the_terminal_writes(
    client: TestClient, reviewing: Reviewing, tmp_path: Path
) -> None:
    proposals = {one.id: one for one in read_proposals(reviewing.proposals)}
    asked: list[Case] = []

    def ask(case: Case) -> dict[str, str | None]:
        asked.append(case)
        return _answer(case)

    for decision in review(list(proposals.values()), {}, Gazetteer(), ask, "curator"):
        write_decisions(tmp_path / "terminal.yaml", [decision])
    answers = {case.proposal.id: _answer(case) for case in asked}
    verdicts = {answer["decision"] for answer in answers.values()}
    assert verdicts == {"accepted", "rejected", "edited", "deferred"}
    for _ in answers:
        form = _hidden(client.get("/review").text)
        answer = {key: value or "" for key, value in answers[form["id"]].items()}
        assert _send(client, OWN, **answer) == 303
    assert reviewing.decisions.read_bytes() == (tmp_path / "terminal.yaml").read_bytes()
    assert "没有未看过的建议了" in client.get("/review").text


def test_a_case_shows_what_is_needed_to_decide(client: TestClient, reviewing: Reviewing) -> None:
    total = len(read_proposals(reviewing.proposals))
    for lang, words in (("zh", f"已处理 0 / {total}"), ("en", f"0 of {total} dealt with")):
        text = client.get(f"/review?lang={lang}").text
        assert words in text and f'<html lang="{"zh-Hans" if lang == "zh" else "en"}">' in text
    for one in read_proposals(reviewing.proposals):
        text = client.get(f"/review?lang=en&id={one.id}").text
        assert f"<mark>{one.selector.exact}</mark>" in text and one.rule in text
        assert f'name="id" value="{one.id}"' in text


@pytest.mark.parametrize("headers", [
    {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    {"origin": "http://127.0.0.1:9999", "sec-fetch-site": "same-site"},
    {"origin": "null"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "none"},
    {"origin": "https://127.0.0.1"},
])
def test_a_form_from_elsewhere_is_refused(
    client: TestClient, reviewing: Reviewing, headers: dict[str, str]
) -> None:
    assert _send(client, headers, decision="accepted") == 403
    assert not reviewing.decisions.exists()


def test_a_form_without_the_token_is_refused(client: TestClient, reviewing: Reviewing) -> None:
    for token in ("", "guess", "é"):
        assert _send(client, token=token, decision="accepted") == 403
    assert not reviewing.decisions.exists()


@pytest.mark.parametrize(("given", "status"), [
    ({"decision": "perhaps"}, 400), ({}, 400), ({"decision": "edited"}, 400),
    ({"decision": "edited", "value": "  "}, 400), ({"decision": "accepted", "value": "x"}, 400),
    ({"decision": "accepted", "iri": "nonsense"}, 400),
    ({"decision": "accepted", "id": "p-none"}, 404), ({"decision": "accepted", "iri": "x" * 30_000}, 413),
])
def test_what_is_no_decision_writes_nothing(
    client: TestClient, reviewing: Reviewing, given: dict[str, str], status: int
) -> None:
    assert _send(client, OWN, **given) == status
    assert not reviewing.decisions.exists()


def test_only_forms_are_taken(client: TestClient, reviewing: Reviewing) -> None:
    form = _hidden(client.get("/review").text) | {"decision": "accepted"}
    assert client.post("/review", json=form, headers=OWN).status_code == 415
    plain = {**OWN, "content-type": "text/plain"}
    assert client.post("/review", content="decision=accepted", headers=plain).status_code == 415
    assert not reviewing.decisions.exists()


def test_what_is_rejected_stays_so_and_takes_its_relations_along(
    client: TestClient, reviewing: Reviewing
) -> None:
    proposals = read_proposals(reviewing.proposals)
    node = next(one for one in proposals if one.is_entity)
    resting = next(one for one in proposals if one.s.key == node.s.key and not one.is_entity)
    token = _hidden(client.get("/review").text)["token"]
    assert _send(client, id=node.id, decision="rejected") == 303
    before = reviewing.decisions.read_bytes()
    for one in (node, resting):
        form = {"token": token, "id": one.id, "decision": "accepted"}
        assert client.post("/review", data=form, headers=OWN).status_code == 409
    assert reviewing.decisions.read_bytes() == before
    assert "已否决" in client.get("/review").text


def test_what_is_deferred_can_be_decided_later(client: TestClient, reviewing: Reviewing) -> None:
    first = _hidden(client.get("/review").text)["id"]
    assert _send(client, decision="deferred") == 303
    page = client.get("/review").text
    assert _hidden(page).get("id") != first and f"id={first}" in page
    assert _send(client, id=first, decision="rejected") == 303
    assert read_decisions(reviewing.decisions)[first].decision == "rejected"


def test_a_write_that_fails_leaves_the_old_file(
    client: TestClient, reviewing: Reviewing, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _send(client, decision="deferred") == 303
    before = reviewing.decisions.read_bytes()

    def full(*_ends: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    assert _send(client, decision="deferred") == 503
    assert reviewing.decisions.read_bytes() == before
    assert sorted(path.name for path in reviewing.decisions.parent.iterdir()) == ["d.yaml", "p.jsonl"]


def test_a_broken_decisions_file_is_named_and_left(client: TestClient, reviewing: Reviewing) -> None:
    reviewing.decisions.write_text("- {id: p-1, decision: maybe, by: x, at: 2022-01-01}\n")
    found = client.get("/review")
    assert found.status_code == 503 and "d.yaml" in found.text


def test_there_is_no_review_where_none_was_asked_for(desk: Desk) -> None:
    client = TestClient(application(desk, Settings()), base_url=HOST)
    assert client.get("/review").status_code == 404
    assert client.post("/review", data={"decision": "accepted"}).status_code in (404, 405)


def test_other_machines_do_not_decide_unless_allowed(reviewing: Reviewing) -> None:
    assert checked(reviewing, "127.0.0.1", False) and checked(reviewing, "0.0.0.0", True)
    with pytest.raises(QueryError, match="--review-anywhere"):
        checked(reviewing, "0.0.0.0", False)


def test_the_command_asks_for_all_that_a_review_needs(reviewing: Reviewing) -> None:
    said = CliRunner().invoke(main, ["serve", "--proposals", str(reviewing.proposals)])
    assert said.exit_code == 2 and "--decisions" in said.output
