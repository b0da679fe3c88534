"""What a Chinese-language document says of itself: title, number, issuers, dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kg.ingest.bodies import bodies_of_title, split_bodies
from kg.ingest.cleantext import CleanText
from kg.ingest.datewords import DATE, find_dates
from kg.ingest.gazetteer import Gazetteer, folded
from kg.ingest.history import Act, find_history, is_history
from kg.ingest.lines import Line, find_lines
from kg.ingest.rules import chinese_rules
from kg.ingest.titles import document_number, find_marked, kind_ending, one_line, squeezed

_HEAD_LINES = 60
_MAX_TITLE_LINES = 7
_DATE_LINE = re.compile(rf"[（(]?\s?({DATE})\s?[）)]?")
_NUMBER_LINE = document_number()
_ORDER_LINE = re.compile(r"(.{2,60}?)(令|公告)")
_ORDER_NUMBER = re.compile(
    r"[（(]?\s?((?:\d{4}年)?第?\s?[〇零一二三四五六七八九十百\d]{1,6}\s?号)\s?[）)]?"
)


@dataclass(frozen=True)
class Value:
    """A value with its place in the clean text, or in the raw one when `raw` is set."""

    value: str
    start: int
    end: int
    rule: str
    confidence: float = 0.95
    raw: bool = False


@dataclass(frozen=True)
class Heading:
    """The fields of a document's own heading and signature."""

    title: Value | None = None
    number: Value | None = None
    issuers: tuple[Value, ...] = ()
    adopted: Value | None = None
    promulgated: Value | None = None
    in_force: Value | None = None
    amended: tuple[Value, ...] = ()
    title_end: int = 0
    body_start: int = 0


@dataclass(frozen=True)
class _Head:
    """The lines before the text proper, with what was found in them so far."""

    clean: CleanText
    gazetteer: Gazetteer
    lines: Sequence[Line]
    title: Value | None
    title_last: int
    body: int
    history: Sequence[Act] = field(default_factory=tuple)

    @property
    def after_title(self) -> Sequence[Line]:
        return self.lines[self.title_last + 1 : self.body]


def read_heading(clean: CleanText, gazetteer: Gazetteer) -> Heading:
    """The heading of a document; what it does not say stays absent."""
    lines = find_lines(clean.text, 4_000)
    if not lines:
        return Heading()
    head = _head(clean, gazetteer, lines)
    signature = _signature(head)
    return Heading(
        title=head.title,
        number=_number(head),
        issuers=_issuers(head, signature),
        adopted=_first(head, "adopted"),
        promulgated=_promulgated(head, signature),
        in_force=_page_date(head, "in_force") or _first(head, "in_force"),
        amended=tuple(_value(act) for act in head.history if act.event == "amended"),
        title_end=lines[head.title_last].end if head.title_last >= 0 else 0,
        body_start=lines[head.body].start if head.body < len(lines) else lines[-1].end,
    )


def _head(clean: CleanText, gazetteer: Gazetteer, lines: Sequence[Line]) -> _Head:
    title, last = _title(clean, lines)
    body = _body(lines, last + 1)
    history = find_history(lines[last + 1 : body], gazetteer)
    return _Head(clean, gazetteer, lines, title, last, body, history)


# --- title ------------------------------------------------------------------------------------


def _title(clean: CleanText, lines: Sequence[Line]) -> tuple[Value | None, int]:
    """The title with the index of its last line."""
    ordered = _order_title(clean, lines)
    if ordered:
        return ordered
    stated = _stated_title(clean, lines)
    if stated:
        return stated
    if clean.raw.media == "text/markdown":
        return _value_of(lines[0], "title.heading"), 0
    return _joined_title(clean, lines, _first_title_line(lines))


def _value_of(line: Line, rule: str) -> Value:
    return Value(one_line(line.text), line.start, line.end, rule)


def _stated_title(clean: CleanText, lines: Sequence[Line]) -> tuple[Value, int] | None:
    """The title that a page's own fields state, at the line where the text repeats it."""
    for name in ("articletitle", "title"):
        for stated in (f for f in clean.fields if f.name == name):
            title = _without_site(stated.value) if clean.raw.media == "text/html" else stated.value
            if name == "title" and kind_ending(title) is None:
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
        if not _NUMBER_LINE.fullmatch(line.text) and not _DATE_LINE.fullmatch(line.text):
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
    if len(text) > 60 or text.endswith(("：", ":", "。", "；")) or _is_body_start(text):
        return True
    if _NUMBER_LINE.search(text) or _DATE_LINE.fullmatch(text) or is_history(line):
        return True
    return bool(re.fullmatch(_ORDER_NUMBER, text))


def _is_body_start(text: str) -> bool:
    return bool(re.match("|".join(chinese_rules().words["body_starts"]), text))


def _body(lines: Sequence[Line], first: int) -> int:
    """The index of the first line of the text proper."""
    for index in range(first, min(first + _HEAD_LINES, len(lines))):
        text = lines[index].text
        if _is_body_start(text) and not is_history(lines[index]):
            return index
        if len(text) > 60 and "。" in text and not is_history(lines[index]):
            return index
    return min(first + _HEAD_LINES, len(lines))


