"""Facts that running prose tells: who issued what when, and where it applies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.ingest.cleantext import CleanText
from kg.ingest.gazetteer import Gazetteer
from kg.ingest.proposals import Node


@dataclass(frozen=True)
class Told:
    """A fact with its place in the clean text."""

    s: Node
    p: str
    o: Node | str
    start: int
    end: int
    said: str
    rule: str
    confidence: float


def tell(clean: CleanText, gazetteer: Gazetteer, own_title: str) -> Sequence[Told]:
    return ()
