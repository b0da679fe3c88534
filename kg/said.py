"""What the graph says that bears on applicability, as plain typed facts.

Each keeps the id of its statement, so that a reason can name it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from kg.dates import Span, Truth
from kg.things import Thing


@dataclass(frozen=True, slots=True)
class Said:
    """A dated statement: who, what, whom, when, and how surely it is to be followed."""

    id: str
    subject: str
    predicate: str
    object: str
    span: Span
    since: str = ""
    until: str = ""
    rank: str = "normal"
    uncertain: bool = False
    extent: str = "whole"

    def holds(self, on: date) -> Truth:
        """Whether it holds on a day; never more than perhaps if its source leaves it open."""
        found = self.span.holds(on)
        return min(found, Truth.MAYBE) if self.uncertain else found


@dataclass(frozen=True, slots=True)
class Milestone:
    """A dated step of an instrument and its effect on validity."""

    said: Said
    event: str
    effect: str
    earliest: date | None
    latest: date | None


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an instrument applies: a place or a status, less its exceptions."""

    said: Said
    target: str
    force: str
    counts: bool
    starts_with_instrument: bool
    exceptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """The standing of one side towards an agreement, in general or towards certain others."""

    said: Said
    party: str
    role: str
    bound: bool
    territory: str
    towards: frozenset[str] = frozenset()
    not_towards: frozenset[str] = frozenset()

    def concerns(self, other: str) -> bool:
        """Whether it says anything of the standing towards another side."""
        return other not in self.not_towards and (not self.towards or other in self.towards)


@dataclass(frozen=True, slots=True)
class Displacement:
    """That another instrument repeals, replaces, suspends or prevails over this one."""

    said: Said
    by: str
    how: str
    starts_with_instrument: bool
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Instrument:
    """All that bears on where and when an instrument applies."""

    id: str
    label: Thing
    kind: Thing
    binds: bool
    commencement: str
    level: str = ""
    is_agreement: bool = False
    parties_complete: bool = False
    period: str = ""
    period_first: date | None = None
    period_last: date | None = None
    evidence: date | None = None
    milestones: tuple[Milestone, ...] = ()
    scopes: tuple[Scope, ...] = ()
    sides: tuple[Side, ...] = ()
    displacements: tuple[Displacement, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A place: its labels, whether its kind divides the land, and what it lies in or outside."""

    id: str
    label: Thing
    kind: str = ""
    partitions: bool = False
    composed: bool = False
    siblings_apart: bool = False
    successors: tuple[str, ...] = ()
    within: tuple[Said, ...] = ()
    outside: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """A status, its holders through time, and whether the data name them all."""

    id: str
    complete: bool
    held: tuple[Said, ...]


Ranked = TypeVar("Ranked", bound="Milestone | Scope | Side | Displacement")


def followed(items: Iterable[Ranked], same: Callable[[Ranked], object]) -> list[Ranked]:
    """The statements to follow: of those on the same matter the preferred, never the disputed."""
    kept = [item for item in items if item.said.rank != "disputed"]
    if len(kept) < 2:
        return kept
    preferred = {same(item) for item in kept if item.said.rank == "preferred"}
    best = [i for i in kept if i.said.rank == "preferred" or same(i) not in preferred]
    return [i for i in best
            if not any(same(o) == same(i) and o.said.span.refines(i.said.span) for o in best)]
