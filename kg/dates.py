"""Dates as precise as their source gives them, and spans of time between them.

A date is never padded: beside its text stand the first and the last day that it may mean. A span
holds on a day certainly, possibly or not at all (`Truth`), by these bounds.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from kg.errors import DateError
from kg.terms import XSD

_SHAPE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?\Z")
_EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"
_DATATYPES = {4: XSD + "gYear", 7: XSD + "gYearMonth", 10: XSD + "date"}
_DAY = timedelta(days=1)
_EXPECTED = "a date such as 2021-11-01, 2021-11 or 2021"


class Truth(IntEnum):
    """No, perhaps, yes; ordered, so that `min` is *and* and `max` is *or*."""

    NO = 0
    MAYBE = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day, a month, a year, or some day in a range; bounds of None are open."""

    text: str
    earliest: date | None
    latest: date | None

    @property
    def datatype(self) -> str:
        """The XSD type of its text; EDTF for a range."""
        return _DATATYPES.get(len(self.text), _EDTF) if ".." not in self.text else _EDTF

    @property
    def precision(self) -> str:
        """`day`, `month`, `year` or `range`."""
        names = {_EDTF: "range", XSD + "gYear": "year", XSD + "gYearMonth": "month"}
        return names.get(self.datatype, "day")

    def __str__(self) -> str:
        return self.text


def parse_date(text: str) -> PartialDate:
    """The date that a text means.

    >>> parse_date("2022-02").latest
    datetime.date(2022, 2, 28)
    >>> parse_date("2021-02-30")
    Traceback (most recent call last):
    kg.errors.DateError: 2021-02-30 is not in the calendar: February 2021 has 28 days
    """
    start, dots, end = text.partition("..")
    if not dots:
        return _parse_single(text)
    if not start and not end:
        raise DateError(f"{text!r} must be {_EXPECTED}, or a range such as 2021-09..2021-10")
    first = _parse_single(start).earliest if start else None
    last = _parse_single(end).latest if end else None
    if first and last and first > last:
        raise DateError(f"{text!r} ends before it starts")
    return PartialDate(text, first, last)


def _parse_single(text: str) -> PartialDate:
    match = _SHAPE.match(text)
    if not match or text.startswith("0000"):
        raise DateError(f"{text!r} must be {_EXPECTED}")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if month is not None and not 1 <= month <= 12:
        raise DateError(f"{text} is not in the calendar: there is no month {month}")
    first_month, last_month = (month, month) if month else (1, 12)
    last_day = monthrange(year, last_month)[1]
    if day is not None and not 1 <= day <= last_day:
        name = date(year, first_month, 1).strftime("%B %Y")
        raise DateError(f"{text} is not in the calendar: {name} has {last_day} days")
    return PartialDate(
        text, date(year, first_month, day or 1), date(year, last_month, day or last_day)
    )


def parse_day(text: str) -> date:
    """A single day, for questions that are asked of one."""
    parsed = parse_date(text)
    if parsed.precision != "day" or parsed.earliest is None:
        raise DateError(f"{text!r} must be one day, such as 2022-07-01")
    return parsed.earliest


@dataclass(frozen=True, slots=True)
class Span:
    """When something holds, as the bounds of its first and its last day.

    None is open: no `from_latest` means that no day is certain, no `until_latest` that it may
    last for ever; `until_earliest` of None together with an open end means that it has no end.
    """

    from_earliest: date | None = None
    from_latest: date | None = None
    until_earliest: date | None = None
    until_latest: date | None = None
    always: bool = False
    open_end: bool = True

    def holds(self, on: date) -> Truth:
        """Whether it holds on a day: certainly, possibly or not.

        >>> Span(date(2022, 1, 1), date(2022, 1, 31)).holds(date(2022, 1, 20)).name
        'MAYBE'
        """
        return min(self._begun(on), self._not_ended(on))

    def turning_days(self) -> set[date]:
        """The first days of the states that it passes through: outside them its truth stays.

        >>> sorted(Span(date(2022, 1, 1), date(2022, 1, 31)).turning_days())
        [datetime.date(2022, 1, 1), datetime.date(2022, 1, 31)]
        """
        ends = [day for day in (self.until_earliest, self.until_latest) if day and day < date.max]
        return {day for day in (self.from_earliest, self.from_latest) if day} | {
            day + _DAY for day in ends}

    def refines(self, other: Span) -> bool:
        """Whether it says the same start as another span, more precisely.

        >>> month = Span(date(2022, 3, 1), date(2022, 3, 31))
        >>> Span(date(2022, 3, 18), date(2022, 3, 18)).refines(month)
        True
        """
        mine, theirs = self._start_bounds(), other._start_bounds()
        if not mine or not theirs or mine == theirs:
            return False
        return theirs[0] <= mine[0] and mine[1] <= theirs[1]

    def _start_bounds(self) -> tuple[date, date] | None:
        if self.from_latest:
            return self.from_earliest or date.min, self.from_latest
        return None

    def _begun(self, on: date) -> Truth:
        if self.always or (self.from_latest and self.from_latest <= on):
            return Truth.YES
        possible = self.from_earliest is None or self.from_earliest <= on
        return Truth.MAYBE if possible else Truth.NO

    def _not_ended(self, on: date) -> Truth:
        if self.open_end or (self.until_earliest and on <= self.until_earliest):
            return Truth.YES
        possible = self.until_latest is None or on <= self.until_latest
        return Truth.MAYBE if possible else Truth.NO


ALWAYS = Span(always=True)


def day_literal(day: date) -> str:
    """A day in N-Triples."""
    return f'"{day.isoformat()}"^^<{XSD}date>'


def partial_literal(value: PartialDate) -> str:
    """A partial date in N-Triples, typed by its precision."""
    return f'"{value.text}"^^<{value.datatype}>'


