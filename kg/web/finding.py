"""Pages for finding: the home page, search, and the lists of each concept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from kg.catalogue import CONCEPTS, Node, node_json, search, suggestions
from kg.commencement import bounds_of, of_effect
from kg.errors import QueryError
from kg.pages.render import Words
from kg.said import Instrument
from kg.things import Thing, as_label
from kg.web.ask import Ask
from kg.web.desk import Desk
from kg.web.page import Page

SHOWN_CONCEPTS = ("instruments", "agreements", "agencies", "places", "designations", "events",
                  "indicators", "documents")
LISTED = (*CONCEPTS, "bases")
"""What there are lists of."""
_SEARCHED = 300


@dataclass(frozen=True, slots=True)
class Turn:
    """That an instrument comes into force, or is issued, on a day."""

    on: date
    instrument: Thing
    kind: Thing


def home_page(desk: Desk, ask: Ask) -> Page:
    """Where a visitor begins: the question, what there is, what is new, what is missing."""
    counts = {name: desk.counts.get(CONCEPTS[name], 0) for name in SHOWN_CONCEPTS}
    turns = _turns(desk.court.facts.instruments())
    recent = [one for one in turns if one.on <= ask.on][-8:][::-1]
    coming = [one for one in turns if one.on > ask.on][:8]
    gaps = _gaps(desk)
    values = {"counts": counts, "recent": _turns_json(recent), "coming": _turns_json(coming),
              "missing": gaps}
    return Page("home.html.j2", Words(ask.lang)("home_title"), values, here="home", shown={
        "counts": counts, "recent": recent, "coming": coming, "gaps": gaps})


def _turns(instruments: Iterable[Instrument]) -> list[Turn]:
    """The days on which instruments come into force, where the day is known."""
    found = []
    for one in instruments:
        start = bounds_of(of_effect(one, "starts"))
        if start and start.earliest and start.earliest == start.latest:
            found.append(Turn(start.earliest, one.label, one.kind))
    return sorted(found, key=lambda turn: (turn.on, turn.instrument.id))


def _turns_json(turns: Iterable[Turn]) -> list[dict[str, Any]]:
    return [{"on": one.on.isoformat(),
             "instrument": {"id": one.instrument.id, "label": as_label(one.instrument)}}
            for one in turns]


def _gaps(desk: Desk) -> dict[str, int]:
    """What is missing or in dispute, in numbers."""
    instruments = desk.court.facts.instruments()
    found = {
        "undated": sum(not one.milestones for one in instruments),
        "no_start": sum(bool(one.milestones) and not of_effect(one, "starts")
                        and one.commencement == "stated" for one in instruments),
        "disputed": desk.disagreements,
    }
    return {key: number for key, number in found.items() if number}


def search_page(desk: Desk, ask: Ask) -> Page:
    """Nodes whose names hold the words, with how many there are of each concept."""
    words = ask.text("q")
    found = search(desk.store, words, _SEARCHED) if words else []
    facets = Counter(one.cls for one in found)
    kept = [one for one in found if ask.text("concept") in ("", one.cls)]
    rows = [{"id": one.id, "class": one.cls, "zh": one.zh, "en": one.en} for one in kept]
    shown = {
        "words": words, "found": kept[ask.skip : ask.skip + ask.size], "total": len(kept),
        "facets": sorted(facets.items()), "concept": ask.text("concept"),
        "near": suggestions(desk.store, words) if words and not found else [],
        "cut": len(found) == _SEARCHED, "skip": ask.skip,
    }
    title = Words(ask.lang)("search_of", words=words) if words else Words(ask.lang)("search_title")
    answer = rows if words else None
    return Page("search.html.j2", title, answer, answer, shown)


def list_page(desk: Desk, ask: Ask, concept: str) -> Page:
    """The nodes of a concept, of one kind and level if these are asked for."""
    if concept not in LISTED:
        raise QueryError(f"there is no list of {concept[:40]!r}; known: {', '.join(LISTED)}")
    nodes = desk.listed(concept)
    kinds, levels = (Counter(filter(None, (getattr(one, key) for one in nodes)))
                     for key in ("kind", "level"))
    kept = [one for one in nodes if _fits(one, ask)]
    values = [node_json(one) for one in kept]
    shown = {
        "concept": concept, "concepts": SHOWN_CONCEPTS, "found": kept[ask.skip : ask.skip + ask.size],
        "total": len(kept), "kinds": sorted(kinds.items()), "levels": sorted(levels.items()),
        "kind": ask.text("kind"), "level": ask.text("level"), "skip": ask.skip,
    }
    return Page("list.html.j2", Words(ask.lang)(f"list_{concept}"), values, values, shown, "browse")


def _fits(one: Node, ask: Ask) -> bool:
    return ask.text("kind") in ("", one.kind) and ask.text("level") in ("", one.level)


def index_page(desk: Desk, ask: Ask) -> Page:
    """Every name of every node, for a search that needs no server."""
    found: dict[str, list[str]] = {}
    for row in desk.store.select("labels"):
        found.setdefault(str(row["thing"]), []).append(str(row["label"]))
    return Page("index.html.j2", Words(ask.lang)("search_title"), here="search",
                shown={"labels": sorted((name, sorted(set(said))) for name, said in found.items())})
