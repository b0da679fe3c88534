"""A document's own number: on a line, in an order, in its page's table, in its history."""

from __future__ import annotations

import re

from kg.ingest.head import NUMBER_BEHIND, NUMBER_LINE, ORDER_LINE, ORDER_NUMBER, Head
from kg.ingest.history import is_history
from kg.ingest.pagetable import page_value
from kg.ingest.rules import chinese_rules
from kg.ingest.titles import squeezed
from kg.ingest.values import Value


def own_number(head: Head) -> Value | None:
    """The document's own number: on a line of its own, in the page's table, in its history."""
    return (
        _number_line(head)
        or _number_before_title(head)
        or _number_behind_title(head)
        or _order_number(head)
        or page_value(head, "number")
        or _history_number(head)
    )


def _number_line(head: Head) -> Value | None:
    for line in head.lines[: head.body]:
        text = line.text.strip("（）() \u3000")
        match = NUMBER_LINE.search(text)
        if match and len(text) - len(match.group()) <= 12 and "《" not in text and "：" not in text:
            start = line.start + line.text.index(match.group())
            return Value(
                squeezed(match.group()), start, start + len(match.group()), "number.line", 0.98
            )
    return None


def _number_behind_title(head: Head) -> Value | None:
    """A number in brackets behind the title: 关于…的通知（某发〔2020〕1号）."""
    if head.title is None or head.title.raw:
        return None
    match = NUMBER_BEHIND.match(head.clean.text, head.title.end)
    return Value(squeezed(match.group(1)), *match.span(1), "number.behind-title") if match else None


def _number_before_title(head: Head) -> Value | None:
    """A number on the title's own line: 某部公告2020年第9号 关于…."""
    if head.title is None or head.title.raw:
        return None
    first = head.clean.text.rfind("\n", 0, head.title.start) + 1
    before = head.clean.text[first : head.title.start]
    number = re.search(r"[^：:】\s]+(?:\s[^：:】\s]+)*\s*$", before)
    if not number or not re.search(r"\d\s?号\s*$", before):
        return None
    start = first + number.start()
    return Value(plain_number(number.group()), start, first + len(before.rstrip()), "number.title")


def _order_number(head: Head) -> Value | None:
    """某某令 and 第3号, on one line or two."""
    near = range(max(head.title_last + 1, 0), min(head.body, head.title_last + 9))
    for index in sorted({*range(min(head.body, 8)), *near}):
        line = head.lines[index]
        order = ORDER_LINE.fullmatch(line.text)
        following = head.lines[index + 1] if index + 1 < len(head.lines) else None
        if order and following and (figure := ORDER_NUMBER.fullmatch(following.text)):
            value = plain_number(order.group(1) + order.group(2) + figure.group(1))
            return Value(value, line.start, following.end, "number.order", 0.98)
        whole = re.fullmatch(
            r"(.{2,60}?(?:令|公告))\s?[（(]?((?:\d{4}年)?第?\s?[\d〇零一二三四五六七八九十百]+\s?号)[）)]?",
            line.text,
        )
        if whole and not is_history(line) and not re.search("[：:】]", line.text):
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


def _history_number(head: Head) -> Value | None:
    """The number under which the text was promulgated; else that of its first act."""
    numbered = [act for act in head.history if act.number]
    first = next(
        (a for a in numbered if a.event == "promulgated"), numbered[0] if numbered else None
    )
    if first is None or first.number is None:
        return None
    return Value(plain_number(first.number), first.number_start, first.number_end, "number.history")
