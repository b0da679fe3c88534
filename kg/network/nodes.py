"""The nodes and the dated, sourced relations of a network, and what lies around one of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from kg.dates import PartialDate, Span, Truth
from kg.shown import Shown
from kg.things import Source, Thing


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
