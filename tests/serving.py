"""An endpoint served by uvicorn on a free port of this machine, for as long as a test needs it."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pyoxigraph as ox
import uvicorn
from servers import free_ports, wait_until
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from kg.endpoint.service import Endpoint, Settings
from kg.store import write_store

get, head, post, request = (
    partial(ask, timeout=60) for ask in (httpx.get, httpx.head, httpx.post, httpx.request)
)
"""httpx's own, with the patience that a busy machine needs."""
GRAPHS = ("https://example.org/graph/one", "https://example.org/graph/two")
"""The named graphs of the store that the tests serve; each holds one triple about itself."""


def make_store(n_triples: bytes, folder: Path) -> Path:
    """A store on disk with these triples in the default graph, and the named graphs."""
    write_store(n_triples, folder, finish=_add_graphs)
    return folder


def _add_graphs(folder: Path) -> None:
    store = ox.Store(str(folder / "oxigraph"))
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    for name in map(ox.NamedNode, GRAPHS):
        store.add(ox.Quad(name, kind, ox.NamedNode("https://example.org/Graph"), name))
    store.flush()


@dataclass(frozen=True, slots=True)
class Served:
    """A running endpoint: its address, and the endpoint itself to look into."""

    url: str
    endpoint: Endpoint

    @property
    def root(self) -> str:
        return self.url.removesuffix("/sparql")

    def workers(self) -> set[int]:
        """The process ids of what answers."""
        return {worker.process.pid for worker in list(self.endpoint.pool._all)}

    def idle(self) -> int:
        """How many of them wait for a question."""
        return self.endpoint.pool._idle.qsize()

    def get(self, query: str, accept: str = "", **more: str) -> httpx.Response:
        headers = {"Accept": accept} if accept else {}
        return get(self.url, params={"query": query, **more}, headers=headers)


@contextmanager
def serving(settings: Settings) -> Iterator[Served]:
    """An endpoint behind a server in a thread of this process."""
    endpoint = Endpoint(settings)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await endpoint.start()
        yield
        await endpoint.close()

    async def hello(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    app = Starlette(routes=[*endpoint.routes(), Route("/hello", hello)], lifespan=lifespan)
    (port,) = free_ports(1)
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait_until(lambda: server.started or not thread.is_alive(), 60, "uvicorn")
        assert server.started
        yield Served(f"http://127.0.0.1:{port}/sparql", endpoint)
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()
