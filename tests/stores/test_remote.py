"""An endpoint that misbehaves: each way has its message, and no short answer passes for a whole one."""

from __future__ import annotations

import http.server
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs

import pytest
from servers import free_ports

from kg import remote
from kg.errors import KgError, QueryError, StoreError
from kg.remote import HttpStore
from kg.store import Solutions

SELECT = "SELECT ?s WHERE { ?s ?p ?o }"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
JSON = "application/sparql-results+json"


class Exchange(http.server.BaseHTTPRequestHandler):
    """One request; how it is answered is up to the test."""

    protocol_version = "HTTP/1.1"
    server: Endpoint

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append(parse_qs(text)["query"][0])
        self.server.seen.append(self.headers.get("Authorization", ""))
        self.server.peers.add(self.client_address)
        self.server.answer(self)

    def say(self, body: bytes, status: int = 200, media: str = JSON, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": media, "Content-Length": str(len(body))}.items():
            self.send_header(name, headers.pop(name.replace("-", "_"), value))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Endpoint(http.server.ThreadingHTTPServer):
    """A server on a free loopback port that keeps what it was asked."""

    daemon_threads = True

    def __init__(self, answer: Callable[[Exchange], None], port: int) -> None:
        super().__init__(("127.0.0.1", port), Exchange)
        self.answer, self.asked, self.seen = answer, list[str](), list[str]()
        self.peers: set[object] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sparql"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no matter."""


@contextmanager
def endpoint(answer: Callable[[Exchange], None], port: int = 0) -> Iterator[Endpoint]:
    server = Endpoint(answer, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "PAUSES", (0.01, 0.02, 0.03))


def rows(count: int) -> bytes:
    found = [{"s": {"type": "uri", "value": f"urn:{i}"}} for i in range(count)]
    return json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": found}}).encode()


def number(count: int) -> bytes:
    cell = {"type": "literal", "value": str(count)}
    return json.dumps({"head": {"vars": ["n"]}, "results": {"bindings": [{"n": cell}]}}).encode()


def triples(count: int) -> bytes:
    return b"".join(b"<urn:%d> <urn:p> <urn:o> .\n" % i for i in range(count))


def drop(it: Exchange) -> None:
    """Close the connection without a word."""
    it.connection.shutdown(socket.SHUT_RDWR)
    it.close_connection = True


def drip(it: Exchange) -> None:
    """Announce much, and send a byte now and then."""
    it.send_response(200)
    it.send_header("Content-Type", JSON)
    it.send_header("Content-Length", "100000")
    it.end_headers()
    for _ in range(40):
        it.wfile.write(b" ")
        it.wfile.flush()
        time.sleep(0.05)


def unframed(it: Exchange) -> None:
    """An answer that ends when the connection does."""
    it.send_response(200)
    it.send_header("Content-Type", "application/n-triples")
    it.send_header("Connection", "close")
    it.end_headers()
    it.wfile.write(triples(3))


def chunked_and_cut(it: Exchange) -> None:
    """A chunk, and then the end of the connection where the next should be."""
    it.send_response(200)
    it.send_header("Content-Type", "application/n-triples")
    it.send_header("Transfer-Encoding", "chunked")
    it.end_headers()
    it.wfile.write(b"%x\r\n%s\r\n" % (len(triples(3)), triples(3)))
    drop(it)


WRONG: list[tuple[str, str, Callable[[Exchange], None], str]] = [
    ("half a body of JSON", SELECT, lambda it: it.say(rows(3)[:50]), "broke off"),
    ("JSON, then the words of a server whose time was up", SELECT,
     lambda it: it.say(rows(3)[:50] + b"The SPARQL operation has been cancelled"), "broke off"),
    ("fewer bytes than announced", SELECT, lambda it: (it.say(rows(3), Content_Length="9999"), drop(it))[0],
     "broke off"),
    ("a graph cut between two triples", CONSTRUCT, chunked_and_cut, "broke off"),
    ("a graph cut within a triple", CONSTRUCT,
     lambda it: it.say(triples(3)[:-5], media="application/n-triples"), "broke off"),
    ("a graph of unknown length", CONSTRUCT, unframed, "how long"),
    ("JSON of another kind", SELECT, lambda it: it.say(b'{"rows": []}'), "SPARQL JSON"),
    ("JSON with rows that are none", SELECT,
     lambda it: it.say(b'{"head": {"vars": ["s"]}, "results": {"bindings": [7]}}'), "SPARQL JSON"),
    ("a page for browsers", SELECT, lambda it: it.say(b"<html>", media="text/html"), "text/html"),
    ("CSV", SELECT, lambda it: it.say(b"s\n1\n", media="text/csv"), "text/csv"),
    ("JSON where triples were asked for", CONSTRUCT, lambda it: it.say(rows(1)), "N-Triples"),
    ("a part, by its own account", SELECT, lambda it: it.say(rows(3), X_SQL_State="S1TAT"), "only a part"),
    ("a cap that the header names", SELECT,
     lambda it: it.say(number(31) if "COUNT" in it.server.asked[-1] else rows(7), X_SPARQL_MaxRows="7"),
     "7 rows of 31"),
    ("a cap that only the round number shows", SELECT,
     lambda it: it.say(number(31_000) if "COUNT" in it.server.asked[-1] else rows(2000)),
     "2000 rows of 31000"),
    ("a cap of a power of two", SELECT,
     lambda it: it.say(number(9000) if "COUNT" in it.server.asked[-1] else rows(8192)), "8192 rows of 9000"),
    ("a capped graph", CONSTRUCT,
     lambda it: it.say(number(5000)) if "COUNT" in it.server.asked[-1]
     else it.say(triples(1000), media="application/n-triples"), "1000 rows of 5000"),
    ("too little time", SELECT, lambda it: time.sleep(2), "within 0.5 s"),
    ("a drip", SELECT, drip, "within 0.5 s"),
    ("another address", SELECT, lambda it: it.say(b"", 302, Location="http://127.0.0.1:9/x"), "has moved; use"),
    ("no such address", SELECT, lambda it: it.say(b"", 404), "the address for SPARQL queries"),
    ("no password", SELECT, lambda it: it.say(b"", 401), "name and password"),
    ("not for this user", SELECT, lambda it: it.say(b"", 403), "may not"),
    ("a failure within", SELECT, lambda it: it.say(b"out of memory", 500, "text/plain"), "500: out of memory"),
    ("no HTTP", SELECT, lambda it: it.wfile.write(b"SSH-2.0-OpenSSH\r\n\r\n") and None, "without an answer"),
]


@pytest.mark.parametrize(("question", "answer", "said"), [one[1:] for one in WRONG], ids=[one[0] for one in WRONG])
def test_what_is_wrong_is_said(question: str, answer: Callable[[Exchange], None], said: str) -> None:
    with endpoint(answer) as server:
        with pytest.raises(StoreError, match=said) as caught:
            HttpStore(server.url, timeout=0.5).query(question)
        assert server.url in str(caught.value)


def test_there_are_enough_ways_to_misbehave() -> None:
    assert len(WRONG) >= 24


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_passes_is_asked_again(status: int) -> None:
    def answer(it: Exchange) -> None:
        it.say(rows(2)) if len(it.server.asked) == 3 else it.say(b"", status)

    with endpoint(answer) as server:
        assert len(HttpStore(server.url).select("labels")) == 2
        assert len(server.asked) == 3


def test_a_dropped_connection_is_asked_again() -> None:
    with endpoint(lambda it: it.say(rows(2)) if len(it.server.asked) == 2 else drop(it)) as server:
        assert len(HttpStore(server.url).select("labels")) == 2


def test_a_server_that_starts_late_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "PAUSES", (0.1, 0.3, 2.0))
    (port,) = free_ports(1)
    asked = threading.Thread(target=lambda: found.append(
        HttpStore(f"http://127.0.0.1:{port}/").query("ASK { ?s ?p ?o }")))
    found: list[object] = []
    asked.start()
    time.sleep(0.15)
    with endpoint(lambda it: it.say(b'{"head": {}, "boolean": true}'), port):
        asked.join(10)
    assert found == [True]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500, 501])
