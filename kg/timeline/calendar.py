"""A timeline as a calendar (iCalendar): the days on which something comes into force or ends."""

from __future__ import annotations

from datetime import timedelta

from kg.dates import PartialDate
from kg.timeline.data import cite
from kg.timeline.items import (
    Item,
    Timeline,
)

_CALENDAR_WORDS = {
    "zh": ("开始施行：", "最后一日：", "日期只知为 {}", "没有可用日期"),
    "en": ("Comes into force: ", "Last day: ", "dated only {}", "no usable date"),
}


def timeline_ics(timeline: Timeline, lang: str = "zh") -> str:
    """An iCalendar file of the days on which items come into force or end.

    A partial date covers its whole span; a date without both bounds is left out and named in a
    comment. Nothing depends on the clock: an entry is stamped with its own day.
    """
    entries: list[str] = []
    skipped: list[str] = []
    for item in timeline.items:
        for step, when in ((0, item.start), (1, item.end)):
            if when is None:
                continue
            entry = _entry(item, step, when, lang)
            entries += entry
            if not entry:
                skipped.append(f"{item.id} {when}")
    comments = [f"X-KG-COMMENT:{_ics_text(_CALENDAR_WORDS[lang][3] + ': ' + it)}" for it in skipped]
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//policykg//timeline//EN"]
    head += [f"X-WR-CALNAME:{_ics_text(timeline.title.label(lang))}", *comments]
    return "".join(_fold(line) + "\r\n" for line in [*head, *entries, "END:VCALENDAR"])


def _entry(item: Item, step: int, when: PartialDate, lang: str) -> list[str]:
    if not when.earliest or not when.latest:
        return []
    words = _CALENDAR_WORDS[lang]
    note = "" if when.precision == "day" else words[2].format(when)
    cites = [cite(source) for source in item.sources]
    return [
        "BEGIN:VEVENT",
        f"UID:{item.id.replace('/', '.')}.{('from', 'until')[step]}@policykg",
        f"DTSTAMP:{when.earliest:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{when.earliest:%Y%m%d}",
        f"DTEND;VALUE=DATE:{when.latest + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_ics_text(words[step] + item.thing.label(lang))}",
        f"DESCRIPTION:{_ics_text('; '.join(filter(None, [note, *cites])))}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _ics_text(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return "".join(char for char in text if char >= " ")


def _fold(line: str) -> str:
    """A line of at most 75 octets, continued after a space; no character is cut (RFC 5545, 3.1)."""
    pieces, piece = [], ""
    for char in line:
        if len((piece + char).encode()) > 74:
            pieces.append(piece)
            piece = ""
        piece += char
    return "\r\n ".join([*pieces, piece])
