"""The lines of a text, without blank ones."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A line without the space around it, and its place in the text."""

    text: str
    start: int
    end: int


def find_lines(text: str, limit: int | None = None) -> list[Line]:
    """The lines with something on them, at most `limit`."""
    found: list[Line] = []
    at = 0
    for line in text.split("\n"):
        shown = line.strip()
        if shown:
            start = at + line.index(shown[0])
            found.append(Line(shown, start, start + len(shown)))
            if limit is not None and len(found) >= limit:
                break
        at += len(line) + 1
    return found


def sentence_bounds(text: str, at: int, stops: str = "。\n；！？") -> tuple[int, int]:
    """Where the sentence around `at` begins and ends (its stop not included)."""
    first = max(0, at - 2_000)
    start = max(first, *(text.rfind(stop, first, at) + 1 for stop in stops))
    ends = [found for stop in stops if (found := text.find(stop, at, at + 2_000)) >= 0]
    return start, min(ends, default=min(len(text), at + 2_000))
