"""The explorer as a web application: addresses to pages, pages to answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kg.errors import DateError, KgError, NameAmbiguous, NameUnknown, QueryError, StoreError
from kg.pages.render import Words
from kg.pages.shell import Shell
from kg.web import amounts, drawings, finding, measures
from kg.web.ask import LANGUAGES, Ask
from kg.web.desk import Desk
from kg.web.links import NoLinks, ServerLinks
from kg.web.page import Moved, Page
from kg.web.rdf import RDF_FORMS, as_rdf, preferred
from kg.web.thing import thing_page
from kg.web.view import as_html, as_rows, as_values

View = Callable[[Desk, Ask], Page | Moved]
PAGES: Mapping[str, View] = {
    "/index": finding.home_page,
    "/search": finding.search_page,
    "/trace": measures.trace_page,
    "/why": measures.why_page,
    "/compare": measures.compare_page,
    "/changes": measures.changes_page,
    "/rollout": measures.rollout_page,
    "/figures": amounts.figures_page,
}
"""The pages that are asked for by parameters alone, by their address."""
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_MEDIA = {"html": "text/html; charset=utf-8", "json": "application/json",
          "csv": "text/csv; charset=utf-8"}
_STATUS: Sequence[tuple[type[KgError], int]] = (
    (NameUnknown, 404), (NameAmbiguous, 300), (DateError, 400), (QueryError, 400), (StoreError, 503),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """How a server answers: its language, the hosts it answers for, what day it calls today."""

    lang: str = "zh"
    hosts: Sequence[str] = LOCAL_HOSTS
    today: Callable[[], date] = date.today


def application(
    desk: Desk, settings: Settings, more: Sequence[BaseRoute] = (), **options: Any
) -> Starlette:
    """The explorer over a store, with `more` routes; `options` go to Starlette."""
    explorer = Explorer(desk, settings)
    guard = Middleware(TrustedHostMiddleware, allowed_hosts=list(settings.hosts))
    return Starlette(routes=[*more, *explorer.routes()], middleware=[guard],
                     exception_handlers={404: explorer.lost}, **options)


@dataclass(frozen=True, slots=True)
class Explorer:
    """Answers requests for pages over one store."""

    desk: Desk
    settings: Settings

    def routes(self) -> list[BaseRoute]:
        """Every address of the explorer; each also with `.json`, and `.csv` where it has a table."""
        found: list[BaseRoute] = [Route("/", self._answers(finding.home_page))]
        for path, view in {**PAGES, "/timeline": self._timeline, "/network": self._network}.items():
            for ending in ("", ".json", ".csv"):
                found.append(Route(path + ending, self._answers(view, ending[1:])))
        return [*found, Route("/list/{concept}", self._listed), Route("/id/{name:path}", self._thing)]

    def _answers(self, view: View, form: str = "") -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            return await self._answer(request, view, form or "html")

        return answer

    async def _listed(self, request: Request) -> Response:
        concept, form = _ending(request.path_params["concept"], ("json", "csv"))
        return await self._answer(
            request, lambda desk, ask: finding.list_page(desk, ask, concept), form or "html")

    async def _thing(self, request: Request) -> Response:
        name, form = _ending(request.path_params["name"], ("json", "csv", *RDF_FORMS))
        form = form or preferred(request.headers.get("accept", ""))
        view: View = lambda desk, ask: thing_page(desk, ask, name)
        if form not in RDF_FORMS:
            return await self._answer(request, view, form)
        found = await run_in_threadpool(self._guarded, request, lambda ask: self._rdf(name, form))
        return _varied(found)

    def _rdf(self, name: str, form: str) -> Response:
        from kg.names import find

        if not find(self.desk.store, name):
            raise NameUnknown(name)
        return Response(as_rdf(self.desk.store, name, form), media_type=RDF_FORMS[form])

    async def _answer(self, request: Request, view: View, form: str) -> Response:
        found = await run_in_threadpool(
            self._guarded, request, lambda ask: self._shown(request, ask, view, form))
        return _varied(found)

    def _guarded(self, request: Request, act: Callable[[Ask], Response]) -> Response:
        """What an act answers; what is wrong with the request, as a page that says so."""
        ask = Ask(dict(request.query_params), self.settings.lang, self.settings.today())
        with self.desk.lock:
            try:
                return act(ask)
            except KgError as error:
                return self._error(request, ask, error)

    def _shown(self, request: Request, ask: Ask, view: View, form: str) -> Response:
        page = view(self.desk, ask)
        if isinstance(page, Moved):
            return RedirectResponse(page.address, 303)
        if form == "json":
            return Response(as_values(page), page.status, media_type=_MEDIA["json"])
        if form == "csv" and (page.rows is not None or "csv" in page.shown):
            return Response(as_rows(page), page.status, media_type=_MEDIA["csv"])
        if form == "csv":
            raise QueryError("this page has no table; ask for it as .json")
        return self._html(request, ask, page)

    def _html(self, request: Request, ask: Ask, page: Page) -> Response:
        saved = bool(ask.text("save"))
        text = as_html(page, self._shell(request, ask, page, saved), self.desk, ask)
        headers = {"content-disposition": 'attachment; filename="page.html"'} if saved else {}
        return Response(text, page.status, headers, media_type=_MEDIA["html"])

    def _shell(self, request: Request, ask: Ask, page: Page, saved: bool = False) -> Shell:
        if saved:
            return Shell(NoLinks(), ask.lang, ask.names, page.here, answers=False)
        links, given = ServerLinks(ask.kept), dict(request.query_params)
        other, renamed = ({"zh": "en", "en": "zh"}[lang] for lang in (ask.lang, ask.names))

        def again(path: str, **changed: str) -> str:
            asked = {key: value for key, value in (given | changed).items() if value}
            return f"{path}?{urlencode(asked)}" if asked else path

        path = request.url.path
        stem = "/index" if path == "/" else path
        return Shell(
            links, ask.lang, ask.names, page.here, again(path, lang=other, names=""),
            again(path, names=renamed), [*(
                (form.upper(), again(f"{stem}.{form}")) for form in _forms(page, path)
            ), (Words(ask.lang)("one_file"), again(path, save="1"))],
            kept=ask.kept,
        )

    def _timeline(self, desk: Desk, ask: Ask) -> Page:
        return drawings.timeline_of(desk, ask, self._standing(ask, "timeline"), "/id/")

    def _network(self, desk: Desk, ask: Ask) -> Page:
        return drawings.network_of(desk, ask, self._standing(ask, "network"), "/id/")

    def frame(self, ask: Ask, here: str) -> Shell:
        """The frame of a page that is written elsewhere."""
        return Shell(ServerLinks(ask.kept), ask.lang, ask.names, here, kept=ask.kept)

    def _standing(self, ask: Ask, here: str) -> Shell | None:
        """The frame of a drawing; none for one that is saved."""
        return None if ask.text("save") else self.frame(ask, here)

    def _error(self, request: Request, ask: Ask, error: KgError) -> Response:
        lang = ask.given.get("lang", ask.default)
        plain = Ask({"lang": lang if lang in LANGUAGES else ask.default}, ask.default, ask.today)
        status = next(code for kind, code in _STATUS if isinstance(error, kind))
        candidates = error.candidates if isinstance(error, NameAmbiguous) else ()
        near = error.nearest if isinstance(error, NameUnknown) else ()
        page = Page("error.html.j2", Words(plain.lang)(f"error_{status}"), {"error": str(error)},
                    shown={"error": str(error), "candidates": candidates, "near": near},
                    status=status)
        if request.url.path.endswith(".json"):
            return Response(as_values(page), status, media_type=_MEDIA["json"])
        return self._html(request, plain, page)

    async def lost(self, request: Request, _error: Exception) -> Response:
        """The answer where there is no such page."""
        def act(ask: Ask) -> Response:
            raise NameUnknown(request.url.path)

        return await run_in_threadpool(self._guarded, request, act)


def _ending(name: str, forms: Sequence[str]) -> tuple[str, str]:
    """A name and the form that its ending asks for, if it is one of these."""
    stem, _, form = name.rpartition(".")
    return (stem, form) if stem and form in forms else (name, "")


def _forms(page: Page, path: str) -> list[str]:
    """The forms of data that a page is there in."""
    found = ["json"] if page.values is not None else []
    found += ["csv"] if page.rows is not None or "csv" in page.shown else []
    return [*found, *(("ttl", "jsonld") if path.startswith("/id/") else ())]


def _varied(response: Response) -> Response:
    response.headers["vary"] = "accept"
    response.headers["x-content-type-options"] = "nosniff"
    return response
