"""Who signed a document, and when, at its end."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kg.ingest.bodies import bodies_of_title, split_bodies
from kg.ingest.datewords import find_dates
from kg.ingest.gazetteer import folded
from kg.ingest.head import Head
from kg.ingest.lines import Line
from kg.ingest.values import Value

# The name of a page's field whose value, a day, stands on the next line.
_LABEL = re.compile(r"[\u4e00-\u9fff\s]{0,8}(?:日\s*期|时\s*间)\s*[：:]")
_MAX_SIGNERS = 30
_MIN_NAME = 6


@dataclass(frozen=True)
class Signature:
    """Who signed, and when, at the end of a letter or notice."""

    bodies: tuple[Value, ...] = ()
    date: Value | None = None


def signature_of(head: Head) -> Signature:
    """The first signature: bodies above a line that is nothing but a date."""
    named = bodies_of_title(head.title.value, head.gazetteer)[0] if head.title else []
    fallback = Signature()
    for index in range(head.title_last + 1, len(head.lines)):
        date = _signed_date(head, head.lines[index])
        if date is None or (index and _LABEL.fullmatch(head.lines[index - 1].text)):
            continue
        bodies = _signers(head, index)
        if any(b.value in named for b in bodies) or (bodies and not named):
            return Signature(bodies, date)
        if bodies and fallback.date is None:
            fallback = Signature(bodies, date)
        if not fallback.date and (_may_stand_alone(head, index) or _is_before_enclosed(head, index)):
            fallback = Signature((), date)
    return fallback if fallback.date else _undated(head)


def _undated(head: Head) -> Signature:
    """The bodies on the last lines of a text that gives no day."""
    first = max(head.title_last + 3, len(head.lines) - _MAX_SIGNERS)
    found = _bodies_above(head, first, len(head.lines))
    return Signature(tuple(replace(body, confidence=0.8) for body in found))


def _signed_date(head: Head, line: Line) -> Value | None:
    """The date of a line that holds a date alone, or a body and a date."""
    if len(line.text) > 60 or "：" in line.text:
        return None
    dates = [d for d in find_dates(head.clean.text, line.start, line.end) if d.is_day]
    if len(dates) != 1:
        return None
    before = head.clean.text[line.start : dates[0].start].strip("（( \u3000\u00a0")
    after = head.clean.text[dates[0].end : line.end].strip("）) \u3000\u00a0")
    if after or (before and not split_bodies(before, head.gazetteer)):
        return None
    return Value(dates[0].value, dates[0].start, dates[0].end, "promulgated.signature")


def _signers(head: Head, index: int) -> tuple[Value, ...]:
    """The bodies on the date's own line or on the short lines right above it."""
    line = head.lines[index]
    date = next(iter(find_dates(head.clean.text, line.start, line.end)))
    beside = split_bodies(
        head.clean.text[line.start : date.start].strip("（( \u3000\u00a0"), head.gazetteer
    )
    above = _bodies_above(head, max(head.title_last + 1, index - _MAX_SIGNERS), index)
    return (*above, *(Value(name, line.start, line.end, "issuer.signature") for name in beside))


def _bodies_above(head: Head, first: int, index: int) -> tuple[Value, ...]:
    """The bodies on the lines right above one, as many as hold nothing else, from `first` on."""
    found: list[Value] = []
    for line in reversed(head.lines[first:index]):
        names = split_bodies(line.text, head.gazetteer) if len(line.text) <= 60 else []
        if not names:
            break
        found = [Value(n, line.start, line.end, "issuer.signature") for n in names] + found
    return tuple(found)


def _may_stand_alone(head: Head, index: int) -> bool:
    """A date without a signer counts under the heading, or after an order's signatory."""
    is_order = head.title is not None and head.title.rule == "title.order"
    return index < head.body or is_order or index >= len(head.lines) - 3


def _is_before_enclosed(head: Head, index: int) -> bool:
    """Whether the text that a letter encloses begins behind a line: with what its title names."""
    if head.title is None or index + 1 >= len(head.lines):
        return False
    name, title = folded(head.lines[index + 1].text), folded(head.title.value)
    return _MIN_NAME <= len(name) < len(title) and name in title
