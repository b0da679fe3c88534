"""The five tests of applicability, and the verdict that they give.

Existence, time, territory, standing, relation: each met, unmet or unknown, each with the dated
statements it rests on. The rules are general; what is particular to a country is data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from kg.case import RESULTS, Case, cited, cited_reason, reason_of
from kg.commencement import Words, begun, ended, lasting
from kg.dates import Truth
from kg.facts import Facts
from kg.grounds import missing_reach, way
from kg.precedents import Precedents
from kg.said import Displacement, Instrument, Place, Scope, followed
from kg.sides import parties
from kg.territory import Cover, Reach, Territory
from kg.verdict import Reason, Test, Verdict
from kg.wording import say


def judge(
    known: Precedents, territory: Territory, on: date, instrument: Instrument, place: str,
    partner: str | None = None,
) -> Verdict:
    """The verdict for one instrument and place on a date, on which places lie as in the territory."""
    case = Case(known, territory, on, instrument, place, partner)
    reached = _reached(case)
    alone = known.by_dates(_alone, instrument, on)
    for words in alone.missing:
        case.lacks(words)
    tests = {
        "existence": alone.existence,
        "time": alone.time,
        "territory": reached.test,
        "standing": alone.standing or _unless_displaced(case),
        "relation": _relation(reached.force),
    }
    found = Verdict(
        instrument.label, instrument.kind, known.facts.thing(place), on,
        known.facts.thing(partner) if partner else None, reached.force, tests,
    )
    return replace(found, missing=tuple(case.missing)) if found.verdict == "uncertain" else found


@dataclass(frozen=True, slots=True)
class Alone:
    """The tests that an instrument's own dates decide, and the facts that are missing for them.

    Its standing is none of them if another instrument may displace it.
    """

    existence: Test
    time: Test
    standing: Test | None
    missing: tuple[Words, ...]


def _alone(facts: Facts, instrument: Instrument, on: date) -> Alone:
    time, lacking = _time(facts, instrument, on)
    if instrument.displacements:
        return Alone(_existence(instrument), time, None, lacking)
    standing, more = _standing(facts, instrument, on)
    return Alone(_existence(instrument), time, standing, (*lacking, *more))


Told = tuple[Test, tuple[Words, ...]]
"""A test, and the facts that are missing for it."""


# 1. Existence


def _existence(instrument: Instrument) -> Test:
    kind = instrument.kind
    if not instrument.binds:
        return Test("unmet", (reason_of(say("soft", kind=kind)),))
    return Test("met", (reason_of(say("binds", kind=kind, force=say("force-of-kind"))),))


# 2. Time


def _time(facts: Facts, instrument: Instrument, on: date) -> Told:
    """The worst of what its dates say decides; its reasons come first."""
    found = [one for one in (begun(instrument, on), lasting(instrument, on)) if one]
    ordered = sorted(found, key=lambda one: one.truth)
    missing = tuple(one.missing for one in ordered if one.truth == Truth.MAYBE and one.missing)
    reasons = tuple(reason_of(one.words, one.said) for one in ordered)
    return cited(facts, Test(RESULTS[ordered[0].truth], reasons)), missing


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
        return Reached(parties(case), "binding" if case.instrument.binds else "about")
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
        return Test("unknown", (reason_of(say("place-unborn", place=place.label), place.within[0]),))
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
    return reason_of(words, place.within[-1] if place.within else None)


def _declared_force(instrument: Instrument) -> str:
    counting = [scope for scope in instrument.scopes if scope.counts]
    for scope in counting or instrument.scopes:
        return scope.force
    return "binding" if instrument.binds else "about"


def _scopes(case: Case) -> Reached:
    scopes = _followed_scopes(case)
    if not scopes:
        if case.instrument.binds:
            case.lacks(say("missing-scope", label=case.instrument.label))
        return Reached(Test("unknown", (reason_of(say("no-scope")),)), _declared_force(case.instrument))
    tried = [(scope, _try_scope(case, scope)) for scope in scopes]
    scope, reach = max(tried, key=lambda one: (one[1].cover, one[0].counts)) if tried[1:] else tried[0]
    test = _territory_test(case, tried, scope, reach)
    force = scope.force if reach.cover else _declared_force(case.instrument)
    return Reached(test, force)


def _followed_scopes(case: Case) -> list[Scope]:
    one = case.instrument
    return case.known.once(("scopes", one.id), lambda: followed(one.scopes, lambda scope: scope.target))


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
    reasons = (_scope_reason(case, scope), *way(case, scope.target, reach))
    if reach.cover == Cover.NONE:
        others = [one for one in tried if one[0] is not scope][:4]
        for other, other_reach in others:
            reasons += (_scope_reason(case, other), *way(case, other.target, other_reach))
        return Test("unmet", reasons)
    if reach.cover == Cover.MAYBE:
        case.lacks(missing_reach(case, reach))
        return Test("unknown", reasons)
    return Test("met", reasons, reach.cover == Cover.PART)


def _scope_reason(case: Case, scope: Scope) -> Reason:
    """What the scope names: the same for every place and day."""
    return case.known.once(("scope", scope.said.id), lambda: _scope_words(case, scope))


def _scope_words(case: Case, scope: Scope) -> Reason:
    key = "scope-status" if scope.target.startswith("status/") else "scope-place"
    return cited_reason(case.facts, reason_of(say(key, target=case.thing(scope.target)), scope.said))


# 4. Standing


def _standing(facts: Facts, instrument: Instrument, on: date) -> Told:
    """The standing of what no other instrument displaces."""
    own = ended(instrument, on)
    if own is None:
        return _STANDS, ()
    test = cited(facts, Test(RESULTS[Truth(2 - own.truth)], (reason_of(own.words, own.said),)))
    lacking = (say("missing-standing", label=instrument.label),) if own.truth == Truth.MAYBE else ()
    return test, lacking


_STANDS = Test("met", (reason_of(say("stands")),))


def _unless_displaced(case: Case) -> Test:
    own = case.known.course(case.instrument, case.on).ended
    found = [one for one in (_displaced(case, item) for item in _followed_displacements(case)) if one]
    out = [reason for truth, reason in found if truth == "unmet"]
    if own and own.truth == Truth.YES:
        return Test("unmet", (reason_of(own.words, own.said), *out))
    if out:
        return Test("unmet", tuple(out))
    unknown = [reason for truth, reason in found if truth == "unknown"]
    if own:
        unknown.insert(0, reason_of(own.words, own.said))
    if unknown:
        case.lacks(say("missing-standing", label=case.instrument.label))
        return Test("unknown", tuple(unknown))
    partly = [reason for truth, reason in found if truth == "part"]
    notes = [reason for truth, reason in found if truth == "note"]
    return Test("met", (*partly, *notes) if partly else (*notes, *_STANDS.reasons), bool(partly))


def _followed_displacements(case: Case) -> list[Displacement]:
    one = case.instrument
    return case.known.once(("displacements", one.id), lambda: followed(
        one.displacements, lambda item: (item.by, item.how, item.within)))


def _displaced(case: Case, item: Displacement) -> tuple[str, Reason] | None:
    """What one displacement does here and now: unmet, unknown, part, note, or nothing."""
    by = case.facts.instrument(item.by)
    truth = _displacing(case, item, by)
    cover = _displaced_where(case, item)
    if truth == Truth.NO or cover == Cover.NONE:
        return None
    if item.how == "prevails_over" and item.said.extent != "whole":
        return "note", _displacing_reason(case, "prevails-note", item, by)
    partly = cover == Cover.PART or item.said.extent == "part"
    perhaps = truth == Truth.MAYBE or cover == Cover.MAYBE
    if perhaps and not partly:
        return "unknown", _displacing_reason(case, "displaced-perhaps", item, by)
    if partly:
        key = "displaced-part-perhaps" if perhaps else "displaced-part"
        return "part", _displacing_reason(case, key, item, by)
    return "unmet", _displacing_reason(case, item.how, item, by)


def _displacing_reason(case: Case, key: str, item: Displacement, by: Instrument) -> Reason:
    """What another instrument does, in words: the same wherever and whenever it does so."""
    return case.known.once((key, item.said.id), lambda: cited_reason(
        case.facts, reason_of(say(key, by=by.label), item.said)))


def _displacing(case: Case, item: Displacement, by: Instrument) -> Truth:
    """Whether the displacement is in effect: by its own dates, or from the start of the other."""
    truth = item.said.holds(case.on)
    if item.starts_with_instrument:
        other = case.known.course(by, case.on)
        term = other.lasting if item.how == "suspends" else None
        truth = min(truth, other.begun.truth, term.truth if term else Truth.YES)
    return truth


def _displaced_where(case: Case, item: Displacement) -> Cover:
    if not item.within:
        return Cover.WHOLE
    return max(case.territory.reach_any(case.place, one).cover for one in item.within)


# 5. Relation


@cache
def _relation(force: str) -> Test:
    return Test("unmet" if force == "about" else "met", (reason_of(say(force)),))


def with_sources(facts: Facts, verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Verdicts whose reasons name the documents behind their statements."""
    found = list(verdicts)
    lacking = {number: names for number, one in enumerate(found) if (names := _uncited(one))}
    facts.load_sources(name for names in lacking.values() for name in names)
    for number in lacking:
        tests = {name: cited(facts, test) for name, test in found[number].tests.items()}
        found[number] = replace(found[number], tests=tests)
    return found


def _uncited(verdict: Verdict) -> list[str]:
    """The statements in the reasons of a verdict whose sources are not named."""
    return [one.statement.id for test in verdict.tests.values() for one in test.reasons
            if one.statement and not one.sources]
