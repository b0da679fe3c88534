"""The steps that turn a raw document into readable text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from kg.ingest.byteslip import find_slips
from kg.ingest.cleantext import Change, CleanText, Page, Step
from kg.ingest.documents import RawDocument
from kg.ingest.gluedwords import lost_spaces
from kg.ingest.mapped import Edit, Mapped, edited, retyped
from kg.ingest.markup import read_markup

# A ligature of page and text that a conversion left behind: "…方面-23-字化…".
_PAGE = re.compile(r"-\s?(\d{1,4})\s?-")
_CHUNK = re.compile(r"(?:\A|\n)(\d{1,5})、")
_WIDE = r"[\u3400-\u9fff\uf900-\ufaff]"
_STRAY = re.compile(
    rf"(?<={_WIDE})[ \u00a0\u3000]+(?=\d)|(?<=\d)[ \u00a0\u3000]+(?={_WIDE})"
    rf"|(?<=[（(〔\[《〈“第])[ \u00a0]+|(?<![ \u00a0])[ \u00a0]+(?=[）)〕\]》〉”，。；：、])"
)
_SPACED = re.compile(
    rf"(?<!{_WIDE})(?<!{_WIDE} ){_WIDE}(?:[ \u00a0]{_WIDE}){{3,}}(?!{_WIDE})(?! {_WIDE})"
)
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)((?:19|20)\d\d)(?= ?年|[)）])")
_CAPTION = re.compile(r"([图表圖])\1 ?(\d)(?=(?:19|20)\d\d)")
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]+")
_DOUBLED = re.compile(r"([^\n，。；：]{4,90}?)(?:\1)(?=[，。；：,;:!?\n(（]|$)")
_PIECE = re.compile(r"([\w\-]{2,40}?)\1(?!\d)")
_PIECE_GAP = re.compile(r"(?:[“”\"' :：、A-Z]|(\w)\1){0,14}")
_MIN_CHUNKS = 8
_INDENT = "\u3000\u3000"
_RUN_ON = re.compile(r"[^\n]{300,}")


def clean(raw: RawDocument) -> CleanText:
    """Readable text with the place of every character, and each step that made it."""
    visible = read_markup(raw.text, raw.media)
    work = _Work(visible.text)
    work.step("invisible characters", _invisible)
    chunked = work.step("chunk numbers", _chunk_numbers)
    pages = work.page_numbers() if chunked or raw.media == "text/plain" else ()
    if re.search(r"\?[?!;]", work.body.text):
        work.inferred_step("byte slips", find_slips(work.body))
    work.retype("simplified characters", simplified)
    work.retype("lost line breaks", _paragraphs)
    work.step("stray spaces", _stray_spaces)
    work.inferred_step("lost spaces", [(edit, True) for edit in _lost_spaces(work.body)])
    if chunked:
        work.step("captions", _captions)
        work.step("doubled headings", _doubled)
        work.step("doubled pieces", _doubled_pieces)
        work.inferred_step("year ranges", [(e, True) for e in _year_ranges(work.body)])
    located = _pdf_pages(raw, work.body) if raw.page_starts else _placed(pages, work.body)
    fields = (replace(f, value=_INVISIBLE.sub("", f.value)) for f in visible.fields)
    return CleanText(raw, work.body, tuple(work.steps), located, tuple(fields))


class _Work:
    """The text on its way through the steps."""

    def __init__(self, body: Mapped) -> None:
        self.body = body
        self.steps: list[Step] = []

    def step(self, name: str, find: Callable[[Mapped], list[Edit]]) -> bool:
        return self.inferred_step(name, [(edit, False) for edit in find(self.body)])

    def inferred_step(self, name: str, edits: Sequence[tuple[Edit, bool]]) -> bool:
        """Apply edits, each marked as computed or inferred; whether there were any."""
        if not edits:
            return False
        self.steps.append(Step(name, tuple(_change(self.body, e, how) for e, how in edits)))
        self.body = edited(self.body, [edit for edit, _ in edits])
        return True

    def retype(self, name: str, convert: Callable[[str], str]) -> None:
        text = convert(self.body.text)
        if text == self.body.text:
            return
        self.steps.append(Step(name, tuple(_retyped_changes(self.body, text))))
        self.body = retyped(self.body, text)

    def page_numbers(self) -> tuple[tuple[str, int], ...]:
        """Remove printed page numbers; their labels with the raw place where each page begins."""
        found = _page_matches(self.body.text)
        labels = _running(found)
        places = tuple((m.group(1), self.body.span(m.end() - 1, m.end())[1]) for m in labels)
        self.step("page numbers", lambda body: [Edit(m.start(), m.end(), "") for m in found])
        return places


def _change(body: Mapped, edit: Edit, inferred: bool) -> Change:
    start, end = body.span(edit.start, edit.end)
    return Change(start, end, body.text[edit.start : edit.end], edit.new, inferred)


def _retyped_changes(body: Mapped, text: str) -> Iterable[Change]:
    for index, (old, new) in enumerate(zip(body.text, text, strict=True)):
        if old != new:
            yield Change(*body.span(index, index + 1), old, new)


def _invisible(body: Mapped) -> list[Edit]:
    return [Edit(m.start(), m.end(), "") for m in _INVISIBLE.finditer(body.text)]


def _lost_spaces(body: Mapped) -> list[Edit]:
    return [Edit(at, at, " ") for at in lost_spaces(body.text)]


def _chunk_numbers(body: Mapped) -> list[Edit]:
    """Numbers 1、2、3、… that cut a text into equal chunks, mostly inside a sentence."""
    found: list[re.Match[str]] = []
    for match in _CHUNK.finditer(body.text):
        if int(match.group(1)) == len(found) + 1:
            found.append(match)
    before = (body.text[m.start() - 1] for m in found if m.start())
    inside = sum(1 for char in before if char not in "。！？；：.!?;:)）\n")
    if len(found) < _MIN_CHUNKS or inside * 2 < len(found):
        return []
    return [Edit(m.start(1) if m.group(1) == "1" else m.start(), m.end(), "") for m in found]


def _page_matches(text: str) -> list[re.Match[str]]:
    """Printed page numbers: those of one run that counts up, and a contents list's."""
    found = list(_PAGE.finditer(text))
    return found if len(_running(found)) >= _MIN_CHUNKS else []


