"""Answers as tables: rows of plain values, and data frames of pandas or polars where installed."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import singledispatch
from importlib import import_module
from typing import Any

from kg.answers import rollout_rows, trace_rows, verdict_row
from kg.catalogue import Node, Statement
from kg.comparison import Change, Difference
from kg.errors import KgError
from kg.figures import Figure
from kg.network import Edge, Network
from kg.rollout import Rollout
from kg.store import Solutions
from kg.things import Source
from kg.timeline import Timeline, timeline_csv
from kg.trace import Trace
from kg.verdict import Verdict

Row = dict[str, Any]


@singledispatch
def rows(answer: Any, lang: str = "zh") -> list[Row]:
    """An answer as rows of plain values: one a verdict, item, edge, step, figure or solution.

    A list of answers gives the rows of each; an error in it, as `screen` gives them, a row that
    says so. Labels are in `lang`, dates are text as their source has them.
    """
    if isinstance(answer, str) or not isinstance(answer, Iterable):
        raise KgError(f"{type(answer).__name__} is no answer that has rows")
    return [row for one in answer for row in rows(one, lang)]


@rows.register
def _(answer: Trace, lang: str = "zh") -> list[Row]:
    return trace_rows(answer, lang)


@rows.register
def _(answer: Verdict, lang: str = "zh") -> list[Row]:
    return [verdict_row(answer, lang)]


@rows.register
def _(answer: KgError, lang: str = "zh") -> list[Row]:
    return [{"verdict": "error", "because": str(answer)}]


@rows.register
def _(answer: Rollout, lang: str = "zh") -> list[Row]:
    return rollout_rows(answer, lang)


@rows.register
def _(answer: Difference, lang: str = "zh") -> list[Row]:
    one, other = answer.left, answer.right
    return [{"instrument": one.instrument.id, "label": one.instrument.label(lang),
             one.place.id: one.verdict, other.place.id: other.verdict}]


@rows.register
def _(answer: Change, lang: str = "zh") -> list[Row]:
    after = answer.after
    return [{"on": answer.on.isoformat(), "instrument": after.instrument.id,
             "label": after.instrument.label(lang), "before": answer.before,
             "after": after.verdict}]


@rows.register
def _(answer: Timeline, lang: str = "zh") -> list[Row]:
    return [dict(row) for row in csv.DictReader(timeline_csv(answer).splitlines())]


@rows.register
def _(answer: Network, lang: str = "zh") -> list[Row]:
    labels = {node.id: node.thing.label(lang) for node in answer.nodes}
    return [_edge_row(edge, labels, lang) for edge in answer.edges]


def _edge_row(edge: Edge, labels: dict[str, str], lang: str) -> Row:
    return {
        "subject": edge.subject, "subject_label": labels[edge.subject],
        "relation": edge.relation.label(lang),
        "object": edge.object, "object_label": labels[edge.object],
        "from": str(edge.start or ""), "until": str(edge.end or ""), "certain": edge.certain,
        "sources": _cites(edge.sources),
    }


@rows.register
def _(answer: Figure, lang: str = "zh") -> list[Row]:
    return [{
        "subject": answer.subject.id, "subject_label": answer.subject.label(lang),
        "indicator": answer.indicator.id, "indicator_label": answer.indicator.label(lang),
        "period": answer.period, "value": answer.value, "unit": answer.unit,
        "measure": answer.measure, "flag": answer.flag, "sources": _cites(answer.sources),
    }]


@rows.register
def _(answer: Node, lang: str = "zh") -> list[Row]:
    return [_statement_row(one, lang) for one in (*answer.statements, *answer.mentions)]


@rows.register
def _(answer: Statement, lang: str = "zh") -> list[Row]:
    return [_statement_row(answer, lang)]


def _statement_row(one: Statement, lang: str) -> Row:
    return {
        "subject": one.subject.id, "subject_label": one.subject.label(lang),
        "predicate": one.predicate,
        "object": one.object.id, "object_label": one.object.label(lang),
        "from": one.since, "until": one.until, "rank": one.rank, "sources": _cites(one.sources),
    }


@rows.register
def _(answer: Solutions, lang: str = "zh") -> list[Row]:
    return [{name: None if row[name] is None else str(row[name]) for name in answer.variables}
            for row in answer]


def _cites(sources: Iterable[Source]) -> str:
    return "; ".join(dict.fromkeys(
        " ".join(filter(None, (s.document.id, f"p. {s.page}" if s.page else s.at)))
        for s in sources))


def to_pandas(answer: Any, lang: str = "zh") -> Any:
    """An answer as a pandas.DataFrame, one row as `rows` gives them; KgError without pandas."""
    return _library("pandas").DataFrame(rows(answer, lang))


def to_polars(answer: Any, lang: str = "zh") -> Any:
    """An answer as a polars.DataFrame, one row as `rows` gives them; KgError without polars."""
    return _library("polars").DataFrame(rows(answer, lang), infer_schema_length=None)


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise KgError(f"{name} is not installed; install it with "
                      "`pip install 'policy-kg[frames]'`") from error
