"""The five tests of applicability, and the verdict that they give.

Existence, time, territory, standing, relation: each met, unmet or unknown, each with the dated
statements it rests on. The rules are general; what is particular to a country is data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from kg.commencement import Finding, Words, begun, ended, lasting
from kg.dates import Truth
from kg.facts import Displacement, Facts, Instrument, Place, Said, Scope, Side, followed
from kg.territory import Cover, Reach, Territory
from kg.things import Thing
from kg.verdict import Reason, Test, Verdict
from kg.wording import say

_RESULTS = {Truth.YES: "met", Truth.MAYBE: "unknown", Truth.NO: "unmet"}


@dataclass
class Case:
    """One question: does this instrument apply in this place on this date (towards this partner)?"""

    facts: Facts
    territory: Territory
    instrument: Instrument
    place: str
    partner: str | None = None
    missing: list[Words] = field(default_factory=list)

    @property
    def on(self) -> date:
        """The date asked about."""
        return self.territory.on

    def thing(self, name: str) -> Thing:
        """A node with its labels."""
        return self.facts.thing(name)

    def lacks(self, words: Words | None) -> None:
        """Keep the name of a missing fact."""
        if words and words not in self.missing:
            self.missing.append(words)


def judge(
    facts: Facts, territory: Territory, instrument: Instrument, place: str,
    partner: str | None = None,
) -> Verdict:
    """The verdict for one instrument and place on the territory's date."""
    case = Case(facts, territory, instrument, place, partner)
    reached = _reached(case)
    tests = {
        "existence": _existence(case),
        "time": _time(case),
        "territory": reached.test,
        "standing": _standing(case),
        "relation": _relation(reached.force),
    }
    found = Verdict(
        instrument.label, instrument.kind, facts.thing(place), territory.on,
        facts.thing(partner) if partner else None, reached.force, tests,
    )
    return replace(found, missing=tuple(case.missing) if found.verdict == "uncertain" else ())


def _reason(words: Words, said: Said | None = None) -> Reason:
    return Reason(words[0], words[1], said)


# 1. Existence


def _existence(case: Case) -> Test:
    kind = case.instrument.kind
    if not case.instrument.binds:
        return Test("unmet", (_reason(say("soft", kind=kind)),))
    return Test("met", (_reason(say("binds", kind=kind, force=say("force-of-kind"))),))


# 2. Time


def _time(case: Case) -> Test:
    findings = [begun(case.instrument, case.on), lasting(case.instrument, case.on)]
    return _test_of(case, [one for one in findings if one])


def _test_of(case: Case, findings: Sequence[Finding]) -> Test:
    """The worst of several findings decides; its reasons come first."""
    worst = min(one.truth for one in findings)
    ordered = sorted(findings, key=lambda one: one.truth)
    for one in ordered:
        if one.truth == Truth.MAYBE:
            case.lacks(one.missing)
    return Test(_RESULTS[worst], tuple(_reason(one.words, one.said) for one in ordered))


# 3. Territory


@dataclass(frozen=True, slots=True)
class Reached:
    """The outcome of the test of territory, and the force with which the scope reaches."""

    test: Test
    force: str


def _reached(case: Case) -> Reached:
    if case.territory.exists(case.place) == Truth.NO:
        return Reached(_elsewhere(case) or _missing(case), _declared_force(case.instrument))
    return _reached_there(case)


def _reached_there(case: Case) -> Reached:
    if case.instrument.is_agreement:
        return Reached(_parties(case), "binding" if case.instrument.binds else "about")
    return _scopes(case)


def _elsewhere(case: Case) -> Test | None:
    """What reaches nothing of the land that a missing place lies on does not reach the place."""
    tests = _on_hosts(case)
    if case.territory.unborn(case.place):
        imagined = case.territory.imagining(case.place)
        tests.append(_reached_there(replace(case, territory=imagined, missing=[])).test)
    return next((test for test in tests if test.result == "unmet"), None)


def _on_hosts(case: Case) -> list[Test]:
    """The tests of all places that a missing place lay in or will lie in."""
    hosts = {said.object for said in case.facts.place(case.place).within}
    if case.instrument.is_agreement or not case.instrument.scopes:
        return []
    case.facts.load_places(hosts)
    return [_reached(replace(case, place=host, missing=[])).test for host in sorted(hosts)]


def _missing(case: Case) -> Test:
    """The place itself does not exist on the date: not yet, or no longer."""
    place = case.facts.place(case.place)
    if case.territory.unborn(case.place):
        case.lacks(say("missing-land", place=place.label))
        return Test("unknown", (_reason(say("place-unborn", place=place.label), place.within[0]),))
    return _passed_on(case, place) or _gone(case, place)


