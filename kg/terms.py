"""RDF terms, the prefixes that shorten them, and their text in SPARQL and N-Triples."""

from __future__ import annotations

import re
from dataclasses import dataclass

BASE = "https://w3id.org/policykg/"
KG = BASE + "ontology#"

PREFIXES = {
    "kg": KG,
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
RDF_TYPE = PREFIXES["rdf"] + "type"
XSD = PREFIXES["xsd"]

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = re.compile(r'[\\"\n\r\t\x00-\x08\x0b\x0c\x0e-\x1f\x7f]')
_BAD_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')


@dataclass(frozen=True, slots=True, order=True)
class Iri:
    """A node with a name, in full."""

    value: str

    def __str__(self) -> str:
        return compact(self.value)


@dataclass(frozen=True, slots=True, order=True)
class Literal:
    """A value: text with a language, or a lexical form with a datatype IRI."""

    value: str
    language: str | None = None
    datatype: str | None = None

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True, order=True)
class Blank:
    """A node without a name; the label means something within one answer only."""

    value: str

    def __str__(self) -> str:
        return f"_:{self.value}"


Term = Iri | Literal | Blank


def expand(name: str) -> str:
    """The full IRI of an id (`place/x`), a prefixed name (`skos:note`) or an IRI.

    >>> expand("place/aurelia")
    'https://w3id.org/policykg/place/aurelia'
    >>> expand("skos:note")
    'http://www.w3.org/2004/02/skos/core#note'
    """
    prefix, colon, local = name.partition(":")
    if colon and local.startswith("//"):
        return name
    if colon and prefix in PREFIXES:
        return PREFIXES[prefix] + local
    return BASE + name


def compact(iri: str) -> str:
    """The id or prefixed name of an IRI, as written in the data.

    >>> compact("https://w3id.org/policykg/place/aurelia")
    'place/aurelia'
    """
    if iri.startswith(BASE) and "#" not in iri:
        return iri[len(BASE) :]
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri.removeprefix(BASE)


def iri_text(iri: str) -> str:
    """`<iri>`, refusing characters that no IRI may hold."""
    if _BAD_IRI.search(iri):
        raise ValueError(f"not an IRI: {iri!r}")
    return f"<{iri}>"


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    return _ESCAPES.get(char) or f"\\u{ord(char):04X}"


def literal_text(value: str, language: str | None = None, datatype: str | None = None) -> str:
    """A literal in N-Triples, which is also its text in SPARQL."""
    quoted = '"' + _ESCAPED.sub(_escape, value) + '"'
    if language:
        return f"{quoted}@{language}"
    return f"{quoted}^^{iri_text(datatype)}" if datatype else quoted


def sparql(term: Term | None) -> str:
    """A term as it stands in a VALUES row; `UNDEF` for none.

    >>> sparql(Literal("海", "zh"))
    '"海"@zh'
    """
    if term is None:
        return "UNDEF"
    if isinstance(term, Iri):
        return iri_text(term.value)
    if isinstance(term, Literal):
        return literal_text(term.value, term.language, term.datatype)
    raise ValueError("a blank node cannot be named in a query")
