"""The title that a document gives itself: by its page, its order or its first lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kg.ingest.cleantext import CleanText
from kg.ingest.gazetteer import folded
from kg.ingest.head import (
    DATE_LINE,
    NUMBER_ALONE,
    NUMBER_BEFORE,
    NUMBER_BEHIND,
    NUMBER_LINE,
    ORDER_LINE,
    ORDER_NUMBER,
    is_body_start,
)
from kg.ingest.history import is_history
from kg.ingest.lines import Line
from kg.ingest.rules import alternation, chinese_rules
from kg.ingest.titles import find_marked, kind_ending, one_line, squeezed
from kg.ingest.values import Value

_MAX_TITLE_LINES = 7
_MAX_TITLE = 300
_MAX_PAGE = 400
_HEAD = 60
_FIELD = r"[\u4e00-\u9fff\s]{2,8}[：:]"
"""A field of a page, such as 发布时间：…."""
_MARK_BEFORE = re.compile(r"[（(]转(?:载|发)?[）)]\s*")
_MARK_AFTER = re.compile(r"\s*[_|｜-][^_|｜-]{2,20}网(?:站)?$")
_NUMBER_AFTER = re.compile(rf"\s+{NUMBER_LINE.pattern}$")
_CUT = re.compile(r"\s*(?:\.{3}|…)+$")
_LETTERHEAD = re.compile(r"[^，。；：《》关]{2,30}[部委局会院府厅办署行]文件")
_WITH_BODY = re.compile(r"[^，。；：关印转批]{2,60}?(?:关于|印发|转发|批转)")
_ISSUERS = r"[\u4e00-\u9fff、,·]{2,120}"
_NOTICES = ("通知", "公告", "通告", "决定", "批复", "函", "令")
_ORDERS = ("令", "命令", "公告", None)
_ISSUING = "(?:印发|转发|批转|发布|公布)[^。；]{0,40}《?"


def own_title(clean: CleanText, lines: Sequence[Line]) -> tuple[Value | None, int]:
    """The title with the index of its last line."""
    title, last = _whole_title(clean, lines)
    if title is None:
        return None, last
    title = _without_marks(title)
    return _fuller_title(title, lines, last + 1) or (title, last)


def _without_marks(title: Value) -> Value:
    """The title without what a page puts at its ends: （转载）…, …_某某网, … 某发〔2020〕1号."""
    before = _MARK_BEFORE.match(title.value)
    first = before.end() if before else 0
    value = title.value[first:]
    for mark in (_MARK_AFTER, NUMBER_BEHIND, _NUMBER_AFTER):
        last = [m for m in mark.finditer(value) if m.end() == len(value)]
        value = value[: last[0].start()] if last else value
    if value == title.value or not kind_ending(value):
        return title
    if title.raw or title.end - title.start != len(title.value):
        return replace(title, value=value)
    start = title.start + first
    return replace(title, value=value, start=start, end=start + len(value))


def _whole_title(clean: CleanText, lines: Sequence[Line]) -> tuple[Value | None, int]:
    found = (
        _order_title(lines)
        or _with_notice(_stated_title(clean, lines), lines)
        or _labelled_title(clean, lines)
        or _issued_title(lines)
    )
    if found:
        return found
    heading = lines[0].text
    if clean.raw.media == "text/markdown" and len(heading) <= _MAX_TITLE and not _is_way(heading):
        return _value_of(lines[0], "title.heading"), 0
    title, last = _joined_title(lines, _first_title_line(clean, lines))
    if title is None:
        return title, last
    if title.rule == "title.first-line":
        return _later_title(lines, last + 1) or (title, last)
    return title, last


def _is_way(text: str) -> bool:
    """Whether a line is the way through a site's sections to the page: 首页 > 动态 > 公告."""
    return bool(re.search(r"\S\s*[>＞›»]\s*\S", text)) or text.count("》") > text.count("《")


def _later_title(lines: Sequence[Line], first: int) -> tuple[Value, int] | None:
    """Behind a page's buttons, the first line that reads like the title of an act."""
    for index in range(first, min(first + _HEAD, len(lines))):
        text = lines[index].text
        if is_body_start(text):
            return None
        if "关于" in text and kind_ending(text) and len(text) <= _MAX_TITLE and not _is_way(text):
            return _value_of(lines[index], "title.later"), index
    return None


