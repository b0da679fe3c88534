"""A timeline for programs: JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

from kg.dates import PartialDate, Span
from kg.things import Source, as_label, as_sources
from kg.timeline.items import (
    Item,
    Timeline,
)


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
        "; ".join(cite(source) for source in item.sources),
    ]


def cite(source: Source) -> str:
    place = f"p. {source.page}" if source.page else source.at
    return " ".join(part for part in (source.document.id, place) if part)
