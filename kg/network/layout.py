"""Where the nodes of a network are drawn: in columns by level, the same on every run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from kg.network.nodes import (
    Network,
    neighbours,
)

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