# --- number -----------------------------------------------------------------------------------


def _number(head: _Head) -> Value | None:
    """The document's own number: on a line of its own, in the page's table, in its history."""
    return (
        _number_line(head)
        or _order_number(head)
        or _page_value(head, "number")
        or _history_number(head)
    )


def _number_line(head: _Head) -> Value | None:
    for line in head.lines[: head.body]:
        text = line.text.strip("（）() \u3000")
        match = _NUMBER_LINE.search(text)
        if match and len(text) - len(match.group()) <= 12 and "《" not in text and "：" not in text:
            start = line.start + line.text.index(match.group())
            return Value(
                squeezed(match.group()), start, start + len(match.group()), "number.line", 0.98
            )
    return None


def _order_number(head: _Head) -> Value | None:
    """某某令 and 第3号, on one line or two."""
    for index, line in enumerate(head.lines[: min(head.body, 8)]):
        order = _ORDER_LINE.fullmatch(line.text)
        following = head.lines[index + 1] if index + 1 < len(head.lines) else None
        if order and following and (figure := _ORDER_NUMBER.fullmatch(following.text)):
            value = plain_number(order.group(1) + order.group(2) + figure.group(1))
            return Value(value, line.start, following.end, "number.order", 0.98)
        whole = re.fullmatch(
            r"(.{2,60}?(?:令|公告))\s?[（(]?((?:\d{4}年)?第?\s?[\d〇零一二三四五六七八九十百]+\s?号)[）)]?",
            line.text,
        )
        if whole and not is_history(line):
            return Value(
                plain_number(whole.group(1) + whole.group(2)),
                line.start,
                line.end,
                "number.order",
                0.98,
            )
    return None


def plain_number(written: str) -> str:
    """A number without spaces and without the state's name before the body's.

    >>> plain_number("某某共和国某院令 第 838 号")
    '某院令第838号'
    """
    written = squeezed(written)
    prefix = chinese_rules().patterns["state_prefix"]
    return re.sub(
        rf"(?:^|(?<=、)){prefix}(?=[\u4e00-\u9fff]{{2,}}令|[\u4e00-\u9fff]{{2,}}、)", "", written
    )


def _history_number(head: _Head) -> Value | None:
    """The number under which the text was promulgated; else that of its first act."""
    numbered = [act for act in head.history if act.number]
    first = next(
        (a for a in numbered if a.event == "promulgated"), numbered[0] if numbered else None
    )
    if first is None or first.number is None:
        return None
    return Value(plain_number(first.number), first.number_start, first.number_end, "number.history")


# --- tables on web pages ------------------------------------------------------------------------


def _page_text(head: _Head, name: str) -> tuple[str, int, int] | None:
    """What a page's table says after one of a field's names, on the same line or the next."""
    names = chinese_rules().page_fields[name]
    pattern = re.compile(rf"\s*(?:{'|'.join(_spaced(n) for n in names)})\s*[：:]\s*(.*)", re.DOTALL)
    for index, line in enumerate(head.lines[:400]):
        match = pattern.fullmatch(line.text)
        if not match:
            continue
        if match.group(1).strip():
            start = line.start + match.start(1)
            return match.group(1).strip(), start, line.end
        if index + 1 < len(head.lines) and not re.search(r"[：:]$", head.lines[index + 1].text):
            following = head.lines[index + 1]
            return following.text, following.start, following.end
    return None


def _spaced(name: str) -> str:
    return r"[\s\u3000]*".join(map(re.escape, name))


def _page_value(head: _Head, name: str) -> Value | None:
    found = _page_text(head, name)
    if found is None:
        return None
    match = _NUMBER_LINE.search(found[0])
    if not match:
        return None
    start = found[1] + match.start()
    return Value(squeezed(match.group()), start, start + len(match.group()), f"{name}.page")


def _page_date(head: _Head, name: str) -> Value | None:
    found = _page_text(head, name)
    if found is None:
        return None
    date = next(iter(find_dates(head.clean.text, found[1], found[2])), None)
    return Value(date.value, date.start, date.end, f"{name}.page") if date else None


# --- issuers ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Signature:
    """Who signed, and when, at the end of a letter or notice."""

    bodies: tuple[Value, ...] = ()
    date: Value | None = None


def _issuers(head: _Head, signature: _Signature) -> tuple[Value, ...]:
    """Who issued it: named in the title, the acts, the order, the page's table, the signature."""
    named, more = bodies_of_title(head.title.value, head.gazetteer) if head.title else ([], False)
    if named and head.title and not more:
        return tuple(_in_title(head.title, name) for name in named)
    by_acts = _act_bodies(head)
    if by_acts:
        return by_acts
    if more and len(signature.bodies) > len(named):
        return signature.bodies
    if named and head.title:
        return tuple(_in_title(head.title, name) for name in named)
    return _order_bodies(head) or _page_bodies(head) or signature.bodies


