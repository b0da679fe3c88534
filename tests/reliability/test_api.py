"""Whatever programs ask, as the description of the API has it or against it: an answer that it describes.

Every address is asked by schemathesis over the made-up country: with what the description allows (names
that are borne among it), with what it forbids, and with what lies at the edges of both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks
from starlette.applications import Starlette

from kg.build import Graph
from kg.endpoint.limits import Limits
from kg.endpoint.request import QUERY
from kg.snapshot import save_snapshot
from kg.store import open_store, write_store
from kg.web.api import description
from kg.web.server import Serving, served

EXAMPLES = 25
NAMES = {
    "place": ["place/harbour", "港市", "北省港市", "Aurelia", "AU1", "place/park", "place/borea", "旧镇"],
    "instrument": ["DA", "NSEA", "instrument/harbour-rules", "agreement/far-pact", "负面清单", "Trade Act"],
    "topic": ["topic/free-trade-zones", "data"], "subject": ["place/aurelia", "Aurelia"],
    "indicator": ["indicator/exports", "出口额"], "thing": ["DA", "agency/assembly", "kind/law", "document/gazette"],
    "name": ["place/harbour", "place/aurelia", "instrument/data-act", "agreement/north-sea", "designation/zone-north",
             "agency/assembly", "event/fair", "document/gazette", "line/list", "indicator/exports", "kind/law",
             "status/free-trade-port", "港市", "DA", "observation/exports-2022"],
    "q": ["港", "law", "数据"], "period": ["2022"], "kind": ["law", "kind/law"], "level": ["national"],
}
NAMES |= dict.fromkeys(["with", "left", "right"], NAMES["place"])
DAYS = ["0001-01-01", "1999-12-20", "2022-07-01", "9999-12-31"]
QUERIES = ["ASK {}", "SELECT * { ?s ?p ?o } LIMIT 3", "SELECT (1 AS ?x) (UNDEF AS ?y) {}", "DESCRIBE <urn:x>",
           "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 2", "SELECT * { ?s ?p ?o }", "DELETE WHERE { ?s ?p ?o }",
           "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
           "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"]
BESIDE = {"query": QUERIES, "format": ["json", "csv", "ttl", "jsonld"], "default-graph-uri": [[]],
          "named-graph-uri": [[]], "timeout": [0.5]}


def _with_names(told: dict[str, Any]) -> dict[str, Any]:
    """The description, in which names that the made-up country knows are as likely as any others."""
    for methods in told["paths"].values():
        for one in (one for operation in methods.values() for one in operation["parameters"]):
            one["schema"] = _likely(one["name"], one["schema"])
    form, whole = told["paths"]["/sparql"]["post"]["requestBody"]["content"].values()
    form["schema"]["properties"]["query"] = whole["schema"] = _likely("query", whole["schema"])
    return told


def _likely(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    if schema.get("$ref", "").endswith("/Day"):
        return {"anyOf": [{"enum": DAYS}, schema]}
    known: Any = (NAMES | BESIDE).get(name)
    return {"anyOf": [{"enum": known}, schema]} if known else schema


@schemathesis.serializer(QUERY)
def _as_it_is(_context: schemathesis.SerializationContext, value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


@pytest.fixture(scope="module")
def app(aurelia: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starlette]:
    """The explorer and the endpoint, with room for few rows and little time."""
    path = tmp_path_factory.mktemp("api") / "store"
    write_store(aurelia.n_triples(), path, finish=save_snapshot)
    with open_store(path) as store:
        yield served(store, str(path), Serving(limits=Limits(seconds=1.0, rows=500, patience=5.0)))


load_all_checks()
SCHEMA = schemathesis.openapi.from_dict(_with_names(description()))
LENIENT = CHECKS.get_by_names(["negative_data_rejection"])
"""Without a query, the endpoint describes itself whatever else is asked."""
UNSAID = CHECKS.get_by_names(["positive_data_acceptance", "not_a_server_error"])
"""What is well formed may still be no name, or no query. 502 to 504 are announced; 500 is not, and so a failure."""


@SCHEMA.parametrize()
@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_asked(case: schemathesis.Case, app: Starlette) -> None:
    found = case.call(app=app, base_url="http://127.0.0.1")
    case.validate_response(found, excluded_checks=[*UNSAID, *(LENIENT if case.path == "/sparql" else ())])
    assert "Traceback" not in found.text
    if found.status_code >= 400:
        assert (found.json()["error"] if found.text.startswith("{") else found.text).strip(), "a refusal says why"

