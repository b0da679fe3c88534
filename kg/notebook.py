"""Answers as HTML for notebooks: a verdict with its tests, a timeline drawn, all else as tables."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import singledispatch
from html import escape
from typing import Any

from kg.frames import rows
from kg.network import Network
from kg.report import cite, word
from kg.things import printable
from kg.timeline import Timeline, timeline_svg
from kg.trace import Trace
from kg.verdict import TESTS, Reason, Test, Verdict

MOST = 200
"""How many rows of a table a notebook shows."""


def html(answer: Any) -> str:
    """An answer as a piece of HTML that stands alone, in the language `KG_LANG` or zh."""
    return render(answer, os.environ.get("KG_LANG", "zh"))


@singledispatch
def render(answer: Any, lang: str) -> str:
    """An answer as HTML in a language: the table of its rows, if it has no form of its own."""
    return _table_of(rows(answer, lang), lang)


@render.register
def _(answer: Trace, lang: str) -> str:
    header = [word(key, lang) for key in ("verdict", "instrument", "because", "source")]
    cells = [[word(one.verdict, lang), one.instrument.label(lang), _because(one, lang),
              _cites(one.decisive.reasons, lang)] for one in answer.verdicts]
    on = answer.on.isoformat()
    return _heading(f"{answer.place.label(lang)} · {on}") + _table(header, cells)


@render.register
def _(answer: Verdict, lang: str) -> str:
    about = f"{answer.instrument.label(lang)} · {answer.place.label(lang)} · {answer.on}"
    found = _heading(f"{word(answer.verdict, lang)}: {about}")
    found += _table(["", "", word("because", lang), word("source", lang)],
                    [_test_cells(name, answer.tests[name], lang) for name in TESTS])
    missing = [zh if lang == "zh" else en for zh, en in answer.missing]
    return found + (_note(f"{word('missing', lang)}: {'; '.join(missing)}") if missing else "")


def _test_cells(name: str, test: Test, lang: str) -> list[str]:
    said = "\n".join(reason.text(lang) for reason in test.reasons)
    return [word(name, lang), word(test.result, lang), said, _cites(test.reasons, lang)]


def _because(one: Verdict, lang: str) -> str:
    return "\n".join(reason.text(lang) for reason in one.decisive.reasons)


def _cites(reasons: Iterable[Reason], lang: str) -> str:
    return "\n".join(dict.fromkeys(cite(s, lang) for reason in reasons for s in reason.sources))


@render.register
def _(answer: Timeline, lang: str) -> str:
    return f'<div style="overflow:auto;max-height:40em">{timeline_svg(answer, lang)}</div>'


@render.register
def _(answer: Network, lang: str) -> str:
    counted = f"{answer.title.label(lang)}: {len(answer.nodes)} / {len(answer.edges)}"
    return _heading(counted) + _table_of(rows(answer, lang), lang)


def _table_of(found: Sequence[dict[str, Any]], lang: str) -> str:
    names = list(dict.fromkeys(name for row in found for name in row))
    header = [word(name, lang) for name in names]
    return _table(header, [[_text(row.get(name)) for name in names] for row in found])


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _table(header: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th style='text-align:left'>{_safe(name)}</th>" for name in header)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in cells[:MOST])
    more = _note(f"… +{len(cells) - MOST}") if len(cells) > MOST else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _cell(text: str) -> str:
    lines = "<br>".join(map(_safe, text.split("\n")))
    return f"<td style='text-align:left;vertical-align:top'>{lines}</td>"


def _heading(text: str) -> str:
    return f"<p><strong>{_safe(text)}</strong></p>"


def _note(text: str) -> str:
    return f"<p><em>{_safe(text)}</em></p>"


def _safe(text: str) -> str:
    """Text that is shown and never obeyed, whatever a label holds."""
    return escape(printable(text))
