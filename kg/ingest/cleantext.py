"""A document's text made readable, with the raw place of every character."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from kg.ingest.documents import RawDocument
from kg.ingest.mapped import Mapped
from kg.ingest.visible import Field


class Change(NamedTuple):
    """One change of a step: raw span, what stood there, what is read, and how sure that is."""

    start: int
    end: int
    before: str
    after: str
    inferred: bool = False


@dataclass(frozen=True)
class Step:
    """One cleaning step and everything it changed."""

    name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Page:
    """A page label and where the page begins in the clean text."""

    label: str
    start: int


@dataclass(frozen=True)
class CleanText:
    """The readable text; `raw_span` leads back into `raw.text`."""

    raw: RawDocument
    body: Mapped
    steps: tuple[Step, ...] = ()
    pages: tuple[Page, ...] = ()
    fields: tuple[Field, ...] = ()

    @property
    def text(self) -> str:
        return self.body.text

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the raw text."""
        return self.body.span(start, end)

    def quote(self, start: int, end: int) -> str:
        """The raw text that was read as `text[start:end]`."""
        first, last = self.raw_span(start, end)
        return self.raw.text[first:last]

    def page_at(self, position: int) -> str | None:
        """The label of the page on which a clean position lies."""
        index = bisect_right([page.start for page in self.pages], position) - 1
        return self.pages[index].label if index >= 0 else None

    def inferred_within(self, start: int, end: int) -> bool:
        """Whether a guessed repair lies inside a raw span."""
        starts, furthest = self._inferred
        before = bisect_left(starts, end)
        return before > 0 and furthest[before - 1] > start

    @cached_property
    def _inferred(self) -> tuple[list[int], list[int]]:
        """Where guessed repairs begin, in order, and how far those up to each one reach."""
        guessed = sorted(c[:2] for step in self.steps for c in step.changes if c.inferred)
        return [start for start, _ in guessed], list(accumulate((end for _, end in guessed), max))
