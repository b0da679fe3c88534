"""The shapes, compiled to SPARQL and asked of the graph: what is wrong, with file and line.

`ontology/shapes.ttl` stays the source of truth and is plain SHACL; pySHACL gives the same findings
(the tests compare them) but takes ten times as long on a graph of this size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

import pyoxigraph as ox

from kg.build import Graph
from kg.errors import Problem
from kg.resources import ONTOLOGY
from kg.terms import BASE, PREFIXES, RDF_TYPE, compact

SH, RDF = PREFIXES["sh"], PREFIXES["rdf"]
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint of a shape as a query for the nodes that break it."""

    target: str
    path: str
    query: str
    message: str


def validate(graph: Graph, folder: Path = ONTOLOGY) -> list[Problem]:
    """Every node that breaks a shape, as a problem at the line that wrote it."""
    store = ox.Store()
    store.bulk_load(input=graph.n_triples(), format=ox.RdfFormat.N_TRIPLES)
    problems = {
        Problem(*_place(graph, node), f"{compact(node)}: {constraint.message}")
        for constraint in constraints(folder)
        for node in broken(store, constraint)
    }
    return sorted(problems)


def broken(store: ox.Store, constraint: Constraint) -> list[str]:
    """The nodes that break a constraint."""
    rows = store.query(constraint.query)
    return sorted({row["this"].value for row in rows})  # type: ignore[union-attr]


def _place(graph: Graph, node: str) -> Place:
    return graph.places.get(node, ("ontology", 1))


@cache
def constraints(folder: Path = ONTOLOGY) -> tuple[Constraint, ...]:
    """The constraints of the shapes file."""
    shapes = ox.Store()
    shapes.bulk_load(path=str(folder / "shapes.ttl"), format=ox.RdfFormat.TURTLE)
    return tuple(_compile(_Shapes(shapes)))


class _Shapes:
    """Reads property values out of the shapes."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store

    def value(self, node: ox.NamedNode | ox.BlankNode, name: str) -> ox.NamedNode | ox.BlankNode | ox.Literal | None:
        found = self.values(node, name)
        return found[0] if found else None

    def values(self, node: ox.NamedNode | ox.BlankNode, name: str) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        iri = ox.NamedNode(name if name.startswith("http") else SH + name)
        quads = self.store.quads_for_pattern(node, iri, None, None)
        return [q.object for q in quads if not isinstance(q.object, ox.Triple)]

    def items(self, node: ox.NamedNode | ox.BlankNode | ox.Literal | None) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        """The members of an RDF list."""
        found = []
        while isinstance(node, ox.BlankNode):
            found += self.values(node, RDF + "first")[:1]
            node = self.value(node, RDF + "rest")
        return found


def _compile(shapes: _Shapes) -> Iterator[Constraint]:
    targets = shapes.store.quads_for_pattern(None, ox.NamedNode(SH + "targetClass"), None, None)
    for quad in sorted(targets, key=str):
        assert not isinstance(quad.subject, ox.Triple)
        for node in shapes.values(quad.subject, "property"):
            assert isinstance(node, ox.BlankNode)
            yield from _property(shapes, str(quad.object), node)


def _property(shapes: _Shapes, target: str, node: ox.BlankNode) -> Iterator[Constraint]:
    first = shapes.value(node, "path")
    steps = shapes.items(first) if isinstance(first, ox.BlankNode) else [first]
    path = "/".join(str(step) for step in steps)
    message = shapes.value(node, "message")
    for name, make in _MAKERS.items():
        value = shapes.value(node, name)
        if value is not None:
            parameter = shapes.items(value) if name == "in" else value
            where, said = make(parameter, path)
            text = message.value if isinstance(message, ox.Literal) else said
            words = text.replace("{path}", _short(path))
            yield Constraint(target, path, _QUERY.format(target=target, where=where), words)


_QUERY = f"SELECT DISTINCT ?this WHERE {{{{ ?this <{RDF_TYPE}> {{target}} . {{where}} }}}}"


def _short(path: str) -> str:
    return "/".join(compact(step.strip("<>")).partition(":")[2] for step in path.split("/<"))


Made = tuple[str, str]
Parameter = ox.NamedNode | ox.BlankNode | ox.Literal | list[ox.NamedNode | ox.BlankNode | ox.Literal]


def _min_count(value: Parameter, path: str) -> Made:
    least = int(value.value)  # type: ignore[union-attr]
    if least == 1:
        return f"FILTER NOT EXISTS {{ ?this {path} ?value }}", "needs {path}"
    values = [f"?value{number}" for number in range(least)]
    apart = " && ".join(f"!sameTerm({one}, {other})" for one, other in combinations(values, 2))
    inner = f"FILTER NOT EXISTS {{ ?this {path} {' , '.join(values)} . FILTER ({apart}) }}"
    return inner, f"needs {least} of {{path}}"


def _max_count(value: Parameter, path: str) -> Made:
    most = int(value.value)  # type: ignore[union-attr]
    if most == 1:
        where = f"?this {path} ?one , ?other . FILTER (!sameTerm(?one, ?other))"
        return where, "has more than one {path}"
    return f"?this {path} ?value", "may not have {path}"


def _class(value: Parameter, path: str) -> Made:
    where = f"?this {path} ?value . FILTER NOT EXISTS {{ ?value <{RDF_TYPE}> {value} }}"
    name = compact(value.value).partition(":")[2]  # type: ignore[union-attr]
    return where, f"{{path}} must name a node of the class {name}"


def _datatype(value: Parameter, path: str) -> Made:
    name = compact(value.value).partition(":")[2]  # type: ignore[union-attr]
    where = f"?this {path} ?value . FILTER (!isLiteral(?value) || datatype(?value) != {value})"
    return where, f"{{path}} must be of the type {name}"


def _node_kind(value: Parameter, path: str) -> Made:
    name = value.value.removeprefix(SH)  # type: ignore[union-attr]
    test = {"IRI": "isIRI", "Literal": "isLiteral"}[name]
    where = f"?this {path} ?value . FILTER (!{test}(?value))"
    return where, f"{{path}} must be {'a node' if name == 'IRI' else 'a value'}"


def _pattern(value: Parameter, path: str) -> Made:
    where = f"?this {path} ?value . FILTER (!regex(str(?value), {value}))"
    return where, f"{{path}} must match {value.value}"  # type: ignore[union-attr]


def _unique_language(value: Parameter, path: str) -> Made:
    where = (f"?this {path} ?one , ?other . FILTER (lang(?one) != '' && lang(?one) = lang(?other)"
             " && !sameTerm(?one, ?other))")
    return where, "has two values of {path} in one language"


def _in(value: Parameter, path: str) -> Made:
    assert isinstance(value, list)
    listed = ", ".join(map(str, value))
    words = ", ".join(compact(one.value).removeprefix(BASE) for one in value)
    return f"?this {path} ?value . FILTER (?value NOT IN ({listed}))", f"{{path}} must be one of {words}"


_MAKERS: dict[str, Callable[[Parameter, str], Made]] = {
    "minCount": _min_count, "maxCount": _max_count, "class": _class, "datatype": _datatype,
    "nodeKind": _node_kind, "pattern": _pattern, "uniqueLang": _unique_language, "in": _in,
}
