"""A node as RDF, and which form of it a client prefers."""

from __future__ import annotations

from kg.errors import QueryError
from kg.export import serialise
from kg.queries import read_query, with_values
from kg.store import Solutions, Store
from kg.terms import Iri, expand

RDF_FORMS = {"ttl": "text/turtle", "jsonld": "application/ld+json",
             "nt": "application/n-triples", "rdfxml": "application/rdf+xml"}
"""The forms by the ending of an address → their media types."""
_OFFERED = {"text/html": "html", "application/xhtml+xml": "html", "application/json": "json",
            **{media: form for form, media in RDF_FORMS.items()}, "text/csv": "csv"}


def as_rdf(store: Store, name: str, form: str) -> bytes:
    """All that is said of a node, in one of RDF_FORMS."""
    text = with_values(read_query("description"), {"thing": [Iri(expand(name))]})
    answer = store.query(text)
    if isinstance(answer, (bool, Solutions)):
        raise QueryError("the store gave no graph")
    return serialise(answer, form)


def preferred(accept: str) -> str:
    """The form that an Accept header asks for; a page where it does not say.

    >>> preferred("text/turtle;q=0.9, text/html;q=0.5")
    'ttl'
    """
    found = [(-_weight(part), number, _OFFERED[media]) for number, part in enumerate(accept.split(","))
             if (media := part.partition(";")[0].strip().lower()) in _OFFERED and _weight(part) > 0]
    return min(found)[2] if found else "html"


def _weight(part: str) -> float:
    for parameter in part.split(";")[1:]:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
