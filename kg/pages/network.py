"""The page of a network: pyvis builds the graph and carries vis-network, our template shows it.

pyvis's own pages fetch from content networks, run scripts found in labels and settle for minutes;
of pyvis we use the builder and the installed copy of vis-network, and nothing of its HTML.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from kg.network import CARD, Edge, Layout, Network, Node, layout
from kg.pages.render import Words, embed, own, render, template_text, word_table
from kg.pages.shell import Shell
from kg.pages.tables import (
    Cites,
    Index,
    openness,
    short_end,
    short_start,
    spoken_end,
    spoken_start,
    trim,
)
from kg.timeline import slot

_SCRIPTS = ("common.js", "network.js")
_STYLES = ("tokens.css", "base.css", "nav.css", "network.css")
_TEMPLATE = "network.html.j2"
_VIS = "templates/lib/vis-9.1.2/vis-network.min.js"
_LISTED = 1000


@cache
def vis_network() -> str:
    """vis-network as the installed pyvis carries it."""
    text = files("pyvis").joinpath(*_VIS.split("/")).read_text(encoding="utf-8")
    return "\n".join(line for line in text.split("\n") if not line.startswith("//# sourceMapping"))


def network_page(
    network: Network,
    lang: str = "zh",
    on: date | None = None,
    base: str = "",
    file: str = "network",
    shell: Shell | None = None,
) -> str:
    """The network as one HTML page that works from a file and from any web server.

    `on` is the as-of date it opens with, `base` the address under which each node has its page
    (none, no links), `file` the name under which pictures are saved, `shell` the frame of a page
    of the explorer.
    """
    more = {"on": on.isoformat() if on else "", "base": base, "file": file}
    page: str = _build(network, lang, more, shell).generate_html()
    return page


def _build(network: Network, lang: str, more: dict[str, Any], shell: Shell | None) -> Any:
    """A pyvis network that writes our page; pyvis is slow to import and is fetched here only."""
    from pyvis.network import Network as Pyvis

    class PolicyNetwork(Pyvis):  # type: ignore[misc]
        """pyvis's network, with a page of our own."""

        def generate_html(self, *_: Any, **__: Any) -> str:
            """The page; pyvis's arguments about its own template mean nothing here."""
            return _page(network, lang, tables | more, shell, *self.get_network_data()[:2])

    data = _Data()
    drawn = layout(network)
    graph = PolicyNetwork(directed=True)
    for node in network.nodes:
        x, y = drawn.places[node.id]
        graph.add_node(node.id, node.thing.zh, shape="custom", x=x, y=y, facts=data.node(node))
    for edge in network.edges:
        graph.add_edge(edge.subject, edge.object, facts=data.edge(edge))
    tables = data.tables(network, drawn, lang)
    return graph


def _page(
    network: Network, lang: str, data: dict[str, Any], shell: Shell | None,
    nodes: list[Any], edges: list[Any],
) -> str:
    scripts = [own(name) for name in _SCRIPTS]
    wanted = {"nodes": ("id", "label", "x", "y", "facts"), "edges": ("from", "to", "facts")}
    drawn = {
        name: [{key: row[key] for key in wanted[name]} for row in rows]
        for name, rows in (("nodes", nodes), ("edges", edges))
    }
    return render(
        _TEMPLATE,
        scripts=[vis_network(), *scripts],
        styles=[own(name) for name in _STYLES],
        lang=lang,
        shell=shell,
        title=network.title.label(lang),
        nodes=len(nodes),
        edges=len(edges),
        more_nodes=network.more,
        rows=_rows(network, Words(lang)),
        unlisted=max(0, len(edges) - _LISTED),
        words=embed(word_table("".join(scripts) + template_text(_TEMPLATE))),
        data=embed(data | drawn),
    )


def _rows(network: Network, word: Words) -> list[list[str]]:
    """The table for those without scripts."""
    labels = {node.id: node.thing.label(word.lang) for node in network.nodes}
    return [
        [
            *(labels[edge.subject], edge.relation.label(word.lang), labels[edge.object]),
            *(spoken_start(edge.start, edge.span, word), spoken_end(edge.end, edge.span, word)),
        ]
        for edge in network.edges[:_LISTED]
    ]


class _Data:
    """What the page's script needs beside the graph itself: things by number."""

    def __init__(self) -> None:
        self.cites, self.concepts, self.kinds = Cites(), Index(), Index()
        self.levels, self.relations = Index(), Index()

    def node(self, node: Node) -> list[Any]:
        """The script's own order."""
        return trim(
            [
                *(node.thing.en, self.concepts.add(node.concept), self.kinds.add(node.kind)),
                self.levels.add(node.level, slot(node.order)),
                *(short_start(node.start, node.span), short_end(node.end, node.span)),
                *(openness(node.span), node.more, self.cites.add(node.sources)),
            ]
        )

    def edge(self, edge: Edge) -> list[Any]:
        """The script's own order."""
        return trim(
            [
                self.relations.add(edge.relation),
                *(short_start(edge.start, edge.span), short_end(edge.end, edge.span)),
                *(openness(edge.span), 0 if edge.certain else 1, self.cites.add(edge.sources)),
            ]
        )

    def tables(self, network: Network, drawn: Layout, lang: str) -> dict[str, Any]:
        """Everything but the nodes and edges."""
        levels = {node.order: self.levels.add(node.level) for node in network.nodes if node.level}
        return {
            "lang": lang,
            "title": {"zh": network.title.zh, "en": network.title.en},
            "focus": network.focus,
            "more": network.more,
            "card": CARD,
            "columns": [[levels.get(c.order, -1), c.left, c.right] for c in drawn.columns],
            "concepts": self.concepts.rows,
            "kinds": self.kinds.rows,
            "levels": self.levels.rows,
            "relations": self.relations.rows,
            "documents": self.cites.documents.rows,
            "cites": self.cites.rows,
        }
