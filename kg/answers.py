"""Answers about applicability as programs and spreadsheets take them: JSON values and flat rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kg.comparison import Change, Difference
from kg.errors import KgError
from kg.report import word
from kg.rollout import Rollout, Step
from kg.screening import Pair
from kg.things import as_label
from kg.trace import Trace
from kg.verdict import Verdict, source_json, verdict_json

Row = dict[str, Any]
ROW_COLUMNS = ("instrument", "label", "place", "on", "with", "verdict", "relation", "because", "missing")
"""The columns of a verdict as a flat row."""
PAIR_COLUMNS = ("instrument", "place", "on", "with", "verdict", "because")


def trace_json(found: Trace) -> dict[str, Any]:
    """A trace: `place`, `on`, `with` and the list `verdicts`."""
    return {
        "place": found.place.id,
        "on": found.on.isoformat(),
        "with": found.partner.id if found.partner else None,
        "verdicts": [verdict_json(one) for one in found.verdicts],
    }


def trace_rows(found: Trace, lang: str) -> list[Row]:
    """A trace with one row for each verdict."""
    return [verdict_row(one, lang) for one in found.verdicts]


def verdict_row(one: Verdict, lang: str) -> Row:
    """A verdict in one row, with the reasons that decide it."""
    return {
        "instrument": one.instrument.id,
        "label": one.instrument.label(lang),
        "place": one.place.id,
        "on": one.on.isoformat(),
        "with": one.partner.id if one.partner else "",
        "verdict": one.verdict,
        "relation": one.relation,
        "because": " ".join(reason.text(lang) for reason in one.decisive.reasons),
        "missing": "; ".join(zh if lang == "zh" else en for zh, en in one.missing),
    }


def screened_json(found: Verdict | KgError) -> dict[str, Any]:
    """A row of a screening: a verdict, or the error that stands in its place."""
    return {"error": str(found)} if isinstance(found, KgError) else verdict_json(found)


def screened_row(pair: Pair, found: Verdict | KgError, lang: str) -> Row:
    """A row of a screening as the user wrote it, or its verdict."""
    if not isinstance(found, KgError):
        return verdict_row(found, lang)
    return {"instrument": pair.instrument, "place": pair.place, "on": pair.on,
            "with": pair.partner, "verdict": "error", "because": str(found)}


def screened(pair: Pair, found: Verdict | KgError, form: str, lang: str) -> Row:
    """A row of a screening in the form asked for: `json`, or a flat row."""
    return screened_json(found) if form == "json" else screened_row(pair, found, lang)


def where_rows(found: Iterable[Verdict], lang: str) -> list[Row]:
    """The places where an instrument applies."""
    return [{"place": one.place.id, "label": one.place.label(lang), "verdict": one.verdict,
             "relation": one.relation} for one in found]


def comparison_json(found: Iterable[Difference]) -> list[Row]:
    """Differences, each with the verdict of the one and of the other place."""
    return [{"left": verdict_json(one.left), "right": verdict_json(one.right)} for one in found]


def comparison_rows(found: Iterable[Difference], left: str, right: str, lang: str) -> list[Row]:
    """Differences in rows, the columns named as the user named the places."""
    return [{"instrument": one.left.instrument.label(lang), left: word(one.left.verdict, lang),
             right: word(one.right.verdict, lang)} for one in found]


def changes_json(found: Iterable[Change]) -> list[Row]:
    """Changes: the day, the verdict before in a word, and the whole verdict after."""
    return [{"on": one.on.isoformat(), "before": one.before, "after": verdict_json(one.after)}
            for one in found]


def changes_rows(found: Iterable[Change], lang: str) -> list[Row]:
    """Changes in rows, the verdicts in words."""
    return [{"on": one.on.isoformat(), "instrument": one.after.instrument.label(lang),
             "before": word(one.before, lang), "after": word(one.after.verdict, lang)}
            for one in found]


def rollout_json(found: Rollout) -> dict[str, Any]:
    """A roll-out; the lags in days, least and most, null where a date is missing."""
    return {"instrument": found.instrument.id, "date": found.date or None,
            "steps": [_step_json(one) for one in found.steps]}


def _step_json(one: Step) -> Row:
    return {
        "instrument": {"id": one.instrument.id, "label": as_label(one.instrument)},
        "relation": one.relation,
        "level": one.level,
        "date": one.date or None,
        "days": {"least": one.least, "most": one.most},
        "sources": source_json(one.sources),
    }


def rollout_rows(found: Rollout, lang: str) -> list[Row]:
    """A roll-out in rows."""
    return [{"instrument": one.instrument.label(lang), "relation": one.relation,
             "level": one.level, "date": one.date, "days": one.lag} for one in found.steps]
