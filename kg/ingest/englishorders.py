"""The orders and acts that an English-language text names by a number or a day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from kg.ingest.datewords import find_english_dates
from kg.ingest.rules import english_rules
from kg.ingest.values import Value

_MAX_BRACKET = 500
# No document names more; what does is read no further, so that no file can stall a run.
_MAX_ORDERS = 5_000


def number_text(match: re.Match[str]) -> str:
    """An order's number without what stands between its parts: Executive Order 14105."""
    return " ".join(part for part in match.groups() if part)


def english_orders(text: str, start: int) -> Iterator[Value]:
    """Orders and acts that a text names by number or by day."""
    patterns = english_rules().patterns
    yield from _numbered(text, start)
    for match in re.compile(patterns["numbered_act"]).finditer(text, start):
        yield Value(" ".join(match.group().split()), match.start(), match.end(), "mention.number")
    for match in islice(re.compile(patterns["dated_order"]).finditer(text, start), _MAX_ORDERS):
        date = next(iter(find_english_dates(text, match.end(), match.end() + 40)), None)
        if date and date.start == match.end():
            end = _bracket_end(text, date.end)
            name = " ".join(text[match.start() : end].split())
            yield Value(name, match.start(), end, "mention.dated", 0.9)


def _bracket_end(text: str, at: int) -> int:
    """Past the title in brackets behind an order's day; brackets within it are its own."""
    opened = re.compile(r"\s+\(").match(text, at)
    depth = 0
    for mark in re.compile(r"[()]").finditer(text, at, at + _MAX_BRACKET) if opened else ():
        depth += 1 if mark.group() == "(" else -1
        if depth == 0:
            return mark.end()
    return at


def _numbered(text: str, start: int) -> Iterator[Value]:
    """Executive Order 13780; also each of Proclamations 9645, 9723, and 9983."""
    patterns = english_rules().patterns
    further = re.compile(patterns["order_further"])
    orders, series = (re.compile(patterns[n]) for n in ("order_figures", "series_figures"))
    for kind in re.compile(patterns["order_kinds"]).finditer(text, start):
        begin, at = kind.start(), kind.end()
        figures = orders if kind.group(1).startswith(("Executive", "Proclamation")) else series
        while number := figures.match(text, at):
            name = f"{' '.join(kind.group(1).split())} {number.group()}"
            yield Value(name, begin, number.end(), "mention.order", 0.95)
            joint = further.match(text, number.end())
            if not joint:
                break
            begin = at = joint.end()


def order_titles(text: str, start: int) -> list[tuple[int, int]]:
    """The brackets behind an order's day, which give its title."""
    found: list[tuple[int, int]] = []
    titled = re.compile(english_rules().patterns["order_title_after"])
    for match in islice(titled.finditer(text, start), _MAX_ORDERS):
        end = _bracket_end(text, match.end() - 2)
        if end >= match.end():
            found.append((match.end(), end))
    return found


def adopted_rules(text: str, start: int) -> Iterator[Value]:
    """Rules with a name of their own that someone adopted: the Rules on Made Goods, adopted by."""
    for match in re.compile(english_rules().patterns["adopted_rules"]).finditer(text, start):
        name = " ".join(match.group(1).split())
        yield Value(name, match.start(1), match.end(1), "mention.adopted", 0.75)


def other_names(text: str, start: int) -> Iterator[Value]:
    """Constitutions, laws by number, titles in quotes before their place in the journal."""
    patterns = english_rules().patterns
    for pattern in (patterns["constitution"], patterns["numbered_law"], patterns["journal_title"]):
        for match in re.compile(pattern).finditer(text, start):
            if pattern == patterns["numbered_law"] and text.endswith("(", 0, match.start()):
                continue  # the number of what was named before
            name = " ".join(match.group(1).split())
            yield Value(name, match.start(1), match.end(1), "mention.name", 0.8)


def government_agreements(text: str, start: int) -> Iterator[Value]:
    """Agreements in small letters, known by governments and subject."""
    pattern = re.compile(english_rules().patterns["government_agreement"])
    for match in pattern.finditer(text, start):
        name = " ".join(match.group().split())
        yield Value(name, match.start(), match.end(), "mention.governments", 0.75)
