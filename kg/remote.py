"""A graph behind a SPARQL 1.1 endpoint: asked politely, and believed only if the answer is whole.

A query is sent by POST, and answers are taken as JSON or N-Triples. What is cut off, incomplete
by its own account, capped or of another kind is an error, never a short answer. Only what was not
answered at all (a refused or dropped connection, 429, 502, 503, 504) is asked again, a few times,
each time after a longer pause; that is safe, as only questions are ever sent.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.request import getproxies, proxy_bypass

import pyoxigraph as ox
import urllib3
from urllib3.exceptions import (
    HTTPError,
    LocationParseError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    SSLError,
    TimeoutError,
)

from kg.errors import QueryError, StoreError
from kg.querytext import counting, form_of
from kg.store import Answer, Row, Solutions, Store, Triple, from_ox
from kg.terms import XSD, Blank, Iri, Literal, Term

PAUSES = (0.2, 0.8, 2.0)
"""Seconds to wait before asking again, each time when nothing was answered."""
LONGEST_WAIT = 10.0
"""The longest wait, in seconds, that an endpoint may ask for by Retry-After."""
CONNECT = 10.0
"""Seconds within which an endpoint must take the connection."""
_BUSY = (429, 502, 503, 504)
_JSON, _TRIPLES = "application/sparql-results+json", "application/n-triples"
_SMALLEST_CAP = 1000


class _Unanswered(StoreError):
    """Nothing was answered, so that asking again does no harm; `wait` is what was asked for."""

    def __init__(self, text: str, wait: float = 0.0) -> None:
        super().__init__(text)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class _Reply:
    """A whole body with its headers."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class HttpStore(Store):
    """Any SPARQL 1.1 endpoint. A name and password may stand in the URL (`http://me:pw@host/…`).

    `url` is its address without them, `address` with them, for another process that is to ask.
    `timeout` is for one answer as a whole, in seconds; `KG_TIMEOUT` or 60 if it is not given.
    """

    def __init__(self, url: str, timeout: float | None = None) -> None:
        try:
            parts = urllib3.util.parse_url(url)
        except LocationParseError as error:
            raise StoreError(f"{url!r} is no address of an endpoint: {error}") from error
        self.address, self.url = url, parts._replace(auth=None).url
        self.timeout = _asked_timeout() if timeout is None else timeout
        auth = urllib3.util.make_headers(basic_auth=parts.auth) if parts.auth else {}
        self._headers = {"User-Agent": "policy-kg", **auth}
        self._pool = _pool(parts)

    def query(self, text: str) -> Answer:
        form = form_of(text)
        reply = self._ask(text, _TRIPLES if form in ("construct", "describe") else _JSON)
        if form in ("construct", "describe"):
            triples = self._triples(reply)
            self._check_whole(text, reply, len(triples), exact=False)
            return triples
        answer = self._answer(reply)
        if isinstance(answer, Solutions):
            self._check_whole(text, reply, len(answer), exact=True)
        return answer

    def close(self) -> None:
        self._pool.clear()

    # Asking

    def _ask(self, text: str, accept: str) -> _Reply:
        for pause in PAUSES:
            try:
                return self._once(text, accept)
            except _Unanswered as error:
                if error.wait > LONGEST_WAIT:
                    raise
                time.sleep(max(pause, error.wait))
        return self._once(text, accept)

    def _once(self, text: str, accept: str) -> _Reply:
        try:
            response = self._pool.request(
                "POST", self.url, fields={"query": text}, encode_multipart=False,
                headers={**self._headers, "Accept": accept}, retries=False, redirect=False,
                timeout=urllib3.Timeout(connect=min(CONNECT, self.timeout), read=self.timeout),
                preload_content=False)
        except HTTPError as error:
            raise self._unreached(error) from error
        try:
            reply = _Reply(response.headers, self._body(response))
        finally:
            response.close()  # what was read to its end has gone back to the pool already
        if response.status == 200:
            return reply
        raise self._refused(response.status, reply)

    def _body(self, response: urllib3.BaseHTTPResponse) -> bytes:
        """The whole body, which must come within the time limit and be as long as announced."""
        end, parts = time.monotonic() + self.timeout, list[bytes]()
        try:
            while part := response.read1(1 << 16):
                parts.append(part)
                if time.monotonic() > end:
                    raise self._late()
        except TimeoutError as error:
            raise self._late() from error
        except HTTPError as error:
            raise StoreError(f"{self.url} broke off its answer: {error}") from error
        return b"".join(parts)

    def _late(self) -> StoreError:
        return StoreError(f"{self.url} did not answer within {self.timeout:g} s; ask for less, or "
                          "set KG_TIMEOUT to more seconds")

    def _unreached(self, error: HTTPError) -> StoreError:
        said = f"{self.url} cannot be reached: {_reason(error)}"
        if isinstance(error, NewConnectionError) and not isinstance(error, NameResolutionError):
            return _Unanswered(said)
        if isinstance(error, ProtocolError):
            return _Unanswered(f"{self.url} closed the connection without an answer: {_reason(error)}")
        if isinstance(error, TimeoutError) and not _is_connecting(error):
            return self._late()
        if isinstance(error, SSLError):
            return StoreError(f"{said}; its certificate or its use of TLS is not accepted")
        return StoreError(said)

    def _refused(self, status: int, reply: _Reply) -> StoreError | QueryError:
        """What an answer other than 200 means for the user."""
        said = _said(reply)
        if status == 400:
            return QueryError(f"not a SPARQL query: {said}")
        if status in _BUSY:
            wait = reply.headers.get("retry-after", "")
            return _Unanswered(f"{self.url} answered {status}{said and ': ' + said}; "
                               "it is overloaded or being restarted: try again later",
                               float(wait) if wait.isdigit() else 0.0)
        if target := reply.headers.get("location"):
            return StoreError(f"{self.url} has moved; use {target}")
        return StoreError(f"{self.url} answered {status}{said and ': ' + said}"
                          f"{_HINTS.get(status, '')}")

    # Believing

    def _answer(self, reply: _Reply) -> Solutions | bool:
        self._check(reply, "json", "SPARQL JSON")
        try:
            return _from_json(json.loads(reply.body))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(f"{self.url} broke off its answer, or did not answer in SPARQL JSON; "
                             f"ask again or raise its time limit ({error})") from error

    def _triples(self, reply: _Reply) -> tuple[Triple, ...]:
        self._check(reply, "n-triples", "N-Triples")
        if "content-length" not in reply.headers and "transfer-encoding" not in reply.headers:
            raise StoreError(f"{self.url} does not say how long its answer is, so that it may have "
                             "been broken off; ask a server that does")
        try:
            found = list(ox.parse(input=reply.body, format=ox.RdfFormat.N_TRIPLES))
        except SyntaxError as error:
            raise StoreError(f"{self.url} broke off its answer: {error}") from error
        return tuple((from_ox(q.subject), from_ox(q.predicate), from_ox(q.object)) for q in found)

    def _check(self, reply: _Reply, kind: str, wanted: str) -> None:
        """Refuse an answer of another kind, or one incomplete by its own account."""
        if kind not in reply.media and reply.media != "text/plain":
            raise StoreError(f"{self.url} answered in {reply.media or 'no stated format'} instead of "
                             f"{wanted}; is it the address for SPARQL queries?")
        if state := reply.headers.get("x-sql-state"):
            message = reply.headers.get("x-sql-message", "")[:200]
            raise StoreError(f"{self.url} gave only a part of the answer ({state} {message}); ask for "
                             "less or raise its time limit")

    def _check_whole(self, text: str, reply: _Reply, size: int, exact: bool) -> None:
        """Count at the endpoint what came in a suspiciously round number, as a cap would leave it.

        The rows of a SELECT must be as many as counted; a CONSTRUCT must not have less triples
        than rows, unless their number is no round one.
        """
        round_ = _is_round(size) or (not exact and _is_round(size - 1))  # Virtuoso adds a triple
        if "x-sparql-maxrows" not in reply.headers and not round_:
            return
        question = counting(text)
        if question is None:
            return
        counted = self._answer(self._ask(question, _JSON))
        number = _number(counted)
        if number > size or (exact and number != size):
            raise StoreError(f"{self.url} gave {size} rows of {number}: it caps its answers; raise "
                             "the cap (docs/stores.md) or ask for less")


