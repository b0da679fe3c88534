"""The formats of answers: their names, their media types, and which of them a client prefers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PAGE = "html"
ROWS: Mapping[str, Sequence[str]] = {
    "json": ("application/sparql-results+json", "application/json"),
    "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
}
"""Formats of rows, and of yes or no → their media types, the proper one first."""
GRAPHS: Mapping[str, Sequence[str]] = {
    "ttl": ("text/turtle", "application/x-turtle"),
    "nt": ("application/n-triples", "text/plain"),
    "jsonld": ("application/ld+json", "application/json"),
    "rdfxml": ("application/rdf+xml", "application/xml", "text/xml"),
}
"""Formats of graphs → their media types, the proper one first."""
_HTML = ("text/html", "application/xhtml+xml")
_NAMES: Mapping[str, tuple[str, str]] = {
    "json": ("json", "jsonld"), "xml": ("xml", "rdfxml"), "csv": ("csv", ""), "tsv": ("tsv", ""),
    "ttl": ("", "ttl"), "turtle": ("", "ttl"), "n3": ("", "ttl"), "nt": ("", "nt"),
    "ntriples": ("", "nt"), "n-triples": ("", "nt"), "jsonld": ("", "jsonld"),
    "json-ld": ("", "jsonld"), "rdfxml": ("", "rdfxml"), "rdf": ("", "rdfxml"),
    "rdf+xml": ("", "rdfxml"), "html": (PAGE, PAGE),
}
"""What the parameter `format` may be → the format of rows, and of graphs, that it means."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A format, and the media type under which it is sent; both empty if none will do."""

    format: str = ""
    media: str = ""


def named(name: str) -> tuple[Choice, Choice]:
    """The formats of rows and of a graph that a name or a media type means.

    >>> named("turtle")
    (Choice(format='', media=''), Choice(format='ttl', media='text/turtle'))

    Raises KeyError if it means none.
    """
    word = name.strip().lower()
    if "/" in word:
        found = by_accept(word, ROWS), by_accept(word, GRAPHS)
        if not any(one.format for one in found):
            raise KeyError(name)
        return found
    rows, graph = _NAMES[word]
    return _proper(rows, ROWS), _proper(graph, GRAPHS)


def known_names() -> str:
    """The names of all formats, for messages."""
    return ", ".join([*ROWS, *GRAPHS])


def _proper(form: str, offered: Mapping[str, Sequence[str]]) -> Choice:
    if form == PAGE:
        return Choice(PAGE, _HTML[0])
    return Choice(form, offered[form][0]) if form else Choice()


def by_accept(accept: str, offered: Mapping[str, Sequence[str]], page: bool = False) -> Choice:
    """The format that an Accept header prefers among those offered, and `html` if there is a page.

    What it weighs alike is taken in the order of the header, then in ours.

    >>> by_accept("text/csv;q=0.5, application/json;q=0.9", ROWS)
    Choice(format='json', media='application/json')
    >>> by_accept("*/*", ROWS).format
    'json'
    """
    ranges = list(_ranges(accept or "*/*"))
    choices = [Choice(form, media) for form, medias in offered.items() for media in medias]
    choices += [Choice(PAGE, media) for media in _HTML] if page else []
    ranked = [(*_rank(ranges, one.media), number, one) for number, one in enumerate(choices)]
    best = min(ranked, key=lambda entry: entry[:3], default=None)
    return best[3] if best and best[0] < 0 else Choice()


def _ranges(accept: str) -> list[tuple[str, float]]:
    """The media ranges of a header, each with its weight."""
    parts = (part.split(";") for part in accept.lower().split(","))
    return [(head.strip(), _weight(parameters)) for head, *parameters in parts]


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def _rank(ranges: Sequence[tuple[str, float]], media: str) -> tuple[float, int]:
    """How a media type ranks: by the weight of the most telling range that covers it, then its place."""
    for wanted in (media, media.partition("/")[0] + "/*", "*/*"):
        for place, (head, weight) in enumerate(ranges):
            if head == wanted:
                return -weight, place
    return 0.0, 0
