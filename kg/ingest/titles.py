"""Titles of instruments as a text names them: in title marks, or bare."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from kg.ingest.gazetteer import title_key
from kg.ingest.rules import alternation, chinese_rules

_OPEN, _CLOSE = "《", "》"
_MAX_TITLE = 160
_MAX_LINE_BREAKS = 2
# No document names more; what does is read no further, so that no file can stall a run.
_MAX_TITLES = 10_000
_NUMBER_BODY = r"[\u4e00-\u9fff]{1,14}(?:[〔\[（(【]|［)\s?(?:19|20)\d\d\s?(?:[〕\]）)】]|］)\s?(?:第\s?)?\d{1,4}\s?号"
_NUMBER_AFTER = re.compile(
    rf"\s?[（(]\s?({_NUMBER_BODY}|[^（）()]{{2,24}}令第?\s?[\d〇一二三四五六七八九十百]+\s?号)"
)
_STANDARD_AFTER = re.compile(r"\s?[（(]?\s?((?:GB|DB|YY|HJ|JGJ|CJJ|SL|MT|AQ)[/A-Z]*\s?\d[\d.\-—]*)")
_LATIN_NAME = re.compile(r"[A-Za-z0-9 .,'&-]+")

MASK = "\uf8ff"


@dataclass(frozen=True)
class MarkedTitle:
    """A title in marks: `start` and `end` are the place of what stands between them."""

    text: str
    start: int
    end: int
    number: str | None = None
    is_abbreviation: bool = False

    @property
    def key(self) -> str:
        return title_key(self.text)


def document_number(pattern_only: str = "") -> re.Pattern[str]:
    """The shape of a document number: 〔2018〕 in any bracket, with or without 第 and spaces."""
    return re.compile(_NUMBER_BODY + pattern_only)


def find_marked(text: str) -> list[MarkedTitle]:
    """Every outermost title in marks; what is nested in a title belongs to it."""
    return [_marked(text, start, end) for start, end in islice(_spans(text), _MAX_TITLES)]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """The insides of balanced marks; marks left open end nothing."""
    opened: list[int] = []
    for match in re.finditer(r"[《》]", text):
        at = match.start()
        if match.group() == _OPEN:
            if opened and (at - opened[0] > _MAX_TITLE or "。" in text[opened[0] : at]):
                opened = []
            opened.append(at)
        elif opened:
            start = opened.pop()
            if not opened and _is_plausible(text, start + 1, at):
                yield start + 1, at


def _is_plausible(text: str, start: int, end: int) -> bool:
    if not 1 < end - start <= _MAX_TITLE:
        return False
    inside = text[start:end]
    return inside.count("\n") <= _MAX_LINE_BREAKS and "。" not in inside


def _marked(text: str, start: int, end: int) -> MarkedTitle:
    number = _NUMBER_AFTER.match(text, end + 1) or _STANDARD_AFTER.match(text, end + 1)
    return MarkedTitle(
        text=one_line(text[start:end]),
        start=start,
        end=end,
        number=squeezed(number.group(1)) if number else None,
        is_abbreviation=_is_abbreviation(text, start),
    )


def _is_abbreviation(text: str, start: int) -> bool:
    """Whether a title is introduced as a short name: （以下简称《…》、《…》）."""
    before = text[max(0, start - 120) : start - 1]
    opened = max(before.rfind("（"), before.rfind("("))
    if opened < 0 or re.search(r"[）)。；\n]", before[opened:]):
        return False
    return bool(
        re.match(
            rf"[（(]\s?(?:{alternation(chinese_rules().words['abbreviated'])})", before[opened:]
        )
    )


def one_line(title: str) -> str:
    """A title on one line, inner titles in their marks: 〈…〉 for <…>."""
    joined = "".join(part.strip(" \t\u00a0\u3000") for part in title.split("\n"))
    joined = re.sub(r"[<＜]([^<>＜＞]*[\u4e00-\u9fff][^<>＜＞]*)[>＞]", r"〈\1〉", joined)
    return re.sub(r"[ \t\u00a0\u3000]+", " ", joined).strip()


def squeezed(text: str) -> str:
    """Without any space."""
    return re.sub(r"\s+", "", text)


def masked(text: str, titles: Sequence[MarkedTitle]) -> str:
    """The text of the same length with the insides of titles hidden from word rules."""
    parts: list[str] = []
    at = 0
    for title in titles:
        parts += (text[at : title.start], MASK * (title.end - title.start))
        at = title.end
    return "".join((*parts, text[at:]))


def kind_ending(title: str) -> str | None:
    """The kind word that a title ends in, behind which brackets such as （试行） may stand."""
    match = _endings().search(title.strip())
    return match.group(1) if match else None


@lru_cache(maxsize=1)
def _endings() -> re.Pattern[str]:
    rules = chinese_rules()
    tails = "|".join(rules.words["title_tails"])
    return re.compile(rf"({alternation(rules.kinds)})(?:\s?(?:{tails}))*\s?$")


def names_instrument(title: MarkedTitle) -> bool:
    """Whether a title in marks is that of an instrument, not of a certificate, form or paper."""
    words = chinese_rules().words
    text = re.sub(rf"(?:{'|'.join(words['title_tails'])})$", "", title.text).strip()
    if title.is_abbreviation or len(squeezed(text)) < 3:
        return False
    if text.endswith(words["instruments_anyway"]):
        return True
    if re.sub(r"[（(][^（）()]*[）)]", "", text).endswith(words["not_instruments"]):
        return False
    if title.number:
        return True
    return kind_ending(title.text) is not None and not _is_bare_kind(text)


def _is_bare_kind(text: str) -> bool:
    """《办法》, 《总体方案》, 《实施意见》 alone stand for a title given elsewhere."""
    ending = kind_ending(text)
    rest = text.removesuffix(ending or "")
    return rest in (
        "",
        "本",
        "该",
        "总体",
        "实施",
        "试行",
        "暂行",
        "若干",
        "指导",
        "管理",
        "工作",
        "改革",
    )


def in_text_names(text: str, titles: Sequence[MarkedTitle]) -> set[str]:
    """Keys of the short names that a text introduces in brackets, in marks or in quotes."""
    words = alternation(chinese_rules().words["abbreviated"])
    pattern = re.compile(
        rf"(?:{words})\s?[：:为]?\s?[《“\"]?([^》”\"（）()，。；\n]{{2,40}})[》”\"]?[）)，]"
    )
    found = {title_key(m.group(1)) for m in pattern.finditer(text)}
    return found | {t.key for t in titles if t.is_abbreviation}
