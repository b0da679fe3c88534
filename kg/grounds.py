"""How far a scope reaches a place, in words: each step of the way, and what is not known of it."""

from __future__ import annotations

from kg.case import Case, cited_reason, reason_of
from kg.commencement import Words
from kg.dates import Truth
from kg.said import Said
from kg.territory import Cover, Reach
from kg.verdict import Reason
from kg.wording import say


def way(case: Case, target: str, reach: Reach) -> tuple[Reason, ...]:
    """How far a target reaches the place of a case, in words; said once for all that name it."""
    key, told = (case.place, target), case.territory.told
    if not reach.part or reach is not case.territory.reach_any(*key):
        return tuple(_reach_reasons(case, reach))
    if key not in told:
        told[key] = tuple(cited_reason(case.facts, one) for one in _reach_reasons(case, reach))
    return told[key]


def _reach_reasons(case: Case, reach: Reach) -> list[Reason]:
    """A reach in words: each step of the way, then what it comes to."""
    reasons = [_step(case, said, reach) for said in reach.steps if reach.why != "scope-not-then"]
    summary = _SUMMARIES.get(reach.why)
    if reach.why == "within" and not reach.steps:
        reasons.append(reason_of(say("same", place=case.thing(case.place))))
    if reach.why == "contains" and reach.cover == Cover.MAYBE:
        summary = "contains-maybe"
    if summary:
        reasons.append(reason_of(_summary(case, summary, reach)))
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
        return reason_of(say("holds", holder=subject, status=obj, since=_since(said)), said)
    if said.predicate == "outside":
        return reason_of(say("outside", place=subject, upper=obj), said)
    uncertain = said.extent == "unknown" or said.holds(case.on) == Truth.MAYBE
    key = "within-maybe" if uncertain else "within-part" if said.extent == "part" else "within"
    return reason_of(say(key, place=subject, upper=obj, since=_since(said)), said)


def _since(said: Said) -> Words:
    """The dates of a statement in brackets; nothing for what always was."""
    words = {"always": "", "unknown": "", "in-force": ""}
    start, end = words.get(said.since, said.since), words.get(said.until, said.until)
    start = start.removeprefix("..") if not start.startswith("..") else ""
    if start and end:
        return say("since-until", since=start, until=end)
    return say("since", date=start) if start else ("", "")


def missing_reach(case: Case, reach: Reach) -> Words:
    """The fact that would tell how far a doubtful scope reaches."""
    place, part = case.thing(case.place), case.thing(reach.part or case.place)
    if reach.why == "list-incomplete":
        return say("missing-status", part=part)
    if reach.why == "gone":
        return say("missing-successor", part=part)
    if any(said.holds(case.on) == Truth.MAYBE and not said.uncertain for said in reach.steps):
        return say("missing-date")
    return say("missing-boundary", place=place, part=part)
