"""The territory of an agreement: through which side it reaches a place, and towards whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.case import RESULTS, Case, cited_reason, reason_of
from kg.commencement import Words
from kg.dates import Truth
from kg.grounds import missing_reach, way
from kg.said import Said, Side, followed
from kg.territory import Cover, Reach
from kg.verdict import Reason, Test
from kg.wording import say


def parties(case: Case) -> Test:
    """Through a side whose territory contains the place, and the partner's side if one is named."""
    mine, reach = _own_sides(case, case.place)
    if not mine:
        return _without_side(case, case.place)
    if case.partner is None:
        return _alone(case, mine, reach)
    theirs, their_reach = _own_sides(case, case.partner)
    if not theirs:
        return _without_side(case, case.partner)
    if {side.party for side in mine} & {side.party for side in theirs}:
        words = say("one-side", place=case.thing(case.place), other=case.thing(case.partner))
        return Test("unmet", (reason_of(words),))
    if case.partner == theirs[0].party and their_reach.cover == Cover.PART:
        return _pair(case, mine, theirs, reach)  # the partner is the side, not all of its land
    return _pair(case, mine, theirs, min(reach, their_reach, key=lambda one: one.cover))


def _own_sides(case: Case, place: str) -> tuple[list[Side], Reach]:
    """The standing of the side whose territory covers a place best, and how far it does."""
    sides = _followed_sides(case)
    reaches = {side.territory: case.territory.reach(place, side.territory)
               for side in sides if side.territory.startswith("place/")}
    best = max((reach.cover for reach in reaches.values()), default=Cover.NONE)
    if best == Cover.NONE:
        return [], Reach(Cover.NONE, "no-side")
    covering = [side for side in sides
                if side.territory in reaches and reaches[side.territory].cover == best]
    party = min(covering, key=lambda side: (_distance(reaches[side.territory]), side.party)).party
    mine = [side for side in covering if side.party == party]
    return mine, reaches[mine[-1].territory]


def _followed_sides(case: Case) -> list[Side]:
    one = case.instrument
    return case.known.once(("sides", one.id), lambda: followed(
        one.sides, lambda side: (side.party, side.role, side.towards)))


def _distance(reach: Reach) -> int:
    return len(reach.steps)


def _without_side(case: Case, place: str) -> Test:
    if case.instrument.parties_complete:
        return Test("unmet", (reason_of(say("no-side", place=case.thing(place))),))
    case.lacks(say("missing-side", label=case.instrument.label))
    return Test("unknown", (reason_of(say("no-side-known", place=case.thing(place))),))


def _alone(case: Case, mine: list[Side], reach: Reach) -> Test:
    """Without a partner: in force for the side in general?"""
    general = [side for side in mine if side.bound and not side.towards]
    truth = max((_held(side, case) for side in general), default=Truth.NO)
    paired = [side for side in mine if side.bound and side.towards and side.said.holds(case.on)]
    reasons = [_side_reason(case, side) for side in _telling(case, mine)]
    if truth != Truth.YES and (paired or truth == Truth.MAYBE):
        case.lacks(say("missing-pair") if paired else say("missing-date"))
        party = case.thing(mine[0].party)
        words = say("pair-needed", party=party) if paired else None
        return Test("unknown", (*reasons, *([reason_of(words)] if words else [])))
    return _reached_test(case, truth, reasons, reach)


def _held(side: Side, case: Case) -> Truth:
    return side.said.holds(case.on)


def _reached_test(case: Case, truth: Truth, reasons: list[Reason], reach: Reach) -> Test:
    """The standing of the sides together with how far their territory reaches."""
    result = RESULTS[truth]
    if truth != Truth.NO:
        reasons = [*reasons, *way(case, reach.part, reach)]
    if truth != Truth.NO and reach.cover == Cover.MAYBE:
        result = "unknown"
        case.lacks(missing_reach(case, reach))
    return Test(result, tuple(reasons), partly=reach.cover == Cover.PART)


def _telling(case: Case, sides: Iterable[Side]) -> list[Side]:
    """The statements that explain a side's standing on the date: those that hold, or the next."""
    found = list(sides)
    now = [side for side in found if side.said.holds(case.on)]
    bound = [side for side in now if side.bound]
    later = [side for side in found if side.bound and not side.said.holds(case.on)]
    return bound or [*now, *later[:1]] or found[:1]


def _side_reason(case: Case, side: Side) -> Reason:
    """The standing of a side in words: the same on every day on which it holds as surely."""
    key = f"side {side.said.holds(case.on)}", side.said.id
    return case.known.once(key, lambda: cited_reason(
        case.facts, reason_of(_side_words(case, side), side.said)))


def _side_words(case: Case, side: Side) -> Words:
    party, role = case.thing(side.party), case.thing(side.role)
    truth, since = side.said.holds(case.on), _date_or_unknown(side.said)
    if side.bound and truth == Truth.NO:
        return say("side-later", party=party, date=since)
    if side.bound and truth == Truth.MAYBE:
        return say("party-perhaps", party=party, date=since)
    if side.bound and side.territory != side.party:
        return say("party-territory", party=party, date=since, territory=case.thing(side.territory))
    if side.bound:
        return say("party", party=party, date=since)
    if truth == Truth.NO:
        return say("no-role", party=party)
    return say("role", party=party, date=since, role=role)


def _date_or_unknown(said: Said) -> Words:
    if said.since in ("unknown", "always", "in-force"):
        return ("不详之日", "an unknown date")
    return (said.since, said.since)


def _pair(case: Case, mine: list[Side], theirs: list[Side], reach: Reach) -> Test:
    """Between two sides: in force for both, and for each towards the other."""
    one, other = mine[0].party, theirs[0].party
    there, back = _towards(case, mine, other), _towards(case, theirs, one)
    truth = min(there, back)
    key = {Truth.YES: "pair", Truth.MAYBE: "pair-perhaps", Truth.NO: "pair-not"}[truth]
    if truth == Truth.MAYBE:
        case.lacks(say("missing-date"))
    relevant = [*(s for s in mine if s.concerns(other)), *(s for s in theirs if s.concerns(one))]
    told = [*_telling(case, (s for s in relevant if s.party == one)),
            *_telling(case, (s for s in relevant if s.party == other))]
    words = say(key, party=case.thing(one), other=case.thing(other))
    reasons = [*(_side_reason(case, side) for side in told), reason_of(words)]
    return _reached_test(case, truth, reasons, reach)


def _towards(case: Case, sides: Sequence[Side], other: str) -> Truth:
    """Whether a side is bound towards another: what is said of the pair goes before the general."""
    concerned = [side for side in sides if side.concerns(other)]
    special = [side for side in concerned if side.towards]
    bound = max((_held(side, case) for side in concerned if side.bound), default=Truth.NO)
    if bound == Truth.NO and not any(s.bound for s in special) and any(
        _may_have_ended(s, case) for s in special
    ):
        return Truth.MAYBE
    return bound


def _may_have_ended(side: Side, case: Case) -> bool:
    begun_already = side.said.span.from_latest
    return bool(begun_already and begun_already <= case.on and _held(side, case) == Truth.MAYBE)
