"""The lines of a document before its text proper: title, number, acts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kg.ingest.cleantext import CleanText
from kg.ingest.datewords import DATE
from kg.ingest.gazetteer import Gazetteer
from kg.ingest.history import Act, is_history
from kg.ingest.lines import Line
from kg.ingest.rules import chinese_rules
from kg.ingest.titles import document_number
from kg.ingest.values import Value

_HEAD_LINES = 60
DATE_LINE = re.compile(rf"[（(]?\s?({DATE})\s?[）)]?")
NUMBER_LINE = document_number()
ORDER_LINE = re.compile(r"(.{2,60}?)(令|公告)")
ORDER_NUMBER = re.compile(
    r"[（(]?\s?((?:\d{4}年)?第?\s?[〇零一二三四五六七八九十百\d]{1,6}\s?号)\s?[）)]?"
)
# A number that stands before the title on its line.
NUMBER_ALONE = re.compile(
    r"[\u4e00-\u9fff、 \u3000]{2,40}?(?:公告|通告|令)\s?[〔\[（(]?(?:\d{4}\s?[年〕\]）)])?\s?第?\s?\d+\s?号"
)
NUMBER_BEHIND = re.compile(rf"\s*[（(]({NUMBER_LINE.pattern})[）)]\s*")
NUMBER_BEFORE = re.compile(NUMBER_ALONE.pattern + r"[ \u3000\u00a0]*(?=关于|《)")


# A numbered part of the text, which may name the days of others: 一、废止《…》（1992年…通过）.
_NUMBERED = re.compile(r"[一二三四五六七八九十]{1,3}、")


@dataclass(frozen=True)
class Head:
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


def is_body_start(text: str) -> bool:
    return bool(re.match("|".join(chinese_rules().words["body_starts"]), text))


def body_line(lines: Sequence[Line], first: int) -> int:
    """The index of the first line of the text proper."""
    for index in range(first, min(first + _HEAD_LINES, len(lines))):
        text = lines[index].text
        if is_body_start(text) and (_NUMBERED.match(text) or not is_history(lines[index])):
            return index
        if len(text) > 60 and "。" in text and not is_history(lines[index]):
            return index
    return min(first + _HEAD_LINES, len(lines))
