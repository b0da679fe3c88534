"""What a Chinese-language document says of itself: title, number, issuers, dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kg.ingest.cleantext import CleanText
from kg.ingest.datewords import DATE, find_dates
from kg.ingest.gazetteer import Gazetteer, folded
from kg.ingest.head import Head, body_line
from kg.ingest.history import Act, acts_of, find_history
from kg.ingest.lines import Line, find_lines
from kg.ingest.ownissuers import issuers
from kg.ingest.ownnumber import own_number
from kg.ingest.owntitle import own_title
from kg.ingest.pagetable import page_date
from kg.ingest.signature import Signature, signature_of
from kg.ingest.titles import kind_ending
from kg.ingest.values import Value

# Titles of what one body writes to others, in which another text may be enclosed.
LETTERS = ("通知", "公告", "通告", "函", "复函", "批复", "意见")
_MAX_ORDER = 20
_MAX_IMPRINT = 60
_PASSED = re.compile("《([^《》]{2,100})》(?:[（(][^（）()]{1,30}[）)])?(?:已|业)")


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
    approved: Value | None = None
    approved_by: tuple[str, ...] = ()
    signed_at: int | None = None
    title_end: int = 0
    body_start: int = 0


def read_heading(clean: CleanText, gazetteer: Gazetteer) -> Heading:
    """The heading of a document; what it does not say stays absent."""
    lines = find_lines(clean.text, 4_000)
    if not lines:
        return Heading()
    head = _head(clean, gazetteer, lines)
    signature = signature_of(head)
    return Heading(
        title=head.title,
        number=own_number(head),
        issuers=issuers(head, signature),
        adopted=_adopted(head),
        promulgated=_promulgated(head, signature),
        in_force=_in_force(head),
        amended=tuple(map(_value, _amended(head))),
        approved=_first(head, "approved"),
        approved_by=tuple(b for act in head.history if act.event == "approved" for b in act.bodies),
        signed_at=_signed_at(head, signature),
        title_end=lines[head.title_last].end if head.title_last >= 0 else 0,
        body_start=lines[head.body].start if head.body < len(lines) else lines[-1].end,
    )


def _head(clean: CleanText, gazetteer: Gazetteer, lines: Sequence[Line]) -> Head:
    title, last = own_title(clean, lines)
    body = body_line(lines, last + 1)
    told = lines[last + 1 : body]
    if title is not None and title.rule == "title.order":
        begin = _own_line(title, lines, last + 1)
        body = max(body, body_line(lines, begin))
        told = [line for line in lines[last + 1 : body] if not line.start <= title.start < line.end]
    history = [_of_place(act, title) for act in find_history([*_of_itself(told, title)], gazetteer)]
    return Head(clean, gazetteer, lines, title, last, body, history)


def _of_place(act: Act, title: Value | None) -> Act:
    """市人大常委会 in the head of a city's text is that city's."""
    place = re.match(r"[\u4e00-\u9fff]{2,6}?([省市县区])", title.value) if title else None
    if place is None:
        return act
    bodies = (place.group() + b[1:] if b[0] == place.group(1) else b for b in act.bodies)
    return replace(act, bodies=tuple(bodies))


def _of_itself(lines: Iterable[Line], title: Value | None) -> Iterator[Line]:
    """The head's lines that tell of the text itself, not of what a notice encloses."""
    is_letter = title is not None and kind_ending(title.value) in LETTERS
    for line in lines:
        if is_letter and line.text.endswith(("：", ":")):
            return
        if not _tells_of_another(line, title):
            yield line


def _tells_of_another(line: Line, title: Value | None) -> bool:
    """Whether a notice's line tells when the text that it issues was adopted: 《…》已经…通过."""
    named = _PASSED.match(line.text)
    if title is None or title.rule == "title.order" or named is None:
        return False
    return folded(named.group(1)) != folded(title.value)


def _in_force(head: Head) -> Value | None:
    """When it begins: by its page's table, its history, its order."""
    ordered = map(_value, _told_by_order(head, "in_force"))
    return page_date(head, "in_force") or _first(head, "in_force") or next(ordered, None)


