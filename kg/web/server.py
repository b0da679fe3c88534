"""The explorer and the endpoint served together: uvicorn on an address, until it is stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from kg.endpoint.limits import Limits
from kg.endpoint.service import Endpoint
from kg.endpoint.service import Settings as Asking
from kg.errors import StoreError
from kg.output import as_json
from kg.pages.sparql import Asking as Told
from kg.pages.sparql import sparql_page
from kg.remote import HttpStore
from kg.store import OxigraphStore, Store
from kg.web.api import description
from kg.web.app import LOCAL_HOSTS, Explorer, Settings, application
from kg.web.ask import Ask
from kg.web.desk import Desk
from kg.web.reviewing import Reviewing, Reviews

_KEEP_ALIVE = 75
"""Seconds that a connection stays open for the next request of a person who reads."""


@dataclass(frozen=True, slots=True)
class Serving:
    """Where and how to answer.

    `hosts` are further names under which the server may be asked, `services` the addresses that the
    SERVICE clauses of queries may ask, `review` what is decided on at /review (no page without it).
    """

    host: str = "127.0.0.1"
    port: int = 8000
    lang: str = "zh"
    hosts: Sequence[str] = ()
    limits: Limits = field(default_factory=Limits)
    services: tuple[str, ...] = ()
    review: Reviewing | None = None


def served(store: Store, where: str, serving: Serving) -> Starlette:
    """The whole application over a store that lies at a path or URL."""
    desk = Desk(store)
    settings = Settings(serving.lang, hosts=(*LOCAL_HOSTS, serving.host, *serving.hosts))
    explorer = Explorer(desk, settings)

    def page(request: Request, query: str) -> Response:
        ask = Ask(dict(request.query_params), serving.lang)
        told = Told(seconds=serving.limits.seconds, rows=serving.limits.rows)
        with desk.lock:
            return HTMLResponse(sparql_page(explorer.frame(request, ask, "sparql"), desk.words, query, told))

    endpoint = Endpoint(Asking(where, serving.limits, serving.services, page=page))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await endpoint.start()
        try:
            yield
        finally:
            await endpoint.close()

    more = Reviews(desk, serving.review, serving.lang).routes() if serving.review else []
    more = [*more, *endpoint.routes(), Route("/openapi.json", _described)]
    return application(desk, settings, more, lifespan=lifespan)


async def _described(_request: Request) -> Response:
    """The description of what programs may ask; scripts of any web page may read it."""
    return Response(as_json(description()), headers={"Access-Control-Allow-Origin": "*"},
                    media_type="application/json")


def serve(store: Store, serving: Serving) -> None:
    """Answer on an address until interrupted."""
    app = served(store, location(store), serving)
    uvicorn.run(app, host=serving.host, port=serving.port, log_level="warning",
                timeout_keep_alive=_KEEP_ALIVE)


def location(store: Store) -> str:
    """Where a store lies, so that another process can open it; raises StoreError."""
    if isinstance(store, OxigraphStore):
        if store.folder is None:
            raise StoreError("a store in memory cannot be served; build one on disk first")
        return str(store.folder)
    assert isinstance(store, HttpStore)
    return store.address
