"""The network around a node: nodes, dated and sourced relations between them, and where to draw them.

A `Network` is plain data. Positions are computed here, in columns by level, the same on every run:
the story is how a matter runs from the outermost level to the innermost.
"""

from __future__ import annotations

import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kg.dates import PartialDate, Span, Truth
from kg.errors import NameUnknown
from kg.facts import Facts, span_of
from kg.lifespan import Lifespan, existence, lifespan
from kg.shown import Shown
from kg.store import Row, Store
from kg.terms import Iri, expand
from kg.things import Source, Thing, as_label, as_sources, printable


@dataclass(frozen=True, slots=True)
class Node:
    """A node; `level` and its rank `order` where it belongs to one (0: to none)."""

    thing: Thing
    concept: Thing
    kind: Thing | None = None
    level: Thing | None = None
    order: int = 0
    start: PartialDate | None = None
    end: PartialDate | None = None
    span: Span | None = None
    sources: tuple[Source, ...] = ()
    hops: int = 0
    more: int = 0
    """How many of its neighbours are left out of this network."""

    @property
    def id(self) -> str:
        return self.thing.id


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation between two nodes; `span` is None where it has no time of its own."""

    subject: str
    relation: Thing
    object: str
    start: PartialDate | None = None
    end: PartialDate | None = None
    span: Span | None = None
    certain: bool = True
    """False where the source itself leaves it open, or where it is disputed."""
    sources: tuple[Source, ...] = ()

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What tells it from others; also its place in the order."""
        start, end = str(self.start or ""), str(self.end or "")
        return self.subject, self.relation.id, self.object, start, end


@dataclass(frozen=True, slots=True)
class Network(Shown):
    """Nodes by id and edges by key; `more` counts the nodes that did not find room."""

    title: Thing
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    focus: str = ""
    more: int = 0


def build_network(
    title: Thing, nodes: Iterable[Node], edges: Iterable[Edge], focus: str = "", more: int = 0
) -> Network:
    """A network in its one order, without edges whose ends are not in it."""
    listed = tuple(sorted(nodes, key=lambda node: node.id))
    known = {node.id for node in listed}
    kept = (edge for edge in edges if edge.subject in known and edge.object in known)
    return Network(title, listed, tuple(sorted(kept, key=lambda edge: edge.key)), focus, more)


# From the graph ---------------------------------------------------------------------------------

_BATCH = 400
_TITLE = Thing("network", "关系网络", "Network")
_TEXTS = ("kg:Instrument", "kg:Agreement")


def network(store: Store, thing: str = "", hops: int = 1, cap: int = 300) -> Network:
    """The network around a node by its id, or the best connected texts and what they touch.

    Around a node, all that lies within `hops` steps is read, and the nearest `cap` nodes are kept.
    """
    facts = Facts(store)
    start = [thing] if thing else [one.id for one in facts.instruments()]
    rows = _explore(store, start, hops if thing else 1)
    made = _assemble(store, facts, rows, start)
    if not thing:
        return busiest(made, cap)
    if all(node.id != thing for node in made.nodes):
        raise NameUnknown(thing)
    names = facts.thing(thing)
    title = Thing(
        "network", f"{names.label('zh')}：{_TITLE.zh}", f"{names.label('en')}: {_TITLE.en.lower()}"
    )
    return replace(ego(made, thing, hops, cap), title=title)


def _explore(store: Store, start: Iterable[str], hops: int) -> list[Row]:
    """The statements within so many steps, each once."""
    found: dict[str, Row] = {}
    seen: set[str] = set()
    edge = sorted(start)
    for _ in range(hops):
        seen |= set(edge)
        rows = list(_asked(store, "neighbourhood", "node", edge))
        found |= {str(row["statement"]): row for row in rows}
        edge = sorted(_ends(rows) - seen)
    return [found[key] for key in sorted(found)]


def _ends(rows: Iterable[Row]) -> set[str]:
    return {str(row[key]) for row in rows for key in ("subject", "object")}


def _asked(store: Store, question: str, variable: str, names: Sequence[str]) -> Iterator[Row]:
    for first in range(0, len(names), _BATCH):
        batch = names[first : first + _BATCH]
        yield from store.select(question, {variable: [Iri(expand(name)) for name in batch]})


