"""The small timeline of one node: its dated steps as marks, its dated relations as bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kg.catalogue import Statement
from kg.dates import PartialDate, parse_date
from kg.errors import DateError
from kg.things import Thing

WIDTH = 640
_ROWS = 10
_ENDS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the strip: a relation with another node, or the node's own steps (no `thing`).

    Each bar runs from `x` over `width`; what lies within a partial date is `doubt`; `open` fades.
    """

    thing: Thing | None
    relation: str
    x: float
    width: float
    doubt: float = 0
    open: bool = False
    said: str = ""
    marks: tuple[tuple[float, float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Strip:
    """Rows, the years of the axis with their place, and where the day asked about stands."""

    rows: tuple[Row, ...]
    years: tuple[tuple[float, int], ...]
    on: float | None


def strip(dates: Sequence[Statement], others: Iterable[Statement], on: date) -> Strip | None:
    """The small timeline of a node; None if nothing about it is dated."""
    steps = [(one, when) for one in dates if (when := _date(one.since))]
    bars = [(one, when) for one in others if (when := _date(one.since))][:_ROWS]
    days = [day for _one, when in (*steps, *bars) for day in (when.earliest, when.latest) if day]
    if not days:
        return None
    first, last = min(days).year, max([*days, *_ends(bars)]).year
    scale = _Scale(date(first, 1, 1), date(max(last, min(on.year, last + 2)) + 1, 1, 1))
    rows = [_steps_row(steps, scale)] if steps else []
    rows += [_bar(one, when, scale) for one, when in bars]
    return Strip(tuple(rows), scale.years(), scale.inside(on))


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    last: date

    def x(self, day: date) -> float:
        share = (day - self.first).days / (self.last - self.first).days
        return round(min(max(share, 0.0), 1.0) * WIDTH, 1)

    def inside(self, day: date) -> float | None:
        return self.x(day) if self.first <= day <= self.last else None

    def years(self) -> tuple[tuple[float, int], ...]:
        span = self.last.year - self.first.year
        step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 500) if span / step <= _ENDS)
        listed = [year for year in range(self.first.year, self.last.year + 1) if year % step == 0]
        return tuple((self.x(date(year, 1, 1)), year) for year in listed)


def _date(text: str) -> PartialDate | None:
    """A date as a statement carries it; words such as *always* are none."""
    try:
        found = parse_date(text)
    except DateError:
        return None
    return found if found.earliest and found.latest else None


def _ends(bars: Iterable[tuple[Statement, PartialDate]]) -> list[date]:
    return [end.latest for one, _when in bars if (end := _date(one.until)) and end.latest]


def _steps_row(steps: Iterable[tuple[Statement, PartialDate]], scale: _Scale) -> Row:
    marks = [(scale.x(when.earliest), scale.x(when.latest), one.object.id)
             for one, when in steps if when.earliest and when.latest]
    return Row(None, "", 0, 0, marks=tuple(dict.fromkeys(marks)))


def _bar(one: Statement, when: PartialDate, scale: _Scale) -> Row:
    assert when.earliest and when.latest
    end = _date(one.until)
    left = scale.x(when.earliest)
    right = scale.x(end.latest) if end and end.latest else float(WIDTH)
    said = f"{one.since} – {one.until}" if one.until else one.since
    relation = one.qualifiers[0] if one.predicate == "parties" and one.qualifiers else one.predicate
    return Row(one.object, relation, left, max(right - left, 2.0),
               scale.x(when.latest) - left if when.latest != when.earliest else 0.0,
               not end, said)
