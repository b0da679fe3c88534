"""The legal basis that a Chinese-language text claims: 根据《…》，制定本…."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from kg.ingest.clauses import BRACKETS, MAX_CLAUSES, Body, amends
from kg.ingest.gazetteer import folded, title_key
from kg.ingest.lines import sentence_bounds
from kg.ingest.rules import alternation, chinese_rules
from kg.ingest.titles import document_number
from kg.ingest.values import Value

_ROUND = re.compile(r"[（(][^（）()]*[）)]")
_MADE = re.compile(r"(?:制定|制订|编制|修订|起草|拟定|拟订|形成|印发|出台)了?(?:本|以下)?《?$")
_CONSTITUTION = re.compile(
    rf"(?:根据|依据)((?:{chinese_rules().patterns['state_prefix']})?宪法)(?=[，、和的及有第制])"
)
# A law named without marks: 根据甲法和乙丙条例，制定本办法; words for laws at large are no names.
_PLAIN_LAW = re.compile(
    rf"[据照、和及与]((?:{chinese_rules().patterns['state_prefix']})?"
    r"(?:(?![和及与])[\u4e00-\u9fff]){1,18}?(?<![方办做用看说立司执守违])(?:法典?|条例))"
    r"(?=(?:的[有相]关)?(?:的?规定)?(?:[，、和及与等]|制定|制订))"
)
_AT_LARGE = re.compile(
    r"[有相]关|法律|法规|法令|政策|规定|上位|上述|^(?:[本该其各]|依法|合法|国法)|宪法$"
)


def based_on(body: Body) -> list[Value]:
    """The instruments under which the text says that it is made."""
    words = chinese_rules().words
    triggers = re.compile(alternation(words["based_on_triggers"]))
    goals = re.compile(alternation(words["based_on_goals"]))
    usable = {t.start for t in body.instruments} - {t.start for t in amends(body)}
    own = _making_of(body.own_title)
    found: dict[str, Value] = {}
    for start, end in _basis_sentences(body, own):
        trigger = _trigger(triggers, body.shown, start, end)
        goal = _last(goals, body.shown, trigger.end(), end) if trigger else None
        if trigger and not goal:
            opens = body.shown[start:end].strip().startswith("第一条")
            closing = rf"{own}|制定$" if opens else own
            goal = re.compile(closing).search(body.shown, trigger.end(), end)
        if not trigger or not goal:
            continue
        limit = _end_of_basis(body.shown, trigger.end(), goal.start())
        for value in _named_between(body, usable, trigger.start(), limit):
            found.setdefault(title_key(value.value), value)
    return list(found.values()) or _stated_first(body, usable)


def _stated_first(body: Body, usable: set[int]) -> list[Value]:
    """根据《…》的规定，…: what a text that names no purpose begins with."""
    strong = alternation(chinese_rules().words["based_on_strong"])
    approved = "(?:经[^，。\n]{2,24}(?:批准|同意)，)?"
    aim = "" if body.is_draft else "(?:为[^。；\\n]{2,120}，)?"
    opening = re.compile(rf"(?m)^[ \t\u3000]*(?:会议)?{aim}{approved}(?:{strong})(?=[^，。\n]{{0,16}}《)")
    found = opening.finditer(body.shown, body.start, _preamble_end(body))
    first = next((m for m in found if not _tells_of_change(body.shown, m.end())), None)
    if not first:
        return []
    end = re.compile(r"，|。|\n").search(BRACKETS.sub(_blank, body.shown), first.end())
    limit = end.start() if end else len(body.shown)
    return list(_named_between(body, usable, first.start(), limit))


def _tells_of_change(text: str, at: int) -> bool:
    """Whether a line of the head tells by what the text was amended: 根据2016年…《…》修订."""
    end = text.find("\n", at)
    line = text[at : end if end >= 0 else len(text)]
    return re.search(r"(?:修正|修订|修改|通过)[）)\s]*$", line) is not None


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _trigger(triggers: re.Pattern[str], text: str, start: int, end: int) -> re.Match[str] | None:
    """The first word of a sentence that introduces a basis: 根据, or 为贯彻落实."""
    return next((t for t in triggers.finditer(text, start, end) if _is_basis(text, t, start)), None)


def _end_of_basis(text: str, start: int, end: int) -> int:
    """What follows 结合 or 参照 is taken into account; it is no basis."""
    beside = re.compile("[，、](?:结合|参照)").search(text, start, end)
    return beside.start() if beside else end


def _making_of(title: str) -> str:
    """制定 followed by the text's own title, without the bracket that may end it."""
    core = re.sub(r"[（(][^（）()]*[）)]$", "", title)
    state = re.match(chinese_rules().patterns["state_prefix"], core)
    start = state.end() if state else 0
    whole = f"(?:{re.escape(core[:start])})?{re.escape(core[start:])}"
    return f"(?:制定|制订){whole}" if core else r"(?!)"


