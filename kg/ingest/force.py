"""With what force an instrument of a kind applies in its places, as the ontology says."""

from __future__ import annotations

from functools import lru_cache

from kg.resources import ONTOLOGY
from kg.terms import KG

_BASE = "https://w3id.org/policykg/"


def force_of(kind: str) -> str | None:
    """`binding` or `about` for a kind by its name alone; None for one that the ontology lacks.

    A kind that binds nobody makes its places a subject: nothing applies there through it.
    """
    return _forces().get(kind)


@lru_cache(maxsize=1)
def _forces() -> dict[str, str]:
    import pyoxigraph as ox

    store = ox.Store()
    for name in ("kinds.ttl", "bindingness.ttl"):
        store.load(path=ONTOLOGY / "schemes" / name, format=ox.RdfFormat.TURTLE, base_iri=_BASE)
    binds = {
        quad.subject: quad.object.value == "true"
        for quad in store.quads_for_pattern(None, ox.NamedNode(KG + "bindsAnyone"), None)
        if isinstance(quad.object, ox.Literal)
    }
    return {
        _name(quad.subject): "binding" if binds[quad.object] else "about"
        for quad in store.quads_for_pattern(None, ox.NamedNode(KG + "bindingness"), None)
        if isinstance(quad.object, ox.NamedNode) and quad.object in binds
    }


def _name(concept: object) -> str:
    return str(concept).strip("<>").rpartition("/")[2]
