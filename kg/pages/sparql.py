"""The page on which people ask in SPARQL: an editor that knows the vocabulary, and the answer below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.pages.render import TYPED, Words, embed, messages, own, render, template_text, word_table
from kg.pages.shell import Shell
from kg.queries import names, read_query
from kg.terms import BASE, KG, PREFIXES
from kg.things import Thing

_SCRIPTS = ("common.js", "sparql.js")
_STYLES = ("tokens.css", "base.css", "nav.css", "explorer.css", "sparql.css")
_TEMPLATE = "sparql.html.j2"
_CONNECT = "connect-src 'self'"
_WORDS = """
SELECT ASK CONSTRUCT DESCRIBE WHERE DISTINCT REDUCED OPTIONAL UNION MINUS FILTER BIND VALUES GRAPH PREFIX BASE
LIMIT OFFSET AS UNDEF EXISTS NOT IN TRUE FALSE ASC DESC HAVING SEPARATOR COUNT SUM AVG MIN MAX SAMPLE GROUP_CONCAT
STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE STRLEN SUBSTR UCASE LCASE CONTAINS STRSTARTS STRENDS STRBEFORE
STRAFTER CONCAT REPLACE REGEX COALESCE IF STRLANG STRDT SAMETERM ISIRI ISBLANK ISLITERAL ISNUMERIC ABS ROUND CEIL
FLOOR RAND NOW YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512
ENCODE_FOR_URI
"""
_PHRASES = ("ORDER BY", "GROUP BY", "FILTER NOT EXISTS", "FILTER EXISTS", "SELECT DISTINCT")
KEYWORDS = (*_WORDS.split(), *_PHRASES)
"""What the editor completes and shows as keywords."""
_COMMON = {"rdf:subject": ("主语", "subject"), "rdf:object": ("宾语", "object"), "rdf:predicate": ("谓语", "predicate"),
           "rdf:type": ("类型", "type"), "rdfs:label": ("标签", "label"), "skos:prefLabel": ("名称", "name"),
           "skos:altLabel": ("别名", "alias"), "skos:notation": ("代码", "code"), "skos:broader": ("上位", "broader"),
           "dct:source": ("来源", "source"), "dct:isPartOf": ("属于", "is part of"), "xsd:date": ("日期", "date")}
"""Terms of others that the graph uses and does not label."""


@dataclass(frozen=True, slots=True)
class Example:
    """A query to begin with, and what it asks in both languages."""

    zh: str
    en: str
    text: str


@dataclass(frozen=True, slots=True)
class Asking:
    """Where the page sends queries, the limits it tells of, where nodes have their pages (below `base`)."""

    endpoint: str = "/sparql"
    base: str = "/id/"
    seconds: float = 10
    rows: int = 100_000


def sparql_page(
    shell: Shell, vocabulary: Mapping[str, Thing], query: str = "", asking: Asking | None = None,
    examples: Sequence[Example] | None = None,
) -> str:
    """The editor as a page of the explorer; `vocabulary` are the words it completes, by id.

    A query that is given is asked as soon as the page is open; without one, the first example stands
    in the editor.
    """
    asking = asking or Asking()
    shown = list(shipped_examples(shell.names) if examples is None else examples)
    scripts = [own(name) for name in _SCRIPTS]
    return render(
        _TEMPLATE, scripts=scripts, styles=[own(name) for name in _STYLES], lang=shell.lang, shell=shell,
        more=[_CONNECT, TYPED], title=Words(shell.lang)("sparql_title"), names=shell.names, asking=asking,
        examples=[one.zh if shell.lang == "zh" else one.en for one in shown],
        query=query or (shown[0].text if shown else ""),
        words=embed(word_table("".join(scripts) + template_text(_TEMPLATE))),
        data=embed({
            "lang": shell.lang, "names": shell.names, "endpoint": asking.endpoint, "base": asking.base,
            "graph": BASE, "prefixes": PREFIXES, "keywords": KEYWORDS, "terms": _terms(vocabulary),
            "examples": [one.text for one in shown], "asked": bool(query),
        }),
    )


def shipped_examples(names_in: str = "zh") -> list[Example]:
    """A first query, which asks for names in a language, then shipped questions worth asking by hand."""
    said = messages()
    shipped = [(said[f"ask_{name}"], read_query(name)) for name in names() if f"ask_{name}" in said]
    first = said["ask_instruments_of"], _FIRST.replace("LANGUAGE", names_in)
    return [Example(words["zh"], words["en"], text) for words, text in (first, *shipped)]


_FIRST = f"""\
BASE <{BASE}>
PREFIX kg: <{KG}>
PREFIX rdf: <{PREFIXES["rdf"]}>
PREFIX skos: <{PREFIXES["skos"]}>
SELECT DISTINCT ?instrument ?instrumentLabel ?date WHERE {{
  ?instrument kg:kind <kind/law> ; skos:prefLabel ?instrumentLabel .
  ?step rdf:subject ?instrument ; a kg:Milestone ;
        rdf:object <milestone/in-force> ; kg:date ?date .
  FILTER (lang(?instrumentLabel) = "LANGUAGE")
}}
ORDER BY DESC(?date)
LIMIT 100
"""


def _terms(vocabulary: Mapping[str, Thing]) -> list[tuple[str, str, str]]:
    """The terms to complete: prefixed names, and ids of concepts, each with its labels."""
    known = {name: (thing.zh, thing.en) for name, thing in vocabulary.items() if ":" in name or "/" in name}
    return [(name, zh, en) for name, (zh, en) in sorted((_COMMON | known).items())]