def _passed_on(case: Case, place: Place) -> Test | None:
    """What reaches all that succeeded a place reaches the land on which it lay."""
    tests = [_reached(replace(case, place=one, missing=[])).test for one in place.successors]
    if not tests or any(test.result != "met" or test.partly for test in tests):
        return None
    return Test("met", (_gone_reason(case, place), *tests[0].reasons))


def _gone(case: Case, place: Place) -> Test:
    case.lacks(say("missing-place", place=place.label))
    return Test("unknown", (_gone_reason(case, place),))


def _gone_reason(case: Case, place: Place) -> Reason:
    names = [case.thing(one) for one in place.successors]
    listed = ("、".join(n.label("zh") for n in names) or "不详",
              ", ".join(n.label("en") for n in names) or "not known")
    words = say("place-gone", place=place.label, successors=listed)
    return _reason(words, place.within[-1] if place.within else None)


def _declared_force(instrument: Instrument) -> str:
    counting = [scope for scope in instrument.scopes if scope.counts]
    for scope in counting or instrument.scopes:
        return scope.force
    return "binding" if instrument.binds else "about"


def _scopes(case: Case) -> Reached:
    scopes = followed(case.instrument.scopes, lambda scope: scope.target)
    if not scopes:
        if case.instrument.binds:
            case.lacks(say("missing-scope", label=case.instrument.label))
        return Reached(Test("unknown", (_reason(say("no-scope")),)), _declared_force(case.instrument))
    tried = [(scope, _try_scope(case, scope)) for scope in scopes]
    scope, reach = max(tried, key=lambda one: (one[1].cover, one[0].counts))
    test = _territory_test(case, tried, scope, reach)
    force = scope.force if reach.cover else _declared_force(case.instrument)
    return Reached(test, force)


def _try_scope(case: Case, scope: Scope) -> Reach:
    """How far one scope reaches the place, less its exceptions, while the scope holds."""
    then = scope.said.holds(case.on)
    if then == Truth.NO:
        return Reach(Cover.NONE, "scope-not-then", (scope.said,), scope.target)
    reach = case.territory.reach_any(case.place, scope.target)
    for exception in scope.exceptions:
        reach = _less(case, reach, exception) if reach.cover else reach
    if reach.cover == Cover.PART and scope.exceptions and scope.target.startswith("status/"):
        reach = _other_holders(case, scope, reach)
    if scope.said.extent == "part" and reach.cover == Cover.WHOLE:
        reach = replace(reach, cover=Cover.PART)
    if then == Truth.MAYBE and reach.cover:
        reach = replace(reach, cover=Cover.MAYBE)
    return reach


def _other_holders(case: Case, scope: Scope, reach: Reach) -> Reach:
    """A reach into a part of the place, unless that part is all in an exception."""
    rest = case.territory.reach_status(case.place, scope.target, scope.exceptions)
    return reach if rest.cover else Reach(Cover.NONE, "exception", reach.steps, reach.part)


def _less(case: Case, reach: Reach, exception: str) -> Reach:
    """A reach without what an exception takes out."""
    out = case.territory.reach_any(case.place, exception)
    if reach.cover == Cover.NONE:
        return reach
    if out.cover == Cover.WHOLE:
        return Reach(Cover.NONE, "exception", out.steps, exception)
    if out.cover == Cover.PART and reach.cover == Cover.WHOLE:
        return replace(reach, cover=Cover.PART)
    if out.cover == Cover.MAYBE:
        return replace(reach, cover=Cover.MAYBE)
    return reach


def _territory_test(
    case: Case, tried: Sequence[tuple[Scope, Reach]], scope: Scope, reach: Reach
) -> Test:
    reasons = [_scope_reason(case, scope), *_reach_reasons(case, reach)]
    if reach.cover == Cover.NONE:
        others = [one for one in tried if one[0] is not scope][:4]
        for other, other_reach in others:
            reasons += [_scope_reason(case, other), *_reach_reasons(case, other_reach)]
        return Test("unmet", tuple(reasons))
    if reach.cover == Cover.MAYBE:
        case.lacks(_missing_reach(case, reach))
        return Test("unknown", tuple(reasons))
    return Test("met", tuple(reasons), partly=reach.cover == Cover.PART)


def _scope_reason(case: Case, scope: Scope) -> Reason:
    key = "scope-status" if scope.target.startswith("status/") else "scope-place"
    return _reason(say(key, target=case.thing(scope.target)), scope.said)


