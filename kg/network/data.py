"""A network for programs: JSON and GraphML."""

from __future__ import annotations

import io
import json
from typing import Any

from kg.dates import Span
from kg.network.layout import layout
from kg.network.nodes import (
    Edge,
    Network,
    Node,
)
from kg.things import as_label, as_sources, printable


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