def _last(pattern: re.Pattern[str], text: str, start: int, end: int) -> re.Match[str] | None:
    return next(iter(list(pattern.finditer(text, start, end))[-1:]), None)


def _basis_sentences(body: Body, own: str) -> Iterator[tuple[int, int]]:
    """The sentences that may give a legal basis: the preamble's, and those that say 制定本…."""
    seen: set[int] = set()
    preamble = _preamble_end(body)
    making = re.finditer(
        rf"(?:制定|制订|修订|特制定)(?:本|以下|如下)|制定(?=。)|{own}|现(?=[\u4e00-\u9fff])|如下[：:。]"
        r"|作出?[如以]下|组织制定|制定了|制订了|决定|裁定",
        body.shown,
    )
    for match in islice(making, MAX_CLAUSES):
        if match.start() < body.start:
            continue
        is_attached = body.signed_at is not None and match.start() > body.signed_at
        start, end = sentence_bounds(body.shown, match.start(), "。\n")
        is_making = match.group().startswith(("制", "修", "特")) and not match.group().endswith("了")
        if start in seen or not (is_making or match.start() <= preamble):
            continue
        if is_attached and not (is_making and _is_made_under(body, start, match.start())):
            continue
        seen.add(start)
        yield start, end


def _is_made_under(body: Body, start: int, at: int) -> bool:
    """Whether a text behind the signature says 根据…制定; what it carries out is its own affair."""
    if body.is_draft:
        return False
    return bool(
        re.search(alternation(chinese_rules().words["based_on_strong"]), body.shown[start:at])
    )


def _preamble_end(body: Body) -> int:
    """Where the first numbered part begins: 一、 or 第一条 (which itself may give the basis)."""
    part = re.compile(r"(?m)^[ \t\u3000]*(?:一、|（一）|第一[章条部])")
    found = part.search(body.shown, body.start)
    return found.start() if found else min(len(body.shown), body.start + 1_500)


def _is_basis(text: str, trigger: re.Match[str], start: int) -> bool:
    """为贯彻落实… gives a basis, 认真贯彻落实… asks for something; 根据… always does."""
    before = text[start : trigger.start()]
    if re.search(r"(?:要|应|应当|必须|严格|认真|切实|可以|可|不)$", before):
        return False
    if trigger.group() in chinese_rules().words["based_on_strong"]:
        return True
    return bool(re.search(r"为[^，。]{0,14}$", before))


def _named_between(body: Body, usable: set[int], start: int, end: int) -> Iterator[Value]:
    constitution = _CONSTITUTION.search(body.shown, max(0, start - 2), end + 2)
    if constitution:
        yield Value(
            constitution.group(1), constitution.start(1), constitution.end(1), "based_on.formula"
        )
    for law in _PLAIN_LAW.finditer(body.shown, max(0, start - 2), end + 2):
        if law.start(1) > start and not _AT_LARGE.search(law.group(1)):
            yield Value(law.group(1), law.start(1), law.end(1), "based_on.plain", 0.8)
    for title in body.titles_within(start, end):
        made = _MADE.search(body.shown, max(0, title.start - 8), title.start)
        if title.start in usable and not made:
            yield Value(title.text, title.start, title.end, "based_on.formula")
    yield from _numbered_between(body, usable, start, end)


def _numbered_between(body: Body, usable: set[int], start: int, end: int) -> Iterator[Value]:
    """Instruments given by number alone, whose titles the text gives elsewhere: 国办发〔2013〕96号文件."""
    plain = _ROUND.sub(_blank, body.shown[start:end])
    for match in document_number().finditer(plain):
        written = folded(match.group())
        for number, title in body.numbered.get(written[max(written.find("["), 0) :], ()):
            if title.start in usable and written.endswith(number):
                yield Value(title.text, title.start, title.end, "based_on.number", 0.9)
                break