def _assemble(store: Store, facts: Facts, rows: Sequence[Row], start: Sequence[str]) -> Network:
    heads = _heads(store, sorted(_ends(rows) | set(start)))
    lives = _lives(store, facts, heads)
    said = [*heads, *(str(row["statement"]) for row in rows)]
    for first in range(0, len(said), _BATCH):
        facts.load_sources(said[first : first + _BATCH])
    nodes = [_node(facts, row, lives.get(name)) for name, row in heads.items()]
    return build_network(_TITLE, nodes, [_edge(facts, row, lives) for row in rows])


def _heads(store: Store, names: Sequence[str]) -> dict[str, Row]:
    """One row a node; of two classes the narrower."""
    found: dict[str, Row] = {}
    for row in _asked(store, "heads", "thing", names):
        name = str(row["thing"])
        if name not in found or str(found[name]["class"]) == "kg:Instrument":
            found[name] = row
    return found


def _lives(store: Store, facts: Facts, heads: Mapping[str, Row]) -> dict[str, Lifespan]:
    """When texts are in force, and when places and bodies exist."""
    texts = [name for name, row in heads.items() if str(row["class"]) in _TEXTS]
    facts.load_instruments(texts)
    lives = {name: lifespan(facts, facts.instrument(name)) for name in texts}
    others = sorted(heads.keys() - set(texts))
    for first in range(0, len(others), _BATCH):
        lives |= existence(store, others[first : first + _BATCH])
    return lives


def _labelled(row: Row, key: str, zh: str, en: str) -> Thing | None:
    if row.get(key) is None:
        return None
    return Thing(str(row[key]), str(row.get(zh) or ""), str(row.get(en) or ""))


def _node(facts: Facts, row: Row, life: Lifespan | None) -> Node:
    thing = _labelled(row, "thing", "zh", "en")
    concept = _labelled(row, "scheme", "schemeZh", "schemeEn")
    concept = concept or _labelled(row, "class", "classZh", "classEn")
    assert thing is not None and concept is not None
    return Node(
        thing,
        concept,
        kind=_labelled(row, "kind", "kindZh", "kindEn"),
        level=_labelled(row, "level", "levelZh", "levelEn"),
        order=int(str(row["order"])) if row.get("order") is not None else 0,
        start=life.start if life else None,
        end=life.end if life else None,
        span=life.span if life else None,
        sources=facts.sources(thing.id),
    )


def _edge(facts: Facts, row: Row, lives: Mapping[str, Lifespan]) -> Edge:
    """A statement as an edge; a standing towards an agreement goes by the name of its role."""
    relation = _labelled(row, "role", "roleZh", "roleEn") or _labelled(row, "predicate", "zh", "en")
    assert relation is not None
    span, start, end = span_of(row), _date(row, "from"), _date(row, "until")
    life = lives.get(str(row["subject"]))
    if str(row.get("from")) == "kg:inForce" and life:
        span, start, end = life.span, life.start, life.end
    rank = str(row.get("rank") or "").rpartition("/")[2]
    doubt = rank == "disputed" or str(row.get("certainty") or "") == "uncertain"
    sources = facts.sources(str(row["statement"]))
    ends = str(row["subject"]), relation, str(row["object"])
    return Edge(*ends, start=start, end=end, span=span, certain=not doubt, sources=sources)


def _date(row: Row, key: str) -> PartialDate | None:
    """A date as published with its bounds; words such as *unknown* are none."""
    value = row.get(key)
    if value is None or isinstance(value, Iri):
        return None
    bounds = (str(row.get(f"{key}{side}") or "") for side in ("Earliest", "Latest"))
    first, last = (date.fromisoformat(text) if text else None for text in bounds)
    return PartialDate(str(value), first, last)


# Around one node ---------------------------------------------------------------------------------


def neighbours(edges: Iterable[Edge]) -> dict[str, set[str]]:
    """The nodes next to each node, whatever the direction."""
    found: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        found[edge.subject].add(edge.object)
        found[edge.object].add(edge.subject)
    return found


def ego(network: Network, focus: str, hops: int, cap: int = 300) -> Network:
    """What lies within so many steps of a node, nearest and best connected first, up to `cap` nodes.

    What did not fit is counted, on the network and on each node whose neighbours are left out.
    """
    near = neighbours(network.edges)
    reached = _reached(near, focus, hops)
    ranked = sorted(reached, key=lambda id: (reached[id], -len(near[id]), id))
    kept = set(ranked[:cap])
    nodes = [
        replace(node, hops=reached[node.id], more=len(near[node.id] - kept))
        for node in network.nodes
        if node.id in kept
    ]
    return build_network(network.title, nodes, network.edges, focus, len(ranked) - len(kept))