def _fuller_title(title: Value, lines: Sequence[Line], first: int) -> tuple[Value, int] | None:
    """The title with its issuers, of which a page's heading is the end: on a line, or above the number."""
    for index in range(first, min(first + _HEAD, len(lines))):
        if is_body_start(lines[index].text):
            return None
        alone = _title_of(lines, index, index)
        if _is_fuller(alone, title):
            return alone, index
        if NUMBER_LINE.fullmatch(lines[index].text):
            begin = max(first, index - _MAX_TITLE_LINES)
            found = (_title_of(lines, at, index - 1) for at in range(index - 1, begin - 1, -1))
            return next(((one, index - 1) for one in found if _is_fuller(one, title)), None)
    return None


def _is_fuller(title: Value, other: Value) -> bool:
    """Whether a title is another one with its issuers before it."""
    whole, end = folded(title.value), folded(other.value)
    return whole.endswith(end) and re.fullmatch(_ISSUERS, whole.removesuffix(end)) is not None


def _value_of(line: Line, rule: str) -> Value:
    """The title on a line; a number before it is none of it: 某部公告2020年第9号 关于…."""
    number = NUMBER_BEFORE.match(line.text)
    start = number.end() if number else 0
    return Value(one_line(line.text[start:]), line.start + start, line.end, rule)


def _stated_title(clean: CleanText, lines: Sequence[Line]) -> tuple[Value, int] | None:
    """The title that a page's own fields state, at the line where the text repeats it."""
    for name in ("articletitle", "title"):
        for stated in (f for f in clean.fields if f.name == name):
            title = _without_site(stated.value) if clean.raw.media == "text/html" else stated.value
            whole = _whole_of_cut(title, lines)
            if whole:
                return whole
            if len(title) > _MAX_TITLE or (name == "title" and not _may_be_title(title)):
                continue
            found = _find_title(title, lines)
            if found:
                return found
            value = Value(one_line(title), stated.start, stated.end, "title.field", raw=True)
            return value, 0
    return None


def _may_be_title(page_title: str) -> bool:
    """Whether a page's title is a document's, not a section's of the site: 通知公告."""
    section = rf"(?:{alternation(chinese_rules().words['section_words'])})+"
    return kind_ending(page_title) is not None and not re.fullmatch(section, page_title)


def _with_notice(
    found: tuple[Value, int] | None, lines: Sequence[Line]
) -> tuple[Value, int] | None:
    """The notice that issues what a page is named after, when the text begins with it.

    It stands before the title that the enclosed text bears again, or shortly behind the page's.
    """
    if found is None or kind_ending(found[0].value) in _NOTICES:
        return found
    issuing = re.compile(_ISSUING + re.escape(folded(found[0].value)) + "》?的(?:通知|公告|通告)$")
    for last in range(min(found[1] + 13, len(lines))):
        if last > found[1] and (len(lines[last].text) > 200 or is_body_start(lines[last].text)):
            break
        if issuing.search(folded(lines[last].text)):
            begin = _begin_of_title(lines, max(0, last - _MAX_TITLE_LINES), last)
            return _title_of(lines, begin, last), last
    return found


def _begin_of_title(lines: Sequence[Line], first: int, last: int) -> int:
    """The line with which a title begins that ends on another: bodies, then 关于…."""
    if _WITH_BODY.match(lines[last].text):
        return last
    while last > first and not _ends_title(lines[last - 1]):
        last -= 1
    return last


def _labelled_title(clean: CleanText, lines: Sequence[Line]) -> tuple[Value, int] | None:
    """The title that a table names so: 【标题】…, 原标题：…."""
    names = alternation(chinese_rules().page_fields["title"])
    label = re.compile(rf"(?:【(?:{names})】|(?:{names})\s*[：:])\s*")
    for index, line in enumerate(lines[:40]):
        match = label.match(line.text)
        if match and not line.text[match.end() :] and index + 1 < len(lines):
            index, line, at = index + 1, lines[index + 1], 0
        elif match:
            at = match.end()
        if match and kind_ending(line.text[at:]):
            return _value_of(Line(line.text[at:], line.start + at, line.end), "title.label"), index
    return None


def _issued_title(lines: Sequence[Line]) -> tuple[Value, int] | None:
    """The title in a headline that tells who issued it: 某厅印发《关于…的意见》."""
    for index, line in enumerate(lines[:6]):
        headline = re.fullmatch(
            r"[^《》，。：]{2,60}?(?:印发|发布|公布)了?《([^《》]{6,120})》", line.text
        )
        if headline and kind_ending(headline.group(1)):
            start, end = (line.start + at for at in headline.span(1))
            return Value(one_line(headline.group(1)), start, end, "title.headline"), index
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


