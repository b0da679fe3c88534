"""A network read from the graph: around a node, or the busiest part of the whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from kg.dates import PartialDate
from kg.errors import NameUnknown
from kg.facts import Facts
from kg.lifespan import Lifespan, existence, lifespan
from kg.network.nodes import (
    Edge,
    Network,
    Node,
    build_network,
    busiest,
    ego,
)
from kg.rows import span_of
from kg.snapshot import load_facts
from kg.store import Row, Store
from kg.terms import Iri, expand
from kg.things import Thing

_BATCH = 400
_TITLE = Thing("network", "关系网络", "Network")
_TEXTS = ("kg:Instrument", "kg:Agreement")


def network(store: Store, thing: str = "", hops: int = 1, cap: int = 300) -> Network:
    """The network around a node by its id, or the best connected texts and what they touch.

    Around a node, all that lies within `hops` steps is read, and the nearest `cap` nodes are kept.
    """
    facts = load_facts(store)
    start = [thing] if thing else [one.id for one in facts.instruments()]
    rows = _explore(store, start, hops if thing else 1)
    made = _assemble(store, facts, rows, start)
    if not thing:
        return busiest(made, cap)
    if all(node.id != thing for node in made.nodes):
        raise NameUnknown(thing)
    names = facts.thing(thing)
    title = Thing(
        "network", f"{names.label('zh')}：{_TITLE.zh}", f"{names.label('en')}: {_TITLE.en.lower()}"
    )
    return replace(ego(made, thing, hops, cap), title=title)


def _explore(store: Store, start: Iterable[str], hops: int) -> list[Row]:
    """The statements within so many steps, each once."""
    found: dict[str, Row] = {}
    seen: set[str] = set()
    edge = sorted(start)
    for _ in range(hops):
        seen |= set(edge)
        rows = list(_asked(store, "neighbourhood", "node", edge))
        found |= {str(row["statement"]): row for row in rows}
        edge = sorted(_ends(rows) - seen)
    return [found[key] for key in sorted(found)]


def _ends(rows: Iterable[Row]) -> set[str]:
    return {str(row[key]) for row in rows for key in ("subject", "object")}


def _asked(store: Store, question: str, variable: str, names: Sequence[str]) -> Iterator[Row]:
    for first in range(0, len(names), _BATCH):
        batch = names[first : first + _BATCH]
        yield from store.select(question, {variable: [Iri(expand(name)) for name in batch]})


def _assemble(store: Store, facts: Facts, rows: Sequence[Row], start: Sequence[str]) -> Network:
    heads = _heads(store, sorted(_ends(rows) | set(start)))
    lives = _lives(store, facts, heads)
    said = [*heads, *(str(row["statement"]) for row in rows)]
    for first in range(0, len(said), _BATCH):
        facts.load_sources(said[first : first + _BATCH])
    nodes = [_node(facts, row, lives.get(name)) for name, row in heads.items()]
    return build_network(_TITLE, nodes, [_edge(facts, row, lives) for row in rows])


def _heads(store: Store, names: Sequence[str]) -> dict[str, Row]:
    """One row a node; of two classes the narrower."""
    found: dict[str, Row] = {}
    for row in _asked(store, "heads", "thing", names):
        name = str(row["thing"])
        if name not in found or str(found[name]["class"]) == "kg:Instrument":
            found[name] = row
    return found


def _lives(store: Store, facts: Facts, heads: Mapping[str, Row]) -> dict[str, Lifespan]:
    """When texts are in force, and when places and bodies exist."""
    texts = [name for name, row in heads.items() if str(row["class"]) in _TEXTS]
    facts.load_instruments(texts)
    lives = {name: lifespan(facts, facts.instrument(name)) for name in texts}
    others = sorted(heads.keys() - set(texts))
    for first in range(0, len(others), _BATCH):
        lives |= existence(store, others[first : first + _BATCH])
    return lives


def _labelled(row: Row, key: str, zh: str, en: str) -> Thing | None:
    if row.get(key) is None:
        return None
    return Thing(str(row[key]), str(row.get(zh) or ""), str(row.get(en) or ""))


def _node(facts: Facts, row: Row, life: Lifespan | None) -> Node:
    thing = _labelled(row, "thing", "zh", "en")
    concept = _labelled(row, "scheme", "schemeZh", "schemeEn")
    concept = concept or _labelled(row, "class", "classZh", "classEn")
    assert thing is not None and concept is not None
    return Node(
        thing,
        concept,
        kind=_labelled(row, "kind", "kindZh", "kindEn"),
        level=_labelled(row, "level", "levelZh", "levelEn"),
        order=int(str(row["order"])) if row.get("order") is not None else 0,
        start=life.start if life else None,
        end=life.end if life else None,
        span=life.span if life else None,
        sources=facts.sources(thing.id),
    )


def _edge(facts: Facts, row: Row, lives: Mapping[str, Lifespan]) -> Edge:
    """A statement as an edge; a standing towards an agreement goes by the name of its role."""
    relation = _labelled(row, "role", "roleZh", "roleEn") or _labelled(row, "predicate", "zh", "en")
    assert relation is not None
    span, start, end = span_of(row), _date(row, "from"), _date(row, "until")
    life = lives.get(str(row["subject"]))
    if str(row.get("from")) == "kg:inForce" and life:
        span, start, end = life.span, life.start, life.end
    rank = str(row.get("rank") or "").rpartition("/")[2]
    doubt = rank == "disputed" or str(row.get("certainty") or "") == "uncertain"
    sources = facts.sources(str(row["statement"]))
    ends = str(row["subject"]), relation, str(row["object"])
    return Edge(*ends, start=start, end=end, span=span, certain=not doubt, sources=sources)


def _date(row: Row, key: str) -> PartialDate | None:
    """A date as published with its bounds; words such as *unknown* are none."""
    value = row.get(key)
    if value is None or isinstance(value, Iri):
        return None
    bounds = (str(row.get(f"{key}{side}") or "") for side in ("Earliest", "Latest"))
    first, last = (date.fromisoformat(text) if text else None for text in bounds)
    return PartialDate(str(value), first, last)
