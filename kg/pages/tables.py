"""How pages carry data: things and sources by number, dates by their text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from kg.dates import PartialDate, Span
from kg.pages.render import Words, web_link
from kg.things import Source, Thing


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


class Cites:
    """The documents and the places in them that a page refers to by number."""

    def __init__(self) -> None:
        self.documents = Index()
        self._numbers: dict[tuple[Any, ...], int] = {}

    @property
    def rows(self) -> list[list[Any]]:
        """Each cite as [document] or [document, place]."""
        return [list(row) for row in self._numbers]

    def add(self, sources: Iterable[Source]) -> list[int]:
        """Sources by number."""
        return [self._one(source) for source in sources]

    def _one(self, source: Source) -> int:
        number = self.documents.add(source.document, web_link(source.document.url))
        place = f"p{source.page}" if source.page else source.at
        return self._numbers.setdefault((number, place) if place else (number,), len(self._numbers))


def trim(row: list[Any]) -> list[Any]:
    """The row without the empty values at its end."""
    while row and (row[-1] is None or row[-1] == []):
        row = row[:-1]
    return [0 if cell == [] else cell for cell in row]


def short_start(start: PartialDate | None, span: Span | None) -> Any:
    """The first day of a span: as published, or by its bounds where the text does not tell them."""
    if span is None or span.always:
        return None
    bounds = (span.from_earliest, span.from_latest)
    if start and (start.earliest, start.latest) == bounds:
        return short_date(start)
    return [start.text if start else "", *_iso(bounds)]


def short_end(end: PartialDate | None, span: Span | None) -> Any:
    """The last day of a span, likewise; None where it has no end or none is known."""
    if span is None or span.open_end:
        return None
    bounds = (span.until_earliest, span.until_latest)
    if end and (end.earliest, end.latest) == bounds:
        return short_date(end)
    return [end.text if end else "", *_iso(bounds)]


def short_date(when: PartialDate) -> Any:
    """A date as its text; a range with its bounds."""
    if when.precision != "range":
        return when.text
    return [when.text, *_iso((when.earliest, when.latest))]


def _iso(bounds: tuple[date | None, date | None]) -> list[str | None]:
    return [day.isoformat() if day else None for day in bounds]


def openness(span: Span | None) -> int:
    """1 for what holds since always, 4 for what has no known end."""
    return (1 if span.always else 0) + (4 if span.open_end else 0) if span else 0


def spoken_start(start: PartialDate | None, span: Span | None, word: Words) -> str:
    """The first day in words."""
    if span is None:
        return ""
    if span.always:
        return word("always")
    return spoken_date(start, word) if start else word("start_unknown")


def spoken_end(end: PartialDate | None, span: Span | None, word: Words) -> str:
    """The last day in words; nothing where there is none."""
    if span is None or span.open_end:
        return ""
    return spoken_date(end, word) if end else word("end_unknown")


def spoken_date(when: PartialDate, word: Words) -> str:
    """A date in words: itself, or between which days it lies."""
    return spoken_text(when.text, word)


def spoken_text(text: str, word: Words) -> str:
    """A date as the data write it, in words: a range, *always*, *unknown* or *in-force*."""
    known = {"always": "always", "unknown": "unknown", "in-force": "as_in_force"}
    if text in known:
        return word(known[text])
    first, dots, last = text.partition("..")
    if not dots:
        return text
    if first and last:
        return word("between", a=first, b=last)
    return word("from_then" if first else "up_to", a=first or last)
