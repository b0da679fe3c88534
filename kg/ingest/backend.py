"""An optional further extractor, such as a language model, that proposes beside the rules.

Nothing requires one. `MODULE:CLASS` names a class whose `propose(text)` gives statements, each with
the very words that it rests on; a statement whose quote is not in the text is dropped.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from kg.errors import KgError
from kg.ingest.cleantext import CleanText
from kg.ingest.gazetteer import Gazetteer
from kg.ingest.proposals import Builder, Node, Proposal, Source

_OBJECT_TYPES = {
    "issued_by": "agency",
    "applies": "place",
    "party": "place",
    "based_on": "instrument",
    "repeals": "instrument",
    "amends": "instrument",
    "cites": "instrument",
}


class BackendError(KgError):
    """The named extractor cannot be used; the message says why."""


@dataclass(frozen=True)
class Statement:
    """What an extractor says: subject title, predicate, object, and the words it rests on."""

    subject: str
    predicate: str
    object: str
    exact: str
    confidence: float = 0.5


class Extractor(Protocol):
    """What a class named by `--extractor` must offer."""

    def propose(self, text: str) -> Iterable[Statement]:
        """Statements found in a text, each quoting it."""


def load_extractor(name: str) -> Extractor:
    """An instance of the class that `MODULE:CLASS` names."""
    module_name, colon, class_name = name.partition(":")
    if not colon or not class_name:
        raise BackendError(f"{name!r} must be MODULE:CLASS, such as my_package.reader:Reader")
    try:
        made = getattr(importlib.import_module(module_name), class_name)()
    except (ImportError, AttributeError) as error:
        raise BackendError(f"{name}: cannot be loaded: {error}") from error
    if not hasattr(made, "propose"):
        raise BackendError(f"{name}: has no method propose(text)")
    extractor: Extractor = made
    return extractor


def backend_proposals(
    clean: CleanText, gazetteer: Gazetteer, extractor: Extractor
) -> list[Proposal]:
    """The extractor's statements as proposals; those that misquote the text are dropped."""
    builder = Builder(
        clean.raw.text, Source(clean.raw.name, clean.raw.sha256), tuple(s.name for s in clean.steps)
    )
    for statement in extractor.propose(clean.text):
        at = clean.text.find(statement.exact) if statement.exact else -1
        if at >= 0:
            _add(builder, clean, gazetteer, statement, at)
    return list(builder.made.values())


def _add(
    builder: Builder, clean: CleanText, gazetteer: Gazetteer, told: Statement, at: int
) -> None:
    from kg.ingest.extraction import match_entry

    def node(label: str, node_type: str) -> Node:
        entry = match_entry(gazetteer, label, node_type)
        return Node(entry.label, entry.type, entry.iri) if entry else Node(label, node_type)

    object_type = _OBJECT_TYPES.get(told.predicate)
    builder.add(
        node(told.subject, "instrument"),
        told.predicate,
        node(told.object, object_type) if object_type else told.object,
        clean.raw_span(at, at + len(told.exact)),
        told.exact,
        "backend",
        min(max(told.confidence, 0.0), 1.0),
        page=clean.page_at(at),
    )
