"""The pages of the timeline and of the network within the explorer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from kg.errors import QueryError
from kg.network import network, network_json
from kg.pages.network import network_page
from kg.pages.shell import Shell
from kg.pages.timeline import timeline_page
from kg.timeline import narrowed, timeline_csv, timeline_json
from kg.web.ask import Ask
from kg.web.desk import Desk
from kg.web.page import Page

_CAP = 150
_MOST_HOPS = 3


def timeline_of(desk: Desk, ask: Ask, shell: Shell | None, base: str) -> Page:
    """The roll-out over time, narrowed to a place, an instrument or a topic."""
    names = {"place": "Place", "instrument": "Instrument", "topic": "Concept"}
    asked = [desk.resolve(ask.text(key), cls) if ask.text(key) else ""
             for key, cls in names.items()]
    found = narrowed(desk.roll_out, desk.court.facts, *asked)
    page = timeline_page(found, ask.lang, ask.day("on"), base, shell=shell)
    return Page("", found.title.label(ask.lang), json.loads(timeline_json(found)), here="timeline",
                html=page, shown={"csv": timeline_csv(found)})


def network_of(desk: Desk, ask: Ask, shell: Shell | None, base: str) -> Page:
    """The network around a node, or the busiest part of the whole."""
    thing = desk.resolve(ask.text("thing")) if ask.text("thing") else ""
    hops = ask.text("hops") or "1"
    if hops not in map(str, range(1, _MOST_HOPS + 1)):
        raise QueryError(f"hops must be a number from 1 to {_MOST_HOPS}, not {hops!r}")
    found = network(desk.store, thing, int(hops), _CAP)
    page = network_page(found, ask.lang, ask.day("on"), base, shell=shell)
    return Page("", found.title.label(ask.lang), json.loads(network_json(found)), here="network",
                html=page)


DRAWN: Mapping[str, Callable[[Desk, Ask, Shell | None, str], Page]] = {
    "timeline": timeline_of, "network": network_of,
}
"""The pages that are drawings, by their name."""