def _signed_at(head: Head, signature: Signature) -> int | None:
    """Where the signature under the text ends; none for one under the title."""
    if not signature.bodies or signature.date is None:
        return None
    lines = (l.text for l in head.lines[head.title_last + 1 :] if l.end < signature.date.start)
    return signature.date.end if any(re.search("[。：:]$", text) for text in lines) else None


def _own_line(title: Value, lines: Sequence[Line], first: int) -> int:
    """The line on which a text that an order promulgates bears its title."""
    key = folded(title.value)
    near = range(first, min(first + _MAX_ORDER, len(lines)))
    return next((index for index in near if folded(lines[index].text) == key), first)


def _first(head: Head, event: str) -> Value | None:
    found = next((act for act in head.history if act.event == event), None)
    return _value(found) if found else None


def _amended(head: Head) -> list[Act]:
    """When it was amended: so called, or adopted again by the body that had adopted it.

    甲日…通过，乙日…批准的《…》修正: it was amended on the first of these days.
    """
    found: list[Act] = []
    first: Act | None = None
    before: Act | None = None
    for index, act in enumerate(head.history):
        again = act.event == "adopted" and first and set(act.bodies) & set(first.bodies)
        leads_on = any(a.event in ("amended", "approved") for a in head.history[index + 1 :][:1])
        anew = act.is_anew and any(a.event == "promulgated" for a in head.history[:index])
        if act.event == "amended" or anew or (again and not leads_on):
            found.append(before if before and _is_one_step(before, act) else act)
        first = first or (act if act.event == "adopted" else None)
        before = act
    return found


def _is_one_step(adopted: Act, act: Act) -> bool:
    """Whether what was adopted on one day is what a higher body approved on the next one told of."""
    return act.is_approved and adopted.event == "adopted"


def _adopted(head: Head) -> Value | None:
    """When it was adopted: by the last of the bodies that adopt it together."""
    acts = [act for act in head.history if act.event == "adopted"] or _told_by_order(
        head, "adopted", "amended"
    )
    together = [act for act in acts if not set(act.bodies) & set(acts[0].bodies)] if acts else []
    return _value(max([*acts[:1], *together], key=lambda act: act.date)) if acts else None


def _told_by_order(head: Head, *events: str) -> list[Act]:
    """What the order tells of the text that it promulgates: 《…》已经…通过，现予公布，自…起施行."""
    if head.title is None or head.title.rule != "title.order":
        return []
    line = next((l for l in head.lines if l.start <= head.title.start < l.end), None)
    acts = acts_of(line, head.gazetteer) if line and len(line.text) < 300 else []
    return [act for act in acts if act.event in events]


def _value(act: Act) -> Value:
    return Value(act.date, act.start, act.end, f"{act.event}.history")


def _promulgated(head: Head, signature: Signature) -> Value | None:
    """When it was promulgated: its history, its signature, its page's table."""
    if signature.date and head.title and head.title.rule == "title.order":
        return signature.date
    if found := _first(head, "promulgated"):
        return found
    has_history = any(act.event in ("adopted", "amended") for act in head.history)
    if signature.date and (signature.bodies or not has_history):
        return signature.date
    return page_date(head, "promulgated") or _imprint(head)


def _imprint(head: Head) -> Value | None:
    """The day on a text's last lines on which an office printed it: 某办公厅 2021年4月13日印发."""
    printed = re.compile(rf"[^。；：]{{0,40}}?({DATE})\s?印发")
    for line in reversed(head.lines[max(head.title_last + 1, len(head.lines) - _MAX_IMPRINT) :]):
        match = printed.fullmatch(line.text) if len(line.text) < 80 else None
        dates = find_dates(head.clean.text, line.start, line.end) if match else ()
        for date in dates:
            if date.is_day:
                return Value(date.value, date.start, date.end, "promulgated.imprint", 0.8)
    return None
