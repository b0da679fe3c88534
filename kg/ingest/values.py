"""A value that a text states, with its place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Value:
    """A value with its place in the clean text, or in the raw one when `raw` is set."""

    value: str
    start: int
    end: int
    rule: str
    confidence: float = 0.95
    raw: bool = False