def _reach_reasons(case: Case, reach: Reach) -> list[Reason]:
    """A reach in words: each step of the way, then what it comes to."""
    reasons = [_step(case, said, reach) for said in reach.steps if reach.why != "scope-not-then"]
    summary = _SUMMARIES.get(reach.why)
    if reach.why == "within" and not reach.steps:
        reasons.append(_reason(say("same", place=case.thing(case.place))))
    if reach.why == "contains" and reach.cover == Cover.MAYBE:
        summary = "contains-maybe"
    if summary:
        reasons.append(_reason(_summary(case, summary, reach)))
    return reasons


_SUMMARIES = {
    "contains": "contains", "apart": "apart", "unbounded": "unbounded", "no-holder": "no-holder",
    "exception": "exception", "gone": "gone", "gone-elsewhere": "gone-elsewhere",
    "not-yet": "not-yet", "in-no-member": "in-no-member", "list-incomplete": "list-incomplete",
    "all-members": "all-members",
}


def _summary(case: Case, key: str, reach: Reach) -> Words:
    here, there = (reach.chain if key == "apart" and len(reach.chain) == 2 else ("", ""))
    if key == "apart" and here == case.place:
        return say("apart-self", place=case.thing(here), there=case.thing(there))
    if key == "apart":
        return say("apart", place=case.thing(case.place), here=case.thing(here),
                   there=case.thing(there))
    part = case.thing(reach.part) if reach.part else case.instrument.label
    target = case.thing(reach.part) if reach.part else ("这一", "in question")
    return say(key, place=case.thing(case.place), part=part, target=target)


def _step(case: Case, said: Said, reach: Reach) -> Reason:
    """One dated statement of the way, in words."""
    subject, obj = case.thing(said.subject), case.thing(said.object)
    if said.predicate == "status":
        return _reason(say("holds", holder=subject, status=obj, since=_since(said)), said)
    if said.predicate == "outside":
        return _reason(say("outside", place=subject, upper=obj), said)
    uncertain = said.extent == "unknown" or said.holds(case.on) == Truth.MAYBE
    key = "within-maybe" if uncertain else "within-part" if said.extent == "part" else "within"
    return _reason(say(key, place=subject, upper=obj, since=_since(said)), said)


def _since(said: Said) -> Words:
    """The dates of a statement in brackets; nothing for what always was."""
    words = {"always": "", "unknown": "", "in-force": ""}
    start, end = words.get(said.since, said.since), words.get(said.until, said.until)
    start = start.removeprefix("..") if not start.startswith("..") else ""
    if start and end:
        return say("since-until", since=start, until=end)
    return say("since", date=start) if start else ("", "")


def _missing_reach(case: Case, reach: Reach) -> Words:
    place, part = case.thing(case.place), case.thing(reach.part or case.place)
    if reach.why == "list-incomplete":
        return say("missing-status", part=part)
    if reach.why == "gone":
        return say("missing-successor", part=part)
    if any(said.holds(case.on) == Truth.MAYBE and not said.uncertain for said in reach.steps):
        return say("missing-date")
    return say("missing-boundary", place=place, part=part)


# 3b. Territory of agreements


def _parties(case: Case) -> Test:
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
        return Test("unmet", (_reason(words),))
    if case.partner == theirs[0].party and their_reach.cover == Cover.PART:
        return _pair(case, mine, theirs, reach)  # the partner is the side, not all of its land
    return _pair(case, mine, theirs, min(reach, their_reach, key=lambda one: one.cover))


def _own_sides(case: Case, place: str) -> tuple[list[Side], Reach]:
    """The standing of the side whose territory covers a place best, and how far it does."""
    sides = followed(case.instrument.sides, lambda side: (side.party, side.role, side.towards))
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


def _distance(reach: Reach) -> int:
    return len(reach.steps)


def _without_side(case: Case, place: str) -> Test:
    if case.instrument.parties_complete:
        return Test("unmet", (_reason(say("no-side", place=case.thing(place))),))
    case.lacks(say("missing-side", label=case.instrument.label))
    return Test("unknown", (_reason(say("no-side-known", place=case.thing(place))),))


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
        return Test("unknown", (*reasons, *([_reason(words)] if words else [])))
    return _reached_test(case, truth, reasons, reach)


def _held(side: Side, case: Case) -> Truth:
    return side.said.holds(case.on)


def _reached_test(case: Case, truth: Truth, reasons: list[Reason], reach: Reach) -> Test:
    """The standing of the sides together with how far their territory reaches."""
    result = _RESULTS[truth]
    if truth != Truth.NO:
        reasons = [*reasons, *_reach_reasons(case, reach)]
    if truth != Truth.NO and reach.cover == Cover.MAYBE:
        result = "unknown"
        case.lacks(_missing_reach(case, reach))
    return Test(result, tuple(reasons), partly=reach.cover == Cover.PART)


