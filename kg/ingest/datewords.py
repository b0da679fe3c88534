"""Dates as documents write them, in figures or words, as precise as they are written."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass

_ZERO = "〇○零Ｏ◯O０"
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | dict.fromkeys(_ZERO, 0)
_DIGITS |= {str(i): i for i in range(10)} | {chr(0xFF10 + i): i for i in range(10)}
_YEAR = (
    rf"(?:[12１２]\s?[0-9０-９]\s?[0-9０-９]\s?[0-9０-９]|[一二][一二三四五六七八九{_ZERO}]{{3}})"
)
_NUMBER = r"(?:[0-9０-９]\s?[0-9０-９]?|[一二三四五六七八九十]{1,3})"
DATE = (
    rf"(?<![0-9０-９])(?:{_YEAR})\s?年(?:\s?{_NUMBER}\s?月(?:\s?{_NUMBER}\s?[日号])?)?"
    rf"|(?<![\d.\-])(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])(?![\d.\-])"
)
_PATTERN = re.compile(DATE)
_PARTS = re.compile(rf"({_YEAR})\s?年(?:\s?({_NUMBER})\s?月(?:\s?({_NUMBER})\s?[日号])?)?")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_ENGLISH = re.compile(
    rf"\b({'|'.join(_MONTHS)})\s+(\d{{1,2}})(?:st|nd|rd|th)?,\s+(\d{{4}})\b"
    rf"|\b(\d{{1,2}})(?:st|nd|rd|th)?\s+({'|'.join(_MONTHS)})\s+(\d{{4}})\b"
)


@dataclass(frozen=True)
class WrittenDate:
    """A date with its place in the text: `2022-07-01`, `2022-07` or `2022`."""

    value: str
    start: int
    end: int

    @property
    def is_day(self) -> bool:
        return len(self.value) == 10


def find_dates(text: str, start: int = 0, end: int | None = None) -> Iterator[WrittenDate]:
    """Every date in `text[start:end]` that the calendar has.

    >>> [d.value for d in find_dates("二○○四年六月二十六日通过，2022年7月修改")]
    ['2004-06-26', '2022-07']
    """
    for match in _PATTERN.finditer(text, start, len(text) if end is None else end):
        value = _value(match.group())
        if value:
            yield WrittenDate(value, match.start(), match.end())


def find_english_dates(text: str, start: int = 0, end: int | None = None) -> Iterator[WrittenDate]:
    """Every full date in English words.

    >>> [d.value for d in find_english_dates("signed on August 9, 2023, in force 1 May 2024")]
    ['2023-08-09', '2024-05-01']
    """
    for match in _ENGLISH.finditer(text, start, len(text) if end is None else end):
        month, day, year = match.group(1, 2, 3) if match.group(1) else match.group(5, 4, 6)
        value = _iso(int(year), _MONTHS.index(month) + 1, int(day))
        if value:
            yield WrittenDate(value, match.start(), match.end())


def _value(written: str) -> str | None:
    parts = _PARTS.fullmatch(written)
    if not parts:
        year, month, day = (int(p) for p in re.split(r"[-./]", written))
        return _iso(year, month, day)
    year = _figures(parts.group(1))
    return _iso(year, _count(parts.group(2)), _count(parts.group(3)))


def _iso(year: int, month: int | None, day: int | None) -> str | None:
    """The date with its own precision, or None when the calendar does not have it."""
    if not 1800 <= year <= 2199 or (month is not None and not 1 <= month <= 12):
        return None
    if month is None:
        return f"{year:04d}"
    if day is None:
        return f"{year:04d}-{month:02d}"
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= day <= monthrange(year, month)[1] else None


def _figures(written: str) -> int:
    """A year digit by digit: 二〇〇四 or 2004."""
    return int("".join(str(_DIGITS[c]) for c in written if not c.isspace()))


def _count(written: str | None) -> int | None:
    """A number up to 99: 十, 二十六, 7."""
    if written is None:
        return None
    written = "".join(written.split())
    if "十" not in written:
        return int("".join(str(_DIGITS[c]) for c in written))
    tens, _, ones = written.partition("十")
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
