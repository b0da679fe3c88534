"""Proposals laid out for the person who decides: passage, fact, what the graph says, near names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.ingest.decisions import Decision, decide, open_proposals
from kg.ingest.gazetteer import Gazetteer
from kg.ingest.proposals import Node, Proposal
from kg.ingest.reconcile import Near, near_matches

_BANDS = ((0.9, "high"), (0.75, "middle"), (0.0, "low"))


@dataclass(frozen=True)
class Case:
    """One proposal as it is put before a curator."""

    proposal: Proposal
    band: str
    passage: tuple[str, str, str]  # before, quoted, after
    fact: tuple[str, str, str]
    near: tuple[Near, ...]

    @property
    def contradicts(self) -> bool:
        return self.proposal.agreement == "contradicts"


def cases(
    proposals: Sequence[Proposal], decisions: Mapping[str, Decision], gazetteer: Gazetteer
) -> Iterator[Case]:
    """What still waits for a verdict: nodes before their relations, the surest first."""
    waiting = open_proposals(proposals, decisions)
    for proposal in sorted(
        waiting, key=lambda p: (p.source.path, not p.is_entity, -p.confidence, p.selector.start)
    ):
        yield case_of(proposal, gazetteer)


def case_of(proposal: Proposal, gazetteer: Gazetteer) -> Case:
    """One proposal with its passage and the nearest names in the graph."""
    selector = proposal.selector
    new = next((n for n in (proposal.s, proposal.o) if isinstance(n, Node) and n.iri is None), None)
    types = (
        ("instrument", "agreement")
        if new and new.type in ("instrument", "agreement")
        else ((new.type,) if new else ())
    )
    told = proposal.o.label if isinstance(proposal.o, Node) else proposal.o
    return Case(
        proposal=proposal,
        band=next(name for least, name in _BANDS if proposal.confidence >= least),
        passage=(selector.prefix, selector.exact, selector.suffix),
        fact=(proposal.s.label, proposal.p, told),
        near=tuple(near_matches(new.label, gazetteer, *types)) if new else (),
    )


def review(
    proposals: Sequence[Proposal],
    decisions: Mapping[str, Decision],
    gazetteer: Gazetteer,
    ask: Callable[[Case], Mapping[str, str | None] | None],
    by: str,
) -> Iterator[Decision]:
    """Put case after case to `ask`, which answers with a verdict and changes, or None to stop.

    A rejected node takes its relations along: they are not asked about.
    """
    taken = dict(decisions)
    asked: set[str] = set()
    while case := _next(proposals, taken, asked, gazetteer):
        asked.add(case.proposal.id)
        answer = ask(case)
        if answer is None:
            return
        changes = {key: value for key, value in answer.items() if key != "decision"}
        decision = decide(case.proposal, answer["decision"] or "", by, **changes)
        taken[decision.id] = decision
        yield decision


def _next(
    proposals: Sequence[Proposal],
    taken: Mapping[str, Decision],
    asked: set[str],
    gazetteer: Gazetteer,
) -> Case | None:
    waiting = [p for p in open_proposals(proposals, taken) if p.id not in asked]
    waiting.sort(key=lambda p: (p.source.path, not p.is_entity, -p.confidence, p.selector.start))
    return case_of(waiting[0], gazetteer) if waiting else None
