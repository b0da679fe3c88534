"""From documents to proposed facts: read, clean, extract, propose, review, accept."""

from __future__ import annotations

from kg.ingest.accept import Accepted, AcceptError, accept
from kg.ingest.backend import BackendError, Statement, load_extractor
from kg.ingest.cleaning import clean
from kg.ingest.cleantext import CleanText
from kg.ingest.decisions import (
    Decision,
    DecisionError,
    decide,
    is_node_id,
    open_proposals,
    read_decisions,
    write_decisions,
)
from kg.ingest.documents import RawDocument, read_document
from kg.ingest.errors import DocumentError
from kg.ingest.extraction import DocumentFields, Extraction, extract, extraction_json
from kg.ingest.gazetteer import Entry, Gazetteer
from kg.ingest.known import load_facts, load_gazetteer
from kg.ingest.pipeline import Outcome, cleaning_report, ingest, ingest_one
from kg.ingest.proposals import (
    Proposal,
    append_proposals,
    appending,
    quotes_its_place,
    read_proposals,
)
from kg.ingest.review import Case, case_of, cases, review

__all__ = [
    "AcceptError",
    "Accepted",
    "BackendError",
    "Case",
    "CleanText",
    "Decision",
    "DecisionError",
    "DocumentError",
    "DocumentFields",
    "Entry",
    "Extraction",
    "Gazetteer",
    "Outcome",
    "Proposal",
    "RawDocument",
    "Statement",
    "accept",
    "append_proposals",
    "appending",
    "case_of",
    "cases",
    "clean",
    "cleaning_report",
    "decide",
    "extract",
    "extraction_json",
    "ingest",
    "ingest_one",
    "is_node_id",
    "load_extractor",
    "load_facts",
    "load_gazetteer",
    "open_proposals",
    "quotes_its_place",
    "read_decisions",
    "read_document",
    "read_proposals",
    "review",
    "write_decisions",
]
