"""The title that a document gives itself: by its page, its order or its first lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.ingest.cleantext import CleanText
from kg.ingest.gazetteer import folded
from kg.ingest.head import DATE_LINE, NUMBER_LINE, ORDER_NUMBER, is_body_start
from kg.ingest.history import is_history
from kg.ingest.lines import Line
from kg.ingest.titles import find_marked, kind_ending, one_line, squeezed
from kg.ingest.values import Value

_MAX_TITLE_LINES = 7
_MAX_TITLE = 300


def own_title(clean: CleanText, lines: Sequence[Line]) -> tuple[Value | None, int]:
    """The title with the index of its last line."""
    ordered = _order_title(clean, lines)
    if ordered:
        return ordered
    stated = _stated_title(clean, lines)
    if stated:
        return stated
    if clean.raw.media == "text/markdown" and len(lines[0].text) <= _MAX_TITLE:
        return _value_of(lines[0], "title.heading"), 0
    return _joined_title(clean, lines, _first_title_line(lines))


def _value_of(line: Line, rule: str) -> Value:
    return Value(one_line(line.text), line.start, line.end, rule)


def _stated_title(clean: CleanText, lines: Sequence[Line]) -> tuple[Value, int] | None:
    """The title that a page's own fields state, at the line where the text repeats it."""
    for name in ("articletitle", "title"):
        for stated in (f for f in clean.fields if f.name == name):
            title = _without_site(stated.value) if clean.raw.media == "text/html" else stated.value
            if len(title) > _MAX_TITLE or (name == "title" and kind_ending(title) is None):
                continue
            found = _find_title(title, lines)
            if found:
                return found
            value = Value(one_line(title), stated.start, stated.end, "title.field", raw=True)
            return value, 0
    return None


def _without_site(title: str) -> str:
    """A page title without the site's name: the longest part that ends like a title."""
    parts = [
        p.strip() for p in re.split(r"\s*[_|｜]\s*|\s+[-–—]+\s*|\s*[-–—]+\s+", title) if p.strip()
    ]
    named = [p for p in parts if kind_ending(p)]
    return max(named, key=len) if named else title.strip()


def _find_title(title: str, lines: Sequence[Line]) -> tuple[Value, int] | None:
    """The last place in the first lines where a title stands, on one line or on several."""
    key = folded(title)
    for first in range(min(len(lines), 400) - 1, -1, -1):
        if not key.startswith(folded(lines[first].text)):
            continue
        for last in range(first, min(first + _MAX_TITLE_LINES, len(lines))):
            if folded("".join(line.text for line in lines[first : last + 1])) == key:
                value = Value(one_line(title), lines[first].start, lines[last].end, "title.page")
                return value, last
    return None


def _order_title(clean: CleanText, lines: Sequence[Line]) -> tuple[Value, int] | None:
    """The title of a text that an order promulgates: 某某令 / 第3号 / 《…》已经…通过，现予公布."""
    for index, line in enumerate(lines[:4]):
        joined = squeezed(line.text)
        order = re.fullmatch(
            r"(.{2,60}?)令(?:[（(]?第?[〇零一二三四五六七八九十百\d]+号[）)]?)?", joined
        )
        if not order or kind_ending(joined) not in ("令", "命令", None):
            continue
        for later in range(index + 1, min(index + 6, len(lines))):
            titles = find_marked(lines[later].text)
            if titles:
                start = lines[later].start
                value = Value(
                    titles[0].text, start + titles[0].start, start + titles[0].end, "title.order"
                )
                return value, index - 1
    return None


def _first_title_line(lines: Sequence[Line]) -> int:
    """Past banners and tables such as 索引号：… to where a title may begin."""
    for index, line in enumerate(lines[:40]):
        if re.match(r"[\u4e00-\u9fff\s]{2,8}[：:]", line.text) or len(line.text) < 2:
            continue
        if not NUMBER_LINE.fullmatch(line.text) and not DATE_LINE.fullmatch(line.text):
            return index
    return 0


def _joined_title(clean: CleanText, lines: Sequence[Line], first: int) -> tuple[Value | None, int]:
    """Title lines up to the number, the addressee or the text; as many as end like a title."""
    last = first
    while last + 1 < min(first + _MAX_TITLE_LINES, len(lines)) and not _ends_title(lines[last + 1]):
        last += 1
    for end in range(last, first - 1, -1):
        text = _joined([line.text for line in lines[first : end + 1]])
        if kind_ending(text):
            return Value(text, lines[first].start, lines[end].end, "title.lines"), end
    text = one_line(lines[first].text)
    if len(text) > 80 or re.search("[。；《]", text):
        return None, first - 1
    return Value(text, lines[first].start, lines[first].end, "title.first-line", 0.5), first


def _joined(texts: Sequence[str]) -> str:
    """Lines of one title; between Latin words the line break was a space."""
    joined = texts[0]
    for text in texts[1:]:
        latin = joined[-1].isascii() and text[0].isascii()
        joined += (" " if latin else "") + text
    return one_line(joined)


def _ends_title(line: Line) -> bool:
    """Whether a line cannot belong to the title above it."""
    text = line.text
    if len(text) > 60 or text.endswith(("：", ":", "。", "；")) or is_body_start(text):
        return True
    if NUMBER_LINE.search(text) or DATE_LINE.fullmatch(text) or is_history(line):
        return True
    return bool(re.fullmatch(ORDER_NUMBER, text))