def test_a_refusal_is_not_asked_again(status: int) -> None:
    with endpoint(lambda it: it.say(b"no", status, "text/plain")) as server:
        with pytest.raises(QueryError if status == 400 else StoreError):
            HttpStore(server.url).query(SELECT)
        assert len(server.asked) == 1


def test_patience_ends() -> None:
    with endpoint(lambda it: it.say(b"busy", 503, "text/plain")) as server:
        with pytest.raises(StoreError, match="503: busy; it is overloaded"):
            HttpStore(server.url).query(SELECT)
        assert len(server.asked) == 1 + len(remote.PAUSES)


def test_a_long_wait_is_left_to_the_user() -> None:
    with endpoint(lambda it: it.say(b"", 503, Retry_After="3600")) as server:
        with pytest.raises(StoreError, match="503"):
            HttpStore(server.url).query(SELECT)
        assert len(server.asked) == 1


def test_a_short_wait_is_kept() -> None:
    def answer(it: Exchange) -> None:
        it.say(rows(1)) if len(it.server.asked) == 2 else it.say(b"", 503, Retry_After="1")

    with endpoint(answer) as server:
        start = time.monotonic()
        HttpStore(server.url).query(SELECT)
        assert time.monotonic() - start >= 1


@pytest.mark.parametrize("text", ["INSERT DATA { <urn:a> <urn:b> <urn:c> }", "DROP ALL", "", "LOAD <http://x/>",
                                  "PREFIX a: <urn:a> DELETE WHERE { ?s ?p ?o }", "# SELECT\nCLEAR ALL"])
