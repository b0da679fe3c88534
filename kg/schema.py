"""The context and the shapes as the data reader needs them: which keys exist, where, and as what.

`ontology/context.jsonld` is the only mapping from keys to IRIs, `ontology/shapes.ttl` says which
paths a class may have, `ontology/kg.ttl` which predicates make dated statements.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.resources import ONTOLOGY
from kg.terms import KG, PREFIXES, RDF_TYPE, compact, expand

SH, RDFS, RDF = PREFIXES["sh"], PREFIXES["rdfs"], PREFIXES["rdf"]
PARTIAL_DATE = KG + "PartialDate"

FOLDERS = {
    "agencies": ("agency", "Agency"),
    "agreements": ("agreement", "Agreement"),
    "designations": ("designation", "Designation"),
    "documents": ("document", "Document"),
    "events": ("event", "Event"),
    "indicators": ("indicator", "Indicator"),
    "instruments": ("instrument", "Instrument"),
    "lines": ("line", "Line"),
    "places": ("place", "Place"),
    "statistics": ("observation", "Observation"),
}
"""Data folder → the first part of its ids, and the class of its records."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the data files: its IRI, and how its value is written."""

    name: str
    iri: str
    kind: str  # text, language, reference, concept, date, or a datatype IRI
    scheme: str = ""  # of a concept: the IRI that its name completes


@dataclass(frozen=True)
class Schema:
    """Keys, classes, predicates and concepts of the ontology."""

    keys: dict[str, Key]
    permitted: dict[str, frozenset[str]]  # class IRI → paths
    statement_class: dict[str, str]  # predicate IRI → class IRI
    default_from: dict[str, str]  # predicate IRI → kg:always, kg:unknown or kg:inForce
    acyclic: frozenset[str]
    parents: dict[str, str]  # class IRI → its superclass of ours
    concepts: frozenset[str]
    quads: tuple[ox.Quad, ...] = field(repr=False)

    def keys_of(self, class_name: str) -> frozenset[str]:
        """The keys that a record or statement of a class may have."""
        paths = self.permitted_paths(KG + class_name)
        return frozenset(key.name for key in self.keys.values() if key.iri in paths)

    def permitted_paths(self, cls: str) -> frozenset[str]:
        """The paths of a class and of the classes above it."""
        paths = self.permitted.get(cls, frozenset())
        parent = self.parents.get(cls)
        return paths | self.permitted_paths(parent) if parent else paths

    @cached_property
    def relations(self) -> frozenset[str]:
        """The keys whose values are dated statements."""
        return frozenset(k.name for k in self.keys.values() if k.iri in self.statement_class)

    @cached_property
    def date_properties(self) -> dict[str, str]:
        """Kind of date → the ELI property that holds such a date."""
        return {
            quad.subject.value: quad.object.value  # type: ignore[union-attr]
            for quad in self.quads
            if quad.predicate.value == KG + "dateProperty"
        }

    @cached_property
    def names(self) -> dict[str, str]:
        """IRI → key, for showing predicates as they are written."""
        return {key.iri: key.name for key in self.keys.values()}


@cache
def load_schema(folder: Path = ONTOLOGY) -> Schema:
    """The schema in an ontology folder."""
    store = ox.Store()
    for path in sorted(folder.rglob("*.ttl")):
        store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    objects = _subjects_to_objects
    subclass = {
        s: o for s, o in objects(store, RDFS + "subClassOf").items() if o.startswith(KG)
    }
    return Schema(
        keys=_keys(json.loads((folder / "context.jsonld").read_text("utf-8"))["@context"]),
        permitted=_permitted(store),
        statement_class=objects(store, KG + "statementClass"),
        default_from=objects(store, KG + "defaultFrom"),
        acyclic=frozenset(objects(store, KG + "transitive")),
        parents=subclass,
        concepts=frozenset(_instances(store, PREFIXES["skos"] + "Concept")),
        quads=tuple(store),
    )


def _keys(context: dict[str, Any]) -> dict[str, Key]:
    terms = {name: term for name, term in context.items() if not name.startswith("@")}
    keys = (_key(name, term if isinstance(term, dict) else {"@id": term})
            for name, term in terms.items() if name not in PREFIXES)
    return {key.name: key for key in keys}


def _key(name: str, term: dict[str, Any]) -> Key:
    iri, value_type = expand(term["@id"]), term.get("@type", "")
    if term.get("@container") == "@language":
        return Key(name, iri, "language")
    if value_type == "@id":
        return Key(name, iri, "reference")
    if value_type == "@vocab":
        return Key(name, iri, "concept", term["@context"]["@vocab"])
    if not value_type:
        return Key(name, iri, "text")
    datatype = expand(value_type)
    return Key(name, iri, "date" if datatype == PARTIAL_DATE else datatype)


def _instances(store: ox.Store, cls: str) -> list[str]:
    found = store.quads_for_pattern(None, ox.NamedNode(RDF_TYPE), ox.NamedNode(cls), None)
    return [quad.subject.value for quad in found if isinstance(quad.subject, ox.NamedNode)]


def _subjects_to_objects(store: ox.Store, predicate: str) -> dict[str, str]:
    found = store.quads_for_pattern(None, ox.NamedNode(predicate), None, None)
    return {
        quad.subject.value: quad.object.value
        for quad in found
        if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.Triple)
    }


_PATHS = f"""
SELECT ?class ?path ?first WHERE {{
  ?shape <{SH}targetClass> ?class ; <{SH}property> ?property .
  ?property <{SH}path> ?path .
  OPTIONAL {{ ?path <{RDF}first> ?first }}
}}"""


def _permitted(store: ox.Store) -> dict[str, frozenset[str]]:
    paths: dict[str, set[str]] = {}
    for row in store.query(_PATHS):  # type: ignore[union-attr]
        path = row["first"] or row["path"]
        paths.setdefault(row["class"].value, set()).add(path.value)
    return {cls: frozenset(found) for cls, found in paths.items()}


def key_of(schema: Schema, iri: str) -> str:
    """The key under which an IRI is written in the data; its compact form if it is no key."""
    return schema.names.get(iri) or compact(iri)
