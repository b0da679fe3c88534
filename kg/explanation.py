"""A verdict as a chain: from the place, through what contains it, to the measure that reaches it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.facts import Facts
from kg.things import Thing
from kg.verdict import Reason, Verdict

_OUTCOME = {"does-not-apply": "unmet", "uncertain": "unknown"}


@dataclass(frozen=True, slots=True)
class Step:
    """What joins one thing of the chain to the next, or fails to: met, unmet or unknown."""

    result: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict, the things of its chain from the place to the instrument, and the steps between."""

    verdict: Verdict
    things: tuple[Thing, ...]
    steps: tuple[Step, ...]


def explain(facts: Facts, verdict: Verdict) -> Explanation:
    """The chain of a verdict; where it does not apply, or perhaps, the last step says why."""
    reasons = verdict.tests["territory"].reasons
    walked = _walk(verdict.place.id, reasons)
    facts.load_labels(name for _reason, name in walked)
    passed = [reason for reason, _name in walked]
    last = tuple(dict.fromkeys((*(one for one in reasons if one not in passed), *_own(verdict))))
    return Explanation(
        verdict,
        (verdict.place, *(facts.thing(name) for _reason, name in walked), verdict.instrument),
        (*(Step("met", (reason,)) for reason in passed),
         Step(_OUTCOME.get(verdict.verdict, "met"), last)),
    )


def _own(verdict: Verdict) -> tuple[Reason, ...]:
    """What the instrument itself adds: since when it is in force, and what decides against it."""
    decided = verdict.decisive.reasons if verdict.verdict in _OUTCOME else ()
    return (*verdict.tests["time"].reasons[:1], *decided)


def _walk(place: str, reasons: Sequence[Reason]) -> list[tuple[Reason, str]]:
    """The reasons that lead from a place to another, each with the place it leads to."""
    found: list[tuple[Reason, str]] = []
    here, left = place, [one for one in reasons if one.statement]
    while step := next((one for one in left if _leads(one, here)), None):
        here = _leads(step, here)
        found.append((step, here))
        left.remove(step)
    return found


def _leads(reason: Reason, here: str) -> str:
    """The other end of a statement that joins this place to another; empty if it does not."""
    said = reason.statement
    if said is None or said.predicate not in ("within", "status"):
        return ""
    return {said.subject: said.object, said.object: said.subject}.get(here, "")
