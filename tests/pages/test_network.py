"""The network: its neighbourhoods, its dates, and where its nodes stand."""

from __future__ import annotations

import io
import json
import timeit
from datetime import date
from itertools import combinations, pairwise

import networkx
import pytest
from made_up import made_up_network

from kg.dates import Span, parse_date
from kg.network import (
    CARD,
    Edge,
    Network,
    Node,
    as_of,
    build_network,
    busiest,
    ego,
    layout,
    network_graphml,
    network_json,
)
from kg.things import Thing

CONCEPT, LINK = Thing("kg:Place", "地方", "place"), Thing("kg:within", "位于", "within")


def line(*names: str, span: Span | None = None, certain: bool = True) -> Network:
    nodes = [Node(Thing(name), CONCEPT) for name in names]
    pairs = pairwise(names)
    edges = [Edge(a, LINK, b, span=span, certain=certain) for a, b in pairs]
    return build_network(Thing("network"), nodes, edges)


def test_a_neighbourhood_goes_as_far_as_asked() -> None:
    found = ego(line("a", "b", "c", "d"), "b", 1)
    assert [node.id for node in found.nodes] == ["a", "b", "c"]
    assert {node.id: node.more for node in found.nodes} == {"a": 0, "b": 0, "c": 1}
    assert {node.id: node.hops for node in found.nodes} == {"a": 1, "b": 0, "c": 1}


def test_a_cap_keeps_the_nearest_and_counts_the_rest() -> None:
    network = made_up_network(60)
    found = ego(network, "place/arcadia", 3, cap=20)
    whole = ego(network, "place/arcadia", 3, cap=10_000)
    assert len(found.nodes) == 20 and found.more == len(whole.nodes) - 20
    assert max(node.hops for node in found.nodes) <= max(node.hops for node in whole.nodes)
    assert any(node.more for node in found.nodes)


def test_the_busiest_nodes_are_kept() -> None:
    found = busiest(made_up_network(60), cap=10)
    assert len(found.nodes) == 10 and found.more > 0
    assert any(node.id.startswith("place/") for node in found.nodes)


def test_on_a_day_only_what_holds_is_left() -> None:
    start = parse_date("2021-11")
    network = line("a", "b", span=Span(start.earliest, start.latest))
    assert not as_of(network, date(2021, 10, 31)).edges
    assert as_of(network, date(2021, 11, 15)).edges
    assert as_of(network, date(2022, 1, 1)).edges


def test_an_uncertain_relation_stays_and_lonely_nodes_go() -> None:
    past = Span(
        date(2000, 1, 1), date(2000, 1, 1), date(2001, 1, 1), date(2001, 1, 1), open_end=False
    )
    network = line("a", "b", span=past, certain=False)
    assert as_of(network, date(2000, 6, 1)).edges
    assert not as_of(network, date(2002, 1, 1)).nodes


@pytest.mark.parametrize("count", [10, 40, 125])
def test_cards_do_not_overlap(count: int) -> None:
    places = layout(made_up_network(count)).places
    for (ax, ay), (bx, by) in combinations(places.values(), 2):
        assert abs(ax - bx) >= CARD[0] or abs(ay - by) >= CARD[1]


def test_columns_run_from_the_outermost_level_in() -> None:
    network = made_up_network(60)
    places = layout(network).places
    for a, b in combinations([node for node in network.nodes if node.order], 2):
        if a.order < b.order:
            assert places[a.id][0] < places[b.id][0]


def test_a_node_without_a_level_stands_with_its_neighbours() -> None:
    nodes = [
        Node(Thing("a"), CONCEPT, order=2),
        Node(Thing("b"), CONCEPT, order=4),
        Node(Thing("c"), CONCEPT),
        Node(Thing("alone"), CONCEPT),
    ]
    network = build_network(Thing("n"), nodes, [Edge("c", LINK, "b")])
    places = layout(network).places
    assert places["c"][0] == places["b"][0] and places["alone"][0] < places["a"][0]


def test_two_thousand_nodes_are_placed_in_like_time_and_always_alike() -> None:
    """Ten times the nodes take some twenty times as long, and not a hundred times."""
    small, network = made_up_network(190), made_up_network(1900)
    assert _seconds(network) < 60 * _seconds(small)
    first = layout(network)
    assert first == layout(made_up_network(1900))
    assert len(set(first.places.values())) == len(network.nodes)


def _seconds(network: Network) -> float:
    """The shortest of a few placings."""
    return min(timeit.repeat(lambda: layout(network), number=1, repeat=4))


def test_an_empty_network_has_a_layout() -> None:
    assert layout(build_network(Thing("n"), [], [])).places == {}


def test_json_and_graphml_carry_the_same_network() -> None:
    network = made_up_network(30)
    found = json.loads(network_json(network))
    graph = networkx.read_graphml(io.BytesIO(network_graphml(network).encode()))
    assert len(found["nodes"]) == graph.number_of_nodes() == len(network.nodes)
    assert len(found["edges"]) == graph.number_of_edges() == len(network.edges)
    node = network.nodes[0]
    assert graph.nodes[node.id]["label_zh"] == node.thing.zh
    assert network_graphml(network) == network_graphml(made_up_network(30))


def test_a_date_keeps_its_text_and_its_bounds() -> None:
    start = parse_date("2021-11")
    edge = Edge("a", LINK, "b", start, span=Span(start.earliest, start.latest))
    nodes = [Node(Thing("a"), CONCEPT), Node(Thing("b"), CONCEPT)]
    found = json.loads(network_json(build_network(Thing("n"), nodes, [edge])))["edges"][0]
    assert (found["from"], found["from_latest"]) == ("2021-11", "2021-11-30")
    assert found["until"] is None
