"""The page of one node: what it is, when it holds, every statement on it, and its surroundings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kg.catalogue import Node, Statement, node, show_json
from kg.errors import NameUnknown
from kg.figures import Figure, figure_json, figures
from kg.names import find
from kg.network import Network, network
from kg.network import Node as Drawn
from kg.rollout import Rollout, rollout
from kg.said import Instrument
from kg.things import Thing
from kg.verdict import Verdict, verdict_json
from kg.web.amounts import charts
from kg.web.ask import Ask
from kg.web.desk import Desk
from kg.web.measures import traced, traced_json, traced_rows
from kg.web.page import Page
from kg.web.strip import strip
from kg.web.surroundings import surroundings

_LISTED = 200
_NEAR = 40


@dataclass(frozen=True, slots=True)
class Group:
    """Statements of one relation, as many as a page lists; `more` counts the others."""

    relation: Thing
    statements: tuple[Statement, ...]
    more: int = 0


def thing_page(desk: Desk, ask: Ask, name: str) -> Page:
    """The page of a node by its id; raises NameUnknown if there is none."""
    if not find(desk.store, name):
        raise NameUnknown(name)
    found = node(desk.store, name)
    near = network(desk.store, name, 1, _NEAR)
    shown: dict[str, Any] = {
        "node": found,
        "near": surroundings(near),
        "focus": _focus(near),
        "kind": desk.words.get(f"kind/{found.kind}"),
        "level": desk.words.get(f"level/{found.level}"),
        "dates": [one for one in found.statements if one.predicate == "dates"],
        "own": _groups(desk, (s for s in found.statements if s.predicate != "dates")),
        "about": _groups(desk, found.mentions),
        "on": ask.on,
        "told": _told(found),
        "fields": [(key, value, _named(desk, value)) for key, value in found.fields],
        "listed": _listed(name),
        "query": _query(name),
        "strip": strip([s for s in found.statements if s.predicate == "dates"],
                       [s for s in found.statements if s.predicate != "dates"], ask.on),
    }
    amounts = _amounts(desk, found)
    shown |= {"amounts": amounts, "charts": charts(amounts, ask.names)}
    values: dict[str, Any] = show_json(found) | {"figures": [figure_json(one) for one in amounts]}
    rows: list[dict[str, Any]] = [*values["statements"], *values["mentioned_in"]]
    if found.cls == "Place":
        shown |= traced(desk, ask, name)
        values |= {"measures": traced_json(shown)}
        rows = traced_rows(shown, ask.names)
    elif found.cls in ("Instrument", "Agreement"):
        shown |= _measure(desk, ask, name)
        values |= {"where": [verdict_json(one) for one in shown["where"]]}
    return Page("thing.html.j2", found.thing.label(ask.names), values, rows, shown)


def _named(desk: Desk, value: str) -> Thing | None:
    """The node whose id a field holds, if it is one."""
    is_id = "/" in value and find(desk.store, value)
    return desk.court.facts.thing(value) if is_id else None


def _told(found: Node) -> bool:
    """Whether anything short can be said of a node."""
    dated = any(one.predicate == "dates" for one in found.statements)
    return dated or any((found.aliases, found.codes, found.fields, found.notes, found.sources))


_LISTS = {"kind": ("instruments", "kind"), "level": ("instruments", "level"),
          "status": ("designations", "kind")}


def _listed(name: str) -> tuple[str, str, str, str] | None:
    """The scheme of a word that sorts a list, the list, the parameter and its value."""
    scheme, _, value = name.partition("/")
    return (scheme, *_LISTS[scheme], value) if scheme in _LISTS else None


def _amounts(desk: Desk, found: Node) -> list[Figure]:
    """The figures of a node, as their subject or as what they measure."""
    if found.cls == "Indicator":
        return figures(desk.store, indicator=found.thing.id)
    return figures(desk.store, found.thing.id)


def _focus(near: Network) -> Drawn | None:
    return next((one for one in near.nodes if one.id == near.focus), None)


def _groups(desk: Desk, statements: Iterable[Statement]) -> list[Group]:
    """Statements by relation, in the order of the relations' names."""
    found: dict[str, list[Statement]] = {}
    for one in statements:
        found.setdefault(one.predicate, []).append(one)
    return [
        Group(desk.words.get(key, Thing(key)), tuple(items[:_LISTED]), max(0, len(items) - _LISTED))
        for key, items in sorted(found.items())
    ]


def _measure(desk: Desk, ask: Ask, name: str) -> dict[str, Any]:
    """What the page of an instrument adds: where it applies, who carries it out, its editions."""
    where: list[Verdict] = desk.court.where(name, ask.on)
    steps: Rollout = rollout(desk.store, name)
    return {"where": where, "rollout": steps, "editions": _editions(desk, name)}


def _editions(desk: Desk, name: str) -> list[Instrument]:
    """The other editions in the line of an instrument."""
    rows = desk.store.select("editions", {"instrument": [_iri(name)]})
    facts = desk.court.facts
    return [facts.instrument(str(row["edition"])) for row in rows]


def _iri(name: str) -> Any:
    from kg.terms import Iri, expand

    return Iri(expand(name))


def _query(name: str) -> str:
    """The question, in SPARQL, whose answer the page is."""
    from kg.queries import read_query, with_values

    return with_values(read_query("statements"), {"subject": [_iri(name)]})

