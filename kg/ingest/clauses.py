"""What the clauses of a Chinese-language text say: commencement, repeals, names."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from kg.ingest.bodies import is_body
from kg.ingest.datewords import DATE, find_dates
from kg.ingest.gazetteer import Gazetteer, folded, title_key
from kg.ingest.lines import sentence_bounds
from kg.ingest.rules import alternation, chinese_rules
from kg.ingest.titles import (
    MASK,
    MarkedTitle,
    find_marked,
    in_text_names,
    masked,
    names_instrument,
)
from kg.ingest.values import Value

_MAX_GAP = 200
_MAX_NAMESAKES = 50
# No document has more clauses of one sort; what does is read no further.
MAX_CLAUSES = 5_000
BRACKETS = re.compile(r"[（(〔\[][^（）()〔〕\[\]]*[）)〕\]]")
# An earlier instrument of the same title goes: 《…》（…）同时废止.
_GOES = re.compile(r"(?:[（(][^（）()]{0,60}[）)])?[^，。；\n《》]{0,8}?(?:废止|失效|停止执行)")
# A page's line that only leads to what explains a text: 《…》政策解读.
_EXPLAINED = re.compile(r"的?(?:政策|图文|文字|一图)?(?:解读|读懂)(?![了])")
_ARTICLE = r"第[一二三四五六七八九十百零〇\d]+条"


@dataclass(frozen=True)
class Body:
    """A text with its titles found and hidden from the rules that look for words."""

    text: str
    start: int
    own_title: str
    gazetteer: Gazetteer
    own_number: str | None = None
    signed_at: int | None = None
    is_draft: bool = False

    @cached_property
    def titles(self) -> list[MarkedTitle]:
        return find_marked(self.text)

    @cached_property
    def title_starts(self) -> list[int]:
        return [title.start for title in self.titles]

    def titles_within(self, start: int, end: int) -> list[MarkedTitle]:
        """The titles that begin in a span."""
        first, last = (bisect_left(self.title_starts, at) for at in (start, end))
        return self.titles[first:last]

    @cached_property
    def shown(self) -> str:
        return masked(self.text, self.titles)

    @cached_property
    def numbered(self) -> dict[str, list[tuple[str, MarkedTitle]]]:
        """The titles given with their numbers, by year and figure: [2013]96号."""
        found: dict[str, list[tuple[str, MarkedTitle]]] = {}
        for title in self.titles:
            number = folded(title.number) if title.number else ""
            if "[" in number:
                same = found.setdefault(number[number.index("[") :], [])
                if len(same) < _MAX_NAMESAKES:
                    same.append((number, title))
        return found

    @cached_property
    def short_names(self) -> set[str]:
        return in_text_names(self.text, self.titles)

    @cached_property
    def instruments(self) -> tuple[MarkedTitle, ...]:
        """The instruments named in marks, other than the text itself and its short names."""
        return tuple(
            title
            for title in self.titles_within(self.start, len(self.text))
            if title.key not in self.short_names
            and not self._is_own(title)
            and names_instrument(title)
            and title.key not in self.periodicals
            and not _EXPLAINED.match(self.shown, title.end + 1)
        )

    def _is_own(self, title: MarkedTitle) -> bool:
        """Whether a title is the text's own; a namesake with another number is not."""
        if title.key != title_key(self.own_title):
            return False
        other = title.number and self.own_number and folded(title.number) != folded(self.own_number)
        return not other and not _GOES.match(self.shown, title.end + 1)

    @cached_property
    def periodicals(self) -> set[str]:
        return {title.key for title in self.titles if self._is_periodical(title)}

    def _is_periodical(self, title: MarkedTitle) -> bool:
        """Whether something is printed in it: 在《…》上刊登."""
        before = self.shown[max(0, title.start - 4) : title.start - 1]
        after = self.shown[title.end + 1 : title.end + 4]
        return before.endswith(("在", "于")) and after.startswith(("上", "刊"))


# 自…起实施某计划: what begins is another thing; 自…起施行至…, 自…起执行本通知 is the text itself.
_OBJECT = r"(?!本|此|该|至|到|有效|期|试行|施行|生效|上述|以上|以下|新|的)[\u4e00-\u9fff“《]"


