"""What a client asks by the SPARQL 1.1 Protocol: by GET, by a form, or by a query as the body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.message import Message
from urllib.parse import parse_qsl

from starlette.requests import Request

from kg.endpoint.formats import GRAPHS, ROWS, Choice, by_accept, known_names, named
from kg.endpoint.limits import Limits

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
LEAST = 0.1
"""The shortest time limit in seconds: one that nothing could keep would only cost a process each time."""
_FIELDS = 1000


class Refused(Exception):
    """A request that is not answered, with the HTTP status and headers that say why."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.headers = status, dict(headers or {})


@dataclass(frozen=True, slots=True)
class Asking:
    """One request: its query (None if there is none), dataset, time limit, and formats for each kind."""

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    seconds: float
    rows: Choice
    graph: Choice


async def read_request(request: Request, limits: Limits, page: bool) -> Asking:
    """What a request asks; raises Refused. With `page`, a page may be the answer to a GET."""
    if request.method not in METHODS:
        raise Refused(405, f"{request.method} is not offered; ask by GET or POST",
                      {"Allow": ", ".join(METHODS)})
    fields = _pairs(request.scope["query_string"])
    if request.method == "POST":
        fields += await _posted(request, limits)
    _check_fields(fields)
    query = _single(fields, "query")
    if query is None and request.method == "POST":
        raise Refused(400, "the parameter query is missing")
    rows, graph = _formats(request, fields, page and request.method != "POST")
    return Asking(query, _all(fields, "default-graph-uri"), _all(fields, "named-graph-uri"),
                  _seconds(fields, limits), rows, graph)


Fields = list[tuple[str, str]]


def _check_fields(fields: Fields) -> None:
    if any(name == "update" for name, _ in fields):
        raise Refused(400, "updates are not offered; this endpoint answers questions only")
    for name in ("using-graph-uri", "using-named-graph-uri"):
        if _all(fields, name):
            raise Refused(400, f"{name} is for updates, which are not offered")


def _pairs(data: bytes) -> Fields:
    """Names and values, percent-decoded; raises Refused if they are not UTF-8."""
    try:
        return parse_qsl(data.decode("utf-8"), keep_blank_values=True, errors="strict",
                         max_num_fields=_FIELDS)
    except UnicodeError as error:
        raise Refused(400, "the parameters are not UTF-8, percent-encoded") from error
    except ValueError as error:
        raise Refused(400, f"there are more than {_FIELDS} parameters") from error


async def _posted(request: Request, limits: Limits) -> Fields:
    """What the body says: parameters of a form, or a query."""
    media, charset = _media(request.headers.get("content-type", ""))
    if media not in (FORM, QUERY):
        said = f"not {media}" if media else "and its Content-Type is missing"
        raise Refused(415, f"the body of a POST must be {FORM} or {QUERY}, {said}",
                      {"Accept-Post": f"{FORM}, {QUERY}"})
    if charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise Refused(415, f"the body must be in UTF-8, not in {charset}")
    body = await _body(request, limits.text)
    if media == FORM:
        return _pairs(body)
    try:
        return [("query", body.decode("utf-8"))]
    except UnicodeDecodeError as error:
        raise Refused(400, f"the query is not UTF-8: {error}") from error


def _media(content_type: str) -> tuple[str, str]:
    """The media type and the charset that a Content-Type names, in lower case."""
    header = Message()
    header["content-type"] = content_type
    media = content_type.partition(";")[0].strip().lower()
    return media, str(header.get_content_charset("")).lower()


async def _body(request: Request, most: int) -> bytes:
    parts, size = list[bytes](), 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > most:
            raise Refused(413, f"the body is longer than {most:,} bytes; ask a shorter query",
                          {"Connection": "close"})
    return b"".join(parts)


def _all(fields: Iterable[tuple[str, str]], name: str) -> tuple[str, ...]:
    return tuple(value for key, value in fields if key == name)


def _single(fields: Fields, name: str) -> str | None:
    found = _all(fields, name)
    if len(found) > 1:
        raise Refused(400, f"the parameter {name} is given {len(found)} times; give it once")
    return found[0] if found else None


def _seconds(fields: Fields, limits: Limits) -> float:
    """The time limit: ours, or a lower one that is asked for."""
    text = _single(fields, "timeout")
    if text is None or not text.strip():
        return limits.seconds
    try:
        asked = float(text)
    except ValueError:
        asked = 0.0
    if not asked >= LEAST:
        raise Refused(400, f"timeout must be a number of seconds such as 2.5, and at least {LEAST}, not {text[:40]!r}")
    return min(asked, limits.seconds)


def _formats(request: Request, fields: Fields, page: bool) -> tuple[Choice, Choice]:
    """The formats for rows and for graphs: those that `format` or `output` names, else by Accept."""
    name = next((value for key in ("format", "output", "results")
                 for value in _all(fields, key) if value.strip()), "")
    if name:
        try:
            return named(name)
        except KeyError as error:
            raise Refused(400, f"format must be one of {known_names()}, not {name[:40]!r}") from error
    accept = request.headers.get("accept", "")
    return by_accept(accept, ROWS, page), by_accept(accept, GRAPHS, page)
