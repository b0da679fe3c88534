"""The network around a node: nodes, dated and sourced relations between them, and where to draw them.

A `Network` is plain data. Positions are computed here, in columns by level, the same on every run:
the story is how a matter runs from the outermost level to the innermost.
"""

from kg.network.data import network_graphml, network_json
from kg.network.layout import CARD, Column, Layout, layout
from kg.network.nodes import (
    Edge,
    Network,
    Node,
    as_of,
    build_network,
    busiest,
    edge_truth,
    ego,
    neighbours,
)
from kg.network.reading import network

__all__ = [
    "CARD", "Column", "Edge", "Layout", "Network", "Node", "as_of", "build_network", "busiest",
    "edge_truth", "ego", "layout", "neighbours", "network", "network_graphml", "network_json",
]