def in_force(body: Body) -> Value | None:
    """The day from which the text says that it holds; nothing for "from its promulgation"."""
    verbs = "施行|实施|执行|生效|试行|适用|开始施行"
    pattern = re.compile(
        rf"(?:自|从|于|定于)\s?({DATE})\s?(?:零时|0时|00:00)?\s?(?:起|开始)?[，,]?(?:正式|开始|在[^，。；]{{1,20}})?(?:{verbs})(?!{_OBJECT})"
    )
    term = re.compile(rf"本[\u4e00-\u9fff]{{2,6}}(?:执行|施行|实施)期限[为：:]?自?\s?({DATE})\s?起?\s?[至到]")
    found = [*term.finditer(body.shown)]
    found += [m for m in pattern.finditer(body.shown) if _speaks_of_itself(body.shown, m.start())]
    for match in reversed(found):
        date = next(iter(find_dates(body.text, match.start(1), match.end(1))), None)
        if date:
            return Value(date.value, date.start, date.end, "in_force.clause")
    return None


def _speaks_of_itself(text: str, at: int) -> bool:
    """Whether the words before a commencement clause mean this text and no part of it."""
    start = sentence_bounds(text, at)[0]
    before = re.sub(
        rf"^[\s\u3000]*(?:{_ARTICLE}|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.、])?[\s\u3000]*",
        "",
        text[start:at],
    )
    if not before:
        return True
    words = alternation(chinese_rules().words["self_words"])
    itself = rf"(?:本|该|此)(?:[\u4e00-\u9fff]{{0,8}})?(?:{words})(?:[（(][^（）()]{{1,40}}[）)])?(?:经[^，。]{{1,30}})?(?:全文)?[，,]?$"
    if re.search(itself, before):
        return not re.search(rf"{_ARTICLE}[^，。]{{0,30}}$", before)
    return bool(
        re.search(r"(?:公布|发布|印发|颁布|通过|批准|通知如下|施行)[^，。；]{0,6}[，,]\s?$", before)
    )


# --- repeals ----------------------------------------------------------------------------------


def repeals(body: Body) -> list[MarkedTitle]:
    """The instruments that the text repeals as a whole."""
    verbs = re.compile(
        rf"(?:{alternation(chinese_rules().words['repeal_verbs'])})(?![前后的之时和或并与、程]|以(?!下))"
    )
    allowed = {t.start for t in body.instruments}
    found: dict[int, MarkedTitle] = {}
    for verb in islice(verbs.finditer(body.shown), MAX_CLAUSES):
        for title in _repealed_by(body, verb):
            if title.start in allowed:
                found[title.start] = title
    return _distinct(found[start] for start in sorted(found))


def _repealed_by(body: Body, verb: re.Match[str]) -> list[MarkedTitle]:
    start, end = sentence_bounds(body.shown, verb.start())
    before = body.titles_within(start, verb.start())
    if before and not body.shown.startswith("《", verb.end()):
        return _chain_before(body, before, start, verb.start())
    after = body.titles_within(verb.end(), verb.end() + 13)
    if after and not re.search("[前后的：:\n]", body.shown[verb.end() : after[0].start]):
        return _chain_after(body, after[0], end)
    return _listed(body, verb, end)


def _chain_before(
    body: Body, titles: Sequence[MarkedTitle], start: int, verb: int
) -> list[MarkedTitle]:
    """The titles right before the verb; none when only parts of them go."""
    chain: list[MarkedTitle] = []
    edge = verb
    for title in reversed(titles):
        if edge - title.end > _MAX_GAP:
            break
        gap = BRACKETS.sub("", body.shown[title.end + 1 : edge])
        if _is_partial(gap) or len(gap) > 60 or "废止" in gap:
            break
        chain.append(title)
        edge = title.start - 1
    condition = body.shown[start : titles[0].start]
    return [] if re.search("如果|除外|不得", condition) else chain


