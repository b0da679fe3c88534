"""By when a document shows that something was the case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from kg.build.wellformed import items_of
from kg.dates import parse_date
from kg.errors import DateError
from kg.records import Mapping, Record, Text


def evidence_of(records: Iterable[Record]) -> dict[str, date]:
    """Document or instrument id → the last day on which it can have been written."""
    found: dict[str, date] = {}
    for record in records:
        days = [day for day in map(_latest_day, _own_dates(record)) if day]
        if days:
            found[record.id] = min(days)
    return found


def _own_dates(record: Record) -> Iterator[str]:
    values = record.body.values
    if record.cls == "Document" and isinstance(day := values.get("date"), Text):
        yield day.value
    for item in items_of(values.get("dates")):
        if isinstance(item, Mapping):
            event, day = item.values.get("event"), item.values.get("date")
            if isinstance(event, Text) and isinstance(day, Text) and _is_issue(event.value):
                yield day.value


def _is_issue(event: str) -> bool:
    return event in ("promulgated", "published", "adopted", "signed")


def _latest_day(text: str) -> date | None:
    try:
        return parse_date(text).latest
    except DateError:
        return None
