"""Many documents one after another: each is read, cleaned and extracted, or says what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg.ingest.backend import Extractor, backend_proposals
from kg.ingest.cleaning import clean
from kg.ingest.documents import find_documents, read_document
from kg.ingest.errors import DocumentError
from kg.ingest.extraction import Extraction, extract
from kg.ingest.gazetteer import Gazetteer
from kg.ingest.known import Facts
from kg.ingest.reconcile import reconcile

Progress = Callable[[int, int, str], None]
"""Called with how many documents are done, how many there are, and the next one's name."""


@dataclass(frozen=True)
class Outcome:
    """What became of one document: an extraction, or what was wrong with it."""

    name: str
    extraction: Extraction | None = None
    problem: str | None = None


def ingest(
    paths: Sequence[str | Path],
    gazetteer: Gazetteer,
    *,
    facts: Facts | None = None,
    extractor: Extractor | None = None,
    progress: Progress | None = None,
) -> Iterator[Outcome]:
    """Every document of the files and folders named, in order; one bad file stops no other.

    Documents are read one by one as the outcomes are asked for, so memory stays flat.
    """
    files = list(find_documents(paths))
    for done, path in enumerate(files):
        if progress:
            progress(done, len(files), str(path))
        yield ingest_one(path, gazetteer, facts=facts, extractor=extractor)
    if progress:
        progress(len(files), len(files), "")


def ingest_one(
    source: str | Path | bytes,
    gazetteer: Gazetteer,
    *,
    facts: Facts | None = None,
    extractor: Extractor | None = None,
) -> Outcome:
    """One document from a file or from bytes (standard input)."""
    name = "-" if isinstance(source, bytes) else str(source)
    try:
        raw = read_document(source, name)
    except DocumentError as error:
        return Outcome(name, problem=error.problem)
    found = extract(clean(raw), gazetteer)
    proposals = list(found.proposals)
    if extractor is not None:
        known = {p.id for p in proposals}
        extra = backend_proposals(found.clean, gazetteer, extractor)
        proposals += [p for p in extra if p.id not in known]
    if facts:
        proposals = reconcile(proposals, facts)
    return Outcome(name, replace(found, proposals=tuple(proposals)))


def cleaning_report(extraction: Extraction) -> Iterator[str]:
    """The cleaning steps of a document in words, a few examples each."""
    for step in extraction.clean.steps:
        guessed = sum(1 for change in step.changes if change.inferred)
        note = f", {guessed} inferred" if guessed else ""
        yield f"{step.name}: {len(step.changes)}{note}"
        for change in step.changes[:20]:
            how = " (inferred)" if change.inferred else ""
            yield f"  {change.start}-{change.end}: {change.before!r} → {change.after!r}{how}"
