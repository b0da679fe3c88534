"""The roll-out of policy over time: what was issued at each level, when it holds, what it follows.

A `Timeline` is plain data; the pages draw it, and the writers here give it as JSON, CSV, SVG and
as a calendar (iCalendar) of the days on which something comes into force or ends.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as Xml

from kg.dates import PartialDate, Span, Truth
from kg.facts import Facts, Instrument, Said, predicate_key
from kg.lifespan import lifespan
from kg.shown import Shown
from kg.store import Store
from kg.terms import Iri
from kg.things import Source, Thing, as_label, as_sources, printable

LEADING = ("implements", "based_on")
"""Relations that are followed all the way, up to what is carried out and down to what does so."""
RELATIONS = (*LEADING, "replaces", "amends")


@dataclass(frozen=True, slots=True)
class Lane:
    """A band of the timeline; `order` is its rank among levels, outermost first."""

    thing: Thing
    order: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place and the id of the place that it lies in, if that is shown too."""

    thing: Thing
    within: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A dated step in the life of an item: adopted, promulgated, amended …"""

    event: Thing
    date: PartialDate
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One bar or one row of marks; `span` is None where nothing is in force, only steps are known."""

    thing: Thing
    lane: str
    kind: Thing | None = None
    level: Thing | None = None
    place: str = ""
    start: PartialDate | None = None
    end: PartialDate | None = None
    span: Span | None = None
    marks: tuple[Mark, ...] = ()
    topics: tuple[Thing, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """Pairs of a relation of `RELATIONS` and the id of another item."""
    status: Thing | None = None
    sources: tuple[Source, ...] = ()

    @property
    def id(self) -> str:
        return self.thing.id


@dataclass(frozen=True, slots=True)
class Timeline(Shown):
    """Items in lanes, sorted by first day and id."""

    title: Thing
    lanes: tuple[Lane, ...]
    places: tuple[Place, ...]
    items: tuple[Item, ...]


def build_timeline(
    title: Thing, lanes: Iterable[Lane], places: Iterable[Place], items: Iterable[Item]
) -> Timeline:
    """A timeline in its one order; links to what is not shown are left out."""
    listed = sorted(items, key=_order)
    known = {item.id for item in listed}
    kept = tuple(replace(item, links=_known_links(item, known)) for item in listed)
    used = {item.lane for item in kept}
    shown = sorted((lane for lane in lanes if lane.thing.id in used), key=lambda lane: lane.order)
    return Timeline(title, tuple(shown), tuple(sorted(places, key=lambda p: p.thing)), kept)


def _known_links(item: Item, known: set[str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(link for link in set(item.links) if link[1] in known))


def _order(item: Item) -> tuple[date, str]:
    return first_day(item) or date.max, item.id


# From the graph ---------------------------------------------------------------------------------

_PREDICATES = {
    "implements": "implements",
    "based_on": "based_on",
    "replaces": "replaces",
    "repeals": "replaces",
    "amends": "amends",
}
_NO_LEVEL = Lane(Thing("level/none", "未分层级", "no level"), 99)
_TITLE = Thing("timeline", "政策推进时间线", "Timeline of policy roll-out")


def timeline(store: Store, place: str = "", instrument: str = "", topic: str = "") -> Timeline:
    """The roll-out of what the graph holds; ids narrow it to a place, a chain or a topic.

    A place keeps what applies to it, to what it lies in and to what lies in it; an instrument
    keeps what it carries out, all that carries it out, and its neighbours in amendment.
    """
    facts = Facts(store)
    made = _whole(store, facts)
    if topic:
        made = keep_items(made, lambda item: any(it.id == topic for it in item.topics))
    if instrument:
        kept = chain(made, instrument) | _beside(made, instrument)
        made = keep_items(made, lambda item: item.id in kept)
    if place:
        near = _reachable(facts, place)
        made = keep_items(made, lambda item: _applies(facts, item.id, near))
    return replace(made, title=_titled(facts, place or instrument or topic))


def _titled(facts: Facts, about: str) -> Thing:
    if not about:
        return _TITLE
    thing = facts.thing(about)
    names = thing.label("zh"), thing.label("en")
    return Thing("timeline", f"{names[0]}：{_TITLE.zh}", f"{names[1]}: {_TITLE.en.lower()}")


def _whole(store: Store, facts: Facts) -> Timeline:
    instruments = facts.instruments()
    levels = _levels(store)
    related = _related(store)
    _load(facts, instruments)
    items = [_item(facts, one, levels, related) for one in instruments]
    return build_timeline(
        _TITLE, [*levels.values(), _NO_LEVEL], _places(facts, {item.place for item in items}), items
    )


def _levels(store: Store) -> dict[str, Lane]:
    lanes = {}
    for row in store.select("levels"):
        thing = Thing(str(row["level"]), str(row["zh"] or ""), str(row["en"] or ""))
        lanes[thing.id.rpartition("/")[2]] = Lane(thing, int(str(row["order"])))
    return lanes


def _related(store: Store) -> dict[str, list[tuple[str, Thing]]]:
    """For every instrument its topics (under `is_about`) and the texts it follows or changes."""
    found: dict[str, list[tuple[str, Thing]]] = {}
    for row in store.select("roll_out"):
        thing = Thing(str(row["other"]), str(row["zh"] or ""), str(row["en"] or ""))
        predicate = row["predicate"]
        key = predicate_key(predicate.value) if isinstance(predicate, Iri) else ""
        found.setdefault(str(row["instrument"]), []).append((key, thing))
    return found


def _load(facts: Facts, instruments: Sequence[Instrument]) -> None:
    """Labels and sources of all that is shown, in few questions."""
    milestones = [mark for one in instruments for mark in one.milestones]
    facts.load_labels({mark.event for mark in milestones})
    facts.load_sources([one.id for one in instruments] + [mark.said.id for mark in milestones])
    targets = {scope.target for one in instruments for scope in one.scopes}
    facts.load_places(target for target in targets if target.startswith("place/"))


def _item(
    facts: Facts,
    instrument: Instrument,
    levels: dict[str, Lane],
    related: dict[str, list[tuple[str, Thing]]],
) -> Item:
    lane = levels.get(instrument.level, _NO_LEVEL)
    life = lifespan(facts, instrument)
    others = related.get(instrument.id, [])
    return Item(
        thing=instrument.label,
        lane=lane.thing.id,
        kind=instrument.kind,
        level=lane.thing,
        place=_place_of(instrument),
        start=life.start,
        end=life.end,
        span=life.span,
        marks=tuple(sorted(_marks(facts, instrument), key=_mark_order)),
        topics=tuple(thing for key, thing in others if key not in _PREDICATES),
        links=tuple((_PREDICATES[key], it.id) for key, it in others if key in _PREDICATES),
        sources=facts.sources(instrument.id),
    )


def _marks(facts: Facts, instrument: Instrument) -> Iterable[Mark]:
    for one in instrument.milestones:
        when = PartialDate(one.said.since, one.earliest, one.latest)
        yield Mark(facts.thing(one.event), when, facts.sources(one.said.id))


def _mark_order(mark: Mark) -> tuple[date, str, str]:
    return mark.date.earliest or mark.date.latest or date.max, mark.event.id, mark.date.text


def _place_of(instrument: Instrument) -> str:
    """The place it applies to, if it is one place."""
    targets = {scope.target for scope in instrument.scopes if scope.target.startswith("place/")}
    return targets.pop() if len(targets) == 1 else ""


def _places(facts: Facts, names: Iterable[str]) -> list[Place]:
    """The places named and all that they lie in."""
    found: dict[str, Place] = {}
    queue = sorted(name for name in names if name)
    for name in queue:
        if name not in found:
            upper = next(iter(_uppers(facts, name)), "")
            found[name] = Place(facts.place(name).label, upper)
            queue += [upper] if upper else []
    return list(found.values())


def _uppers(facts: Facts, name: str) -> list[str]:
    """What a place lies in now: whole containment without an end."""
    within = facts.place(name).within
    return [one.object for one in within if one.extent == "whole" and one.span.open_end]


def _reachable(facts: Facts, place: str) -> frozenset[str]:
    """The place, all that it ever lay in and all that ever lay in it."""
    return frozenset(
        _climb(lambda name: [one.object for one in facts.place(name).within], place)
        | _climb(lambda name: list(facts.members(name)), place)
    )


def _climb(step: Callable[[str], Sequence[str]], start: str) -> set[str]:
    found, queue = {start}, [start]
    while queue:
        fresh = set(step(queue.pop())) - found
        found |= fresh
        queue.extend(fresh)
    return found


def _applies(facts: Facts, instrument: str, near: frozenset[str]) -> bool:
    """Whether a scope names one of these places or a status one of them holds, or it is a side's.

    Of an agreement that binds somebody the sides bound count, and not signatories and applicants.
    """
    known = facts.instrument(instrument)
    bound = [side for side in known.sides if side.bound]
    if near & {side.territory for side in bound or known.sides}:
        return True
    return any(
        scope.target in near or any(held.subject in near for held in _held(facts, scope.target))
        for scope in known.scopes
    )


def _held(facts: Facts, target: str) -> Sequence[Said]:
    return facts.status(target).held if target.startswith("status/") else ()


def _beside(made: Timeline, instrument: str) -> set[str]:
    """What the instrument amends or replaces, and what does so to it."""
    found = set()
    for item in made.items:
        for _relation, other in item.links:
            found |= {item.id, other} if instrument in (item.id, other) else set()
    return found


# Days -------------------------------------------------------------------------------------------


def days(item: Item) -> list[date]:
    """Every known bound of the item's validity and marks."""
    found = [bound for mark in item.marks for bound in (mark.date.earliest, mark.date.latest)]
    if item.span:
        span = item.span
        found += [span.from_earliest, span.from_latest, span.until_earliest, span.until_latest]
    return sorted(bound for bound in found if bound)


def first_day(item: Item) -> date | None:
    """The earliest day known of the item."""
    return next(iter(days(item)), None)


def extent(timeline: Timeline) -> tuple[date, date] | None:
    """The first and last day known of any item; None when nothing is dated."""
    found = [day for item in timeline.items for day in days(item)]
    return (min(found), max(found)) if found else None


def holds(item: Item, on: date) -> Truth:
    """Whether the item is in force on a day."""
    return item.span.holds(on) if item.span else Truth.NO


# Filters ----------------------------------------------------------------------------------------


def keep_items(timeline: Timeline, wanted: Callable[[Item], bool]) -> Timeline:
    """The same timeline with only the items wanted."""
    items = (item for item in timeline.items if wanted(item))
    return build_timeline(timeline.title, timeline.lanes, timeline.places, items)


def chain(timeline: Timeline, start: str) -> frozenset[str]:
    """The item, all that it carries out and all that carries it out, by the leading relations."""
    up: dict[str, set[str]] = {}
    down: dict[str, set[str]] = {}
    for item in timeline.items:
        for relation, other in item.links:
            if relation in LEADING:
                up.setdefault(item.id, set()).add(other)
                down.setdefault(other, set()).add(item.id)
    return frozenset(_reach(up, start) | _reach(down, start))


def _reach(steps: dict[str, set[str]], start: str) -> set[str]:
    found, queue = {start}, [start]
    while queue:
        fresh = steps.get(queue.pop(), set()) - found
        found |= fresh
        queue.extend(fresh)
    return found


# For programs -----------------------------------------------------------------------------------


def timeline_json(timeline: Timeline) -> str:
    """The timeline as JSON; dates carry their text and their bounds."""
    found = {
        "title": as_label(timeline.title),
        "lanes": [{"id": lane.thing.id, "label": as_label(lane.thing)} for lane in timeline.lanes],
        "items": [_item_json(item) for item in timeline.items],
    }
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _item_json(item: Item) -> dict[str, Any]:
    span = item.span
    return {
        "id": item.id,
        "label": as_label(item.thing),
        "lane": item.lane,
        "kind": item.kind.id if item.kind else None,
        "level": item.level.id if item.level else None,
        "place": item.place or None,
        "status": item.status.id if item.status else None,
        "from": "always" if span and span.always else _date_json(item.start),
        "until": _date_json(item.end),
        "open": bool(span and span.open_end),
        "marks": [
            {"event": mark.event.id, "date": _date_json(mark.date)}
            | {"sources": as_sources(mark.sources)}
            for mark in item.marks
        ],
        "topics": [topic.id for topic in item.topics],
        "links": [{"relation": relation, "to": other} for relation, other in item.links],
        "sources": as_sources(item.sources),
    }


def _date_json(when: PartialDate | None) -> dict[str, str | None] | None:
    if when is None:
        return None
    return {"text": when.text, "earliest": _iso(when.earliest), "latest": _iso(when.latest)}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


COLUMNS = [
    "id",
    "label_zh",
    "label_en",
    "lane",
    "kind",
    "place",
    "status",
    "from",
    "from_earliest",
    "from_latest",
    "until",
    "until_earliest",
    "until_latest",
    "open",
    "marks",
    "topics",
    "links",
    "sources",
]


def timeline_csv(timeline: Timeline) -> str:
    """The timeline as a table, one item a row; several values in a cell are joined by `; `."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(item) for item in timeline.items)
    return sheet.getvalue()


def _row(item: Item) -> list[str]:
    span = item.span or Span(open_end=False)
    bounds = (span.from_earliest, span.from_latest)
    ends = (span.until_earliest, span.until_latest)
    start = "always" if span.always else item.start.text if item.start else ""
    return [
        *(item.id, item.thing.zh, item.thing.en, item.lane),
        *(item.kind.id if item.kind else "", item.place, item.status.id if item.status else ""),
        *(start, *(_iso(day) or "" for day in bounds)),
        *(item.end.text if item.end else "", *(_iso(day) or "" for day in ends)),
        "true" if span.open_end else "false",
        "; ".join(f"{mark.event.id} {mark.date}" for mark in item.marks),
        "; ".join(topic.id for topic in item.topics),
        "; ".join(f"{relation} {other}" for relation, other in item.links),
        "; ".join(_cite(source) for source in item.sources),
    ]


def _cite(source: Source) -> str:
    place = f"p. {source.page}" if source.page else source.at
    return " ".join(part for part in (source.document.id, place) if part)


# A calendar -------------------------------------------------------------------------------------

_CALENDAR_WORDS = {
    "zh": ("开始施行：", "最后一日：", "日期只知为 {}", "没有可用日期"),
    "en": ("Comes into force: ", "Last day: ", "dated only {}", "no usable date"),
}


def timeline_ics(timeline: Timeline, lang: str = "zh") -> str:
    """An iCalendar file of the days on which items come into force or end.

    A partial date covers its whole span; a date without both bounds is left out and named in a
    comment. Nothing depends on the clock: an entry is stamped with its own day.
    """
    entries: list[str] = []
    skipped: list[str] = []
    for item in timeline.items:
        for step, when in ((0, item.start), (1, item.end)):
            if when is None:
                continue
            entry = _entry(item, step, when, lang)
            entries += entry
            if not entry:
                skipped.append(f"{item.id} {when}")
    comments = [f"X-KG-COMMENT:{_ics_text(_CALENDAR_WORDS[lang][3] + ': ' + it)}" for it in skipped]
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//policykg//timeline//EN"]
    head += [f"X-WR-CALNAME:{_ics_text(timeline.title.label(lang))}", *comments]
    return "".join(_fold(line) + "\r\n" for line in [*head, *entries, "END:VCALENDAR"])


def _entry(item: Item, step: int, when: PartialDate, lang: str) -> list[str]:
    if not when.earliest or not when.latest:
        return []
    words = _CALENDAR_WORDS[lang]
    note = "" if when.precision == "day" else words[2].format(when)
    cites = [_cite(source) for source in item.sources]
    return [
        "BEGIN:VEVENT",
        f"UID:{item.id.replace('/', '.')}.{('from', 'until')[step]}@policykg",
        f"DTSTAMP:{when.earliest:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{when.earliest:%Y%m%d}",
        f"DTEND;VALUE=DATE:{when.latest + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_ics_text(words[step] + item.thing.label(lang))}",
        f"DESCRIPTION:{_ics_text('; '.join(filter(None, [note, *cites])))}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _ics_text(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return "".join(char for char in text if char >= " ")


def _fold(line: str) -> str:
    """A line of at most 75 octets, continued after a space; no character is cut (RFC 5545, 3.1)."""
    pieces, piece = [], ""
    for char in line:
        if len((piece + char).encode()) > 74:
            pieces.append(piece)
            piece = ""
        piece += char
    return "\r\n ".join([*pieces, piece])


# A picture --------------------------------------------------------------------------------------

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
