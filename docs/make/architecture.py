"""The picture of the way of the data: from files and documents to answers."""

from __future__ import annotations

from docs.make.drawing import Arrow, Box, picture

_W, _H = 150, 58


def _box(column: int, row: int, title: str, under: str, kind: str = "") -> Box:
    return Box(30 + 185 * column, 50 + 110 * row, title, under, kind, _W, _H)


BOXES = {
    "documents": _box(0, 0, "documents", "HTML, PDF, text", "source"),
    "ingest": _box(1, 0, "kg ingest", "proposals, with offsets"),
    "review": _box(2, 0, "kg review", "a person decides", "said"),
    "accept": _box(3, 0, "kg accept", "writes data files"),
    "data": _box(3, 1, "data/", "YAML, CSV, in Git", "source"),
    "ontology": _box(3, 2, "ontology/", "terms, kinds, shapes", "source"),
    "build": _box(2, 1, "build", "records → RDF"),
    "validate": _box(2, 2, "validate", "shapes → file:line"),
    "store": _box(1, 1, "store", "Oxigraph, or a URL", "main"),
    "queries": _box(1, 2, "queries/*.rq", "plain SPARQL 1.1"),
    "questions": _box(0, 1, "questions", "trace, why, timeline …", "main"),
    "answers": _box(0, 2, "answers", "words, tables, pages", "said"),
}
WAYS = (
    ("documents", "ingest"), ("ingest", "review"), ("review", "accept"), ("accept", "data"),
    ("data", "build"), ("ontology", "build"), ("build", "store"), ("build", "validate"),
    ("store", "questions"), ("queries", "questions"), ("questions", "answers"),
)


def architecture_picture() -> str:
    """From documents over data files, build and store to the questions and their answers."""
    band = {"band": Box(10, 10, "The way of the data · 数据之路", kind="band", width=760, height=350)}
    return picture(780, 370, "The way of the data", band | BOXES, [Arrow(a, b) for a, b in WAYS])
