"""What the graph already says beside what a document proposes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from kg.ingest.gazetteer import Entry, Gazetteer, folded, title_key
from kg.ingest.known import Facts
from kg.ingest.proposals import Node, Proposal

_MANY = frozenset(("amended", "cites", "based_on", "repeals", "applies", "party", "kind", "amends"))


@dataclass(frozen=True)
class Near:
    """A node whose name is near a proposed one, with how near (0 to 100)."""

    entry: Entry
    score: float


def reconcile(proposals: Iterable[Proposal], facts: Facts) -> list[Proposal]:
    """Mark each proposal about a known node: the graph agrees, contradicts or does not say."""
    return [_compared(proposal, facts) for proposal in proposals]


def _compared(proposal: Proposal, facts: Facts) -> Proposal:
    known = facts.get((proposal.s.iri or "", proposal.p), ())
    if not known:
        return proposal
    told = proposal.o.iri or proposal.o.label if isinstance(proposal.o, Node) else proposal.o
    if any(_same(told, value) for value in known):
        return replace(proposal, known=known, agreement="agrees")
    contradicts = proposal.p not in _MANY
    return replace(proposal, known=known, agreement="contradicts" if contradicts else None)


def _same(told: str, known: str) -> bool:
    """Equal, or one date just more precise than the other."""
    if told[:4].isdigit() and known[:4].isdigit():
        return told.startswith(known) or known.startswith(told)
    return folded(told) == folded(known)


def near_matches(label: str, gazetteer: Gazetteer, *types: str, limit: int = 3) -> list[Near]:
    """The nodes whose names are nearest to a label, best first."""
    names = {
        (index, name): title_key(name)
        for index, entry in enumerate(gazetteer.entries)
        if not types or entry.type in types
        for name in entry.names
    }
    hits = process.extract(
        title_key(label), names, scorer=fuzz.WRatio, limit=limit * 4, score_cutoff=60
    )
    best: dict[str, Near] = {}
    for _, score, (index, _name) in hits:
        entry = gazetteer.entries[index]
        best.setdefault(entry.iri, Near(entry, round(score, 1)))
    return list(best.values())[:limit]
