"""What is asked in the benchmark, and the best SPARQL that we could write by hand for it.

The trace is given in the two forms that are fast on Oxigraph: LATERAL, and plain joins, both after
a first query for the containing places. They find what is in force and what replaced it by exact
dates only; three-valued answers, agreements, exceptions and the words of reasons are not in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kg.terms import BASE, KG, PREFIXES

ON = "2022-07-01"
PLACE = "place/x/00/p0/c0"
NEARBY = tuple(f"place/x/00/p{prefecture}/c{county}" for prefecture in range(3) for county in range(5))
"""Other places, for traces that are never of the same place and day."""
WORDS = "数据"
_HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
_DAY = f'"{ON}"^^xsd:date'
_STARTS = f"<{BASE}milestone/in-force>, <{BASE}milestone/published>"


@dataclass(frozen=True, slots=True)
class Asked:
    """The nodes of a graph that the benchmark asks about."""

    national: str
    carried_out: str
    triples: int


def asked_of(path: Path) -> Asked:
    """The first instrument of the whole country in a graph, and the first that another carries out.

    In a graph so small that it has neither, the first instrument stands for both.
    """
    first = national = carried = ""
    count = 0
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            count += 1
            if not first and "#appliesTo>" in line and "/instrument/" in line.split(" ")[0]:
                first = _id(line.split(" ")[0])
            if not national and f"#appliesTo> <{BASE}place/x> ." in line:
                national = _id(line.split(" ")[0])
            if not carried and f"<{KG}implements>" in line and "instrument" in line.split(" ")[0]:
                carried = _id(line.split(" ")[2])
    return Asked(national or first, carried or national or first, count)


def _id(node: str) -> str:
    return node.strip("<>").removeprefix(BASE)


CONTAINERS = f"{_HEAD}SELECT DISTINCT ?target WHERE {{ <{BASE}{PLACE}> kg:within* ?target }}"
STATUSES = f"""{_HEAD}SELECT DISTINCT ?target WHERE {{
  VALUES ?place {{ {{places}} }} ?place kg:holdsStatus ?target }}"""
_ROW = "?i ?zh ?en ?kind ?target ?s ?m ?from ?doc ?at ?mdoc ?mat"
_ENDED = f"""?e rdf:subject ?i ; rdf:object <{BASE}milestone/expired> ; kg:latest ?until .
      FILTER (?until < {_DAY})"""
_REPLACED = f"""?by kg:replaces ?i . ?bm rdf:subject ?by ; rdf:object ?be ; kg:latest ?bl .
      FILTER (?be IN ({_STARTS}) && ?bl <= {_DAY})"""
LATERAL = f"""{_HEAD}SELECT {_ROW} WHERE {{
  VALUES ?target {{ {{targets}} }}
  LATERAL {{ ?s rdf:object ?target ; a kg:Scope ; rdf:subject ?i }}
  LATERAL {{ ?m rdf:subject ?i ; rdf:object ?event ; kg:earliest ?from .
             FILTER (?event IN ({_STARTS}) && ?from <= {_DAY}) }}
  LATERAL {{ SELECT ?i (COUNT(?until) AS ?ends) WHERE {{ OPTIONAL {{ {_ENDED} }} }} GROUP BY ?i }}
  FILTER (?ends = 0)
  LATERAL {{ SELECT ?i (COUNT(?bl) AS ?outs) WHERE {{ OPTIONAL {{ {_REPLACED} }} }} GROUP BY ?i }}
  FILTER (?outs = 0)
  LATERAL {{ ?i kg:kind ?kind ; skos:prefLabel ?zh , ?en .
             FILTER (lang(?zh) = "zh" && lang(?en) = "en") }}
  LATERAL {{ ?s dct:source ?c . ?c kg:document ?doc ; kg:at ?at }}
  LATERAL {{ ?m dct:source ?mc . ?mc kg:document ?mdoc ; kg:at ?mat }}
}}"""
JOINED = f"""{_HEAD}SELECT {_ROW} WHERE {{
  VALUES ?target {{ {{targets}} }}
  ?i kg:appliesTo ?target .
  ?s rdf:subject ?i ; a kg:Scope ; rdf:object ?target ; dct:source ?c .
  ?c kg:document ?doc ; kg:at ?at .
  ?m rdf:subject ?i ; rdf:object ?event ; kg:earliest ?from ; dct:source ?mc .
  ?mc kg:document ?mdoc ; kg:at ?mat .
  FILTER (?event IN ({_STARTS}) && ?from <= {_DAY})
  ?i kg:kind ?kind ; skos:prefLabel ?zh , ?en .
  FILTER (lang(?zh) = "zh" && lang(?en) = "en")
}}"""
"""Without what ended or replaced: those anti-joins cost the planner more than the rest together."""
STEPS = (
    f"""{_HEAD}SELECT ?i WHERE {{ VALUES ?target {{ {{targets}} }} ?i kg:appliesTo ?target }}""",
    f"""{_HEAD}SELECT ?i ?m ?from ?c WHERE {{ VALUES ?i {{ {{i}} }}
      ?m rdf:subject ?i . ?m rdf:object ?event ; kg:earliest ?from ; dct:source ?c .
      FILTER (?event IN ({_STARTS}) && ?from <= {_DAY}) }}""",
    f"""{_HEAD}SELECT ?i ?s ?target ?c WHERE {{ VALUES ?i {{ {{i}} }}
      ?s rdf:subject ?i . ?s kg:force ?force ; rdf:object ?target ; dct:source ?c }}""",
    f"""{_HEAD}SELECT ?i ?kind ?zh WHERE {{ VALUES ?i {{ {{i}} }}
      ?i kg:kind ?kind ; skos:prefLabel ?zh }}""",
    f"""{_HEAD}SELECT ?c ?doc ?at WHERE {{ VALUES ?c {{ {{c}} }}
      ?c kg:document ?doc ; kg:at ?at }}""",
)
"""The same as JOINED in five small questions, each of the nodes that the last one found."""
WHY = f"""{_HEAD}SELECT ?s ?target ?force ?m ?event ?from WHERE {{
  ?s rdf:subject <{BASE}{{national}}> ; a kg:Scope ; rdf:object ?target ; kg:force ?force .
  ?m rdf:subject <{BASE}{{national}}> ; a kg:Milestone ; rdf:object ?event ; kg:earliest ?from .
}}"""
WHERE = f"""{_HEAD}SELECT ?target ?from WHERE {{
  ?s rdf:subject <{BASE}{{national}}> ; a kg:Scope ; rdf:object ?target .
  ?m rdf:subject <{BASE}{{national}}> ; a kg:Milestone ; kg:earliest ?from .
}}"""
TIMELINE = f"""{_HEAD}SELECT ?by ?zh ?from WHERE {{
  ?by kg:implements <{BASE}{{carried_out}}> ; skos:prefLabel ?zh . FILTER (lang(?zh) = "zh")
  ?m rdf:subject ?by ; a kg:Milestone ; kg:earliest ?from .
}} ORDER BY ?from"""
NEIGHBOURHOOD = f"""{_HEAD}SELECT ?s ?p ?other ?zh WHERE {{
  {{ ?s rdf:subject <{BASE}{{carried_out}}> ; rdf:predicate ?p ; rdf:object ?other }}
  UNION {{ ?s rdf:object <{BASE}{{carried_out}}> ; rdf:predicate ?p ; rdf:subject ?other }}
  ?other skos:prefLabel ?zh . FILTER (lang(?zh) = "zh")
}}"""
SEARCH = f"""{_HEAD}SELECT DISTINCT ?thing ?label WHERE {{
  ?thing skos:prefLabel ?label . FILTER (CONTAINS(?label, "{WORDS}"))
}} ORDER BY STRLEN(?label) LIMIT 50"""
AGGREGATE = f"""{_HEAD}SELECT ?kind (COUNT(?i) AS ?number) WHERE {{
  ?i a kg:Instrument ; kg:kind ?kind .
}} GROUP BY ?kind"""


def filled(query: str, **parts: str) -> str:
    """A query with its parts in place."""
    for name, text in parts.items():
        query = query.replace(f"{{{name}}}", text)
    return query
