"""The review as a page: one proposed fact after the other, decided on by forms."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kg.errors import KgError, QueryError
from kg.ingest import (
    Case,
    Decision,
    Gazetteer,
    Proposal,
    case_of,
    cases,
    decide,
    is_node_id,
    load_gazetteer,
    open_proposals,
    read_decisions,
    read_proposals,
    write_decisions,
)
from kg.ingest.decisions import VERDICTS
from kg.ingest.proposals import Node
from kg.pages.render import Words
from kg.pages.shell import Shell
from kg.resources import DATA
from kg.web.ask import LANGUAGES, Ask
from kg.web.desk import Desk
from kg.web.links import ServerLinks
from kg.web.page import Page
from kg.web.view import as_html

_LONGEST = 20_000
_FORM = "application/x-www-form-urlencoded"


class Refused(KgError):
    """A decision that is not taken: `word` is the key of the reason, `status` the HTTP status."""

    def __init__(self, word: str, status: int) -> None:
        super().__init__(word)
        self.word, self.status = word, status


@dataclass(frozen=True)
class Reviewing:
    """What is reviewed, where decisions are kept, and who decides."""

    proposals: Path
    decisions: Path
    by: str


@dataclass(frozen=True)
class Standing:
    """The proposals and what is decided of them, as the files have it now."""

    proposals: Sequence[Proposal]
    decisions: Mapping[str, Decision]

    @property
    def waiting(self) -> list[Proposal]:
        """What can still be decided: undecided or deferred, on no rejected node."""
        return open_proposals(self.proposals, self.decisions)

    @property
    def fresh(self) -> list[Proposal]:
        """What no one has looked at."""
        return [one for one in self.waiting if one.id not in self.decisions]

    @property
    def done(self) -> list[tuple[Proposal, str]]:
        """What is decided, with the verdict; none for what fell with a rejected node."""
        fresh = {one.id for one in self.fresh}
        return [(one, self.decisions[one.id].decision if one.id in self.decisions else "")
                for one in self.proposals if one.id not in fresh]


@dataclass
class Reviews:
    """Answers at `/review`; decisions are taken only from its own pages, by a token."""

    desk: Desk
    reviewing: Reviewing
    lang: str = "zh"
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The names that the graph knows."""
        return load_gazetteer(DATA)

    def routes(self) -> list[BaseRoute]:
        """The page and where its forms are sent."""
        return [Route("/review", self._show, methods=["GET"]),
                Route("/review", self._decide, methods=["POST"])]

    async def _show(self, request: Request) -> Response:
        return await run_in_threadpool(self._answer, request, None)

    async def _decide(self, request: Request) -> Response:
        try:
            given = await _form(request)
            _same_origin(request)
        except Refused as why:
            return await run_in_threadpool(self._refuse, request, why, {})
        return await run_in_threadpool(self._answer, request, given)

    def _answer(self, request: Request, given: Mapping[str, str] | None) -> Response:
        """The page; with a form, what it decides is written first."""
        with self.desk.lock:
            try:
                if given is None:
                    return self._page(request)
                self._take(given)
            except Refused as why:
                return self._page(request, why, given or {})
            except (KgError, ValueError, OSError) as error:
                return self._page(request, Refused(str(error), 503), broken=True)
        return RedirectResponse(ServerLinks(self._ask(request).kept).page("review"), 303)

    def _refuse(self, request: Request, why: Refused, given: Mapping[str, str]) -> Response:
        with self.desk.lock:
            return self._page(request, why, given, broken=True)

    def _take(self, given: Mapping[str, str]) -> None:
        """Write one decision as the review in a terminal does; raises Refused."""
        if not hmac.compare_digest(given.get("token", "").encode(), self.token.encode()):
            raise Refused("review_token", 403)
        proposal = self._asked(given.get("id", ""))
        decision = decide(proposal, _verdict(given), self.reviewing.by, **_changes(proposal, given))
        write_decisions(self.reviewing.decisions, [decision])

    def _asked(self, name: str) -> Proposal:
        """The proposal that is decided on, if it can still be."""
        standing = self._standing()
        if name not in {one.id for one in standing.proposals}:
            raise Refused("review_unknown", 404)
        found = next((one for one in standing.waiting if one.id == name), None)
        if found is None:
            raise Refused("review_decided", 409)
        return found

    def _standing(self) -> Standing:
        return Standing(read_proposals(self.reviewing.proposals),
                        read_decisions(self.reviewing.decisions))

    def _page(self, request: Request, why: Refused | None = None,
              given: Mapping[str, str] | None = None, broken: bool = False) -> Response:
        ask = self._ask(request)
        word = Words(ask.lang)
        standing = Standing((), {}) if broken else self._standing()
        case = self._case(standing, (given or {}).get("id") or ask.text("id"))
        shown = {
            "case": case, "told": self._told(case, ask.lang) if case else (), "given": given or {},
            "problem": _said(why, word), "done": standing.done[-200:][::-1],
            "later": [one for one in standing.waiting if one.id in standing.decisions],
            "at": len(standing.proposals) - len(standing.fresh), "total": len(standing.proposals),
            "token": self.token, "by": self.reviewing.by, "broken": broken,
        }
        page = Page("review.html.j2", word("review_title"), shown=shown, here="review")
        text = as_html(page, self._shell(ask), self.desk, ask)
        return HTMLResponse(text, why.status if why else 200, {"cache-control": "no-store"})

    def _case(self, standing: Standing, name: str) -> Case | None:
        """The one asked for, if it can be decided, else the first that no one has looked at."""
        asked = [one for one in standing.waiting if one.id == name]
        if asked:
            return case_of(asked[0], self.gazetteer)
        seen = {one.id for one in standing.waiting} - {one.id for one in standing.fresh}
        fresh = [one for one in standing.proposals if one.id not in seen]
        return next(cases(fresh, standing.decisions, self.gazetteer), None)

    def _told(self, case: Case, lang: str) -> tuple[str, str, str]:
        """The proposed fact in words."""
        proposal = case.proposal
        told = case.fact[2]
        if proposal.is_entity and not isinstance(proposal.o, Node):
            told = self.desk.word(f"kind/{told}", lang).removeprefix("kind/")
        return case.fact[0], self._relation(proposal.p, lang), told

    def _relation(self, name: str, lang: str) -> str:
        words = self.desk.words
        found = words.get(f"event/{name}") or words.get(name)
        return found.label(lang) if found else name.replace("_", " ")

    def _ask(self, request: Request) -> Ask:
        given = dict(request.query_params)
        kept = {key: value for key, value in given.items()
                if key == "id" or (key in ("lang", "names") and value in LANGUAGES)}
        return Ask(kept, self.lang)

    def _shell(self, ask: Ask) -> Shell:
        other = {"zh": "en", "en": "zh"}[ask.lang]
        turned = ServerLinks().to("/review", {"id": ask.text("id"), "lang": other})
        return Shell(ServerLinks(ask.kept), ask.lang, ask.names, "review", turned, kept=ask.kept)


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form that is sent; raises Refused if it is none, or too long."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise Refused("review_no_form", 415)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST:
            raise Refused("review_too_long", 413)
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict"))
    except ValueError as error:
        raise Refused("review_no_form", 400) from error


