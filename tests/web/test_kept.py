"""Pages that were given before are given again at once, and are the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient

from kg.store import OxigraphStore, open_store
from kg.web.app import Settings, application
from kg.web.desk import Desk
from kg.web.kept import Answer, Answers

PLACE = "/id/place/cn/330100"


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with open_store() as store:
        yield Desk(store)


def _client(desk: Desk, today: date = date(2023, 1, 1)) -> TestClient:
    return TestClient(application(desk, Settings(today=lambda: today)), base_url="http://127.0.0.1")


def test_a_page_is_made_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = _client(desk)
    first = client.get(PLACE)
    monkeypatch.setattr("kg.web.app.as_html", None)
    assert client.get(PLACE).content == first.content


def test_a_page_differs_by_language_form_and_day(desk: Desk) -> None:
    client = _client(desk)
    pages = [client.get(PLACE), client.get(f"{PLACE}?lang=en"), client.get(f"{PLACE}.json"),
             client.get(PLACE, headers={"accept": "text/turtle"}), client.get(f"{PLACE}?on=2020-01-01"),
             _client(desk, date(2021, 1, 1)).get(PLACE)]
    assert [page.status_code for page in pages] == [200] * len(pages)
    assert len({page.content for page in pages}) == len(pages)
    assert len({page.headers["etag"] for page in pages}) == len(pages)


def test_a_browser_that_has_the_page_is_not_sent_it_again(desk: Desk) -> None:
    client = _client(desk)
    first = client.get(PLACE)
    again = client.get(PLACE, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(PLACE, headers={"if-none-match": '"another"'}).content == first.content


def test_what_is_wrong_is_not_kept(desk: Desk) -> None:
    client = _client(desk)
    for _ in range(2):
        assert client.get("/id/place/nowhere").status_code == 404
    assert "etag" not in client.get("/id/place/nowhere").headers


def test_the_page_of_another_graph_is_another(desk: Desk) -> None:
    empty = _client(Desk(OxigraphStore.in_memory(b"")))
    assert (empty.get(PLACE).status_code, _client(desk).get(PLACE).status_code) == (404, 200)


def test_the_answers_asked_for_last_are_kept_as_far_as_there_is_room() -> None:
    answers = Answers(most=1000)
    for number in range(20):
        answers.put(number, Answer.of(Response(b"x" * 100)))
        answers.get(0)
    kept = [number for number in range(20) if answers.get(number)]
    assert kept == [0, *range(11, 20)]
    answers.put("large", Answer.of(Response(b"x" * 500)))
    assert answers.get("large") is None and answers.get(0)