def _in_title(title: Value, name: str) -> Value:
    """A body's place inside the title, when the title stands on one line."""
    at = title.value.find(name)
    fits = at >= 0 and not title.raw and title.end - title.start == len(title.value)
    start, end = (
        (title.start + at, title.start + at + len(name)) if fits else (title.start, title.end)
    )
    return Value(name, start, end, "issuer.title", raw=title.raw)


def _act_bodies(head: _Head) -> tuple[Value, ...]:
    """A legislature adopts; others issue what they promulgate or, failing that, adopt."""
    legislature = chinese_rules().patterns["legislature"]
    acts = [act for act in head.history if act.bodies]
    adopted = [a for a in acts if a.event == "adopted"]
    by_law = [a for a in adopted if any(legislature in body for body in a.bodies)]
    promulgated = [a for a in acts if a.event == "promulgated"]
    amended = [a for a in acts if a.event == "amended"]
    for group in (by_law, promulgated, adopted, amended):
        if group:
            act = group[0]
            return tuple(
                Value(b, act.start, act.number_end or act.end, "issuer.history") for b in act.bodies
            )
    return ()


def _order_bodies(head: _Head) -> tuple[Value, ...]:
    """The bodies whose order it is: 甲部 / 乙部 / 令."""
    if chinese_rules().patterns["head_of_state_order"] in squeezed(
        "".join(l.text for l in head.lines[:2])
    ):
        return ()
    for line in head.lines[:4]:
        order = _ORDER_LINE.fullmatch(
            re.sub(r"[（(]?第?\s?[\d〇一二三四五六七八九十百]+\s?号[）)]?$", "", line.text).strip()
        )
        if order:
            names = split_bodies(order.group(1), head.gazetteer)
            return tuple(Value(name, line.start, line.end, "issuer.order") for name in names)
    return ()


def _page_bodies(head: _Head) -> tuple[Value, ...]:
    found = _page_text(head, "issuers")
    if found is None:
        return ()
    names = split_bodies(re.sub(r"[（(][^（）()]*[）)]", "", found[0]), head.gazetteer)
    return tuple(Value(name, found[1], found[2], "issuer.page") for name in names)


# --- signature and dates ------------------------------------------------------------------------


def _signature(head: _Head) -> _Signature:
    """The first signature: bodies above a line that is nothing but a date."""
    named = bodies_of_title(head.title.value, head.gazetteer)[0] if head.title else []
    fallback = _Signature()
    for index in range(head.title_last + 1, len(head.lines)):
        date = _signed_date(head, head.lines[index])
        if date is None:
            continue
        bodies = _signers(head, index)
        if any(b.value in named for b in bodies) or (bodies and not named):
            return _Signature(bodies, date)
        if bodies and fallback.date is None:
            fallback = _Signature(bodies, date)
        if not fallback.date and _may_stand_alone(head, index):
            fallback = _Signature((), date)
    return fallback


def _signed_date(head: _Head, line: Line) -> Value | None:
    """The date of a line that holds a date alone, or a body and a date."""
    if len(line.text) > 60 or "：" in line.text:
        return None
    dates = [d for d in find_dates(head.clean.text, line.start, line.end) if d.is_day]
    if len(dates) != 1:
        return None
    before = head.clean.text[line.start : dates[0].start].strip("（( \u3000\u00a0")
    after = head.clean.text[dates[0].end : line.end].strip("）) \u3000\u00a0")
    if after or (before and not split_bodies(before, head.gazetteer)):
        return None
    return Value(dates[0].value, dates[0].start, dates[0].end, "promulgated.signature")


def _signers(head: _Head, index: int) -> tuple[Value, ...]:
    """The bodies on the date's own line or on the short lines right above it."""
    line = head.lines[index]
    date = next(iter(find_dates(head.clean.text, line.start, line.end)))
    beside = split_bodies(
        head.clean.text[line.start : date.start].strip("（( \u3000\u00a0"), head.gazetteer
    )
    found = [Value(name, line.start, line.end, "issuer.signature") for name in beside]
    for above in reversed(head.lines[max(head.title_last + 1, index - 30) : index]):
        names = split_bodies(above.text, head.gazetteer) if len(above.text) <= 60 else []
        if not names:
            break
        found = [Value(name, above.start, above.end, "issuer.signature") for name in names] + found
    return tuple(found)


def _may_stand_alone(head: _Head, index: int) -> bool:
    """A date without a signer counts under the heading, or after an order's signatory."""
    is_order = head.title is not None and head.title.rule == "title.order"
    return index < head.body or is_order or index >= len(head.lines) - 3


def _first(head: _Head, event: str) -> Value | None:
    found = next((act for act in head.history if act.event == event), None)
    return _value(found) if found else None


def _value(act: Act) -> Value:
    return Value(act.date, act.start, act.end, f"{act.event}.history")


def _promulgated(head: _Head, signature: _Signature) -> Value | None:
    """When it was promulgated: its history, its signature, its page's table."""
    if found := _first(head, "promulgated"):
        return found
    if signature.date and head.title and head.title.rule == "title.order":
        return signature.date
    has_history = any(act.event in ("adopted", "amended") for act in head.history)
    if signature.date and (signature.bodies or not has_history):
        return signature.date
    return _page_date(head, "promulgated")
