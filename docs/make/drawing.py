"""Boxes and arrows as SVG, in colours that suit a light page and a dark one."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

STYLE = """
text { font: 14px system-ui, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; fill: #1d2733 }
.small { font-size: 12px; fill: #55606d }
.label { font-size: 12px; fill: #3b4753; paint-order: stroke; stroke: #fff; stroke-width: 4px }
.title { font-weight: 600; fill: #55606d }
rect { fill: #f4f7fb; stroke: #9fb0c3 }
.page { fill: #fff; stroke: none }
.main rect { fill: #e3eefb; stroke: #4a7fb5 }
.said rect { fill: #fdf3e1; stroke: #c69232 }
.source rect { fill: #e8f5ea; stroke: #5c9a68 }
.band rect { fill: none; stroke: #d5dce4; stroke-dasharray: 4 4 }
line, path { stroke: #6b7a8b; fill: none }
.dashed { stroke-dasharray: 5 4 }
.head { fill: #6b7a8b; stroke: none }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .small, .title { fill: #a3b1bf }
.label { fill: #c7d1db; stroke: #0d1117 }
rect { fill: #161d26; stroke: #4c5b6b } .page { fill: #0d1117; stroke: none }
.main rect { fill: #12263d; stroke: #5b93cf } .said rect { fill: #33270f; stroke: #cf9f45 }
.source rect { fill: #12291a; stroke: #66a874 } .band rect { fill: none; stroke: #36424e }
line, path { stroke: #93a1b0 } .head { fill: #93a1b0 }
}
"""


@dataclass(frozen=True, slots=True)
class Box:
    """A box with a title, a line under it, and a kind that gives its colour."""

    x: int
    y: int
    title: str
    under: str = ""
    kind: str = ""
    width: int = 180
    height: int = 54


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow from one box to another; its label stands `at` a part of the way."""

    start: str
    end: str
    label: str = ""
    dashed: bool = False
    at: float = 0.5


def picture(width: int, height: int, title: str, boxes: dict[str, Box],
            arrows: Iterable[Arrow]) -> str:
    """A picture as the text of an SVG file; arrows lie under boxes."""
    svg = Xml.Element("svg", xmlns="http://www.w3.org/2000/svg", role="img",
                      viewBox=f"0 0 {width} {height}", width=str(width), height=str(height))
    Xml.SubElement(svg, "title").text = title
    Xml.SubElement(svg, "style").text = STYLE
    Xml.SubElement(svg, "rect", {"class": "page", "width": "100%", "height": "100%"})
    found = list(arrows)
    for name in (name for name in boxes if boxes[name].kind == "band"):
        _band(svg, boxes[name])
    for arrow in found:
        _arrow(svg, arrow, boxes)
    for box in boxes.values():
        if box.kind != "band":
            _box(svg, box)
    for arrow in found:
        _label(svg, arrow, boxes)
    Xml.indent(svg)
    return Xml.tostring(svg, encoding="unicode") + "\n"


def _band(svg: Xml.Element, box: Box) -> None:
    group = Xml.SubElement(svg, "g", {"class": "band"})
    _rect(group, box)
    _text(group, box.x + 10, box.y + 20, box.title, "title", "start")


def _box(svg: Xml.Element, box: Box) -> None:
    group = Xml.SubElement(svg, "g", {"class": box.kind or "plain"})
    _rect(group, box)
    middle, centre = box.x + box.width / 2, box.y + box.height / 2
    _text(group, middle, centre + (5 if not box.under else -3), box.title)
    if box.under:
        _text(group, middle, centre + 16, box.under, "small")


def _rect(group: Xml.Element, box: Box) -> None:
    Xml.SubElement(group, "rect", x=str(box.x), y=str(box.y), rx="8",
                   width=str(box.width), height=str(box.height))


def _text(group: Xml.Element, x: float, y: float, text: str, cls: str = "",
          anchor: str = "middle") -> None:
    given = {"x": f"{x:g}", "y": f"{y:g}", "text-anchor": anchor} | ({"class": cls} if cls else {})
    Xml.SubElement(group, "text", given).text = text


def _arrow(svg: Xml.Element, arrow: Arrow, boxes: dict[str, Box]) -> None:
    if arrow.start == arrow.end:
        _loop(svg, boxes[arrow.start])
        return
    (x1, y1), (x2, y2) = _ends(boxes[arrow.start], boxes[arrow.end])
    Xml.SubElement(svg, "line", {
        "x1": f"{x1:.1f}", "y1": f"{y1:.1f}", "x2": f"{x2:.1f}", "y2": f"{y2:.1f}",
        "class": "dashed" if arrow.dashed else "whole",
    })
    _head(svg, x2, y2, math.atan2(y2 - y1, x2 - x1))


def _head(svg: Xml.Element, x: float, y: float, angle: float) -> None:
    corners = [(x, y)] + [(x - 10 * math.cos(angle + turn), y - 10 * math.sin(angle + turn))
                          for turn in (0.4, -0.4)]
    Xml.SubElement(svg, "polygon", {
        "class": "head", "points": " ".join(f"{a:.1f},{b:.1f}" for a, b in corners)})


def _loop(svg: Xml.Element, box: Box) -> None:
    """An arrow from a box around its lower corner back to itself."""
    x, y = box.x + box.width - 50, box.y + box.height
    Xml.SubElement(svg, "path", d=f"M {x} {y} c 0 34 34 34 34 2")
    _head(svg, x + 34, y, -math.pi / 2)


def _ends(one: Box, other: Box) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the line between the middles of two boxes leaves the one and meets the other."""
    return _edge(one, other), _edge(other, one)


def _edge(box: Box, towards: Box) -> tuple[float, float]:
    x, y = box.x + box.width / 2, box.y + box.height / 2
    dx, dy = towards.x + towards.width / 2 - x, towards.y + towards.height / 2 - y
    scale = min(box.width / 2 / abs(dx) if dx else math.inf,
                box.height / 2 / abs(dy) if dy else math.inf)
    return x + dx * scale, y + dy * scale


def _label(svg: Xml.Element, arrow: Arrow, boxes: dict[str, Box]) -> None:
    if not arrow.label:
        return
    if arrow.start == arrow.end:
        box = boxes[arrow.start]
        _text(svg, box.x + box.width - 33, box.y + box.height + 42, arrow.label, "label")
        return
    (x1, y1), (x2, y2) = _ends(boxes[arrow.start], boxes[arrow.end])
    _text(svg, x1 + (x2 - x1) * arrow.at, y1 + (y2 - y1) * arrow.at + 4, arrow.label, "label")