def _whole_of_cut(title: str, lines: Sequence[Line]) -> tuple[Value, int] | None:
    """The title of which a page states only the begin: 某县人民政府关于…工作的 ..."""
    begin = folded(_CUT.sub("", title))
    if begin == folded(title):
        return None
    for index, line in enumerate(lines[:_MAX_PAGE]):
        if folded(line.text).startswith(begin) and kind_ending(line.text) and len(line.text) <= _MAX_TITLE:
            return _value_of(line, "title.page"), index
    return None


def _order_title(lines: Sequence[Line]) -> tuple[Value, int] | None:
    """The title of a text that an order promulgates: 某某令 / 第3号 / 《…》已经…通过，现予公布."""
    for index, line in enumerate(lines[:_MAX_PAGE]):
        joined = squeezed(line.text)
        order = re.fullmatch(
            r"(.{0,60}?)(?:令|公告)(?:[（(〔]?(?:\d{4}年)?第?[〇零一二三四五六七八九十百\d]+号[）)〕]?)?",
            joined,
        )
        if not order or "关于" in joined or kind_ending(joined) not in _ORDERS:
            continue
        for later in range(index + 1, min(index + 6, len(lines))):
            titles = find_marked(lines[later].text)
            if titles and _promulgates(lines[later].text, at_head=index < 4 and "令" in joined):
                start = lines[later].start
                value = Value(
                    titles[0].text, start + titles[0].start, start + titles[0].end, "title.order"
                )
                return value, index - 1
    return None


def _promulgates(text: str, *, at_head: bool) -> bool:
    """Whether a sentence promulgates what it names; under a page's order it begins with it."""
    if at_head:
        return bool(re.search("公布|发布|颁布|施行|通过", text))
    return text.startswith("《") and bool(re.search("现予|予以公布|予以发布|现公布|现发布", text))


def _first_title_line(clean: CleanText, lines: Sequence[Line]) -> int:
    """Past banners, tables such as 索引号：… and a news agency's words to where a title may begin."""
    stated = {f.value for f in clean.fields if f.name == "title" and not _may_be_title(f.value)}
    for index, line in enumerate(lines[:40]):
        if is_body_start(line.text):
            break
        if (
            line.text in stated
            or _is_way(line.text)
            or re.match(f"{_FIELD}|【", line.text)
            or _LETTERHEAD.fullmatch(line.text)
            or len(line.text) < 2
        ):
            continue
        if re.search(r"[：:]$|。.", line.text) and not is_history(line):
            continue
        if any(p.fullmatch(line.text) for p in (NUMBER_LINE, NUMBER_BEHIND, DATE_LINE)):
            continue
        if not _is_order_number(lines, index):
            return index
    return -1


def _is_order_number(lines: Sequence[Line], index: int) -> bool:
    """Whether a line gives an announcement's number above its title: 某局公告 / 2015年第74号."""
    after = [line.text for line in lines[index + 1 : index + 3]]
    if NUMBER_ALONE.fullmatch(lines[index].text):
        return any("关于" in text for text in after[:1])
    if ORDER_NUMBER.fullmatch(lines[index].text):
        return True
    is_order = ORDER_LINE.fullmatch(lines[index].text) is not None
    return (
        is_order
        and len(after) == 2
        and bool(ORDER_NUMBER.fullmatch(after[0]))
        and "关于" in after[1]
    )


def _joined_title(lines: Sequence[Line], first: int) -> tuple[Value | None, int]:
    """Title lines up to the number, the addressee or the text; as many as end like a title."""
    if first < 0:
        return None, -1
    last = first
    while last + 1 < min(first + _MAX_TITLE_LINES, len(lines)) and not _ends_title(lines[last + 1]):
        last += 1
    for end in range(last, first - 1, -1):
        title = _title_of(lines, first, end)
        if kind_ending(title.value) and len(title.value) <= _MAX_TITLE and "。" not in title.value:
            return title, end
    text = one_line(lines[first].text)
    if len(text) > 80 or re.search("[。；《]|[：:]$", text):
        return None, -1
    return Value(text, lines[first].start, lines[first].end, "title.first-line", 0.5), first


def _title_of(lines: Sequence[Line], first: int, last: int) -> Value:
    if first == last:
        return _value_of(lines[first], "title.lines")
    text = _joined([line.text for line in lines[first : last + 1]])
    return Value(text, lines[first].start, lines[last].end, "title.lines")


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
    if re.match(_FIELD, text):
        return True
    return bool(re.fullmatch(ORDER_NUMBER, text))
