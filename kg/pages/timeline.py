"""The page of a timeline: the whole roll-out in one file, drawn by our own script."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from kg.dates import PartialDate, Span
from kg.pages.render import TYPED, Words, embed, own, render, template_text, web_link, word_table
from kg.things import Source, Thing
from kg.timeline import RELATIONS, Item, Mark, Timeline, slot

_SCRIPTS = ("common.js", "timeline.js")
_STYLES = ("tokens.css", "base.css", "timeline.css")


def timeline_page(
    timeline: Timeline,
    lang: str = "zh",
    on: date | None = None,
    base: str = "",
    file: str = "timeline",
) -> str:
    """The timeline as one HTML page that works from a file and from any web server.

    `on` is the as-of date it opens with, `base` the address under which each node has its page
    (none, no links), `file` the name under which pictures are saved.
    """
    scripts = [own(name) for name in _SCRIPTS]
    data = page_data(timeline, lang) | {"on": on.isoformat() if on else "", "base": base}
    places = {place.thing.id: place.thing.label(lang) for place in timeline.places}
    return render(
        "timeline.html.j2",
        scripts=scripts,
        styles=[own(name) for name in _STYLES],
        lang=lang,
        more=[TYPED],
        title=timeline.title.label(lang),
        count=len(timeline.items),
        rows=[_row(item, places, Words(lang)) for item in timeline.items],
        words=embed(word_table("".join(scripts) + template_text("timeline.html.j2"))),
        data=embed(data | {"file": file}),
    )


class Index:
    """Things by number, in the order in which they are first asked for."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
        self._numbers: dict[str, int] = {}

    def add(self, thing: Thing | None, *more: Any) -> int | None:
        """The number of a thing, which is entered if it is new; None has no number."""
        if thing is None:
            return None
        if thing.id not in self._numbers:
            self._numbers[thing.id] = len(self.rows)
            self.rows.append([thing.id, thing.zh, thing.en, *more])
        return self._numbers[thing.id]


class Tables:
    """The things that items of a page refer to by number."""

    def __init__(self) -> None:
        self.documents, self.events, self.prefixes = Index(), Index(), Index()
        self.kinds, self.topics, self.statuses = Index(), Index(), Index()
        self.cites: dict[tuple[Any, ...], int] = {}

    def sources(self, sources: Iterable[Source]) -> list[int]:
        """Sources by their number among `cites`, each of which is (document,) or (document, place)."""
        return [self._source(source) for source in sources]

    def _source(self, source: Source) -> int:
        number = self.documents.add(source.document, web_link(source.document.url))
        place = f"p{source.page}" if source.page else source.at
        return self.cites.setdefault((number, place) if place else (number,), len(self.cites))

    def short_id(self, id: str) -> str:
        """An id with the number of its folder instead of the folder: `2:name`."""
        folder, _, name = id.rpartition("/")
        return f"{self.prefixes.add(Thing(folder))}:{name}"


def page_data(timeline: Timeline, lang: str) -> dict[str, Any]:
    """What the page's script draws: items as rows that name things by number."""
    tables = Tables()
    lanes = {lane.thing.id: number for number, lane in enumerate(timeline.lanes)}
    places = {place.thing.id: number for number, place in enumerate(timeline.places)}
    numbers = {item.id: number for number, item in enumerate(timeline.items)}
    rows = [_item(item, lang, lanes, places, numbers, tables) for item in timeline.items]
    return {
        "lang": lang,
        "title": {"zh": timeline.title.zh, "en": timeline.title.en},
        "lanes": [_thing(lane.thing, slot(lane.order)) for lane in timeline.lanes],
        "places": [_thing(p.thing, places.get(p.within, -1)) for p in timeline.places],
        "kinds": tables.kinds.rows,
        "topics": tables.topics.rows,
        "statuses": tables.statuses.rows,
        "events": tables.events.rows,
        "documents": tables.documents.rows,
        "cites": list(tables.cites),
        "folders": [row[0] for row in tables.prefixes.rows],
        "items": rows,
    }


def _thing(thing: Thing, *more: Any) -> list[Any]:
    return [thing.id, thing.zh, thing.en, *more]


def _item(
    item: Item,
    lang: str,
    lanes: dict[str, int],
    places: dict[str, int],
    numbers: dict[str, int],
    tables: Tables,
) -> list[Any]:
    """One row, in the order the script reads; the label in the page's language is in the table."""
    other = item.thing.en if lang == "zh" else item.thing.zh
    row = [
        *(tables.short_id(item.id), other, lanes[item.lane]),
        *(tables.kinds.add(item.kind), places.get(item.place)),
        *(_start(item), item.end and short_date(item.end), _open(item)),
        [_mark(mark, tables) for mark in item.marks],
        [tables.topics.add(topic) for topic in item.topics],
        [[RELATIONS.index(relation), numbers[other]] for relation, other in item.links],
        tables.sources(item.sources),
        tables.statuses.add(item.status),
    ]
    return trim(row)


def trim(row: list[Any]) -> list[Any]:
    """The row without the empty values at its end."""
    while row and (row[-1] is None or row[-1] == []):
        row = row[:-1]
    return [0 if cell == [] else cell for cell in row]


def _mark(mark: Mark, tables: Tables) -> list[Any]:
    event = tables.events.add(mark.event)
    return trim([event, short_date(mark.date), tables.sources(mark.sources)])


def _start(item: Item) -> Any:
    """The first day, by its bounds alone where the data give no text for it."""
    if item.start:
        return short_date(item.start, item.span)
    if item.span is None or item.span.always:
        return None
    return ["", *_bounds(item.span.from_earliest, item.span.from_latest)]


def _open(item: Item) -> int:
    """1 for what holds since always, 4 for what has no known end."""
    span = item.span
    return (1 if span.always else 0) + (4 if span.open_end else 0) if span else 0


def short_date(when: PartialDate, span: Span | None = None) -> Any:
    """A date as its text, or with its bounds where the text does not tell them."""
    first, last = when.earliest, when.latest
    if span and (span.from_earliest, span.from_latest) != (first, last):
        first, last = span.from_earliest, span.from_latest
        return [when.text, *_bounds(first, last)]
    return [when.text, *_bounds(first, last)] if when.precision == "range" else when.text


def _bounds(first: date | None, last: date | None) -> list[str | None]:
    return [day.isoformat() if day else None for day in (first, last)]


# The table, which is there with or without scripts -------------------------------------------------


def _row(item: Item, places: dict[str, str], word: Words) -> list[str]:
    until = spoken_date(item.end, word) if item.end else ""
    return [item.thing.label(word.lang), places.get(item.place, ""), _from(item, word), until]


def _from(item: Item, word: Words) -> str:
    if item.span and item.span.always:
        return word("always")
    if item.start:
        return spoken_date(item.start, word)
    if item.span:
        return word("start_unknown")
    return spoken_date(item.marks[0].date, word) if item.marks else ""


def spoken_date(when: PartialDate, word: Words) -> str:
    """A date in words: itself, or between which days it lies."""
    if when.precision != "range":
        return when.text
    first, _, last = when.text.partition("..")
    if first and last:
        return word("between", a=first, b=last)
    return word("from_then" if first else "up_to", a=first or last)
