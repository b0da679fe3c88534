"""The observations: figures as printed, with subject, indicator, period, unit and source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kg.facts import Facts
from kg.store import Row, Store
from kg.terms import Iri, compact, expand
from kg.things import Source, Thing, as_label
from kg.verdict import source_json


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; `value` is a decimal as printed, `flag` marks what does not add up."""

    id: str
    subject: Thing
    indicator: Thing
    period: str
    since: str
    value: str
    unit: str
    measure: str
    flag: str = ""
    why: str = ""
    sources: tuple[Source, ...] = ()


def figures(store: Store, subject: str = "", indicator: str = "", period: str = "") -> list[Figure]:
    """The figures of a subject (an id), or all; optionally of one indicator and period."""
    values = {"subject": [Iri(expand(subject))]} if subject else None
    rows = [row for row in store.select("figures", values)
            if _fits(row, indicator, period)]
    facts = Facts(store)
    names = [_id(row, "observation") for row in rows]
    for start in range(0, len(names), 400):
        facts.load_sources(names[start : start + 400])
    return [_figure(facts, row) for row in rows]


def _fits(row: Row, indicator: str, period: str) -> bool:
    return (not indicator or _id(row, "indicator") == indicator) and (
        not period or _text(row, "period") == period
    )


def _figure(facts: Facts, row: Row) -> Figure:
    name = _id(row, "observation")
    return Figure(
        name,
        Thing(_id(row, "subject"), _text(row, "subjectZh"), _text(row, "subjectEn")),
        Thing(_id(row, "indicator"), _text(row, "indicatorZh"), _text(row, "indicatorEn")),
        _text(row, "period"), _text(row, "since"), _text(row, "value"), _text(row, "unit"),
        _text(row, "measure").rpartition("/")[2], _text(row, "flag"), _text(row, "why"),
        facts.sources(name),
    )


def _id(row: Row, key: str) -> str:
    value = row[key]
    assert isinstance(value, Iri)
    return compact(value.value)


def _text(row: Row, key: str) -> str:
    value = row.get(key)
    return "" if value is None else value.value


def figure_json(one: Figure) -> dict[str, Any]:
    """A figure in the shape that programs rely on."""
    found = {
        "id": one.id,
        "subject": {"id": one.subject.id, "label": as_label(one.subject)},
        "indicator": {"id": one.indicator.id, "label": as_label(one.indicator)},
        "period": one.period, "since": one.since, "value": one.value, "unit": one.unit,
        "measure": one.measure, "flag": one.flag, "why": one.why,
        "sources": source_json(one.sources),
    }
    return {key: value for key, value in found.items() if value != ""}
