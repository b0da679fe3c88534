"""Pages about which measures apply: one verdict, a place, two places, a span of time, a roll-out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from kg.answers import (
    changes_json,
    changes_rows,
    comparison_json,
    comparison_rows,
    rollout_json,
    rollout_rows,
    trace_json,
    trace_rows,
)
from kg.comparison import Change, changes, compare
from kg.errors import QueryError
from kg.explanation import explain
from kg.pages.explanation import verdict_title
from kg.pages.render import Words
from kg.rollout import rollout
from kg.trace import Trace
from kg.verdict import verdict_json
from kg.web.ask import Ask
from kg.web.desk import Desk
from kg.web.page import Moved, Page

_AHEAD = timedelta(days=3 * 365)
GROUPS = ("applies", "in-part", "uncertain", "does-not-apply")


def trace_page(desk: Desk, ask: Ask) -> Page | Moved:
    """Which measures apply: the form, or the way to the page of the place that was named."""
    if not ask.text("place"):
        return Page("trace.html.j2", Words(ask.lang)("ask_trace"), here="trace")
    place = desk.resolve(ask.text("place"), "Place", ask.on)
    asked = {key: ask.text(key) for key in ("on", "with", "all") if ask.text(key)}
    return Moved(place, asked)


def traced(desk: Desk, ask: Ask, place: str) -> dict[str, Any]:
    """What the page of a place shows of the measures there: JSON, rows, and for the template."""
    partner = desk.resolve(ask.text("with"), "Place", ask.on) if ask.text("with") else None
    found = desk.court.trace(place, ask.on, partner, all_=bool(ask.text("all")))
    coming = changes(desk.court, place, ask.on, _later(ask.on))
    return {
        "trace": found,
        "groups": [(kind, found.of(kind)) for kind in GROUPS if found.of(kind)],
        "coming": coming[:8],
        "more_coming": max(0, len(coming) - 8),
        "all": bool(ask.text("all")),
    }


def _later(day: date) -> date:
    """The day up to which changes are told of."""
    return day + _AHEAD if day < date.max - _AHEAD else date.max


def traced_json(shown: Mapping[str, Any]) -> dict[str, Any]:
    """The measures of a place as programs read them, with what changes next."""
    found: Trace = shown["trace"]
    coming: list[Change] = shown["coming"]
    return {**trace_json(found), "changes": changes_json(coming)}


def traced_rows(shown: Mapping[str, Any], lang: str) -> list[dict[str, Any]]:
    """The measures of a place in rows."""
    return trace_rows(shown["trace"], lang)


def why_page(desk: Desk, ask: Ask) -> Page:
    """One verdict with its chain and the five tests, or the form to ask for it."""
    if not (ask.text("instrument") and ask.text("place")):
        return Page("why.html.j2", Words(ask.lang)("ask_why"), shown={"found": None})
    place = desk.resolve(ask.text("place"), "Place", ask.on)
    partner = desk.resolve(ask.text("with"), "Place", ask.on) if ask.text("with") else None
    instrument = desk.resolve(ask.text("instrument"), "Instrument", ask.on)
    verdict = desk.court.why(instrument, place, ask.on, partner)
    found = explain(desk.court.facts, verdict)
    return Page("why.html.j2", verdict_title(found, ask.names), verdict_json(verdict),
                shown={"found": found})


def compare_page(desk: Desk, ask: Ask) -> Page:
    """What applies in one place and not, or not in the same way, in another."""
    title = Words(ask.lang)("compare_title")
    left, right = ask.text("left"), ask.text("right")
    if not (left and right):
        return Page("compare.html.j2", title, here="compare", shown={"found": None})
    ends = [desk.resolve(name, "Place", ask.on) for name in (left, right)]
    found = compare(desk.court, ends[0], ends[1], ask.on)
    things = [desk.court.facts.thing(name) for name in ends]
    title = Words(ask.lang)("compare_of", a=things[0].label(ask.names), b=things[1].label(ask.names))
    return Page(
        "compare.html.j2", title,
        {"left": ends[0], "right": ends[1], "on": ask.on.isoformat(),
         "differences": comparison_json(found)},
        comparison_rows(found, left, right, ask.names), {"found": found, "places": things}, "compare",
    )


def changes_page(desk: Desk, ask: Ask) -> Page:
    """What began to apply in a place, ended or became uncertain between two days."""
    title = Words(ask.lang)("changes_title")
    if not ask.text("place"):
        return Page("changes.html.j2", title, shown={"found": None})
    first, last = ask.day("from") or ask.on, ask.day("to") or _later(ask.on)
    if last < first:
        raise QueryError(f"to ({last}) comes before from ({first})")
    place = desk.resolve(ask.text("place"), "Place", first)
    found = changes(desk.court, place, first, last)
    thing = desk.court.facts.thing(place)
    return Page(
        "changes.html.j2", Words(ask.lang)("changes_of", place=thing.label(ask.names)),
        {"place": place, "from": first.isoformat(), "to": last.isoformat(),
         "changes": changes_json(found)},
        changes_rows(found, ask.names),
        {"found": found, "place": thing, "first": first, "last": last},
    )


def rollout_page(desk: Desk, ask: Ask) -> Page:
    """Who carried an instrument out, in what order, after how many days."""
    if not ask.text("instrument"):
        return Page("rollout.html.j2", Words(ask.lang)("rollout_title"), shown={"found": None})
    found = rollout(desk.store, desk.resolve(ask.text("instrument"), "Instrument"))
    title = Words(ask.lang)("rollout_of", measure=found.instrument.label(ask.names))
    return Page("rollout.html.j2", title, rollout_json(found), rollout_rows(found, ask.names),
                {"found": found})


def day_bounds(today: date) -> tuple[date, date]:
    """Between which days the slider of a page moves."""
    return date(2000, 1, 1), date(today.year + 5, 12, 31)
