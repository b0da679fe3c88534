"""Partial dates keep their precision; spans hold certainly, perhaps or not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.dates import Span, Truth, parse_date, parse_day
from kg.errors import DateError


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision"),
    [
        ("2021-11-01", date(2021, 11, 1), date(2021, 11, 1), "day"),
        ("2021-11", date(2021, 11, 1), date(2021, 11, 30), "month"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("2021", date(2021, 1, 1), date(2021, 12, 31), "year"),
        ("2021-09..2021-10", date(2021, 9, 1), date(2021, 10, 31), "range"),
        ("..1981", None, date(1981, 12, 31), "range"),
        ("2025-05-27..", date(2025, 5, 27), None, "range"),
    ],
)
def test_a_date_is_as_precise_as_its_text(
    text: str, earliest: date | None, latest: date | None, precision: str
) -> None:
    found = parse_date(text)
    assert (found.earliest, found.latest, found.precision) == (earliest, latest, precision)
    assert str(found) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2021-02-30", "February 2021 has 28 days"),
        ("2021-13", "no month 13"),
        ("2021-6-3", "must be a date such as"),
        ("0000", "must be a date such as"),
        ("２０２１", "must be a date such as"),
        ("2022..2021", "ends before it starts"),
        ("..", "or a range"),
        ("", "must be a date such as"),
    ],
)
def test_what_is_no_date_is_named(text: str, said: str) -> None:
    with pytest.raises(DateError, match=said):
        parse_date(text)


def test_a_question_needs_one_day() -> None:
    with pytest.raises(DateError, match="one day"):
        parse_day("2022-07")


DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))


@given(DAYS, st.integers(0, 60), st.integers(0, 400), st.integers(0, 60), DAYS)
def test_certain_is_always_possible(
    start: date, start_width: int, length: int, end_width: int, on: date
) -> None:
    first = start + timedelta(start_width)
    end = first + timedelta(length)
    span = Span(start, first, end, end + timedelta(end_width), open_end=False)
    certain = first <= on <= end
    possible = start <= on <= end + timedelta(end_width)
    assert span.holds(on) == (Truth.YES if certain else Truth.MAYBE if possible else Truth.NO)


def test_a_missing_start_never_means_always() -> None:
    assert Span().holds(date(1900, 1, 1)) == Truth.MAYBE
    assert Span(from_latest=date(2023, 11, 30)).holds(date(2024, 1, 1)) == Truth.YES
    assert Span(always=True).holds(date(1900, 1, 1)) == Truth.YES
