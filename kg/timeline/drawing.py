"""A timeline as a picture (SVG) that needs no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from xml.etree import ElementTree as Xml

from kg.dates import Span
from kg.things import printable
from kg.timeline.items import (
    Item,
    Lane,
    Mark,
    Timeline,
    days,
    extent,
    first_day,
)

_ROW, _HEAD, _TOP, _MARGIN, _TEXT = 30, 34, 64, 16, 12.5
_INK, _MUTED, _LINE, _WASH = "#17212f", "#55616f", "#d7dde5", "#f4f6f9"
COLOURS = (
    *("#6a4a94", "#a32a30", "#85651a", "#1c5da6"),
    *("#13766a", "#567420", "#ad5a17", "#5c6878"),
)
"""One colour for each level, outermost first; the last serves all others."""


def slot(order: int) -> int:
    """The number of a lane's colour, from 1, by its rank among the levels."""
    return order if 0 < order < len(COLOURS) else len(COLOURS)


@dataclass(frozen=True, slots=True)
class Scale:
    """Days to pixels."""

    first: date
    last: date
    width: float

    def x(self, day: date) -> float:
        """Where a day stands; days outside are moved to the edge."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return round(max(0.0, min(1.0, share)) * self.width, 1)


def text_width(text: str, size: float = _TEXT) -> float:
    """About how wide a text is: an em for a Chinese character, a little over half for a letter."""
    return sum(size if ord(char) > 0x2E7F else size * 0.56 for char in text)


def pack_rows(extents: Sequence[tuple[float, float]], gap: float = 8) -> list[int]:
    """The row of each extent, first fit in the order given, so that none in a row meet.

    >>> pack_rows([(0, 10), (5, 20), (30, 40)])
    [0, 1, 0]
    """
    ends: list[float] = []
    rows = []
    for left, right in extents:
        row = next((n for n, end in enumerate(ends) if end <= left), len(ends))
        if row == len(ends):
            ends.append(0.0)
        ends[row] = right + gap
        rows.append(row)
    return rows


def ticks(first: date, last: date, room: int) -> list[tuple[date, str]]:
    """First days of years, at most `room` of them, with their label."""
    years = range(first.year + 1, last.year + 1)
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 1000) if len(years) / s <= room)
    return [(date(year, 1, 1), str(year)) for year in years if year % step == 0]


def timeline_svg(
    timeline: Timeline, lang: str = "zh", width: int = 1400, on: date | None = None
) -> str:
    """The timeline as one still picture, for print and for slides."""
    scale = _scale(timeline, width)
    body = Xml.Element("g")
    height = float(_TOP)
    for lane in timeline.lanes:
        height = _draw_lane(body, timeline, lane, scale, height, lang)
    return _sheet(timeline, scale, body, height, lang, on)


def _scale(timeline: Timeline, width: int) -> Scale:
    first, last = extent(timeline) or (date(2000, 1, 1), date(2001, 1, 1))
    room = timedelta(days=max(200, int((last - first).days * 0.06)))
    return Scale(first - room / 4, last + room, width - 2 * _MARGIN)


def _sheet(
    timeline: Timeline, scale: Scale, body: Xml.Element, height: float, lang: str, on: date | None
) -> str:
    width = scale.width + 2 * _MARGIN
    size = {"width": f"{width:g}", "height": f"{height + _MARGIN:g}"}
    view = f"0 0 {width:g} {height + _MARGIN:g}"
    sheet = Xml.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size, "viewBox": view})
    sheet.set("font-family", "system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif")
    Xml.SubElement(sheet, "title").text = printable(timeline.title.label(lang))
    sheet.append(_patterns(scale))
    Xml.SubElement(sheet, "rect", {**size, "fill": "#ffffff"})
    _text(sheet, _MARGIN, 28, timeline.title.label(lang), size=18, bold=True)
    chart = Xml.SubElement(sheet, "g", {"transform": f"translate({_MARGIN} 0)"})
    for day, label in ticks(scale.first, scale.last, int(scale.width / 56)):
        _rule(chart, scale.x(day), _TOP - 8, height, _LINE)
        if scale.x(day) + 40 < scale.width:
            _text(chart, scale.x(day) + 4, _TOP - 10, label, fill=_MUTED)
    chart.append(body)
    if on:
        _rule(chart, scale.x(on), _TOP - 8, height, "#b3261e")
        _text(chart, scale.x(on) + 4, _TOP - 24, on.isoformat(), fill="#b3261e")
    return Xml.tostring(sheet, encoding="unicode") + "\n"


def _patterns(scale: Scale) -> Xml.Element:
    """Hatching and fading in each colour."""
    defs = Xml.Element("defs")
    ends = {"x1": f"{scale.width - 120:g}", "x2": f"{scale.width:g}"}
    begins = {"x1": "120", "x2": "0"}
    for number, colour in enumerate(COLOURS, 1):
        square = {"width": "5", "height": "5", "patternUnits": "userSpaceOnUse"}
        turned = {"id": f"h{number}", **square, "patternTransform": "rotate(45)"}
        hatch = Xml.SubElement(defs, "pattern", turned)
        Xml.SubElement(hatch, "rect", {"width": "2", "height": "5", "fill": colour})
        for name, stretch in (("r", ends), ("l", begins)):
            units = {"gradientUnits": "userSpaceOnUse", "y1": "0", "y2": "0"}
            fade = Xml.SubElement(
                defs, "linearGradient", {"id": f"{name}{number}", **stretch, **units}
            )
            Xml.SubElement(fade, "stop", {"offset": "0", "stop-color": colour})
            clear = {"offset": "1", "stop-color": colour, "stop-opacity": "0.06"}
            Xml.SubElement(fade, "stop", clear)
    return defs


def _text(
    parent: Xml.Element,
    x: float,
    y: float,
    text: str,
    size: float = _TEXT,
    fill: str = _INK,
    bold: bool = False,
) -> None:
    at = {"x": f"{x:g}", "y": f"{y:g}", "font-size": f"{size:g}", "fill": fill}
    node = Xml.SubElement(parent, "text", at | ({"font-weight": "600"} if bold else {}))
    node.text = printable(text)


def _rule(parent: Xml.Element, x: float, top: float, bottom: float, stroke: str) -> None:
    ends = {"x1": f"{x:g}", "x2": f"{x:g}", "y1": f"{top:g}", "y2": f"{bottom:g}"}
    Xml.SubElement(parent, "line", ends | {"stroke": stroke})


def _draw_lane(
    body: Xml.Element, timeline: Timeline, lane: Lane, scale: Scale, top: float, lang: str
) -> float:
    items = [item for item in timeline.items if item.lane == lane.thing.id and first_day(item)]
    band = {"y": f"{top:g}", "width": f"{scale.width:g}", "height": f"{_HEAD - 8}"}
    Xml.SubElement(body, "rect", {**band, "fill": _WASH})
    band |= {"width": "4", "fill": COLOURS[slot(lane.order) - 1]}
    Xml.SubElement(body, "rect", band)
    _text(body, 12, top + 18, f"{lane.thing.label(lang)} · {len(items)}", bold=True)
    rows = pack_rows([_reserve(item, scale, lang) for item in items])
    for item, row in zip(items, rows, strict=True):
        _draw_item(body, item, scale, top + _HEAD + row * _ROW, slot(lane.order), lang)
    return top + _HEAD + (max(rows, default=0) + 1) * _ROW + 6


def _caption_x(item: Item, scale: Scale, lang: str) -> float:
    left = scale.x(first_day(item) or scale.first)
    return max(0.0, min(left, scale.width - text_width(item.thing.label(lang)) - 4))


def _reserve(item: Item, scale: Scale, lang: str) -> tuple[float, float]:
    """What an item takes of its row: its bar, its marks and its caption."""
    caption = _caption_x(item, scale, lang)
    start = 0.0 if item.span and item.span.always else scale.x(first_day(item) or scale.first)
    known = days(item)
    endless = item.span and not item.span.until_latest
    end = scale.width if endless else scale.x(known[-1] if known else scale.last)
    return min(caption, start), max(end, caption + text_width(item.thing.label(lang)))


def _draw_item(
    body: Xml.Element, item: Item, scale: Scale, top: float, colour: int, lang: str
) -> None:
    group = Xml.SubElement(body, "g")
    Xml.SubElement(group, "title").text = printable(item.thing.label(lang))
    _text(group, _caption_x(item, scale, lang), top + 13, item.thing.label(lang))
    if item.span:
        _draw_lead(group, item, scale, top + 21.5, colour)
        _draw_span(group, item.span, scale, top + 18, colour)
    for mark in item.marks:
        _draw_mark(group, mark, scale, top + 21.5, colour)


def _draw_lead(group: Xml.Element, item: Item, scale: Scale, y: float, colour: int) -> None:
    """A dotted line from the first dated step to the start of validity."""
    first, start = first_day(item), item.span.from_earliest if item.span else None
    if first and start and first < start:
        ends = {
            "x1": f"{scale.x(first):g}",
            "x2": f"{scale.x(start):g}",
            "y1": f"{y:g}",
            "y2": f"{y:g}",
        }
        dots = {"stroke": COLOURS[colour - 1], "stroke-dasharray": "1.5 2.5"}
        Xml.SubElement(group, "line", ends | dots)


def _draw_span(group: Xml.Element, span: Span, scale: Scale, top: float, colour: int) -> None:
    """What is sure in full colour, what a partial date leaves open hatched, open ends faded."""
    last = scale.last
    low = span.from_earliest or _shortly_before(span.from_latest, scale)
    sure_from = scale.first if span.always else span.from_latest or last
    sure_until = last if span.open_end else _next(span.until_earliest) or sure_from
    high = last if span.open_end else _next(span.until_latest) or last
    hatch = f"url(#h{colour})"
    fill = f"url(#r{colour})" if span.open_end else COLOURS[colour - 1]
    fill = f"url(#l{colour})" if span.always and not span.open_end else fill
    if sure_from >= sure_until:
        return _block(group, scale.x(low), scale.x(high), top, hatch)
    if not span.always:
        _block(group, scale.x(low), scale.x(sure_from), top, hatch)
    _block(group, scale.x(sure_from), scale.x(sure_until), top, fill)
    _block(group, scale.x(sure_until), scale.x(high), top, hatch)


def _shortly_before(day: date | None, scale: Scale) -> date:
    """Where the hatching of an unknown start begins: a little before the first sure day."""
    room = timedelta(days=int((scale.last - scale.first).days * 34 / scale.width))
    return max(scale.first, day - room) if day else scale.first


def _next(day: date | None) -> date | None:
    return day + timedelta(days=1) if day else None


def _block(group: Xml.Element, left: float, right: float, top: float, fill: str) -> None:
    if right <= left:
        return
    box = {"x": f"{left:g}", "y": f"{top:g}", "width": f"{right - left:.4g}", "height": "7"}
    Xml.SubElement(group, "rect", box | {"fill": fill})


def _draw_mark(group: Xml.Element, mark: Mark, scale: Scale, y: float, colour: int) -> None:
    """A diamond on its day; hollow, in the middle of its span, when the date is partial."""
    if not mark.date.earliest or not mark.date.latest:
        return
    x = (scale.x(mark.date.earliest) + scale.x(mark.date.latest)) / 2
    exact = mark.date.earliest == mark.date.latest
    ink = COLOURS[colour - 1]
    shape = {"d": f"M{x:g} {y - 4.5:g}l4.5 4.5-4.5 4.5-4.5-4.5z"}
    fill, stroke = (ink, "#ffffff") if exact else ("#ffffff", ink)
    Xml.SubElement(group, "path", shape | {"fill": fill, "stroke": stroke})
