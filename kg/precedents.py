"""What was found of an instrument before, and holds again: findings that its own dates alone decide.

Such a finding changes only on the instrument's turning days. It is worked out once for each stretch
of days between two of them, and serves every place asked about and every day of the stretch.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from kg.commencement import Finding, begun, ended, lasting, turning_days
from kg.facts import Facts
from kg.said import Instrument

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Course:
    """Whether an instrument has begun, still lasts, and was ended, on any day of one stretch."""

    begun: Finding
    lasting: Finding | None
    ended: Finding | None


@dataclass
class Precedents:
    """The findings over the facts of one store; grows with the instruments asked about."""

    facts: Facts
    _turns: dict[str, list[date]] = field(default_factory=dict)
    _found: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def course(self, instrument: Instrument, on: date) -> Course:
        """How it runs on a day by its own dates."""
        return self.by_dates(_course, instrument, on)

    def by_dates(
        self, find: Callable[[Facts, Instrument, date], Found], instrument: Instrument, on: date
    ) -> Found:
        """What `find` finds, which may hang on nothing but the instrument's own dates."""
        name = instrument.id
        turns = self._turns.get(name)
        if turns is None:
            turns = self._turns[name] = sorted(turning_days(instrument))
        key = (find, name, bisect_right(turns, on))
        if key not in self._found:
            self._found[key] = find(self.facts, instrument, on)
        found: Found = self._found[key]
        return found

    def once(self, key: tuple[str, str], make: Callable[[], Found]) -> Found:
        """What hangs on no date, no place and no other instrument: made once."""
        if key not in self._found:
            self._found[key] = make()
        found: Found = self._found[key]
        return found


def _course(_facts: Facts, instrument: Instrument, on: date) -> Course:
    return Course(begun(instrument, on), lasting(instrument, on), ended(instrument, on))