def _reached(near: Mapping[str, set[str]], focus: str, hops: int) -> dict[str, int]:
    found, edge = {focus: 0}, [focus]
    for step in range(1, hops + 1):
        edge = sorted({other for id in edge for other in near.get(id, ())} - found.keys())
        found |= dict.fromkeys(edge, step)
    return found


def busiest(network: Network, cap: int = 1500) -> Network:
    """The best connected nodes of a network, up to `cap`; the rest are counted."""
    near = neighbours(network.edges)
    ranked = sorted((node.id for node in network.nodes), key=lambda id: (-len(near[id]), id))
    kept = set(ranked[:cap])
    nodes = [
        replace(node, more=len(near[node.id] - kept)) for node in network.nodes if node.id in kept
    ]
    return build_network(network.title, nodes, network.edges, "", len(ranked) - len(kept))


def as_of(network: Network, on: date) -> Network:
    """Only what holds on a day, certainly or perhaps; nodes left without any edge go too."""
    held = {node.id for node in network.nodes if _truth(node.span, on) is not Truth.NO}
    edges = [
        edge
        for edge in network.edges
        if {edge.subject, edge.object} <= held and edge_truth(edge, on) is not Truth.NO
    ]
    linked, had = neighbours(edges).keys(), neighbours(network.edges).keys()
    lost = had - linked - {network.focus}
    nodes = [node for node in network.nodes if node.id in held - lost]
    return build_network(network.title, nodes, edges, network.focus, network.more)


def _truth(span: Span | None, on: date) -> Truth:
    return span.holds(on) if span else Truth.YES


def edge_truth(edge: Edge, on: date) -> Truth:
    """Whether a relation holds on a day; at most perhaps, where its source leaves it open."""
    held = _truth(edge.span, on)
    return held if edge.certain else min(held, Truth.MAYBE)


# Where to draw it --------------------------------------------------------------------------------

CARD = (208, 48)
"""Width and height of a node as the pages draw it."""
_STEP = (236, 64)
_GAP = 96
_SHAPE = 1.45


