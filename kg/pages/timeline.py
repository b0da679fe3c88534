"""The page of a timeline: the whole roll-out in one file, drawn by our own script."""

from __future__ import annotations

from datetime import date
from typing import Any

from kg.pages.render import TYPED, Words, embed, own, pack, render, template_text, word_table
from kg.pages.shell import Shell
from kg.pages.tables import (
    Cites,
    Index,
    openness,
    short_date,
    short_end,
    short_start,
    spoken_date,
    spoken_end,
    spoken_start,
    trim,
)
from kg.things import Thing
from kg.timeline import RELATIONS, Item, Mark, Timeline, slot

_SCRIPTS = ("common.js", "timeline.js")
_STYLES = ("tokens.css", "base.css", "nav.css", "timeline.css")
_TEMPLATE = "timeline.html.j2"


def timeline_page(
    timeline: Timeline,
    lang: str = "zh",
    on: date | None = None,
    base: str = "",
    file: str = "timeline",
    shell: Shell | None = None,
) -> str:
    """The timeline as one HTML page that works from a file and from any web server.

    `on` is the as-of date it opens with, `base` the address under which each node has its page
    (none, no links), `file` the name under which pictures are saved, `shell` the frame of a page
    of the explorer.
    """
    scripts = [own(name) for name in _SCRIPTS]
    places = {place.thing.id: place.thing.label(lang) for place in timeline.places}
    more = {"on": on.isoformat() if on else "", "base": base, "file": file}
    return render(
        _TEMPLATE,
        scripts=scripts,
        styles=[own(name) for name in _STYLES],
        lang=lang,
        shell=shell,
        more=[TYPED],
        title=timeline.title.label(lang),
        count=len(timeline.items),
        rows=[_row(item, places, Words(lang)) for item in timeline.items],
        words=embed(word_table("".join(scripts) + template_text(_TEMPLATE))),
        packed=pack(_Data(timeline, lang).tables() | more),
    )


class _Data:
    """What the page's script draws: items as rows that name things by number."""

    def __init__(self, timeline: Timeline, lang: str) -> None:
        self.timeline, self.lang = timeline, lang
        self.lanes = _numbers(lane.thing for lane in timeline.lanes)
        self.places = _numbers(place.thing for place in timeline.places)
        self.items = _numbers(item.thing for item in timeline.items)
        self.cites, self.folders, self.events = Cites(), Index(), Index()
        self.kinds, self.topics, self.statuses = Index(), Index(), Index()

    def tables(self) -> dict[str, Any]:
        timeline = self.timeline
        rows = [self._item(item) for item in timeline.items]
        places = [[*_thing(p.thing), self.places.get(p.within, -1)] for p in timeline.places]
        return {
            "lang": self.lang,
            "title": {"zh": timeline.title.zh, "en": timeline.title.en},
            "lanes": [[*_thing(lane.thing), slot(lane.order)] for lane in timeline.lanes],
            "places": places,
            "kinds": self.kinds.rows,
            "topics": self.topics.rows,
            "statuses": self.statuses.rows,
            "events": self.events.rows,
            "documents": [self._document(row) for row in self.cites.documents.rows],
            "cites": self.cites.rows,
            "folders": [row[0] for row in self.folders.rows],
            "items": rows,
        }

    def _item(self, item: Item) -> list[Any]:
        """One row, in the order the script reads; the label in the page's language is in the table."""
        other = item.thing.en if self.lang == "zh" else item.thing.zh
        return trim(
            [
                *(self._short_id(item.id), other, self.lanes[item.lane]),
                *(self.kinds.add(item.kind), self.places.get(item.place)),
                *(short_start(item.start, item.span), short_end(item.end, item.span)),
                openness(item.span),
                [self._mark(mark) for mark in item.marks],
                [self.topics.add(topic) for topic in item.topics],
                [[RELATIONS.index(relation), self.items[other]] for relation, other in item.links],
                self.cites.add(item.sources),
                self.statuses.add(item.status),
            ]
        )

    def _document(self, row: list[Any]) -> list[Any]:
        """A document; one that is an item itself by its number, as it is named already."""
        return trim([self.items[row[0]], row[3] or None]) if row[0] in self.items else row

    def _mark(self, mark: Mark) -> list[Any]:
        event = self.events.add(mark.event)
        return trim([event, short_date(mark.date), self.cites.add(mark.sources)])

    def _short_id(self, id: str) -> str:
        """An id with the number of its folder instead of the folder: `2:name`."""
        folder, _, name = id.rpartition("/")
        return f"{self.folders.add(Thing(folder))}:{name}"


def _numbers(things: Any) -> dict[str, int]:
    return {thing.id: number for number, thing in enumerate(things)}


def _thing(thing: Thing) -> list[Any]:
    return [thing.id, thing.zh, thing.en]


def _row(item: Item, places: dict[str, str], word: Words) -> list[str]:
    """A row of the table, which is there with or without the script."""
    start = spoken_start(item.start, item.span, word)
    if item.span is None and item.marks:
        start = spoken_date(item.marks[0].date, word)
    end = spoken_end(item.end, item.span, word)
    return [item.thing.label(word.lang), places.get(item.place, ""), start, end]
