"""The endpoint as a part of a web application: requests to questions, answers to responses."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from kg.endpoint.answering import Question
from kg.endpoint.description import description
from kg.endpoint.formats import GRAPHS, PAGE, Choice, by_accept
from kg.endpoint.limits import MEBIBYTE, Limits
from kg.endpoint.pool import Fault, Pool, Reply
from kg.endpoint.request import METHODS, Asking, Refused, read_request

Page = Callable[[Request, str], Response]
"""Makes the page for people, with a query in its editor; works in a thread of its own."""
STATUS = {"query": 400, "no-format": 406, "too-much": 422, "broken": 422, "busy": 503, "store": 503,
           "late": 504}
"""What may be wrong with a question → the HTTP status that says so."""
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Settings:
    """An endpoint: the store (a path or a URL) and how it may be asked.

    `services` are the addresses that SERVICE may ask; `origin` is the web origin whose scripts may
    read answers (`*` for all, empty for none); `page` makes the page that browsers get.
    """

    where: str
    limits: Limits = field(default_factory=Limits)
    services: tuple[str, ...] = ()
    path: str = "/sparql"
    origin: str = "*"
    page: Page | None = None


class Endpoint:
    """Answers SPARQL at one path, between `start` and `close`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.pool = Pool(settings.where, settings.limits, settings.services)

    def routes(self) -> list[Route]:
        """The one address of the endpoint, for all methods."""
        return [Route(self.settings.path, self)]

    async def start(self) -> None:
        """Start what answers; raises StoreError if the store cannot be opened."""
        await self.pool.start()

    async def close(self) -> None:
        """End what answers."""
        await self.pool.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._response(request)
        except Refused as refused:
            response = _text(refused.status, str(refused), refused.headers)
        except Fault as fault:
            response = self._failed(fault)
        except _Gone:
            return
        response.headers.update(self._headers())
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return self._options()
        asking = await read_request(request, self.settings.limits, self.settings.page is not None)
        if asking.rows.format == PAGE:
            return await self._page(request, asking)
        if asking.query is None:
            return self._description(request)
        reply = await self._asked(request, asking, asking.query)
        return self._answered(reply, asking.rows if reply.kind == "rows" else asking.graph)

    # Without a query

    async def _page(self, request: Request, asking: Asking) -> Response:
        if self.settings.page is None:
            raise Refused(406, "there is no page here")
        return await run_in_threadpool(self.settings.page, request, asking.query or "")

    def _description(self, request: Request) -> Response:
        choice = by_accept(request.headers.get("accept", ""), GRAPHS)
        if not choice.format:
            raise Refused(406, "the service is described as ttl, nt, jsonld or rdfxml; or ask a query")
        address = str(request.url.replace(query="", fragment=""))
        body = description(address, choice.format, bool(self.settings.services))
        return Response(body, media_type=choice.media)

    def _options(self) -> Response:
        return Response(status_code=204, headers={
            "Allow": ", ".join(METHODS), "Access-Control-Allow-Methods": ", ".join(METHODS),
            "Access-Control-Allow-Headers": "Accept, Content-Type", "Access-Control-Max-Age": "86400"})

    # With a query

    async def _asked(self, request: Request, asking: Asking, query: str) -> Reply:
        """The answer; the question is ended if the client goes away meanwhile."""
        question = Question(query, asking.default_graphs, asking.named_graphs,
                            asking.rows.format, asking.graph.format)
        answer = asyncio.ensure_future(self.pool.ask(question, asking.seconds))
        gone = asyncio.ensure_future(_gone(request))
        try:
            await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                return answer.result()
            raise _Gone
        finally:
            for task in (answer, gone):
                task.cancel()

    def _answered(self, reply: Reply, choice: Choice) -> Response:
        media = choice.media + ("; charset=utf-8" if choice.media.startswith("text/") else "")
        headers = {"Content-Type": media, "X-Rows": str(reply.count),
                   "Content-Length": str(reply.file.stat().st_size)}
        return StreamingResponse(_parts(reply.file), headers=headers)

    def _failed(self, fault: Fault) -> Response:
        limits = self.settings.limits
        if fault.kind == "store" and "://" in self.settings.where:
            return _text(502, str(fault))
        again = {"Retry-After": str(math.ceil(limits.patience))} if fault.kind == "busy" else {}
        return _text(STATUS[fault.kind], str(fault), again)

    def _headers(self) -> Mapping[str, str]:
        limits = self.settings.limits
        found = {"Vary": "Accept", "X-Content-Type-Options": "nosniff",
                 "X-Row-Limit": str(limits.rows), "X-Time-Limit": f"{limits.seconds:g}",
                 "X-Size-Limit": f"{limits.size // MEBIBYTE} MiB"}
        if not self.settings.origin:
            return found
        return found | {"Access-Control-Allow-Origin": self.settings.origin,
                        "Access-Control-Expose-Headers": "X-Rows, X-Row-Limit, X-Time-Limit, Retry-After"}


class _Gone(Exception):
    """The client has gone away."""


async def _gone(request: Request) -> None:
    """Comes back when the client goes away."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _text(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    return Response(message + "\n", status, headers, media_type="text/plain")


async def _parts(file: Path) -> AsyncIterator[bytes]:
    """The bytes of a file, which is removed."""
    try:
        with file.open("rb") as found:
            with suppress(OSError):  # where an open file cannot be removed, it is when it is closed
                file.unlink()
            while part := found.read(_CHUNK):
                yield part
    finally:
        file.unlink(missing_ok=True)