_HINTS = {
    401: "; it wants a name and password: http://name:password@host/…",
    403: "; this user may not ask it",
    404: "; is it the address for SPARQL queries, such as …/sparql or …/query?",
    405: "; is it the address for SPARQL queries, such as …/sparql or …/query?",
}


def _pool(parts: urllib3.util.Url) -> urllib3.PoolManager:
    """Connections kept open between questions, through the proxy that the environment names."""
    proxy = getproxies().get(parts.scheme or "http")
    if proxy and not proxy_bypass(parts.host or ""):
        return urllib3.ProxyManager(proxy)
    return urllib3.PoolManager()


def _asked_timeout() -> float:
    given = os.environ.get("KG_TIMEOUT", "60")
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        raise StoreError(f"KG_TIMEOUT must be a number of seconds such as 60, not {given!r}")
    return seconds


def _is_connecting(error: HTTPError) -> bool:
    return isinstance(error, urllib3.exceptions.ConnectTimeoutError)


def _reason(error: HTTPError) -> str:
    """The words of the system, without those of the library around them."""
    cause = error.__cause__ or error.__context__ or error
    return str(getattr(cause, "strerror", None) or cause)


def _said(reply: _Reply) -> str:
    """What an endpoint says of its refusal, unless it is a page for browsers."""
    text = reply.body[:2000].decode("utf-8", "replace")
    return "" if "html" in reply.media else " ".join(text.split())[:300]


def _is_round(size: int) -> bool:
    """Whether an endpoint may be set to give at most so many rows."""
    return size >= _SMALLEST_CAP and (size % _SMALLEST_CAP == 0 or size & (size - 1) == 0)


def _number(answer: Solutions | bool) -> int:
    """The one number of a count; more than any answer holds if there is none."""
    if isinstance(answer, Solutions) and len(answer) == 1 and (found := answer.rows[0].get("n")):
        return int(str(found))
    return 1 << 62


def _from_json(body: dict[str, Any]) -> Solutions | bool:
    if "boolean" in body:
        return bool(body["boolean"])
    names = tuple(body["head"]["vars"])
    rows = body["results"]["bindings"]
    return Solutions(names, tuple(_row(names, row) for row in rows))


def _row(names: tuple[str, ...], row: dict[str, dict[str, str]]) -> Row:
    return {name: _term(row.get(name)) for name in names}


def _term(value: dict[str, str] | None) -> Term | None:
    if value is None:
        return None
    if value["type"] == "uri":
        return Iri(value["value"])
    if value["type"] == "bnode":
        return Blank(value["value"])
    datatype = value.get("datatype")
    plain = datatype == XSD + "string" or value.get("xml:lang")
    text = value["value"]
    if datatype == XSD + "boolean":  # Virtuoso keeps booleans as numbers
        text = {"1": "true", "0": "false"}.get(text, text)
    return Literal(text, value.get("xml:lang"), None if plain else datatype)