def test_only_questions_are_sent(text: str) -> None:
    with endpoint(lambda it: it.say(rows(1))) as server:
        with pytest.raises(QueryError):
            HttpStore(server.url).query(text)
        assert server.asked == []


def test_a_round_number_that_is_right_is_believed() -> None:
    with endpoint(lambda it: it.say(number(2000) if "COUNT" in it.server.asked[-1] else rows(2000))) as server:
        answer = HttpStore(server.url).query(SELECT)
        assert isinstance(answer, Solutions) and len(answer) == 2000
        assert len(server.asked) == 2


def test_connections_are_kept_open() -> None:
    with endpoint(lambda it: it.say(rows(3))) as server, HttpStore(server.url) as store:
        for _ in range(20):
            store.query(SELECT)
        assert len(server.asked) == 20 and len(server.peers) == 1


def test_a_name_and_password_are_sent_and_never_shown() -> None:
    with endpoint(lambda it: it.say(b"", 403)) as server:
        store = HttpStore(server.url.replace("//", "//ada:secret@"))
        with pytest.raises(StoreError) as caught:
            store.query(SELECT)
        assert server.seen == ["Basic YWRhOnNlY3JldA=="]
        assert "secret" not in str(caught.value) + store.url


@pytest.mark.parametrize(("url", "said"), [
    ("http://127.0.0.1:9/query", "cannot be reached"),
    ("http://no-such-host.invalid/query", "cannot be reached"),
    ("http://[half/query", "no address"),
    ("http://127.0.0.1:99999/query", "no address"),
])
def test_a_dead_endpoint_is_named(url: str, said: str) -> None:
    with pytest.raises(StoreError, match=said):
        HttpStore(url, timeout=2).query("ASK { ?s ?p ?o }")


@pytest.mark.parametrize("given", ["soon", "-1", "0", "nan", ""])
def test_a_time_limit_that_is_none(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_TIMEOUT", given)
    with pytest.raises(KgError, match="KG_TIMEOUT must be a number"):
        HttpStore("http://127.0.0.1:9/query")
