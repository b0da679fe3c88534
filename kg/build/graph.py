"""The triples in the making: N-Triples lines, where each node is written, and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.errors import Problem
from kg.names import name_key
from kg.schema import Schema
from kg.terms import KG, PREFIXES, iri_text, literal_text

Place = tuple[str, int]
"""Where something is written: file and line."""


_SKOS = PREFIXES["skos"]


@dataclass
class Graph:
    """Triples as N-Triples lines, where each node is written, and what was wrong."""

    lines: set[str] = field(default_factory=set)
    places: dict[str, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    references: list[tuple[str, Place]] = field(default_factory=list)
    edges: dict[str, list[tuple[str, str, Place]]] = field(default_factory=dict)

    def add(self, subject: str, predicate: str, obj: str) -> None:
        """One triple; subject and predicate are IRIs, the object is N-Triples text."""
        self.lines.add(f"{iri_text(subject)} {iri_text(predicate)} {obj} .")

    def wrong(self, place: Place, message: str) -> None:
        """Keep a problem for the end."""
        self.problems.append(Problem(*place, message))

    def n_triples(self) -> bytes:
        """The whole graph, sorted."""
        return ("\n".join(sorted(self.lines)) + "\n").encode()


def is_label(predicate: str) -> bool:
    return predicate in (_SKOS + "prefLabel", _SKOS + "altLabel")


def add_ontology(graph: Graph, schema: Schema) -> None:
    for quad in schema.quads:
        parts = [str(part) for part in (quad.subject, quad.predicate, quad.object)]
        if not any(part.startswith("_:") for part in parts):
            graph.lines.add(" ".join(parts) + " .")
            if parts[0].strip("<>") in schema.concepts and is_label(quad.predicate.value):
                value = quad.object.value  # type: ignore[union-attr]
                graph.add(parts[0].strip("<>"), KG + "nameKey", literal_text(name_key(value)))
