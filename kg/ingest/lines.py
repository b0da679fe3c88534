"""The lines of a text, without blank ones."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE = re.compile(r"[^\n]*[^\s\u3000\u00a0][^\n]*")


@dataclass(frozen=True)
class Line:
    """A line without the space around it, and its place in the text."""

    text: str
    start: int
    end: int


def find_lines(text: str, limit: int | None = None) -> list[Line]:
    """The lines with something on them, at most `limit`."""
    found: list[Line] = []
    for match in _LINE.finditer(text):
        start, end = _trimmed(text, match.start(), match.end())
        found.append(Line(text[start:end], start, end))
        if limit is not None and len(found) >= limit:
            break
    return found


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while text[start].isspace():
        start += 1
    while text[end - 1].isspace():
        end -= 1
    return start, end


def sentence_bounds(text: str, at: int, stops: str = "。\n；！？") -> tuple[int, int]:
    """Where the sentence around `at` begins and ends (its stop not included)."""
    start = max(text.rfind(stop, max(0, at - 2_000), at) for stop in stops) + 1
    ends = [found for stop in stops if (found := text.find(stop, at, at + 2_000)) >= 0]
    return start, min(ends, default=min(len(text), at + 2_000))
