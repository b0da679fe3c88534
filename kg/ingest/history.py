"""The dates at the head of a legal text: when it was adopted, promulgated, amended."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.ingest.bodies import bodies_of_act
from kg.ingest.datewords import WrittenDate, find_dates
from kg.ingest.gazetteer import Gazetteer
from kg.ingest.lines import Line
from kg.ingest.rules import alternation, chinese_rules
from kg.ingest.titles import find_marked, kind_ending, masked, squeezed

_MAX_LINE = 900


@dataclass(frozen=True)
class Act:
    """One step of a text's life: what was done, when, by whom, under which number."""

    event: str  # "adopted", "promulgated", "amended", "approved", "in_force"
    date: str
    start: int
    end: int
    bodies: tuple[str, ...] = ()
    number: str | None = None
    number_start: int = 0
    number_end: int = 0
    is_approved: bool = False  # amended by what a higher body approved on this day
    is_anew: bool = False  # promulgated anew, as amended


def find_history(lines: Sequence[Line], gazetteer: Gazetteer) -> list[Act]:
    """The acts that the heading lines of a text tell of, in order."""
    return [a for line in _whole_lines(lines) if is_history(line) for a in acts_of(line, gazetteer)]


def _whole_lines(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines; one that gives a day and a body but no act goes on in the next."""
    at = 0
    while at < len(lines):
        line = lines[at]
        following = lines[at + 1] if at + 1 < len(lines) else None
        if following and _is_unfinished(line.text) and _finishes(following.text):
            gap = " " * (following.start - line.end)
            line = Line(line.text + gap + following.text, line.start, following.end)
            at += 1
        yield line
        at += 1


def _is_unfinished(text: str) -> bool:
    """Whether a line breaks off behind a day and a body."""
    date = next(_act_dates(text), None)
    if date is None or date.start > 2 or len(text) > 60:
        return False
    said = text[date.end :].strip(" \u3000)）")
    return len(said) > 1 and not re.search(_verbs(), said)


def _finishes(text: str) -> bool:
    is_title = "关于" in text and kind_ending(text) is not None
    is_short = len(text) < 120 and not re.search("[：:]$", text) and not is_title
    return is_short and bool(re.search(_verbs(), text)) and not _begins_anew(text)


def _begins_anew(text: str) -> bool:
    """Whether a line begins with a day of its own."""
    date = next(_act_dates(text), None)
    return date is not None and date.start < 3


def _verbs() -> str:
    return alternation(verb for words in chinese_rules().history.values() for verb in words)


def is_history(line: Line) -> bool:
    """Whether a line tells of adoption, promulgation and the like, not of rules."""
    if len(line.text) > _MAX_LINE or "。" in line.text.rstrip("。）) "):
        return False
    shown = masked(line.text, find_marked(line.text))
    first = next(_act_dates(shown), None)
    if first is None or first.start > 45:
        return False
    return bool(re.search(_verbs(), shown[first.end :]))


def _act_dates(shown: str) -> Iterator[WrittenDate]:
    """The dates that an act can have: at least to the month."""
    return (date for date in find_dates(shown) if len(date.value) > 4)


def acts_of(line: Line, gazetteer: Gazetteer) -> Iterator[Act]:
    """What a line tells of each of its days."""
    shown = masked(line.text, find_marked(line.text))
    dates = list(_act_dates(shown))
    ends = [*(date.start for date in dates[1:]), len(shown)]
    said = [shown[date.end : end] for date, end in zip(dates, ends, strict=False)]
    for date, words, event in zip(dates, said, _events(said), strict=True):
        if event:
            yield _act(line, date, words, event, gazetteer)


def _events(said: Sequence[str]) -> Sequence[str | None]:
    """What was done on each date; a meeting named without a verb shares the next one's."""
    found: list[str | None] = []
    following: str | None = None
    for words in reversed(said):
        joins = re.search(r"会议\s?[、，,和及]\s?$", words) is not None
        event = _event(words) or (following if joins else None)
        found.append(event)
        following = event
    return found[::-1]


def _event(said: str) -> str | None:
    """What was done; 修订发布 issues a text anew, a revision that was adopted is a revision.

    What some body 通过的《…》 is another text, whose day is not this one's.
    """
    history = chinese_rules().history
    if _is_anew(said):
        return "promulgated"
    for event in ("amended", "adopted", "promulgated", "approved", "in_force"):
        verb = re.search(alternation(history[event]), said)
        if verb:
            return None if said.startswith("的《", verb.end()) else event
    return None


def _is_anew(said: str) -> bool:
    history = chinese_rules().history
    amended, promulgated = (alternation(history[event]) for event in ("amended", "promulgated"))
    return re.search(rf"(?:{amended})后?(?:重新)?(?:{promulgated})", said) is not None


def _act(line: Line, date: WrittenDate, said: str, event: str, gazetteer: Gazetteer) -> Act:
    number = re.search(r"[^\s，,、（(]*" + chinese_rules().patterns["order"], said)
    has_figure = number is not None and re.search(
        r"第?\s?[〇零一二三四五六七八九十百\d]+\s?号", number.group()
    )
    verb = re.search(alternation(chinese_rules().history[event]), said)
    written = said[: verb.start()] if verb else said
    offset = line.start + date.end
    return Act(
        event=event,
        date=date.value,
        start=line.start + date.start,
        end=line.start + date.end,
        bodies=tuple(bodies_of_act(written, gazetteer)),
        number=squeezed(_joint(number, said)) if number and has_figure else None,
        number_start=offset + (number.start() if number else 0),
        number_end=offset + (number.end() if number else 0),
        is_anew=event == "promulgated" and _is_anew(said),
        is_approved=event == "amended" and bool(re.search(_approved(), written)),
    )


def _approved() -> str:
    return rf"(?:{alternation(chinese_rules().history['approved'])})的?(?:《|关于)"


def _joint(number: re.Match[str], said: str) -> str:
    """An order's number with every body before it: 甲部、乙署令第4号."""
    before = re.search(r"[\u4e00-\u9fff、 \u3000]*$", said[: number.start()])
    bodies = re.split(r"[、 \u3000]+", before.group().strip()) if before else []
    return "、".join([*(body for body in bodies if body), number.group()])
