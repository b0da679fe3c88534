"""What can be wrong only of the data as a whole: references, circles, names borne twice."""

from __future__ import annotations

from collections.abc import Iterable

from kg.build.graph import Graph, Place
from kg.names import name_key
from kg.records import Mapping, Record, Text
from kg.schema import Schema
from kg.terms import BASE

_REUSABLE_LABELS = frozenset({"Place", "Designation", "Observation", "Document"})


def check_references(graph: Graph, schema: Schema, ids: set[str]) -> None:
    known = ids | {iri.removeprefix(BASE) for iri in schema.concepts}
    missing = [(name, place) for name, place in graph.references if name not in known]
    hints = {name: _nearest_id(name, known) for name in sorted({name for name, _ in missing})[:50]}
    for name, place in missing:
        hint = hints.get(name, "add it, or name another")
        graph.wrong(place, f"nothing in the data is called {name}; {hint}")


def _nearest_id(name: str, known: set[str]) -> str:
    from rapidfuzz import process

    kind = name.partition("/")[0] + "/"
    candidates = sorted(one for one in known if one.startswith(kind))
    close = process.extractOne(name, candidates, score_cutoff=75)
    return f"did you mean {close[0]}?" if close else "add it, or name another"


def check_circles(graph: Graph) -> None:
    """Each relation that must not run in a circle, followed from every node."""
    for edges in graph.edges.values():
        uppers: dict[str, list[tuple[str, Place]]] = {}
        for child, parent, place in edges:
            uppers.setdefault(child, []).append((parent, place))
        for start in sorted(uppers):
            if circle := _circle(start, uppers):
                names = " in ".join(node.removeprefix(BASE) for node in circle)
                place = next(p for parent, p in uppers[start] if parent == circle[1])
                graph.wrong(place, f"runs in a circle: {names}; take one of these relations out")


def _circle(start: str, uppers: dict[str, list[tuple[str, Place]]]) -> list[str]:
    """The way from a node back to itself, if there is one."""
    stack = [[start]]
    seen: set[str] = set()
    while stack:
        path = stack.pop()
        for parent, _place in uppers.get(path[-1], ()):
            if parent == start:
                return [*path, start]
            if parent not in seen:
                seen.add(parent)
                stack.append([*path, parent])
    return []


def check_labels(graph: Graph, records: Iterable[Record]) -> None:
    """Two nodes of one class with one name are most likely one thing written twice."""
    first: dict[tuple[str, str], Record] = {}
    for record in records:
        label = record.body.values.get("label")
        zh = label.values.get("zh") if isinstance(label, Mapping) else None
        if record.cls in _REUSABLE_LABELS or not isinstance(zh, Text):
            continue
        other = first.setdefault((record.cls, name_key(zh.value)), record)
        if other is not record:
            said = f"the label {zh.value} is also that of {other.id} ({other.file}:{other.line})"
            graph.wrong((record.file, zh.line), f"{said}; make one of the two, or tell them apart")