def _is_partial(gap: str) -> bool:
    """Whether words between a title and its repeal narrow it: 中…的规定, 第三条."""
    words = chinese_rules().words["repeal_partial"]
    gap = re.sub(r"(?:19|20)\d\d年.*?(?:发布|公布|印发|施行|实施|制定|颁布|批准)的?", "", gap)
    return bool(
        re.match(alternation(words), gap.lstrip("》"))
        or re.search("不一致|抵触|修改|修订|解释权|规定与|相冲突", gap)
    )


def _chain_after(body: Body, first: MarkedTitle, end: int) -> list[MarkedTitle]:
    """废止《甲》、《乙》: titles that follow the verb with nothing but joints between them."""
    chain = [first]
    for title in body.titles_within(first.end, end):
        gap = BRACKETS.sub("", body.shown[chain[-1].end + 1 : title.start - 1])
        if title.end > end or not re.fullmatch(r"[、，,和及与\s]*", gap):
            break
        chain.append(title)
    tail = body.shown[chain[-1].end + 1 : chain[-1].end + 3]
    return [] if re.match("中|第|的", tail) else chain


def _listed(body: Body, verb: re.Match[str], end: int) -> list[MarkedTitle]:
    """下列文件同时废止：followed by one title a line."""
    if body.shown[end : end + 1] not in ("\n", "") and not body.shown[
        verb.end() : end
    ].strip().endswith(("：", ":")):
        return []
    if not body.shown[verb.end() : end].strip().endswith(("：", ":")):
        return []
    found: list[MarkedTitle] = []
    for line in body.text[end:].split("\n")[:200]:
        text = line.strip()
        if text and not re.match(r"[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]?\s?《|《", text):
            break
        start, stop = end, end + len(line)
        found += body.titles_within(start, stop)[:1]
        end = stop + 1
    return found


# --- names ------------------------------------------------------------------------------------


def mentions(body: Body) -> list[MarkedTitle]:
    """Every instrument named in marks, once, also when it is named with and without its issuer.

    A law's name without its state's is the same law when the text also gives it in full.
    """
    first: dict[str, MarkedTitle] = {}
    state = re.compile(chinese_rules().patterns["state_prefix"])
    titles = _distinct(body.instruments)
    whole = {title_key(state.sub("", t.text, count=1)) for t in titles if state.match(t.text)}
    return [t for t in titles if t.key not in whole and not _is_again(t, first, body)]


def _is_again(title: MarkedTitle, first: dict[str, MarkedTitle], body: Body) -> bool:
    """Whether one of 《甲省关于…的请示》 and 《关于…的请示》 names what the other named before."""
    issuer, about, rest = title.text.partition("关于")
    if not about or (issuer and not _is_issuer(issuer, body.gazetteer)):
        return False
    other = first.setdefault(title_key(rest), title)
    if other is title or (issuer and not other.text.startswith("关于")):
        return False
    return not (other.number and title.number) or folded(other.number) == folded(title.number)


def _is_issuer(name: str, gazetteer: Gazetteer) -> bool:
    return is_body(name, gazetteer) or bool(gazetteer.named(name, "place"))


def amends(body: Body) -> list[MarkedTitle]:
    """The instruments that a decision changes: 对《…》作如下修改, 决定修改《…》."""
    pattern = re.compile(
        rf"(?:修改|对)《({MASK}+)》(?:[（(][^（）()\n]{{1,60}}[）)])?(?:等[^，。；《》\n]{{1,20}})?(?=作(?:出)?(?:如下|以下)修改|作如下修正|的部分条款予以修改|。|，)"
    )
    starts = {m.start(1) for m in pattern.finditer(body.shown)}
    return _distinct(t for t in body.instruments if t.start in starts and _says_change(body, t))


def _says_change(body: Body, title: MarkedTitle) -> bool:
    around = body.shown[max(0, title.start - 6) : title.end + 76]
    return "修改" in around or "修正" in around


def _distinct(titles: Iterator[MarkedTitle] | Sequence[MarkedTitle]) -> list[MarkedTitle]:
    found: dict[str, MarkedTitle] = {}
    for title in titles:
        found.setdefault(title.key, title)
    return list(found.values())
