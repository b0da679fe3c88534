"""A text whose every character knows its place in the raw file."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Edit(NamedTuple):
    """Replace `text[start:end]` by `new`; an empty span inserts, an empty `new` removes."""

    start: int
    end: int
    new: str


@dataclass(frozen=True)
class Mapped:
    """Characters with the raw span `[starts[i], ends[i])` that each was read from."""

    text: str
    starts: array[int]
    ends: array[int]

    def __len__(self) -> int:
        return len(self.text)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The raw span of `text[start:end]`."""
        if start >= end:
            point = self.starts[start] if start < len(self) else (self.ends[-1] if self.ends else 0)
            return point, point
        return self.starts[start], self.ends[end - 1]


def from_raw(text: str) -> Mapped:
    """Every character of a raw text standing for itself."""
    return Mapped(text, array("I", range(len(text))), array("I", range(1, len(text) + 1)))


def from_pieces(pieces: Iterable[tuple[str, int, int]]) -> Mapped:
    """Text put together from `(text, raw start, raw end)`.

    A piece as long as its raw span maps character by character, any other as a whole.
    """
    parts: list[str] = []
    starts, ends = array("I"), array("I")
    for text, start, end in pieces:
        parts.append(text)
        if len(text) == end - start:
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
        else:
            starts.extend([start] * len(text))
            ends.extend([end] * len(text))
    return Mapped("".join(parts), starts, ends)


def edited(source: Mapped, edits: Sequence[Edit]) -> Mapped:
    """The text after edits, which are in order and do not overlap."""
    if not edits:
        return source
    parts: list[str] = []
    starts, ends = array("I"), array("I")
    at = 0
    for edit in edits:
        parts += (source.text[at : edit.start], edit.new)
        starts += source.starts[at : edit.start]
        ends += source.ends[at : edit.start]
        _extend(starts, ends, source, edit)
        at = edit.end
    parts.append(source.text[at:])
    return Mapped("".join(parts), starts + source.starts[at:], ends + source.ends[at:])


def _extend(starts: array[int], ends: array[int], source: Mapped, edit: Edit) -> None:
    """Map the new characters: one by one when the length is kept, else to the whole span."""
    if not edit.new:
        return
    if len(edit.new) == edit.end - edit.start:
        starts += source.starts[edit.start : edit.end]
        ends += source.ends[edit.start : edit.end]
        return
    first, last = source.span(edit.start, edit.end)
    starts.extend([first] * len(edit.new))
    ends.extend([last] * len(edit.new))


def retyped(source: Mapped, text: str) -> Mapped:
    """The same places with another text of the same length."""
    if len(text) != len(source.text):
        raise ValueError(f"a text of {len(text)} characters cannot stand for {len(source.text)}")
    return Mapped(text, source.starts, source.ends)