def _same_origin(request: Request) -> None:
    """Refuse what the page of another origin sends; browsers say where a form comes from."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    foreign = site not in (None, "same-origin") or origin not in (None, own)
    if foreign:
        raise Refused("review_foreign", 403)


def _verdict(given: Mapping[str, str]) -> str:
    if given.get("decision") not in VERDICTS:
        raise Refused("review_verdict", 400)
    return given["decision"]


def _changes(proposal: Proposal, given: Mapping[str, str]) -> dict[str, str | None]:
    """What a verdict adds to a proposal: the name of a new node, another value."""
    verdict, value = given["decision"], given.get("value", "").strip()
    if verdict == "edited" and not value:
        raise Refused("review_value", 400)
    if verdict == "accepted" and value:
        raise Refused("review_not_edited", 400)
    found: dict[str, str | None] = {}
    if verdict in ("accepted", "edited") and proposal.is_entity:
        found = {key: given.get(key, "").strip() or None for key in ("iri", "label_en")}
        if found["iri"] and not is_node_id(found["iri"]):
            raise Refused("review_id", 400)
    return found | ({"value": value} if verdict == "edited" else {})


def _said(why: Refused | None, word: Words) -> str:
    """Why a decision was not taken, in words; the message itself if there are none for it."""
    if why is None:
        return ""
    return word(why.word) if why.word.startswith("review_") else why.word


def checked(reviewing: Reviewing, host: str, anywhere: bool) -> Reviewing:
    """What may be reviewed on a host; raises QueryError where other machines could decide unasked."""
    local = host in ("localhost", "::1") or host.startswith("127.")
    if not (local or anywhere):
        raise QueryError(f"the review would be open to whoever reaches {host}; listen on 127.0.0.1, "
                         "or say --review-anywhere")
    return reviewing
