"""How a page becomes text: HTML in its frame, JSON, or CSV."""

from __future__ import annotations

from typing import Any

from kg.catalogue import Node
from kg.network import Node as Drawn
from kg.output import as_csv, as_json, rows_of
from kg.pages.render import Words, own, render
from kg.pages.shell import Shell
from kg.pages.tables import spoken_end, spoken_start, spoken_text
from kg.web.ask import Ask
from kg.web.desk import Desk
from kg.web.measures import day_bounds
from kg.web.page import Page
from kg.web.surroundings import shortened

_STYLES = ("tokens.css", "base.css", "nav.css", "explorer.css")
_SCRIPTS = ("explorer.js",)


def as_html(page: Page, shell: Shell, desk: Desk, ask: Ask) -> str:
    """A page as HTML; every style and script is in it, so that it can be saved as one file."""
    return page.html or render(
        page.template, scripts=[own(name) for name in _SCRIPTS],
        styles=[own(name) for name in _STYLES], lang=shell.lang, shell=shell, title=page.title,
        names=shell.names, ask=ask, size=ask.size, bounds=day_bounds(ask.today),
        **_speaking(desk, shell), **page.shown,
    )


def _speaking(desk: Desk, shell: Shell) -> dict[str, Any]:
    """How templates put the vocabulary, dates and long labels into words."""
    word = Words(shell.lang)
    return {
        "when": lambda text: spoken_text(text, word),
        "vocabulary": lambda key: desk.word(key, shell.names),
        "short": shortened,
        "first_date": lambda node: _first_date(node, word),
        "lasting": lambda node: _lasting(node, word),
    }


def _first_date(node: Node, word: Words) -> str:
    """The date that tells a node from others in a list: its first, or its own."""
    dates = sorted(one.since for one in node.statements if one.predicate == "dates")
    own = dict(node.fields)
    return spoken_text(next(iter(dates), own.get("date") or own.get("from", "")), word)


def _lasting(node: Drawn, word: Words) -> str:
    """From when until when a node is there."""
    ends = spoken_start(node.start, node.span, word), spoken_end(node.end, node.span, word)
    return f"{ends[0]} – {ends[1] or word('open')}" if ends[0] != word("always") else ends[0]


def as_values(page: Page) -> str:
    """A page as JSON."""
    return as_json(page.values)


def as_rows(page: Page) -> str:
    """The table of a page as CSV."""
    if "csv" in page.shown:
        return str(page.shown["csv"])
    return as_csv(*rows_of([dict(row) for row in page.rows or ()]))
