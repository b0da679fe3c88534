"""Records and ontology → RDF, as sorted N-Triples with the file and line behind every node.

Nothing here depends on a clock, on order of reading or on chance: the same data give the same
bytes. Mistakes in the data are collected; nothing is dropped in silence.
"""

from __future__ import annotations

from pathlib import Path

from kg.build.builder import Builder
from kg.build.evidence import evidence_of
from kg.build.graph import Graph, add_ontology
from kg.build.whole import check_circles, check_labels, check_references
from kg.records import read_records
from kg.schema import Schema, load_schema

__all__ = ["Graph", "add_ontology", "build"]


def build(folder: Path, schema: Schema | None = None) -> Graph:
    """The graph of a data folder. Its `problems` are every mistake found so far."""
    schema = schema or load_schema()
    records, problems = read_records(folder)
    graph = Graph(problems=problems)
    add_ontology(graph, schema)
    Builder(graph, schema, evidence_of(records)).add_all(records)
    check_references(graph, schema, {record.id for record in records})
    check_circles(graph)
    check_labels(graph, records)
    return graph
