"""The explorer as a web application: addresses to pages, pages to answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kg.errors import KgError, NameUnknown, QueryError
from kg.pages.render import Words
from kg.pages.shell import Shell
from kg.web import amounts, drawings, finding, measures
from kg.web.ask import Ask
from kg.web.desk import Desk
from kg.web.kept import Answer, Answers
from kg.web.links import NoLinks, ServerLinks
from kg.web.page import Moved, Page
from kg.web.parameters import offer_at
from kg.web.rdf import RDF_FORMS, as_rdf, preferred
from kg.web.thing import thing_page
from kg.web.view import as_html, as_rows, as_values
from kg.web.wrong import plain_ask, wrong_page

View = Callable[[Desk, Ask], Page | Moved]
Act = Callable[[Ask], Response]
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
_FORMS = ("json", "csv", *RDF_FORMS)


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
    answers: Answers = field(default_factory=Answers)

    def routes(self) -> list[BaseRoute]:
        """Every address of the explorer; each also with `.json`, and `.csv` where it has a table."""
        found: list[BaseRoute] = [Route("/", self._answers(finding.home_page))]
        for ending in ("", ".json", ".csv"):
            found += [Route(path + ending, self._answers(view, ending[1:])) for path, view in PAGES.items()]
            found += [Route(f"/{name}{ending}", self._drawn(name, ending[1:])) for name in drawings.DRAWN]
        return [*found, Route("/list/{concept}", self._listed), Route("/id/{name:path}", self._thing)]

    def _answers(self, view: View, form: str = "") -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            return await self._answer(request, view, form or "html")

        return answer

    def _drawn(self, name: str, form: str) -> Callable[[Request], Awaitable[Response]]:
        """A drawing in its frame, or without one if it is to be saved."""
        async def answer(request: Request) -> Response:
            def view(desk: Desk, ask: Ask) -> Page:
                if ask.text("save"):
                    return drawings.DRAWN[name](desk, ask, None, "")
                shell = replace(self.frame(request, ask, name), others=self._others(request, ask, ["json"]))
                return drawings.DRAWN[name](desk, ask, shell, "/id/")

            return await self._answer(request, view, form or "html")

        return answer

    async def _listed(self, request: Request) -> Response:
        concept, form = _ending(request.path_params["concept"], ("json", "csv"))
        return await self._answer(
            request, lambda desk, ask: finding.list_page(desk, ask, concept), form or "html")

    async def _thing(self, request: Request) -> Response:
        name, form = _ending(request.path_params["name"], _FORMS)
        form = form or preferred(request.headers.get("accept", ""))
        return await self._answer(request, lambda desk, ask: _node(desk, ask, name, form), form)

    async def _answer(self, request: Request, view: View, form: str) -> Response:
        return await self._given(request, form, lambda ask: self._shown(request, ask, view, form))

    async def _given(self, request: Request, form: str, act: Act) -> Response:
        """What an act answers, or answered before."""
        key = request.url.path, request.url.query, form, self.settings.today()
        found = self.answers.get(key)
        if found is None:
            found = await run_in_threadpool(self._made, request, key, form, act)
        return found.response(request.headers.get("if-none-match", ""))

    def _made(self, request: Request, key: Hashable, form: str, act: Act) -> Answer:
        """What an act answers; what is wrong with the request, as a page that says so."""
        ask = Ask(dict(request.query_params), self.settings.lang, self.settings.today())
        with self.desk.lock:
            if found := self.answers.get(key):
                return found
            try:
                found = Answer.of(_varied(act(ask)))
            except KgError as error:
                return Answer.of(_varied(self._error(request, ask, error, form)))
            if self.desk.stays:
                self.answers.put(key, found)
            return found

    def _shown(self, request: Request, ask: Ask, view: View, form: str) -> Response:
        if form != "html":
            offer_at(request.url.path, form).check(request.query_params.multi_items())
        page = view(self.desk, ask)
        if isinstance(page, Moved):
            ending = "" if form == "html" else f".{form}"
            return RedirectResponse(ServerLinks(ask.kept).thing(page.thing + ending, **page.asked), 303)
        if form in RDF_FORMS:
            return Response(page.rdf, media_type=RDF_FORMS[form])
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
        forms = _forms(page, request.url.path)
        others = self._others(request, ask, forms) if page.status == 200 else []
        return replace(self.frame(request, ask, page.here), others=others)

    def _others(self, request: Request, ask: Ask, forms: Sequence[str]) -> list[tuple[str, str]]:
        """The page as data, and as one file to keep."""
        path = request.url.path
        stem = "/index" if path == "/" else path
        known = offer_at(path).known
        asked = {key: value for key, value in request.query_params.items() if key in known}
        return [*((form.upper(), ServerLinks().to(f"{stem}.{form}", asked)) for form in forms),
                (Words(ask.lang)("one_file"), self._again(request, path, save="1"))]

    def frame(self, request: Request, ask: Ask, here: str) -> Shell:
        """The frame of a page, with the same page in the other languages."""
        other, renamed = ({"zh": "en", "en": "zh"}[lang] for lang in (ask.lang, ask.names))
        path = request.url.path
        return Shell(
            ServerLinks(ask.kept), ask.lang, ask.names, here,
            self._again(request, path, lang=other, names=""),
            "" if here in drawings.DRAWN else self._again(request, path, names=renamed),
            kept=ask.kept,
        )

    @staticmethod
    def _again(request: Request, path: str, **changed: str) -> str:
        """What was asked for, at another path or with other parameters."""
        return ServerLinks().to(path, {**request.query_params, **changed})

    def _error(self, request: Request, ask: Ask, error: KgError, form: str) -> Response:
        """What is wrong: a page for people, JSON for programs, whatever form they asked for."""
        page = wrong_page(self.desk, ask, error, request.url.path)
        if form != "html":
            return Response(as_values(page), page.status, media_type=_MEDIA["json"])
        return self._html(request, plain_ask(ask), page)

    async def lost(self, request: Request, _error: Exception) -> Response:
        """The answer where there is no such page."""
        def act(ask: Ask) -> Response:
            raise NameUnknown(request.url.path)

        _name, form = _ending(request.url.path, _FORMS)
        return await self._given(request, form or "html", act)


def _node(desk: Desk, ask: Ask, name: str, form: str) -> Page | Moved:
    """A node by its id; the way to it for another name of it."""
    found = desk.resolve(name, on=ask.day("on"))
    if found != name:
        return Moved(found, {key: ask.text(key) for key in offer_at("/id").known if ask.text(key)})
    if form in RDF_FORMS:
        return Page("", name, rdf=as_rdf(desk.store, name, form))
    return thing_page(desk, ask, name)


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
