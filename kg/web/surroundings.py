"""The small picture of what surrounds a node: cards in columns by level, joined to it by lines."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from kg.network import CARD, Network, ego, layout
from kg.things import Thing
from kg.timeline import slot

_KEPT = 18
_UNITS = 26


@dataclass(frozen=True, slots=True)
class Card:
    """A node as drawn: its corner, its label cut to the width, the colour of its level."""

    thing: Thing
    x: int
    y: int
    colour: int
    focus: bool

    def label(self, lang: str) -> str:
        """Its label as far as there is room."""
        return shortened(self.thing.label(lang), _UNITS)


@dataclass(frozen=True, slots=True)
class Line:
    """A relation as drawn, from one card's middle to another's."""

    x1: int
    y1: int
    x2: int
    y2: int
    relation: Thing
    certain: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The picture: its cards and lines, its corner and size; `more` nodes did not find room."""

    cards: tuple[Card, ...]
    lines: tuple[Line, ...]
    left: int
    top: int
    width: int
    height: int
    more: int


def surroundings(network: Network) -> Surroundings | None:
    """The nearest nodes around the focus of a network; None if there are none."""
    near = ego(network, network.focus, 1, _KEPT)
    if len(near.nodes) < 2:
        return None
    places = layout(near).places
    corners = {name: (x - CARD[0] // 2, y - CARD[1] // 2) for name, (x, y) in places.items()}
    cards = [Card(one.thing, *corners[one.id], slot(one.order) if one.order else 8,
                  one.id == near.focus) for one in near.nodes]
    lines = {(one.subject, one.object): Line(*places[one.subject], *places[one.object],
                                             one.relation, one.certain)
             for one in near.edges if near.focus in (one.subject, one.object)}
    left, top = (min(corner[axis] for corner in corners.values()) for axis in (0, 1))
    right, bottom = (max(corner[axis] for corner in corners.values()) for axis in (0, 1))
    more = network.more + len(network.nodes) - len(near.nodes)
    return Surroundings(tuple(cards), tuple(lines.values()), left - 4, top - 4,
                        right - left + CARD[0] + 8, bottom - top + CARD[1] + 8, more)


def shortened(text: str, units: int) -> str:
    """A text as far as so many half-width characters have room.

    >>> shortened("数字贸易发展", 8)
    '数字贸…'
    """
    used, kept = 0, ""
    for char in text:
        used += 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if used > units:
            return kept[:-1] + "…"
        kept += char
    return kept