def _telling(case: Case, sides: Iterable[Side]) -> list[Side]:
    """The statements that explain a side's standing on the date: those that hold, or the next."""
    found = list(sides)
    now = [side for side in found if side.said.holds(case.on)]
    bound = [side for side in now if side.bound]
    later = [side for side in found if side.bound and not side.said.holds(case.on)]
    return bound or [*now, *later[:1]] or found[:1]


def _side_reason(case: Case, side: Side) -> Reason:
    party, role = case.thing(side.party), case.thing(side.role)
    truth, since = side.said.holds(case.on), _date_or_unknown(side.said)
    if side.bound and truth == Truth.NO:
        return _reason(say("side-later", party=party, date=since), side.said)
    if side.bound and truth == Truth.MAYBE:
        return _reason(say("party-perhaps", party=party, date=since), side.said)
    if side.bound and side.territory != side.party:
        territory = case.thing(side.territory)
        words = say("party-territory", party=party, date=since, territory=territory)
        return _reason(words, side.said)
    if side.bound:
        return _reason(say("party", party=party, date=since), side.said)
    if truth == Truth.NO:
        return _reason(say("no-role", party=party), side.said)
    return _reason(say("role", party=party, date=since, role=role), side.said)


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
    reasons = [*(_side_reason(case, side) for side in told), _reason(words)]
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


# 4. Standing


def _standing(case: Case) -> Test:
    own = ended(case.instrument, case.on)
    items = followed(case.instrument.displacements, lambda one: (one.by, one.how, one.within))
    found = [one for one in (_displaced(case, item) for item in items) if one]
    out = [reason for truth, reason in found if truth == "unmet"]
    if own and own.truth == Truth.YES:
        return Test("unmet", (_reason(own.words, own.said), *out))
    if out:
        return Test("unmet", tuple(out))
    unknown = [reason for truth, reason in found if truth == "unknown"]
    if own:
        unknown.insert(0, _reason(own.words, own.said))
    if unknown:
        case.lacks(say("missing-standing", label=case.instrument.label))
        return Test("unknown", tuple(unknown))
    partly = [reason for truth, reason in found if truth == "part"]
    notes = [reason for truth, reason in found if truth == "note"]
    return Test("met", (*partly, *notes, _reason(say("stands"))) if not partly else
                (*partly, *notes), partly=bool(partly))


def _displaced(case: Case, item: Displacement) -> tuple[str, Reason] | None:
    """What one displacement does here and now: unmet, unknown, part, note, or nothing."""
    by = case.facts.instrument(item.by)
    truth = _displacing(case, item, by)
    cover = _displaced_where(case, item)
    if truth == Truth.NO or cover == Cover.NONE:
        return None
    if item.how == "prevails_over" and item.said.extent != "whole":
        return "note", _reason(say("prevails-note", by=by.label), item.said)
    partly = cover == Cover.PART or item.said.extent == "part"
    perhaps = truth == Truth.MAYBE or cover == Cover.MAYBE
    if perhaps and not partly:
        return "unknown", _reason(say("displaced-perhaps", by=by.label), item.said)
    if partly:
        key = "displaced-part-perhaps" if perhaps else "displaced-part"
        return "part", _reason(say(key, by=by.label), item.said)
    return "unmet", _reason(say(item.how, by=by.label), item.said)


def _displacing(case: Case, item: Displacement, by: Instrument) -> Truth:
    """Whether the displacement is in effect: by its own dates, or from the start of the other."""
    truth = item.said.holds(case.on)
    if item.starts_with_instrument:
        truth = min(truth, begun(by, case.on).truth)
        term = lasting(by, case.on) if item.how == "suspends" else None
        truth = min(truth, term.truth) if term else truth
    return truth


def _displaced_where(case: Case, item: Displacement) -> Cover:
    if not item.within:
        return Cover.WHOLE
    return max(case.territory.reach_any(case.place, one).cover for one in item.within)


# 5. Relation


def _relation(force: str) -> Test:
    return Test("unmet" if force == "about" else "met", (_reason(say(force)),))


def with_sources(facts: Facts, verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Verdicts whose reasons name the documents behind their statements."""
    found = list(verdicts)
    facts.load_sources(
        reason.statement.id for verdict in found for test in verdict.tests.values()
        for reason in test.reasons if reason.statement
    )
    return [replace(one, tests={n: _sourced(facts, t) for n, t in one.tests.items()})
            for one in found]


def _sourced(facts: Facts, test: Test) -> Test:
    return Test(test.result, tuple(
        Reason(one.zh, one.en, one.statement, facts.sources(one.statement.id))
        if one.statement else one
        for one in test.reasons
    ), test.partly)
