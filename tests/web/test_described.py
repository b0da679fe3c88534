"""The description of the API is that of the server: its addresses, its parameters, the shapes of its answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import jsonschema_rs
import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from kg.build import Graph
from kg.catalogue import CONCEPTS
from kg.endpoint.request import LEAST
from kg.endpoint.service import STATUS
from kg.store import OxigraphStore, Store
from kg.web.api import description
from kg.web.app import Explorer, Settings, application
from kg.web.ask import LANGUAGES, Ask
from kg.web.desk import Desk
from kg.web.finding import LISTED, SHOWN_CONCEPTS
from kg.web.parameters import COMMON, offers, parameters
from kg.web.rdf import RDF_FORMS
from kg.web.server import Serving, served

TOLD = description()
ASKED = {
    "/index.json": "on=2022-07-01", "/search.json": "q=港", "/list/instruments.json": "kind=law",
    "/list/designations.json": "", "/list/places.json": "", "/list/documents.json": "",
    "/id/place/harbour.json": "on=2022-07-01&with=place/borea&all=1", "/id/agreement/north-sea.json": "on=2022-07-01",
    "/id/indicator/exports.json": "", "/id/kind/law.json": "",
    "/why.json": "instrument=DA&place=港市&on=2022-07-01&with=place/borea",
    "/compare.json": "left=港市&right=北省&on=2022-07-01", "/changes.json": "place=港市&from=2000-01-01&on=2022-01-01",
    "/rollout.json": "instrument=DA", "/figures.json": "subject=place/aurelia&indicator=indicator/exports&period=2022",
    "/timeline.json": "place=港市", "/network.json": "thing=NSEA&hops=2",
}
"""A good question at every address that answers in JSON."""


@pytest.fixture(scope="module")
def store(aurelia: Graph) -> OxigraphStore:
    return OxigraphStore.in_memory(aurelia.n_triples())


@pytest.fixture(scope="module")
def desk(store: OxigraphStore) -> Desk:
    return Desk(store)


@pytest.fixture(scope="module")
def client(desk: Desk) -> TestClient:
    app = application(desk, Settings(today=lambda: date(2023, 1, 1)))
    return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)


def _described(address: str) -> str:
    """The described path of an address."""
    name = address.strip("/").partition("/")[0].partition(".")[0]
    return offers()[name].path + "." + address.rpartition(".")[2]


def _shape(address: str) -> jsonschema_rs.Draft202012Validator:
    answer = TOLD["paths"][_described(address)]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    return jsonschema_rs.Draft202012Validator({**answer, "components": TOLD["components"]}, validate_formats=True)


def test_every_address_is_described(desk: Desk) -> None:
    routes = {one.path for one in Explorer(desk, Settings()).routes() if isinstance(one, Route)}
    data = {path for path in routes if path.endswith((".json", ".csv"))}
    tables = {path for path in data if path.endswith(".csv")}
    told = set(TOLD["paths"]) - {"/sparql"}
    plain = {path for path in told if "{" not in path}
    assert plain <= data and data - plain <= tables, "an address without a table answers 400 as .csv"
    named = {path.replace(":path", "") for path in routes if "{" in path}
    assert {path.rpartition(".")[0] for path in told - plain} == named
    assert {path for path in told if path.startswith("/id/")} == {f"/id/{{name}}.{form}" for form in
                                                                 ("json", "csv", *RDF_FORMS)}


def test_the_description_is_served(store: OxigraphStore) -> None:
    client = TestClient(served(store, "somewhere", Serving()), base_url="http://127.0.0.1")
    assert client.get("/openapi.json").json() == json.loads(json.dumps(TOLD))


def test_what_the_description_lists_is_what_the_code_knows() -> None:
    values = {name: one.schema.get("enum") for name, one in parameters().items()}
    assert values["lang"] == values["names"] == list(LANGUAGES)
    assert values["concept"] == TOLD["components"]["schemas"]["Found"]["items"]["properties"]["class"]["enum"]
    assert set(values["concept"] or ()) == {*CONCEPTS.values(), "Concept"}
    node = TOLD["components"]["schemas"]["Node"]["properties"]["type"]["enum"]
    assert set(node) == {one.lower() for one in values["concept"] or ()}
    sparql = TOLD["paths"]["/sparql"]["get"]
    assert {str(status) for status in STATUS.values()} <= set(sparql["responses"])
    assert next(one for one in sparql["parameters"] if one["name"] == "timeout")["schema"]["anyOf"][0]["minimum"] == LEAST


def test_the_description_is_one() -> None:
    def keys(value: Any) -> Iterator[object]:
        if isinstance(value, Mapping):
            yield from value
        for one in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
            yield from keys(one)

    assert {type(key) for key in keys(TOLD)} == {str}, 'a key such as "on" is not quoted'
    assert set(_references(TOLD)) == {f"#/components/schemas/{name}" for name in TOLD["components"]["schemas"]}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (one for key, one in value.items() if key == "$ref")
    for one in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _references(one)


@pytest.mark.parametrize("address", ASKED)
def test_an_answer_has_the_shape_that_is_described(client: TestClient, address: str) -> None:
    found = client.get(f"{address}?{ASKED[address]}")
    assert found.status_code == 200, found.text
    _shape(address).validate(found.json())


@pytest.mark.parametrize("address", ASKED)
def test_an_answer_of_another_shape_is_told_apart(client: TestClient, address: str) -> None:
    answer, shape = client.get(f"{address}?{ASKED[address]}").json(), _shape(address)
    wrong = list(_damaged(answer))
    assert wrong and not [told for told in wrong if shape.is_valid(told)][:1]


@pytest.mark.parametrize("address", ["/index.json", "/figures.json", "/timeline.json", "/network.json", *(
    f"/list/{concept}.json" for concept in LISTED if concept != "places")])
def test_the_packaged_data_have_the_shapes_that_are_described(packaged: Store, address: str) -> None:
    client = TestClient(application(Desk(packaged), Settings(today=lambda: date(2023, 1, 1))), base_url="http://127.0.0.1")
    _shape(address).validate(client.get(address).json())


def _damaged(value: Any) -> Iterator[Any]:
    """A value with one thing in it that it may not hold; of lists the first entries."""
    if isinstance(value, dict):
        yield {**value, "no such key": None}
        for key, inner in value.items():
            yield from ({**value, key: one} for one in _damaged(inner))
    elif isinstance(value, list):
        for place, inner in enumerate(value[:3]):
            yield from ([*value[:place], one, *value[place + 1 :]] for one in _damaged(inner))
    else:
        yield ["not", "here"]


class _Watched(dict[str, str]):
    """Parameters that note which of them are read."""

    def __init__(self, given: Mapping[str, str], read: set[str]) -> None:
        super().__init__(given)
        self.read = read

    def get(self, key: str, default: Any = None) -> Any:
        self.read.add(key)
        return super().get(key, default)


def test_a_page_reads_what_its_description_names(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    read: dict[str, set[str]] = {}
    first = Ask.__init__

    def watched(self: Ask, given: Mapping[str, str] | None = None, *more: Any) -> None:
        first(self, _Watched(given or {}, read.setdefault(now, set())), *more)

    monkeypatch.setattr(Ask, "__init__", watched)
    for now, query in {**ASKED, "/trace.json": "place=港市&on=2022-07-01"}.items():
        assert client.get(f"{now}?{query}&names=en").status_code in (200, 303)
    for page, offer in offers().items():
        seen = set[str]().union(*(keys for address, keys in read.items() if _described(address).startswith(offer.path)))
        shown = {"skip", "save", "on"} - {*offer.known}
        assert {*offer.known} - {*COMMON} <= seen, f"{page} does not read {set(offer.known) - seen}"
        assert seen - shown <= {*offer.known}, f"the description of {page} lacks {seen - shown - set(offer.known)}"


@pytest.mark.parametrize(("address", "said"), [
    ("/why.json?place=港市", "the parameter instrument is missing"), ("/search.csv", "the parameter q is missing"),
    ("/trace.json?place=港市&partner=borea", "there is no parameter 'partner' here; known: place, on, with"),
    ("/figures.json?subject=&period=2022", "subject is empty"), ("/id/place/harbour.ttl?on=2022", "no parameter 'on'"),
    ("/id/place/harbour.json?all=no", "all must be 1, not 'no'"), ("/network.json?hops=4", "hops must be 1 or 2 or 3"),
    ("/index.json?on=2022-07-01&on=2022-07-02", "on is given 2 times"),
    ("/changes.json?place=港市&from=2022-01-02&to=2022-01-01", "to (2022-01-01) comes before from (2022-01-02)"),
    ("/list/statements.json", "there is no list of 'statements'"), ("/nowhere.csv", "nothing in the graph"),
])
def test_a_program_is_told_what_it_cannot_mean(client: TestClient, address: str, said: str) -> None:
    found = client.get(address)
    assert 400 <= found.status_code < 500 and said in found.json()["error"]


def test_any_name_of_a_node_leads_to_it(client: TestClient) -> None:
    for form in ("json", "csv", "ttl"):
        assert client.get(f"/id/港市.{form}").headers["location"] == f"/id/place/harbour.{form}"
    assert client.get("/id/港市?on=2022-07-01").headers["location"] == "/id/place/harbour?on=2022-07-01"
    asked = client.get("/trace.csv?place=港市&on=2022-07-01&lang=en").headers["location"]
    assert asked == "/id/place/harbour.csv?on=2022-07-01&lang=en"


def test_the_last_day_of_the_calendar_is_a_day(client: TestClient) -> None:
    for day in ("0001-01-01", "9999-12-31"):
        assert client.get(f"/id/place/harbour.json?on={day}").json()["measures"]["on"] == day
        assert client.get(f"/changes.json?place=港市&on={day}").status_code == 200


def test_what_changes_tomorrow_is_told(client: TestClient) -> None:
    coming = client.get("/id/place/harbour.json?on=2021-10-31").json()["measures"]["changes"]
    assert ("2021-11-01", "instrument/data-act") in {(one["on"], one["after"]["instrument"]["id"]) for one in coming}


def test_every_concept_is_counted() -> None:
    assert set(SHOWN_CONCEPTS) <= set(CONCEPTS)