def _running(found: Sequence[re.Match[str]]) -> list[re.Match[str]]:
    """The longest run that counts up by one and is not a contents list (". -7-")."""
    best: list[re.Match[str]] = []
    current: list[re.Match[str]] = []
    for match in found:
        before = match.string[match.start() - 1 : match.start()]
        if before in (".", "…", "·"):
            continue
        follows = current and int(match.group(1)) == int(current[-1].group(1)) + 1
        current = [*current, match] if follows else [match]
        best = max(best, current, key=len)
    return best


def _placed(pages: Sequence[tuple[str, int]], body: Mapped) -> tuple[Page, ...]:
    """Page labels at the first clean character that lies behind the printed number."""
    from bisect import bisect_left

    return tuple(Page(label, bisect_left(body.starts, raw)) for label, raw in pages)


def _pdf_pages(raw: RawDocument, body: Mapped) -> tuple[Page, ...]:
    return _placed([(str(n + 1), start) for n, start in enumerate(raw.page_starts)], body)


def simplified(text: str) -> str:
    """Simplified characters for a traditional text; any other text as it is.

    Character by character in place: `tw2s` also reads 著 as 着 where that is meant.
    """
    wide = [c for c in text if "\u3400" <= c <= "\u9fff"]
    if not wide:
        return text
    converted = _to_simplified(text)
    changed = sum(1 for old, new in zip(text, converted, strict=True) if old != new)
    return converted if changed * 10 > len(wide) else text


def _to_simplified(text: str) -> str:
    import opencc

    converter = opencc.OpenCC("tw2s")
    whole = str(converter.convert(text))
    if len(whole) == len(text):
        return whole
    return "".join(_same_length(line, converter.convert(line)) for line in _lines(text))


def _lines(text: str) -> Iterable[str]:
    """Pieces short enough that a conversion which changes a length costs little."""
    return re.findall(r"[^\n。]{0,2000}[\n。]?", text)


def _same_length(old: str, new: str) -> str:
    if len(new) == len(old):
        return new
    return "".join(map(_simplified_char, old))


@lru_cache(maxsize=20_000)
def _simplified_char(char: str) -> str:
    import opencc

    converted = str(opencc.OpenCC("t2s").convert(char))
    return converted if len(converted) == 1 else char


def _paragraphs(text: str) -> str:
    """A text that lost its line breaks: where a paragraph's indent stands, a new line begins."""
    return _RUN_ON.sub(_broken, text) if _INDENT in text else text


def _broken(line: re.Match[str]) -> str:
    written = line.group()
    return written.replace(_INDENT, "\n\u3000") if written.count(_INDENT) >= 3 else written


def _stray_spaces(body: Mapped) -> list[Edit]:
    """Spaces around figures and inside brackets, and those of letter-spaced words."""
    spans = {(m.start(), m.end()) for m in _STRAY.finditer(body.text)}
    for word in _SPACED.finditer(body.text):
        for offset, char in enumerate(word.group()):
            if char in " \u00a0":
                spans.add((word.start() + offset, word.start() + offset + 1))
    return [Edit(a, b, "") for a, b in _disjoint(sorted(spans))]


def _disjoint(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept = spans[:1]
    kept += [after for before, after in pairwise(spans) if after[0] >= before[1]]
    return kept


def _captions(body: Mapped) -> list[Edit]:
    """图图 1 20122022年 → 图1 20122022年, before the years are read."""
    return [
        Edit(m.start(), m.end(), f"{m.group(1)}{m.group(2)} ") for m in _CAPTION.finditer(body.text)
    ]


def _doubled(body: Mapped) -> list[Edit]:
    """A heading printed twice in a row: the second one goes."""
    return [Edit(m.end(1), m.end(), "") for m in _DOUBLED.finditer(body.text)]


def _doubled_pieces(body: Mapped) -> list[Edit]:
    """A heading doubled piece by piece: 外资外资“磁吸力磁吸力”持续增强持续增强."""
    groups: list[list[re.Match[str]]] = []
    for match in _PIECE.finditer(body.text):
        gap = body.text[groups[-1][-1].end() : match.start()] if groups else "-"
        if groups and _PIECE_GAP.fullmatch(gap):
            groups[-1].append(match)
        else:
            groups.append([match])
    doubled = [m for group in groups if len(group) > 1 for m in group]
    return [Edit(m.start(), m.end(1), "") for m in doubled]


def _year_ranges(body: Mapped) -> list[Edit]:
    """20212025年 → 2021—2025年: no dash was left, so the range is inferred."""
    return [
        Edit(m.end(1), m.end(1), "—")
        for m in _YEARS.finditer(body.text)
        if int(m.group(1)) < int(m.group(2)) <= int(m.group(1)) + 50
    ]
