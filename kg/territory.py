"""Whether one place lies in another on a date: wholly, in part, perhaps, or not.

Containment is inherited upward along dated statements only. Divisions that split the land do not
overlap, so two of them of which neither contains the other are apart; so are places that a
statement puts outside one another. Of everything else nothing is assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import IntEnum
from typing import Any

from kg.dates import Truth
from kg.facts import Facts
from kg.said import Said
from kg.vicinity import Vicinity, in_doubt


class Cover(IntEnum):
    """How much of a place another covers; ordered, so that `max` is the best of several."""

    NONE = 0
    MAYBE = 1
    PART = 2
    WHOLE = 3


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a scope reaches a place, by which statements, and through which places.

    `why` names the kind of finding: within, contains, apart, outside, exception, unbounded,
    gone, no-holder …; `part` is the place that is covered where only a part is.
    """

    cover: Cover
    why: str
    steps: tuple[Said, ...] = ()
    part: str = ""
    chain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """The best way up from a place to one that contains it."""

    grade: Cover
    steps: tuple[Said, ...]


_NEAR = 8
"""Of so many places the neighbours are kept, which may be thousands each."""
NOWHERE = Reach(Cover.NONE, "no-holder")


@dataclass
class Territory:
    """Places as they lie on one date; one of them may be imagined to lie where it lies later.

    It serves every date up to the next on which anything changes on the map.
    """

    facts: Facts
    on: date
    imagined: str = ""
    vicinity: Vicinity | None = None
    _ways: dict[str, dict[str, Way]] = field(default_factory=dict)
    _found: dict[tuple[str, str], Reach] = field(default_factory=dict)
    _near: dict[str, set[str] | None] = field(default_factory=dict)
    _exists: dict[str, Truth] = field(default_factory=dict)
    told: dict[tuple[str, str], tuple[Any, ...]] = field(default_factory=dict)
    """The words that others made of how far a target reaches a place."""

    def __len__(self) -> int:
        """How many findings it keeps."""
        return len(self._ways) + len(self._found) + len(self._exists) + len(self.told)

    def __bool__(self) -> bool:
        return True

    def ways_up(self, place: str) -> dict[str, Way]:
        """Every place that contains a place, in part or perhaps, with the way there."""
        if place not in self._ways:
            self._ways[place] = self._climb(place)
        return self._ways[place]

    def _climb(self, place: str) -> dict[str, Way]:
        found = {place: Way(Cover.WHOLE, ())}
        sure = self._sure_divisions(place)
        queue = [place]
        while queue:
            here = queue.pop(0)
            for said in self.facts.place(here).within:
                step = self._grade(said)
                if step == Cover.PART and here != place:
                    step = Cover.MAYBE  # which part of it the place lies in is not said
                grade = min(found[here].grade, step)
                known = found.get(said.object)
                if grade == Cover.MAYBE and here != place and self._refuted(said.object, sure):
                    continue
                if grade > Cover.NONE and (known is None or known.grade < grade):
                    found[said.object] = Way(grade, (*found[here].steps, said))
                    queue.append(said.object)
        return found

    def _sure_divisions(self, place: str) -> list[str]:
        """The divisions around a place in which it certainly lies as a whole."""
        found, queue = {place}, [place]
        while queue:
            within = self.facts.place(queue.pop()).within
            fresh = {one.object for one in within if self._grade(one) == Cover.WHOLE} - found
            found |= fresh
            queue += fresh
        return [one for one in sorted(found - {place}) if self.facts.place(one).partitions]

    def _refuted(self, division: str, sure: Iterable[str]) -> bool:
        """Whether what is around a place may lie in a division, but not the place itself."""
        return self.facts.place(division).partitions and any(
            division not in self.ways_up(one) and one not in self.ways_up(division) for one in sure
        )

    def _grade(self, said: Said) -> Cover:
        """What one containment is worth on the date."""
        imagined = self.imagined in (said.subject, said.object)
        truth = Truth.YES if imagined else said.holds(self.on)
        if truth == Truth.NO:
            return Cover.NONE
        if truth == Truth.MAYBE or said.extent == "unknown":
            return Cover.MAYBE
        return Cover.PART if said.extent == "part" else Cover.WHOLE

    def exists(self, place: str) -> Truth:
        """Whether a place exists on the date, by the dates of what it lies in."""
        if place not in self._exists:
            within = self.facts.place(place).within
            self._exists[place] = max((said.holds(self.on) for said in within), default=Truth.YES)
        return self._exists[place]

    def unborn(self, place: str) -> bool:
        """Whether a place is founded only after the date."""
        starts = [said.span.from_earliest for said in self.facts.place(place).within]
        return bool(starts) and all(start and start > self.on for start in starts)

    def imagining(self, place: str) -> Territory:
        """The same date, with a place already lying on the land on which it will be founded."""
        return Territory(self.facts, self.on, place)

    def touching(self, place: str) -> set[str] | None:
        """The places that may touch a place; all others are apart. None if that cannot be told."""
        if self.vicinity is None or self.imagined:
            return None
        if place not in self._near:
            if len(self._near) == _NEAR:
                del self._near[next(iter(self._near))]
            self._near[place] = self._touching(place, self.vicinity)
        return self._near[place]

    def _touching(self, place: str, vicinity: Vicinity) -> set[str] | None:
        up = self.ways_up(place)
        whole = [name for name, way in up.items() if way.grade == Cover.WHOLE]
        if in_doubt((said for name in whole for said in self.facts.place(name).outside), self.on):
            return None
        standing = [name for name in self._divisions(up) if self._stands(name)]
        return vicinity.near(up, standing, self.on)

    def reach(self, place: str, scope: str) -> Reach:
        """How far a scope (a place) covers a place."""
        return self.reach_any(place, scope)

    def _reach(self, place: str, scope: str, seen: frozenset[str]) -> Reach:
        if self.exists(scope) == Truth.NO and place != scope:
            return self._reach_gone(place, scope)
        up, scope_up = self.ways_up(place), self.ways_up(scope)
        direct = self._direct(place, scope, up, scope_up)
        if direct and direct.cover > Cover.MAYBE:
            whole = direct.cover == Cover.WHOLE
            return direct if whole else self._all_members(place, scope, seen) or direct
        apart = (self._outside(up, scope_up) or self._apart(up, scope_up)
                 or self._siblings(up, scope_up))
        if apart and apart.cover == Cover.NONE and not direct:
            return apart
        by_parts = self._by_parts(place, scope, seen) if not direct else None
        return by_parts or direct or apart or Reach(Cover.MAYBE, "unbounded", part=scope)

    def _direct(
        self, place: str, scope: str, up: dict[str, Way], scope_up: dict[str, Way]
    ) -> Reach | None:
        """By a way up from the place to the scope, or from the scope to the place."""
        if way := up.get(scope):
            chain = (place, *(said.object for said in way.steps))
            return Reach(way.grade, "within", way.steps, scope, chain)
        if way := scope_up.get(place):
            cover = Cover.MAYBE if way.grade == Cover.MAYBE else Cover.PART
            chain = (scope, *(said.object for said in way.steps))
            return Reach(cover, "contains", way.steps, scope, chain)
        return None

    def _outside(self, up: dict[str, Way], scope_up: dict[str, Way]) -> Reach | None:
        """Some place around the one is said to lie outside some place around the other."""
        for inner, outer in ((up, scope_up), (scope_up, up)):
            for here in (name for name, way in inner.items() if way.grade == Cover.WHOLE):
                for said in self.facts.place(here).outside:
                    way = outer.get(said.object)
                    if way and way.grade == Cover.WHOLE and (truth := said.holds(self.on)):
                        cover = Cover.NONE if truth == Truth.YES else Cover.MAYBE
                        return Reach(cover, "outside", (*inner[here].steps, said), said.object)
        return None

    def _apart(self, up: dict[str, Way], scope_up: dict[str, Way]) -> Reach | None:
        """Two divisions, one around each, of which neither contains the other."""
        mine, theirs = self._divisions(up), self._divisions(scope_up)
        for here in mine:
            for there in theirs:
                if here not in scope_up and there not in up and self._stands(here, there):
                    steps = (*up[here].steps, *scope_up[there].steps)
                    return Reach(Cover.NONE, "apart", steps, there, (here, there))
        return None

    def _siblings(self, up: dict[str, Way], scope_up: dict[str, Way]) -> Reach | None:
        """Two places of a kind whose members never overlap, such as the areas of one zone."""
        for here in self._of_apart_kind(up):
            for there in self._of_apart_kind(scope_up):
                same = self.facts.place(here).kind == self.facts.place(there).kind
                if same and here not in scope_up and there not in up:
                    return Reach(Cover.NONE, "apart", up[here].steps, there, (here, there))
        return None

    def _of_apart_kind(self, up: dict[str, Way]) -> list[str]:
        whole = (name for name, way in up.items() if way.grade == Cover.WHOLE)
        return [name for name in whole if self.facts.place(name).siblings_apart]

    def _divisions(self, up: dict[str, Way]) -> list[str]:
        whole = (name for name, way in up.items() if way.grade == Cover.WHOLE)
        return [name for name in whole if self.facts.place(name).partitions]

    def _stands(self, *places: str) -> bool:
        """Whether each of the divisions certainly exists on the date."""
        return all(self.exists(place) == Truth.YES for place in places)

    def _by_parts(self, place: str, scope: str, seen: frozenset[str]) -> Reach | None:
        """By the parts of either: the members of what is composed, the hosts of what is spread."""
        if scope in seen or len(seen) > 4:
            return None
        if whole := self._all_members(place, scope, seen):
            return whole
        if members := self._members(scope):
            return self._combined(place, scope, members, seen | {scope})
        if members := self._members(place):
            found = [self._reach(one, scope, seen | {place}) for one in members]
            return self._some_members(found)
        if hosts := self._hosts(scope):
            return self._all_apart([self._reach(place, host, seen | {scope}) for host in hosts])
        if hosts := self._hosts(place):
            return self._all_apart([self._reach(host, scope, seen | {scope}) for host in hosts])
        return None

    def _members(self, place: str) -> list[str]:
        """The places of which a composed place is made on the date."""
        if not self.facts.place(place).composed:
            return []
        found = self.facts.members(place)
        return [one for one in found if self.ways_up(one).get(place)]

    def _all_members(self, place: str, scope: str, seen: frozenset[str]) -> Reach | None:
        """What covers all members of a composed place covers it."""
        if place in seen:
            return None
        members = self._members(place)
        found = (self._reach(one, scope, seen | {place}) for one in members)
        if members and all(reach.cover == Cover.WHOLE for reach in found):
            return Reach(Cover.WHOLE, "all-members", part=scope)
        return None

    def _some_members(self, reaches: Sequence[Reach]) -> Reach:
        """What covers some members of a composed place covers it in part."""
        best = max(reaches, key=lambda reach: reach.cover)
        return replace(best, cover=min(best.cover, Cover.PART))

    def _hosts(self, place: str) -> list[str]:
        """The innermost divisions over which a place is spread."""
        found = [
            said.object for said in self.facts.place(place).within
            if self._grade(said) == Cover.PART and self.facts.place(said.object).partitions
        ]
        outer = {upper for one in found for upper in self.ways_up(one) if upper != one}
        return [one for one in found if one not in outer]

    def _combined(
        self, place: str, scope: str, members: list[str], seen: frozenset[str]
    ) -> Reach:
        """The best that any member of a composed scope gives, short of the whole of it."""
        found = []
        for member in members:
            reach = self._reach(place, member, seen)
            limit = min(self.ways_up(member)[scope].grade, Cover.PART)
            found.append(replace(reach, cover=min(reach.cover, limit)))
        best = max(found, key=lambda reach: reach.cover)
        return best if best.cover else Reach(Cover.NONE, "in-no-member", part=scope)

    def _all_apart(self, reaches: Iterable[Reach]) -> Reach | None:
        found = list(reaches)
        if all(reach.cover == Cover.NONE for reach in found):
            return found[0]
        return None

    def _reach_gone(self, place: str, scope: str) -> Reach:
        """Of a scope that no longer exists: perhaps where its successors lie."""
        within = self.facts.place(scope).within
        if self.unborn(scope):
            return Reach(Cover.NONE, "not-yet", within[:1], scope)
        successors = self.facts.place(scope).successors
        found = [self.reach(place, one) for one in successors if one != scope]
        ended = within[-1:]
        if found and all(reach.cover == Cover.NONE for reach in found):
            return Reach(Cover.NONE, "gone-elsewhere", (*ended, *found[0].steps), scope)
        return Reach(Cover.MAYBE, "gone", ended, scope)

    # statuses

    def reach_status(self, place: str, status: str, without: Sequence[str] = ()) -> Reach:
        """How far the places that hold a status on the date, outside some others, cover a place."""
        near = self.touching(place)
        held = [said for said in self.facts.status(status).held
                if (near is None or said.subject in near) and said.holds(self.on)]
        self.facts.load_places(said.subject for said in held)
        held = [said for said in held
                if all(self.reach(said.subject, one).cover < Cover.WHOLE for one in without)]
        best = max((self._held(place, said) for said in held),
                   key=lambda reach: (reach.cover, reach.why != "unbounded"), default=NOWHERE)
        if best.cover == Cover.NONE:
            complete = self.facts.status(status).complete
            missed = Reach(Cover.MAYBE, "list-incomplete", part=status)
            return replace(NOWHERE, part=status) if complete else missed
        return best

    def _held(self, place: str, said: Said) -> Reach:
        if not said.subject.startswith("place/"):
            return NOWHERE
        reach = self.reach(place, said.subject)
        cover = self._held_cover(place, said, reach.cover)
        steps = (*reach.steps, said)
        return Reach(cover, reach.why, steps, reach.part or said.subject, reach.chain)

    def _held_cover(self, place: str, said: Said, cover: Cover) -> Cover:
        """Of a status held in part: part of its holder, and perhaps any place inside it."""
        if cover and said.holds(self.on) == Truth.MAYBE:
            return Cover.MAYBE
        if cover != Cover.WHOLE or said.extent == "whole":
            return cover
        return Cover.PART if place == said.subject and said.extent == "part" else Cover.MAYBE

    def reach_any(self, place: str, target: str) -> Reach:
        """How far a target, a place or a status, covers a place."""
        if (place, target) not in self._found:
            status = target.startswith("status/")
            found = self.reach_status(place, target) if status else self._reach(place, target, frozenset())
            self._found[place, target] = found
        return self._found[place, target]