@dataclass(frozen=True, slots=True)
class Column:
    """The band of one level: its rank, and where it begins and ends."""

    order: int
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The centre of each node, and the columns."""

    places: dict[str, tuple[int, int]]
    columns: tuple[Column, ...]


def layout(network: Network) -> Layout:
    """Nodes in columns by level, ordered in each so that neighbours stand at like heights."""
    near = {id: sorted(others) for id, others in sorted(neighbours(network.edges).items())}
    orders = _orders(network, near)
    ranks = _ranks(network, near, orders)
    columns: dict[int, list[str]] = defaultdict(list)
    for id in sorted(orders, key=lambda id: (orders[id], ranks[id], id)):
        columns[orders[id]].append(id)
    return _place(columns, _rows([len(ids) for ids in columns.values()]))


def _orders(network: Network, near: Mapping[str, list[str]]) -> dict[str, int]:
    """The level of every node; one without a level takes the middle of its neighbours'."""
    found = {node.id: node.order for node in network.nodes if node.order}
    waiting = [node.id for node in network.nodes if not node.order]
    while waiting:
        fresh = {
            id: sorted(known)[len(known) // 2]
            for id in waiting
            if (known := [found[other] for other in near.get(id, ()) if other in found])
        }
        if not fresh:
            return found | dict.fromkeys(waiting, 0)
        found |= fresh
        waiting = [id for id in waiting if id not in found]
    return found


def _ranks(
    network: Network, near: Mapping[str, list[str]], orders: Mapping[str, int]
) -> dict[str, float]:
    """The height of every node: first as a walk through the tree meets it, then by its neighbours."""
    ranks = _walk(network, near, orders)
    for _ in range(6):
        ranks = _spread(_pull(ranks, near), orders)
    return ranks


def _walk(
    network: Network, near: Mapping[str, list[str]], orders: Mapping[str, int]
) -> dict[str, float]:
    starts = sorted(orders, key=lambda id: (id != network.focus, orders[id], id))
    met: dict[str, float] = {}
    for start in starts:
        stack = [start]
        while stack:
            id = stack.pop()
            if id not in met:
                met[id] = float(len(met))
                stack += reversed([other for other in near.get(id, ()) if other not in met])
    return met


def _pull(ranks: Mapping[str, float], near: Mapping[str, list[str]]) -> dict[str, float]:
    pulled = {}
    for id, rank in ranks.items():
        around = near.get(id, ())
        mean = sum(ranks[other] for other in around) / len(around) if around else rank
        pulled[id] = (rank + 3 * mean) / 4
    return pulled


def _spread(ranks: Mapping[str, float], orders: Mapping[str, int]) -> dict[str, float]:
    """Even steps within each column, from 0 to 1, in the order that the pull left."""
    columns: dict[int, list[str]] = defaultdict(list)
    for id in sorted(ranks, key=lambda id: (ranks[id], id)):
        columns[orders[id]].append(id)
    return {
        id: (row + 0.5) / len(column)
        for column in columns.values()
        for row, id in enumerate(column)
    }


def _rows(sizes: list[int]) -> int:
    """How many nodes stand above one another, so that the whole has the shape of a screen."""

    tallest = max(sizes, default=1)

    def shape(rows: int) -> float:
        wide = sum(-(-size // rows) * _STEP[0] + _GAP for size in sizes)
        return abs(wide / (min(rows, tallest) * _STEP[1]) - _SHAPE)

    return min(range(1, tallest + 1), key=lambda rows: (shape(rows), rows))


def _place(columns: Mapping[int, list[str]], rows: int) -> Layout:
    places: dict[str, tuple[int, int]] = {}
    bands = []
    left = 0
    for order, ids in columns.items():
        wide = -(-len(ids) // rows)
        tall = -(-len(ids) // wide)
        for number, id in enumerate(ids):
            sub, row = (number % wide, number // wide) if wide > 1 else (0, number)
            x = left + sub * _STEP[0] + CARD[0] // 2
            places[id] = (x, row * _STEP[1] - (tall - 1) * _STEP[1] // 2)
        bands.append(Column(order, left, left + (wide - 1) * _STEP[0] + CARD[0]))
        left += wide * _STEP[0] + _GAP
    return Layout(places, tuple(bands))


# For programs ------------------------------------------------------------------------------------


def network_json(network: Network) -> str:
    """The network as JSON; dates carry their text, spans their bounds."""
    found = {
        "title": as_label(network.title),
        "focus": network.focus or None,
        "more": network.more,
        "nodes": [_node_json(node) for node in network.nodes],
        "edges": [_edge_json(edge) for edge in network.edges],
    }
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _node_json(node: Node) -> dict[str, Any]:
    return {
        "id": node.id,
        "label": as_label(node.thing),
        "concept": node.concept.id,
        "kind": node.kind.id if node.kind else None,
        "level": node.level.id if node.level else None,
        **_span_json(node),
        "hops": node.hops,
        "more": node.more,
        "sources": as_sources(node.sources),
    }


def _edge_json(edge: Edge) -> dict[str, Any]:
    return {
        "subject": edge.subject,
        "predicate": edge.relation.id,
        "object": edge.object,
        **_span_json(edge),
        "certain": edge.certain,
        "sources": as_sources(edge.sources),
    }


def _span_json(holder: Node | Edge) -> dict[str, str | None]:
    """From and until as published, beside the days between which they lie."""
    span = holder.span or Span(always=True)
    start = "always" if span.always else str(holder.start or "unknown")
    bounds = {
        "from_earliest": span.from_earliest,
        "from_latest": span.from_latest,
        "until_earliest": span.until_earliest,
        "until_latest": span.until_latest,
    }
    dates = {"from": start, "until": str(holder.end) if holder.end else None}
    return dates | {key: day.isoformat() if day else None for key, day in bounds.items()}


def network_graphml(network: Network) -> str:
    """The network as GraphML, for Gephi, yEd and networkx; positions included."""
    import networkx as nx

    graph = nx.MultiDiGraph()
    places = layout(network).places
    for node in network.nodes:
        x, y = places[node.id]
        graph.add_node(node.id, **_flat(_node_json(node)), x=x, y=y)
    for edge in network.edges:
        graph.add_edge(edge.subject, edge.object, **_flat(_edge_json(edge)))
    sheet = io.BytesIO()
    nx.write_graphml(graph, sheet, encoding="utf-8", named_key_ids=True)
    return sheet.getvalue().decode("utf-8") + "\n"


def _flat(found: dict[str, Any]) -> dict[str, str | int | bool]:
    """Values that GraphML can hold: labels by language, sources by their documents."""
    label = found.pop("label", {})
    sources = "; ".join(source["document"] for source in found.pop("sources"))
    plain = {key: value for key, value in found.items() if value is not None and key != "id"}
    plain |= {f"label_{lang}": text for lang, text in label.items()} | {"sources": sources}
    return {key: printable(it) if isinstance(it, str) else it for key, it in plain.items()}
