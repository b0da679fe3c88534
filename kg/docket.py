"""Which instruments could concern a place on a date, and whose verdict is plain to see.

Rows of target, first and last day, sorted by target, in arrays. An instrument whose verdict hangs
on nothing but its own dates and how far one scope reaches is *plain*: its verdict is read off the
row. All others are only named, to be judged; those in no row are proven not to apply. That the
verdicts are those of `applicability` is what the tests of this module compare.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from kg.commencement import begun, ended, lasting, turning_days
from kg.dates import Truth
from kg.said import Instrument, followed
from kg.territory import Cover
from kg.vicinity import EVER, Days

UNNAMED, AGREEMENTS = "", "*"
"""Targets of what is looked at for every place, and of all agreements."""
_NO_DAYS: Days = (EVER[1], EVER[0])


class Row(NamedTuple):
    """One instrument under one target: the days on which it may and on which it does run."""

    target: str
    first: int
    last: int
    sure_first: int
    sure_last: int
    plain: bool
    number: int


COLUMNS = ("first", "last", "sure_first", "sure_last", "plain", "number")


@dataclass
class Docket:
    """Rows by target: `spans` says which stretch of the columns is whose, each sorted by `first`."""

    spans: dict[str, tuple[int, int]]
    columns: dict[str, array[int]] = field(default_factory=dict)

    def listed(self, covers: Mapping[str, Cover], on: date) -> Iterator[tuple[int, str]]:
        """The instruments (by number) that may apply on a day where targets reach so far.

        With each stands its verdict if that is plain, else nothing; a number may come twice.
        """
        day = on.toordinal()
        first, last, sure_first, sure_last, plain, number = (
            self.columns[name] for name in COLUMNS)
        for target, cover in covers.items():
            start, stop = self.spans.get(target, (0, 0))
            stop = bisect_right(first, day, start, stop)
            sure = _VERDICTS[cover]
            for at in range(start, stop):
                if last[at] < day:
                    continue
                if not plain[at]:
                    yield number[at], ""
                else:
                    yield number[at], sure if sure_first[at] <= day <= sure_last[at] else "uncertain"


_VERDICTS = {Cover.WHOLE: "applies", Cover.PART: "in-part", Cover.MAYBE: "uncertain"}


def docket_of(rows: Iterable[Row]) -> Docket:
    """The docket of some rows."""
    ordered = sorted(rows)
    found = Docket({}, {name: array("b" if name == "plain" else "i") for name in COLUMNS})
    for at, row in enumerate(ordered):
        start, _stop = found.spans.get(row.target, (at, at))
        found.spans[row.target] = (start, at + 1)
    for name in COLUMNS:
        found.columns[name].extend(getattr(row, name) for row in ordered)
    return found


def rows_of(instrument: Instrument, number: int) -> Iterator[Row]:
    """The rows of an instrument; none if it binds nobody or never runs."""
    if not instrument.binds:
        return
    days, sure, steady = running(instrument)
    if days[0] > days[1]:
        return
    plain = steady and _is_plain(instrument)
    for target in sorted(targets_of(instrument)):
        yield Row(target, *days, *sure, plain, number)


def targets_of(instrument: Instrument) -> set[str]:
    """What its scopes or sides name; the empty target if the answer hangs on none of them."""
    if instrument.is_agreement:
        sides = {side.territory for side in instrument.sides}
        return sides | {AGREEMENTS} | (set() if instrument.parties_complete else {UNNAMED})
    found = {scope.target for scope in instrument.scopes}
    followed_any = followed(instrument.scopes, lambda scope: scope.target)
    return found if followed_any else found | {UNNAMED}


def _is_plain(instrument: Instrument) -> bool:
    """Whether nothing counts but its own dates and the reach of one scope without conditions."""
    if instrument.is_agreement or instrument.displacements or len(instrument.scopes) != 1:
        return False
    scope = instrument.scopes[0]
    said = scope.said
    lasts = said.span.always and said.span.open_end and not said.uncertain
    conditions = scope.exceptions or said.extent != "whole" or said.rank == "disputed"
    return lasts and not conditions and scope.counts and scope.force != "about"


def running(instrument: Instrument) -> tuple[Days, Days, bool]:
    """The days on which it may run, those on which it surely does, and whether these are one stretch.

    Its own dates are looked at on every day on which the finding can change.
    """
    days = sorted({date.min} | turning_days(instrument))
    truths = [_runs(instrument, day) for day in days]
    ends = [day.toordinal() - 1 for day in days[1:]] + [EVER[1]]
    maybe = [(day.toordinal(), end) for day, end, truth in zip(days, ends, truths, strict=True)
             if truth > Truth.NO]
    sure = [(day.toordinal(), end) for day, end, truth in zip(days, ends, truths, strict=True)
            if truth == Truth.YES]
    return _stretch(maybe), _stretch(sure), _is_whole(maybe) and _is_whole(sure)


def _runs(instrument: Instrument, on: date) -> Truth:
    """Whether by its own dates alone it has begun, still lasts, and was not ended."""
    last, out = lasting(instrument, on), ended(instrument, on)
    gone = Truth(2 - out.truth) if out else Truth.YES
    return min(begun(instrument, on).truth, last.truth if last else Truth.YES, gone)


def _stretch(periods: list[Days]) -> Days:
    return (periods[0][0], periods[-1][1]) if periods else _NO_DAYS


def _is_whole(periods: list[Days]) -> bool:
    return all(one[1] + 1 == other[0] for one, other in pairwise(periods))
