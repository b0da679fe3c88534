"""The page that says what is wrong with a request, and where to go on from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kg.errors import DateError, KgError, NameAmbiguous, NameUnknown, QueryError, StoreError
from kg.pages.render import Words
from kg.web.ask import LANGUAGES, Ask
from kg.web.desk import Desk
from kg.web.links import ServerLinks
from kg.web.page import Page

_STATUS: Sequence[tuple[type[KgError], int]] = (
    (NameUnknown, 404), (NameAmbiguous, 300), (DateError, 400), (QueryError, 400), (StoreError, 503),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that a name may mean: what it is called, what it lies in, and where to go for it.

    The address is that of the request with this thing in place of the name.
    """

    label: str
    within: str
    address: str


def plain_ask(ask: Ask) -> Ask:
    """A request's languages alone, where they are languages."""
    given = {key: ask.text(key) for key in ("lang", "names") if ask.text(key) in LANGUAGES}
    return Ask(given, ask.default, ask.today)


def wrong_page(desk: Desk, ask: Ask, error: KgError, path: str) -> Page:
    """What is wrong, in the words of the reader, with the nodes or names that may be meant."""
    plain = plain_ask(ask)
    word = Words(plain.lang)
    status = next(code for kind, code in _STATUS if isinstance(error, kind))
    shown: dict[str, Any] = {
        "error": _said(error, word),
        "choices": _choices(desk, ask, error, path) if isinstance(error, NameAmbiguous) else [],
        "near": _near(ask, error, path) if isinstance(error, NameUnknown) else [],
    }
    return Page("error.html.j2", word(f"error_{status}"), {"error": str(error)}, shown=shown,
                status=status)


def _said(error: KgError, word: Words) -> str:
    if isinstance(error, NameUnknown):
        return word("wrong_unknown", name=error.name)
    if isinstance(error, NameAmbiguous):
        return word("wrong_ambiguous", name=error.name, n=len(error.candidates))
    return str(error)


def _choices(desk: Desk, ask: Ask, error: NameAmbiguous, path: str) -> list[Choice]:
    plain = plain_ask(ask)
    links, facts = ServerLinks(plain.kept), desk.court.facts
    return [Choice(facts.thing(name).label(plain.names), _within(desk, name, plain.names),
                   _instead(ask, error.name, name, path) or links.thing(name))
            for name, _label in error.candidates]


def _near(ask: Ask, error: NameUnknown, path: str) -> list[Choice]:
    links = ServerLinks(plain_ask(ask).kept)
    return [Choice(name, "", _instead(ask, error.name, name, path) or links.page("search", q=name))
            for name in error.nearest]


def _instead(ask: Ask, name: str, other: str, path: str) -> str:
    """The address of the request with one name changed for another; none if it does not hold it."""
    changed = {key: other if ask.text(key) == name else ask.text(key) for key in ask.given}
    return ServerLinks().to(path, changed) if other in changed.values() else ""


def _within(desk: Desk, name: str, lang: str) -> str:
    """What a place lies in, the nearest two outwards; nothing for what is no place."""
    found: list[str] = []
    while len(found) < 2 and name.startswith("place/") and (within := desk.court.facts.place(name).within):
        name = next((one for one in within if not one.until), within[-1]).object
        found.append(desk.court.facts.thing(name).label(lang))
    return ("，" if lang == "zh" else ", ").join(found)
