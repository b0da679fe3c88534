"""The explorer answers: every page, in every form, in both languages, whatever it is asked."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
from starlette.testclient import TestClient

from kg.store import open_store
from kg.web.app import Settings, application
from kg.web.desk import Desk

TODAY = date(2023, 1, 1)
PAGES = [
    "/", "/search?q=数据", "/list/instruments", "/list/designations?kind=", "/trace", "/why",
    "/why?instrument=CPTPP&place=海南&on=2022-07-01", "/compare?left=上海&right=海南&on=2023-07-01",
    "/compare", "/changes?place=海南&from=2021-01-01&to=2022-12-31", "/rollout?instrument=RCEP",
    "/figures", "/figures?subject=place/cn", "/timeline?instrument=RCEP", "/network?thing=RCEP",
    "/id/place/cn/330100?on=2022-09-01", "/id/agreement/rcep", "/id/agency/cn/mofcom",
    "/id/document/mofcom-2022", "/id/status/pilot-free-trade-zone", "/id/kind/law",
]


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with open_store() as store:
        app = application(Desk(store), Settings(today=lambda: TODAY))
        yield TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_answers_in_both_languages(client: TestClient, address: str, lang: str) -> None:
    joined = "&" if "?" in address else "?"
    found = client.get(f"{address}{joined}lang={lang}")
    assert found.status_code == 200, found.text[:300]
    assert f'<html lang="{"zh-Hans" if lang == "zh" else "en"}">' in found.text
    assert "default-src 'none'" in unescape(found.text)
    shown = re.sub(r"<(pre|script).*?</\1>", "", found.text, flags=re.DOTALL)
    assert "https://w3id.org" not in shown, "a raw IRI is shown"


@pytest.mark.parametrize("address", [one for one in PAGES if one not in ("/trace", "/why", "/compare")])
def test_every_page_is_there_as_json(client: TestClient, address: str) -> None:
    path, mark, query = address.partition("?")
    path = "/index" if path == "/" else path
    found = client.get(f"{path}.json{mark}{query}")
    assert found.status_code == 200 and found.headers["content-type"] == "application/json"
    json.loads(found.text)


def test_tables_are_there_as_csv(client: TestClient) -> None:
    found = client.get("/id/place/cn/330100.csv?on=2022-09-01")
    rows = list(csv.DictReader(io.StringIO(found.text)))
    assert {"instrument/china/pipl", "agreement/rcep"} <= {row["instrument"] for row in rows}
    assert client.get("/index.csv").status_code == 400


def test_the_way_from_the_question_to_the_reasons(client: TestClient) -> None:
    moved = client.get("/trace?place=杭州&on=2022-09-01")
    assert moved.status_code == 303
    place = client.get(moved.headers["location"])
    assert "个人信息保护法" in place.text and "/why?" in place.text
    verdict = client.get("/why.json?instrument=instrument/china/pipl&place=杭州&on=2022-09-01")
    assert verdict.json()["verdict"] == "applies"


def test_a_node_is_html_turtle_or_json_ld_as_the_client_prefers(client: TestClient) -> None:
    def kind(accept: str) -> str:
        found = client.get("/id/agreement/rcep", headers={"accept": accept})
        assert found.status_code == 200 and "accept" in found.headers["vary"]
        return found.headers["content-type"].partition(";")[0]

    assert kind("text/turtle") == "text/turtle"
    assert kind("application/ld+json") == "application/ld+json"
    assert kind("text/html,application/xhtml+xml,*/*;q=0.8") == "text/html"
    assert kind("application/json") == "application/json"
    assert kind("text/turtle;q=0.2, text/html") == "text/html"
    turtle = client.get("/id/agreement/rcep.ttl")
    assert "agreement/rcep" in turtle.text and turtle.headers["content-type"].startswith("text/turtle")


@pytest.mark.parametrize(("address", "status"), [
    ("/id/place/nowhere", 404), ("/nowhere", 404), ("/trace?place=Nowhereland", 404),
    ("/id/place/nowhere.ttl", 404), ("/id/place/nowhere.json", 404),
    ("/id/place/cn?on=2022-13-01", 400), ("/network?hops=99", 400), ("/search?lang=fr&q=x", 400),
    ("/list/nothing", 400), ("/list/instruments?skip=-1", 400), ("/trace?place=朝阳区", 300),
])
def test_what_is_wrong_is_said(client: TestClient, address: str, status: int) -> None:
    found = client.get(address)
    assert found.status_code == status
    assert "Traceback" not in found.text


def test_only_known_hosts_are_answered(client: TestClient) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_interface_and_names_have_languages_of_their_own(client: TestClient) -> None:
    found = client.get("/id/agreement/rcep?lang=en&names=zh").text
    assert "In short" in found and "<h1>区域全面经济伙伴关系协定</h1>" in found
    assert "lang=en&amp;names=zh" in found


@pytest.mark.parametrize("address", [one for one in PAGES if "/timeline" not in one and "/network" not in one])
def test_a_saved_page_leads_nowhere(client: TestClient, address: str) -> None:
    found = client.get(f"{address}{'&' if '?' in address else '?'}save=1")
    assert found.headers["content-disposition"].startswith("attachment")
    assert not re.findall(r'(?:href|action|src)="(?!https?:|#)[^"]*"', found.text)


def test_a_saved_page_holds_the_answer(client: TestClient) -> None:
    assert "个人信息保护法" in client.get("/id/place/cn/330100?on=2022-09-01&save=1").text


def test_a_name_of_several_is_chosen_with_the_question_kept(client: TestClient) -> None:
    found = client.get("/trace?place=朝阳区&on=2022-09-01&lang=en")
    choices = re.findall(r'<li><a href="([^"]+)">', unescape(found.text.partition('class="choices"')[2]))
    assert len(choices) > 1 and all("on=2022-09-01" in one and "lang=en" in one for one in choices)
    assert client.get(choices[0]).status_code == 303
    assert not re.search(r">[^<]*place/cn", found.text), "a raw id is shown"


def test_a_word_leads_to_what_is_of_its_kind(client: TestClient) -> None:
    assert "/list/instruments?kind=law" in client.get("/id/kind/law").text
