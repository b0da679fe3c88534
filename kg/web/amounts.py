"""The page of the figures: a table with sources, and charts by subject and by period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from kg.figures import Figure, figure_json, figures
from kg.pages.render import Words
from kg.things import Thing
from kg.web.ask import Ask
from kg.web.desk import Desk
from kg.web.page import Page

_BARS = 24


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: what it is of, its value as printed, and its share of the longest."""

    label: str
    value: str
    share: float
    negative: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The figures of one indicator as bars; `more` did not find room."""

    indicator: Thing
    unit: str
    bars: tuple[Bar, ...]
    more: int


def figures_page(desk: Desk, ask: Ask) -> Page:
    """The figures of a subject, an indicator or a period, or all."""
    subject = desk.resolve(ask.text("subject")) if ask.text("subject") else ""
    indicator = desk.resolve(ask.text("indicator"), "Indicator") if ask.text("indicator") else ""
    found = figures(desk.store, subject, indicator, ask.text("period"))
    rows = [_row(one, ask.names) for one in found]
    every = found if not (subject or indicator or ask.text("period")) else figures(desk.store)
    shown = {
        "found": found[ask.skip : ask.skip + ask.size], "total": len(found), "skip": ask.skip,
        "charts": charts(found, ask.names) if subject or indicator else [],
        "subjects": _most(one.subject for one in every)[:40],
        "indicators": _most(one.indicator for one in every),
        "periods": sorted({one.period for one in every}),
        "subject": subject, "indicator": indicator, "period": ask.text("period"),
        "clashes": sum(bool(one.flag) for one in found),
    }
    return Page("figures.html.j2", Words(ask.lang)("figures_title"),
                [figure_json(one) for one in found], rows, shown, "figures")


def _row(one: Figure, lang: str) -> dict[str, str]:
    source = one.sources[0] if one.sources else None
    return {
        "subject": one.subject.label(lang), "indicator": one.indicator.label(lang),
        "period": one.period, "value": one.value, "unit": one.unit, "flag": one.flag,
        "document": source.document.id if source else "", "page": source.page if source else "",
    }


def _most(things: object) -> list[Thing]:
    """Things by how often they occur, the most frequent first."""
    counted = Counter(things)  # type: ignore[call-overload]
    return [thing for thing, _n in sorted(counted.items(), key=lambda item: (-item[1], item[0].id))]


def charts(found: Sequence[Figure], lang: str) -> list[Chart]:
    """Bars for every indicator and unit with figures of two subjects or of two periods."""
    groups: dict[tuple[str, str], dict[tuple[str, str], tuple[Figure, Decimal]]] = {}
    for one in found:
        if (number := _number(one.value)) is not None:
            group = groups.setdefault((one.indicator.id, one.unit), {})
            group.setdefault((one.subject.id, one.period), (one, number))
    return [_chart(list(group.values()), lang) for group in groups.values() if len(group) > 1][:12]


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None


def _chart(group: Sequence[tuple[Figure, Decimal]], lang: str) -> Chart:
    """One indicator: by period where one subject is meant, else by subject, the largest first."""
    single = len({one.subject.id for one, _number in group}) == 1
    ordered = sorted(group, key=(lambda pair: (pair[0].period, -pair[1])) if single
                     else (lambda pair: (-pair[1], pair[0].period)))
    longest = max(abs(number) for _one, number in ordered) or Decimal(1)
    bars = [Bar(_label(one, single, lang), one.value, float(abs(number) / longest), number < 0)
            for one, number in ordered[:_BARS]]
    first = ordered[0][0]
    return Chart(first.indicator, first.unit, tuple(bars), max(0, len(ordered) - _BARS))


def _label(one: Figure, single: bool, lang: str) -> str:
    return one.period if single else f"{one.subject.label(lang)} {one.period}".strip()
