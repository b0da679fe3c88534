"""The SPARQL 1.1 Protocol for questions: the cases of its test suite, written from the specification.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pyoxigraph as ox
import pytest
from serving import GRAPHS, Served, get, head, post, request

from kg.endpoint.formats import GRAPHS as GRAPH_FORMATS
from kg.endpoint.formats import ROWS
from kg.endpoint.service import STATUS

ONE, TWO = GRAPHS
ASK = "ASK {}"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
BOTH = f"ASK {{ <{ONE}> a ?a . <{TWO}> a ?b }}"
ONE_ONLY = f"ASK {{ <{ONE}> a ?a FILTER NOT EXISTS {{ <{TWO}> a ?b }} }}"
NAMED = f"ASK {{ GRAPH ?g {{ <{ONE}> a ?a }} GRAPH ?h {{ <{TWO}> a ?b }} }}"
FULL = f"ASK {{ <{ONE}> a ?a GRAPH ?g {{ <{TWO}> a ?b }} FILTER NOT EXISTS {{ GRAPH ?h {{ <{ONE}> a ?c }} }} }}"


def _true(response: httpx.Response) -> bool:
    assert response.status_code == 200, response.text
    media = response.headers["content-type"].partition(";")[0]
    assert media in ("application/sparql-results+json", "application/sparql-results+xml")
    form = ox.QueryResultsFormat.from_media_type(media)
    assert form
    return bool(ox.parse_query_results(response.content, format=form))


def _post(served: Served, body: str | bytes, kind: str | None, params: Mapping[str, object] | None = None,
          ) -> httpx.Response:
    content = body.encode() if isinstance(body, str) else body
    headers = {"Content-Type": kind} if kind else {}
    url = httpx.URL(served.url, query=urlencode(params or {}, doseq=True).encode())
    return post(url, content=content, headers=headers)


# Good


def test_query_get(served: Served) -> None:
    assert _true(served.get(ASK))


def test_query_post_form(served: Served) -> None:
    assert _true(_post(served, urlencode({"query": ASK}), FORM))


def test_query_post_form_with_charset(served: Served) -> None:
    assert _true(_post(served, urlencode({"query": "ASK { FILTER ('海' = '海') }"}), FORM + "; charset=UTF-8"))


@pytest.mark.parametrize("kind", [DIRECT, DIRECT + "; charset=utf-8", DIRECT + ';charset="UTF-8"',
                                  "Application/SPARQL-Query"])
def test_query_post_direct(served: Served, kind: str) -> None:
    assert _true(_post(served, "ASK { FILTER (STRLEN('海南') = 2) }", kind))


@pytest.mark.parametrize("method", ["get", "form", "direct"])
@pytest.mark.parametrize(("query", "default", "named"), [
    (BOTH, [ONE, TWO], []), (ONE_ONLY, [ONE], []), (NAMED, [], [ONE, TWO]), (FULL, [ONE], [TWO]),
    (f"ASK FROM <{TWO}> {{ <{ONE}> a ?a FILTER NOT EXISTS {{ <{TWO}> a ?b }} }}", [ONE], []),
    (f"ASK FROM <{TWO}> FROM NAMED <{ONE}> {{ <{ONE}> a ?a GRAPH ?g {{ <{TWO}> a ?b }} }}", [ONE], [TWO]),
    ("ASK { FILTER NOT EXISTS { ?s ?p ?o } }", [], [ONE]),
], ids=["default graphs", "one default graph", "named graphs", "full", "instead of FROM", "instead of both",
        "named only leaves the default graph empty"])
def test_query_dataset(served: Served, method: str, query: str, default: list[str], named: list[str]) -> None:
    dataset = {"default-graph-uri": default, "named-graph-uri": named}
    asked = {"query": query, **dataset}
    if method == "get":
        assert _true(get(served.url, params=urlencode(asked, doseq=True)))
    elif method == "form":
        assert _true(_post(served, urlencode(asked, doseq=True), FORM))
    else:
        assert _true(_post(served, query, DIRECT, dataset))


def test_query_dataset_of_the_query(served: Served) -> None:
    assert _true(served.get(f"ASK FROM <{ONE}> FROM NAMED <{TWO}> {{ <{ONE}> a ?a GRAPH ?g {{ ?s ?p ?o }} }}"))


@pytest.mark.parametrize(("query", "medias"), [
    ("SELECT (1 AS ?x) {}", {"application/sparql-results+xml", "application/sparql-results+json",
                             "text/tab-separated-values", "text/csv"}),
    ("ASK {}", {"application/sparql-results+xml", "application/sparql-results+json"}),
    (f"DESCRIBE <{ONE}>", {"application/rdf+xml", "text/turtle", "application/n-triples"}),
    ("CONSTRUCT { <urn:s> <urn:p> 1 } WHERE {}", {"application/rdf+xml", "text/turtle", "application/n-triples"}),
], ids=["select", "ask", "describe", "construct"])
def test_query_content_type(served: Served, query: str, medias: set[str]) -> None:
    response = served.get(query)
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] in medias


# Bad


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_bad_query_method(served: Served, method: str) -> None:
    response = request(method, served.url, params={"query": ASK})
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"


def test_bad_multiple_queries(served: Served) -> None:
    twice = urlencode([("query", ASK), ("query", "SELECT * {}")])
    assert get(f"{served.url}?{twice}").status_code == 400
    assert _post(served, twice, FORM).status_code == 400
    assert _post(served, ASK, DIRECT, {"query": ASK}).status_code == 400


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data; boundary=x",
                                  "application/sparql-update", "nonsense"])
def test_bad_query_wrong_media_type(served: Served, kind: str) -> None:
    response = _post(served, ASK, kind)
    assert response.status_code == 415 and DIRECT in response.headers["accept-post"]


def test_bad_query_missing_form_type(served: Served) -> None:
    assert _post(served, urlencode({"query": ASK}), None).status_code == 415


def test_bad_query_missing_direct_type(served: Served) -> None:
    assert _post(served, ASK, None).status_code == 415


def test_bad_query_non_utf8(served: Served) -> None:
    utf16 = "ASK { ?s ?p '海' }".encode("utf-16")
    assert _post(served, utf16, DIRECT + "; charset=UTF-16").status_code == 415
    assert _post(served, utf16, DIRECT).status_code == 400
    assert _post(served, b"query=ASK%20%7B%20%3Fs%20%3Fp%20%27%ff%27%20%7D", FORM).status_code == 400
    assert get(served.url + "?query=ASK%20%7B%7D%ff").status_code == 400


@pytest.mark.parametrize("query", ["SELECT", "ASK {", "SELECT * { ?s ?p }", "", "?s ?p ?o", "ASK {} ASK {}",
                                   "SELECT ?x { BIND (1 AS ?x) BIND (2 AS ?x) }", "ASK { kg:a ?p ?o }"])
def test_bad_query_syntax(served: Served, query: str) -> None:
    for response in (served.get(query), _post(served, urlencode({"query": query}), FORM),
                     _post(served, query, DIRECT)):
        assert response.status_code == 400
        assert response.headers["content-type"].startswith("text/plain")
        assert "not a SPARQL query" in response.text and len(response.text) < 500


def test_bad_query_missing(served: Served) -> None:
    response = _post(served, "", FORM)
    assert response.status_code == 400 and "query is missing" in response.text


@pytest.mark.parametrize("update", ["INSERT DATA { <urn:a> <urn:b> 1 }", "LOAD <http://127.0.0.1:9/>", "CLEAR ALL",
                                    "DELETE WHERE { ?s ?p ?o }"])
def test_updates_are_refused(served: Served, update: str) -> None:
    assert _post(served, urlencode({"update": update}), FORM).status_code == 400
    assert _post(served, update, "application/sparql-update").status_code == 415
    assert get(served.url, params={"update": update}).status_code == 400
    response = served.get(update)
    assert response.status_code == 400 and "update" in response.text
    assert not _true(served.get("ASK { <urn:a> ?p ?o }"))


def test_a_graph_that_is_not_there(served: Served) -> None:
    for params in ({"default-graph-uri": "http://127.0.0.1:9/"}, {"named-graph-uri": "http://127.0.0.1:9/"}):
        response = served.get(ASK, **params)
        assert response.status_code == 400 and "no graph <http://127.0.0.1:9/>" in response.text
    assert "no graph" in served.get("SELECT * FROM <http://127.0.0.1:9/> {}").text
    assert served.get(ASK, **{"default-graph-uri": "no iri"}).status_code == 400


def test_service_is_refused_and_named(served: Served) -> None:
    response = served.get("SELECT * { SERVICE <http://127.0.0.1:9/sparql> { ?s ?p ?o } }")
    assert response.status_code == 400 and "SERVICE may not ask <http://127.0.0.1:9/sparql>" in response.text
    assert _true(served.get("ASK { BIND ('SERVICE <http://127.0.0.1:9/> {}' AS ?x) } # SERVICE <http://a/> {}"))


# Formats


@pytest.mark.parametrize(("accept", "media"), [
    ("application/sparql-results+json", "application/sparql-results+json"),
    ("application/json", "application/json"),
    ("application/sparql-results+xml;q=0.4, text/csv;q=0.5", "text/csv; charset=utf-8"),
    ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
    ("application/*;q=0.1, application/sparql-results+xml", "application/sparql-results+xml"),
    ("application/sparql-results+json;q=0, */*;q=0.1", "application/json"),
    ("*/*", "application/sparql-results+json"), ("", "application/sparql-results+json"),
    ("TEXT/CSV", "text/csv; charset=utf-8"), ("image/png, */*;q=0.01", "application/sparql-results+json"),
])
def test_rows_by_accept(served: Served, accept: str, media: str) -> None:
    response = get(served.url, params={"query": "SELECT (1 AS ?x) {}"}, headers={"Accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (200, media)
    assert response.headers["vary"] == "Accept"


@pytest.mark.parametrize(("accept", "query"), [
    ("image/png", "SELECT * {}"), ("text/turtle", "ASK {}"), ("text/csv", "CONSTRUCT WHERE { ?s ?p ?o }"),
    ("application/sparql-results+json;q=0", "ASK {}"), ("text/html", "ASK {}"),
])
def test_no_format_will_do(served: Served, accept: str, query: str) -> None:
    assert served.get(query, accept).status_code == 406


@pytest.mark.parametrize("parameter", ["format", "output"])
@pytest.mark.parametrize(("name", "media"), [
    ("json", "application/sparql-results+json"), ("xml", "application/sparql-results+xml"),
    ("csv", "text/csv; charset=utf-8"), ("tsv", "text/tab-separated-values; charset=utf-8"),
    ("application/sparql-results+xml", "application/sparql-results+xml"),
])
def test_rows_by_parameter(served: Served, parameter: str, name: str, media: str) -> None:
    response = served.get("SELECT ?x { VALUES ?x { 1 'a\\nb' UNDEF } }", "image/png", **{parameter: name})
    assert (response.status_code, response.headers["content-type"]) == (200, media)
    form = ox.QueryResultsFormat.from_media_type(media.partition(";")[0])
    assert response.headers["x-rows"] == "3" and form
    if name != "csv":
        assert [str(row["x"].value) if row["x"] else None
                for row in ox.parse_query_results(response.content, format=form)] == ["1", "a\nb", None]
    else:
        assert response.text == 'x\r\n1\r\n"a\nb"\r\n\r\n'


@pytest.mark.parametrize(("name", "media"), [
    ("ttl", "text/turtle; charset=utf-8"), ("turtle", "text/turtle; charset=utf-8"),
    ("nt", "application/n-triples"), ("jsonld", "application/ld+json"), ("json", "application/ld+json"),
    ("rdfxml", "application/rdf+xml"), ("xml", "application/rdf+xml"),
    ("application/n-triples", "application/n-triples"),
])
def test_graphs_by_parameter(served: Served, name: str, media: str) -> None:
    response = served.get("CONSTRUCT { <urn:s> <urn:p#p> '海南'@zh } WHERE {}", format=name)
    assert (response.status_code, response.headers["content-type"]) == (200, media)
    form = ox.RdfFormat.from_media_type(media.partition(";")[0])
    assert form
    (found,) = ox.parse(input=response.content, format=form)
    assert found.object == ox.Literal("海南", language="zh")


def test_a_format_nobody_knows(served: Served) -> None:
    response = served.get(ASK, format="parquet")
    assert response.status_code == 400 and "json, xml, csv, tsv, ttl" in response.text
    assert served.get(ASK, format="ttl").status_code == 406


# Around it


def test_head_tells_what_get_would(served: Served) -> None:
    params = {"query": "SELECT (1 AS ?x) {}"}
    told, whole = head(served.url, params=params), get(served.url, params=params)
    assert (told.status_code, told.content) == (200, b"")
    for name in ("content-type", "content-length", "x-rows"):
        assert told.headers[name] == whole.headers[name]
    assert head(served.url, params={"query": "nonsense"}).status_code == 400


def test_any_web_page_may_ask(served: Served) -> None:
    preflight = httpx.options(served.url, headers={
        "Origin": "https://example.org", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type"})
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "content-type" in preflight.headers["access-control-allow-headers"].lower()
    for response in (preflight, served.get(ASK), served.get("nonsense"), httpx.put(served.url)):
        assert response.headers["access-control-allow-origin"] == "*"


SD = "http://www.w3.org/ns/sparql-service-description#"


@pytest.mark.parametrize("accept", ["", "*/*", "text/turtle", "application/ld+json", "application/rdf+xml",
                                    "application/n-triples"])
def test_service_description(served: Served, accept: str) -> None:
    response = get(served.url, headers={"Accept": accept})
    assert response.status_code == 200
    form = ox.RdfFormat.from_media_type(response.headers["content-type"].partition(";")[0])
    assert form and (accept in ("", "*/*") or form.media_type == accept)
    store = ox.Store()
    store.load(response.content, format=form)
    assert store.query(f"PREFIX sd: <{SD}> ASK {{ ?s a sd:Service ; sd:endpoint <{served.url}> ; "
                       "sd:supportedLanguage sd:SPARQL11Query ; sd:resultFormat ?f ; "
                       "sd:defaultDataset [ a sd:Dataset ; sd:defaultGraph [ a sd:Graph ] ] }")


def test_no_description_as_a_picture(served: Served) -> None:
    assert get(served.url, headers={"Accept": "image/png"}).status_code == 406


def test_a_long_body_is_refused(served: Served) -> None:
    most = served.endpoint.settings.limits.text
    response = _post(served, "#" * (most + 1) + "\n" + ASK, DIRECT)
    assert response.status_code == 413


def test_a_long_query_is_answered(served: Served) -> None:
    values = " ".join(f"<urn:x:{n}>" for n in range(50_000))
    response = _post(served, f"SELECT (COUNT(*) AS ?n) {{ VALUES ?x {{ {values} }} }}", DIRECT)
    assert json.loads(response.text)["results"]["bindings"][0]["n"]["value"] == "50000"


@pytest.mark.parametrize("timeout", ["soon", "-1", "0", "0.01", "nan", "inf"])
def test_the_time_limit_can_only_be_lowered(served: Served, timeout: str) -> None:
    assert served.get(ASK, timeout=timeout).status_code == (200 if timeout == "inf" else 400)
    assert served.get(ASK, timeout="100000").status_code == 200


def test_the_documentation_names_every_format_and_status() -> None:
    page = (Path(__file__).parent.parent.parent / "docs" / "endpoint.md").read_text("utf-8")
    for name in (*ROWS, *GRAPH_FORMATS):
        assert f"`{name}`" in page
    for status in {*STATUS.values(), 405, 413, 415, 502}:
        assert f"{status} " in page
