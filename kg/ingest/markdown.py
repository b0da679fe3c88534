"""Markdown without its marks, and the front matter before it."""

from __future__ import annotations

import re

from kg.ingest.mapped import Edit, edited, from_raw, retyped
from kg.ingest.visible import Field, Visible

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n")
_FRONT_END = re.compile(r"(?m)^---[ \t]*\r?$")
_MARKS = re.compile(
    r"(?m)^#{1,6}[ \t]+|^[ \t]{0,3}>[ \t]?|\*\*|__|<!--.{0,500}?-->"
    r"|^[ \t]*\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*$"
    r"|<style\b[^<>]{0,300}>[^<]{0,20000}</style>"
    r"|</?(?:p|div|span|b|i|u|center|font|a|sup|sub|strong|em|img|hr|table|thead|tbody|tr|td|th"
    r"|ul|ol|li|h[1-6]|blockquote|pre)\b[^<>]{0,300}>"
    r"|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])|\\(?=[][_*#\\()])"
)
_BREAK = re.compile(r"<br[ \t]*/?>")
_ROW = re.compile(r"(?m)^[ \t]*\|.*\|[ \t]*$")
_BETWEEN_CELLS = re.compile(r"(?<!\\)\|")
_LINK = re.compile(r"!?\[([^][\n]{1,300})\]\(([^()\s]{0,500})\)")


def read_markdown(text: str) -> Visible:
    """Markdown without its marks; front matter becomes fields."""
    body, fields = _front_matter(text)
    whole = from_raw(text)
    edits = [Edit(0, body, "")] if body else []
    edits += [Edit(m.start(), m.end(), "") for m in _MARKS.finditer(text, body)]
    without = edited(whole, edits)
    without = retyped(without, _broken(without.text))
    links = [
        edit
        for m in _LINK.finditer(without.text)
        for edit in (Edit(m.start(), m.start(1), ""), Edit(m.end(1), m.end(), ""))
    ]
    return Visible(edited(without, links), tuple(fields))


def _broken(text: str) -> str:
    """As long a text with new lines for breaks inside a line and between the cells of a table's row."""
    rows = _ROW.sub(lambda row: _BETWEEN_CELLS.sub("\n", row.group()), text)
    return _BREAK.sub(lambda mark: "\n".ljust(len(mark.group())), rows)


def _front_matter(text: str) -> tuple[int, list[Field]]:
    """Where the body begins, and the simple `key: value` entries before it."""
    opened = _FRONT.match(text)
    closed = _FRONT_END.search(text, opened.end(), opened.end() + 20_000) if opened else None
    if not opened or not closed:
        return 0, []
    entry = re.compile(r"(?m)^([A-Za-z_]+):[ \t]*((?:.*)(?:\n[ \t]+.*)*)")
    fields = [
        Field(m.group(1).lower(), _scalar(m.group(2)), m.start(2), m.end(2))
        for m in entry.finditer(text, opened.end(), closed.start())
    ]
    return closed.end(), [f for f in fields if f.value]


def _scalar(written: str) -> str:
    """A YAML scalar as plain text on one line."""
    import yaml

    try:
        value = yaml.load(written, Loader=yaml.BaseLoader)
    except yaml.YAMLError:
        value = written
    return " ".join(value.split()) if isinstance(value, str) else ""
