"""When an instrument begins and ends by its own dates: the test of time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from kg.dates import Span, Truth
from kg.said import Instrument, Milestone, Said, followed
from kg.wording import say

Words = tuple[str, str]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look at the dates gives: whether it holds, in words, by which statements."""

    truth: Truth
    words: Words
    said: Said | None = None
    missing: Words | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """The days that one or several statements of a date leave open, and what they say."""

    earliest: date | None
    latest: date | None
    text: str
    said: Said | None
    conflict: bool = False


def bounds_of(milestones: Iterable[Milestone]) -> Bounds | None:
    """What statements of one date say together: where they agree, else all they say."""
    found = sorted(followed(milestones, lambda one: one.effect), key=_by_precision)
    if not found:
        return None
    lows = [one.earliest for one in found]
    highs = [one.latest for one in found]
    low = max((day for day in lows if day), default=None)
    high = min((day for day in highs if day), default=None)
    conflict = bool(low and high and low > high)
    if conflict:
        low = min(day for day in lows if day) if all(lows) else None
        high = max(day for day in highs if day) if all(highs) else None
    text = " / ".join(dict.fromkeys(m.said.since for m in found)) if conflict else (
        found[0].said.since
    )
    return Bounds(low, high, text, found[0].said, conflict)


def _by_precision(one: Milestone) -> tuple[int, str]:
    """The most precise date first: the one whose bounds lie closest."""
    known = one.earliest and one.latest
    width = (one.latest - one.earliest).days if known else 10**6  # type: ignore[operator]
    return width, one.said.since


def of_effect(instrument: Instrument, *effects: str) -> list[Milestone]:
    """The dated steps of an instrument that have one of these effects."""
    return [one for one in instrument.milestones if one.effect in effects]


def begun(instrument: Instrument, on: date) -> Finding:
    """Whether it has begun to apply, by its own start or by the rule of its kind."""
    if start := bounds_of(of_effect(instrument, "starts")):
        return _from_start(start, on)
    rule = _RULES.get(instrument.commencement, _stated)
    found = rule(instrument, on)
    if found.truth != Truth.NO and instrument.period_first and on < instrument.period_first:
        words = say("period-not-begun", period=_years(instrument.period))
        return Finding(Truth.NO, words, found.said)
    return found


def _years(period: str) -> str:
    return period.replace("..", "—")


def _from_start(start: Bounds, on: date) -> Finding:
    if start.latest and start.latest <= on:
        return Finding(Truth.YES, say("in-force-since", date=start.text), start.said)
    if start.earliest and start.earliest > on:
        return Finding(Truth.NO, say("not-yet-in-force", date=start.text), start.said)
    words = say("perhaps-in-force", date=start.text)
    return Finding(Truth.MAYBE, words, start.said, say("missing-date"))


def _stated(instrument: Instrument, on: date) -> Finding:
    """It states its own start, and that start is not known."""
    issue = bounds_of(of_effect(instrument, "issue", "publication"))
    if issue and issue.earliest and issue.earliest > on:
        return Finding(Truth.NO, say("not-yet-issued", date=issue.text), issue.said)
    missing = say("missing-start", label=instrument.label)
    return Finding(Truth.MAYBE, say("start-unknown"), issue.said if issue else None, missing)


def _on_issue(instrument: Instrument, on: date) -> Finding:
    issue = bounds_of(of_effect(instrument, "issue")) or bounds_of(
        of_effect(instrument, "publication")
    )
    if issue is None:
        return _mentioned(instrument, on)
    if issue.earliest and issue.earliest > on:
        return Finding(Truth.NO, say("not-yet-issued", date=issue.text), issue.said)
    if issue.latest and issue.latest <= on:
        return Finding(Truth.YES, _issued_words(instrument, issue, on), issue.said)
    public = bounds_of(of_effect(instrument, "publication"))
    if public and public.latest and public.latest <= on:  # what is public has been issued
        return Finding(Truth.YES, say("published-since", date=public.text), public.said)
    words = say("perhaps-issued", date=issue.text)
    return Finding(Truth.MAYBE, words, issue.said, say("missing-date"))


def _issued_words(instrument: Instrument, issue: Bounds, on: date) -> Words:
    """With a remark where the public could not know of it yet."""
    words = say("issued-since", date=issue.text)
    public = bounds_of(of_effect(instrument, "publication"))
    if public and public.earliest and public.earliest > on:
        remark = say("not-yet-public", date=public.text)
        return words[0] + remark[0], f"{words[1]} {remark[1]}"
    return words


