"""Whatever is sent, the endpoint answers in words: never with an error of its own or a traceback."""

from __future__ import annotations

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serving import Served, get, post

WORDS = st.sampled_from([
    "SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "WHERE", "*", "{", "}", "(", ")", "?s", "?p", "?o", "?s ?p ?o", ".",
    "FILTER", "OPTIONAL", "UNION", "MINUS", "GRAPH", "SERVICE", "BIND", "AS", "VALUES", "UNDEF", "LIMIT 1", "OFFSET",
    "GROUP BY", "HAVING", "ORDER BY", "COUNT(*)", "SUM(?o)", "FROM", "NAMED", "<urn:x>", "kg:x", "'text'", '"', "'''",
    "1", "-1.5e3", "true", "^", "/", "|", "!", "+", "<", ">", "=", "&&", "||", "IRI('x')", "BNODE()", "1/0",
    "REGEX('a', '(')", "xsd:date('x')", "PREFIX kg: <urn:k>", "PREFIX :", "BASE <", "#", "\n", "\\", "\\u00e9", "\\uD800",
    "<<", ">>", "<<( ?s ?p ?o )>>", "LATERAL", "INSERT DATA", "LOAD <urn:x>", "海南", "\x00", "\u202e", "@zh", "^^",
])
TEXTS = st.one_of(st.lists(WORDS, max_size=25).map(" ".join), st.lists(WORDS, max_size=12).map("".join),
                  st.text(max_size=60),
                  st.lists(WORDS, max_size=12).map(lambda words: f"SELECT * {{ {' '.join(words)} }}"),
                  st.lists(WORDS, max_size=8).map(lambda words: f"SELECT ({' '.join(words)} AS ?x) {{}}"))
EXPECTED = {200, 400, 406, 422, 504}


def _said_well(response: httpx.Response) -> None:
    assert response.status_code in EXPECTED, response.text
    assert "Traceback" not in response.text and "panicked" not in response.text
    if response.status_code != 200:
        assert response.headers["content-type"].startswith("text/plain") and 5 < len(response.text) < 3000


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, st.sampled_from(["json", "xml", "csv", "tsv", "ttl", "jsonld", "rdfxml", "nt"]))
def test_any_query(served: Served, text: str, form: str) -> None:
    encodable = text.encode("utf-8", "ignore")
    _said_well(post(served.url, params={"format": form, "timeout": "2"}, content=encodable,
                    headers={"Content-Type": "application/sparql-query"}))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=80), st.sampled_from(["application/sparql-query", "application/x-www-form-urlencoded"]))
def test_any_bytes(served: Served, body: bytes, kind: str) -> None:
    _said_well(post(served.url, content=body, headers={"Content-Type": kind}))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40), st.text(max_size=20),
       st.text(max_size=20), st.text(max_size=20))
def test_any_parameters(served: Served, accept: str, form: str, timeout: str, graph: str) -> None:
    params = {"query": "ASK {}", "format": form, "timeout": timeout, "default-graph-uri": graph}
    params = {key: value.encode("utf-8", "ignore").decode() for key, value in params.items()}
    _said_well(get(served.url, params=params, headers={"Accept": accept}))