def _on_publication(instrument: Instrument, on: date) -> Finding:
    issue = bounds_of(of_effect(instrument, "issue"))
    public = bounds_of(of_effect(instrument, "publication"))
    first, last = issue or public, public or issue
    if first is None or last is None:
        return _mentioned(instrument, on)
    if first.earliest and first.earliest > on:
        key = "not-yet-issued" if issue else "not-yet-in-force"
        return Finding(Truth.NO, say(key, date=first.text), first.said)
    if last.latest and last.latest <= on:
        key = "published-since" if public else "issued-since"
        return Finding(Truth.YES, say(key, date=last.text), last.said)
    if issue and public and issue.latest and issue.latest <= on:
        words = say("between-issue-and-publication", issued=issue.text, published=public.text)
        return Finding(Truth.MAYBE, words, public.said, say("missing-start", label=instrument.label))
    words = say("perhaps-issued", date=first.text)
    return Finding(Truth.MAYBE, words, first.said, say("missing-date"))


def _mentioned(instrument: Instrument, on: date) -> Finding:
    """Without any date: certain only once a document speaks of it."""
    missing = say("missing-issue", label=instrument.label)
    if instrument.evidence is None:
        return Finding(Truth.MAYBE, say("issue-unknown-at-all"), None, missing)
    day = instrument.evidence.isoformat()
    if instrument.evidence <= on:
        return Finding(Truth.YES, say("mentioned-since", date=day))
    return Finding(Truth.MAYBE, say("issue-unknown", date=day), None, missing)


def _by_party(instrument: Instrument, on: date) -> Finding:
    """In force as soon as it is for some side; for soft texts, once signed or issued."""
    bound = [side.said for side in instrument.sides if side.bound]
    if bound:
        best = max(bound, key=lambda said: said.holds(on))
        truth = best.holds(on)
        key = {Truth.YES: "in-force-since", Truth.MAYBE: "perhaps-in-force-for-anyone",
               Truth.NO: "not-in-force-for-anyone"}[truth]
        words = say(key, date=best.since) if truth == Truth.YES else say(key)
        missing = say("missing-date") if truth == Truth.MAYBE else None
        return Finding(truth, words, best, missing)
    return _on_issue(instrument, on)


_RULES = {
    "stated": _stated, "on-issue": _on_issue, "on-publication": _on_publication,
    "by-party": _by_party,
}


def lasting(instrument: Instrument, on: date) -> Finding | None:
    """Whether its period or term still runs; None if it has neither."""
    last = instrument.period_last
    if last and on > last:
        return Finding(Truth.NO, say("period-over", period=_years(instrument.period)))
    term = bounds_of(of_effect(instrument, "last-day"))
    if term:
        return _term(term, on)
    if last:
        return Finding(Truth.YES, say("within-period", period=_years(instrument.period)))
    return None


def _term(term: Bounds, on: date) -> Finding:
    span = Span(always=True, open_end=False, until_earliest=term.earliest, until_latest=term.latest)
    truth = span.holds(on)
    key = {Truth.YES: "term-until", Truth.MAYBE: "term-perhaps-over", Truth.NO: "term-over"}[truth]
    missing = say("missing-date") if truth == Truth.MAYBE else None
    return Finding(truth, say(key, date=term.text), term.said, missing)


def ended(instrument: Instrument, on: date) -> Finding | None:
    """Whether its own dates say that it was repealed or superseded; None if they do not."""
    out = bounds_of(of_effect(instrument, "first-day-out"))
    if out is None or (out.earliest and out.earliest > on):
        return None
    if out.latest and out.latest <= on:
        return Finding(Truth.YES, say("ended", date=out.text), out.said)
    return Finding(Truth.MAYBE, say("perhaps-ended", date=out.text), out.said, say("missing-date"))


def turning_days(instrument: Instrument) -> set[date]:
    """The days on which a finding about its own dates can change."""
    days = [day for one in instrument.milestones for day in (one.earliest, one.latest)]
    days += [instrument.period_first, instrument.period_last, instrument.evidence]
    known = {day for day in days if day}
    sides = {day for side in instrument.sides for day in side.said.span.turning_days()}
    return known | {day + _DAY for day in known if day < date.max} | sides
