"""Titles that a text names without marks: known ones anywhere, new ones only in strong places.

A statute full of such words as 规定 and 办法 names no instrument by them: there, in texts that put
titles in marks, and wherever a title has no verb of promulgation in its clause and no strong start,
only the names that the graph knows are titles.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from kg.ingest.gazetteer import Entry, Gazetteer
from kg.ingest.rules import alternation, chinese_rules
from kg.ingest.titles import MASK

_CLAUSE = re.compile(r"[^，。；：！？,;:!?\n]+")
_ARTICLE = re.compile(r"(?m)^[ \t\u3000*]*第[一二三四五六七八九十百零〇\d]{1,7}条")
_MIN_ARTICLES = 3
_TYPES = ("instrument", "agreement")
_MIN_LENGTH = 6
_MAX_LENGTH = 70
_MAX_EDITIONS = 6
# No document names more in its prose; what does is read no further, so that no file can stall a run.
_MAX_NEW = 5_000
_TAIL = r"(?:\s?[（(](?:\d{4}[^（）()\n]{0,10}|[A-Z]{2,8}|试行|暂行|[一二三四五六])[）)]|\s?20\d\d(?![\d年—-]))?"
_JOINT = re.compile(r"[\s、和及与]*(?:20\d\d)?|以及|等")


@dataclass(frozen=True)
class BareTitle:
    """A title without marks, with the node that goes by it, if the graph has it."""

    text: str
    start: int
    end: int
    entries: tuple[Entry, ...]  # several when the name fits several editions
    rule: str
    confidence: float


def find_bare(shown: str, gazetteer: Gazetteer, *, new: bool = True) -> list[BareTitle]:
    """Bare titles of a text in which marked titles are masked, in order, none overlapping.

    Without `new` only those that the graph knows.
    """
    known = [
        BareTitle(shown[h.start : h.end], h.start, h.end, *_known(h.entries, 0.9))
        for h in gazetteer.find(shown, *_TYPES)
        if MASK not in shown[h.start : h.end] and _is_whole(shown, h.start, h.end)
    ]
    if not new or is_statute(shown):
        return known
    found = (t for clause in _CLAUSE.finditer(shown) for t in _in_clause(clause, gazetteer))
    return _merged(known, list(islice(found, _MAX_NEW)))


def is_statute(text: str) -> bool:
    """Whether a text is made of articles, in which new titles do not stand without marks."""
    return len(list(islice(_ARTICLE.finditer(text), _MIN_ARTICLES))) == _MIN_ARTICLES


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a known name is not just the beginning or the end of a longer word."""
    if text[start:end].isascii():
        return True
    return not re.match(r"(?:律|规|学|院|典|治|实施条例|实施细则)", text[end : end + 4])


def _merged(known: list[BareTitle], new: list[BareTitle]) -> list[BareTitle]:
    """New titles win over the known names inside them; elsewhere the known names stand."""
    taken = sorted(new, key=lambda t: t.start)
    starts = [t.start for t in taken]
    apart = (k for k in known if not _meets(k, taken, starts))
    return sorted([*taken, *apart], key=lambda t: t.start)


def _meets(known: BareTitle, taken: Sequence[BareTitle], starts: Sequence[int]) -> bool:
    """Whether a name overlaps one of the titles, which are in order and apart."""
    before = bisect_left(starts, known.end) - 1
    return before >= 0 and known.start < taken[before].end


def _in_clause(clause: re.Match[str], gazetteer: Gazetteer) -> Iterator[BareTitle]:
    """The best way to read a clause as titles one after another."""
    text = clause.group()
    if len(text) < _MIN_LENGTH or len(text) > 400:
        return
    ends = _ends(text)
    if not ends:
        return
    starts = _starts(text, gazetteer)
    cued = _cued(text)
    for start, end in _best_chain(text, starts, ends, gazetteer):
        title = text[start:end].strip()
        entries = gazetteer.named(title, *_TYPES)
        is_strong = starts.get(start) == "strong"
        if not entries and not (cued and _is_sound(title) and _is_placed(text, start, end, starts)):
            continue
        new = ((), "title.bare", 0.86 if is_strong else 0.6)
        offset = clause.start() + start + (len(text[start:end]) - len(text[start:end].lstrip()))
        yield BareTitle(
            title, offset, offset + len(title), *(_known(entries, 0.92) if entries else new)
        )


def _known(entries: tuple[Entry, ...], confidence: float) -> tuple[tuple[Entry, ...], str, float]:
    """What a name means: one node, or several editions among which a person must choose."""
    nodes = tuple({e.iri: e for e in entries if e.type in _TYPES}.values())
    if len(nodes) == 1:
        return nodes, "title.known", confidence
    return nodes[:_MAX_EDITIONS], "title.ambiguous", 0.5


def _is_sound(title: str) -> bool:
    """Whether a new title reads as one: paired quotes, no enumeration, no "the plan of …"."""
    return (
        title.count("“") == title.count("”")
        and len(re.findall("[(（]", title)) == len(re.findall("[)）]", title))
        and not title.startswith(chinese_rules().words["prose_not_starts"])
        and title.count("、") < 2
        and not re.search(
            r"的(?:规划|方案|协定|条例|建设方案|实施方案|负面清单)$|(?:及|和)[^关]{2,6}$", title
        )
    )


def _is_placed(text: str, start: int, end: int, starts: dict[int, str]) -> bool:
    """Whether a new title has a strong start, an issuing verb beside it, or a title before it."""
    words = chinese_rules().words
    kind = starts.get(start)
    if kind == "strong" or kind is None:
        return True
    issuing = alternation({*words["promulgation_verbs"], "合作文件"} - {"落实", "实施", "制定"})
    after = re.match(rf"\s?(?:{alternation(words['prose_after'])})", text[end:])
    return bool(after) or bool(re.search(rf"(?:{issuing})(?:了)?\s?$", text[:start]))


@lru_cache(maxsize=1)
def _end_pattern() -> re.Pattern[str]:
    words = chinese_rules().words
    return re.compile(rf"(?:{alternation(words['prose_endings'])}){_TAIL}")


def _ends(text: str) -> set[int]:
    """Where a title could end: behind an ending, and behind the bracket that follows it."""
    return {m.end() for at in range(len(text)) if (m := _end_pattern().match(text, at))}


def _starts(text: str, gazetteer: Gazetteer) -> dict[int, str]:
    """Where a title could begin: strong words and names, and what follows a verb."""
    words = chinese_rules().words
    starts: dict[int, str] = {}
    inside: set[int] = set()
    for verb in re.finditer(rf"(?:{alternation(words['prose_verbs'])})(?:了|《|实施|的)?\s?", text):
        starts[verb.end()] = "verb"
        inside |= set(range(verb.start() + 1, verb.end()))
    starts.setdefault(0, "clause")
    for date in re.finditer(r"[年月日](?=[\u4e00-\u9fff])", text):
        starts.setdefault(date.end(), "clause")
    for word in re.finditer(alternation(words["strong_starts"]), text):
        starts[word.start()] = "strong"
    for hit in gazetteer.find(text, "place", "agency"):
        is_state = hit.entry.kind == "country" and text[hit.end : hit.end + 1] not in ("(", "（")
        if not is_state and not _inside_name(text, hit.end):
            starts[hit.start] = "strong"
    for _, start in _short_places(text, gazetteer):
        starts[start] = "strong"
    return {at: how for at, how in starts.items() if how == "verb" or at not in inside}


def _short_places(text: str, gazetteer: Gazetteer) -> Iterator[tuple[str, int]]:
    for match in re.finditer(r"[\u4e00-\u9fff]{2,3}", text):
        for start in (match.start(), match.start() + 1):
            for size in (3, 2):
                name = text[start : start + size]
                entry = gazetteer.place_names.get(name)
                if entry and entry.kind != "country" and not _inside_name(text, start + size):
                    yield name, start


def _inside_name(text: str, end: int) -> bool:
    """Whether a place name goes on as another thing's name: a road, a university."""
    return text.startswith(chinese_rules().words["not_places_before"], end)


def _cued(text: str) -> bool:
    """Whether a clause speaks of issuing, or ends its list with 等政策文件."""
    words, patterns = chinese_rules().words, chinese_rules().patterns
    verbs = {*words["promulgation_verbs"], *words["prose_after"]}
    return bool(re.search(alternation(verbs), text) or re.search(patterns["prose_groups"], text))


def _best_chain(
    text: str, starts: dict[int, str], ends: set[int], gazetteer: Gazetteer
) -> list[tuple[int, int]]:
    """The titles of the reading with the highest score: strong starts, no start inside a title."""
    best: dict[int, tuple[float, list[tuple[int, int]]]] = {}
    for end in sorted(ends):
        options: list[tuple[float, list[tuple[int, int]]]] = []
        for start in range(max(0, end - _MAX_LENGTH), end - _MIN_LENGTH + 1):
            for base, chain in _before(text, start, starts, best):
                score = _score(text, start, end, starts, ends, gazetteer)
                if score is not None:
                    options.append((base + score, [*chain, (start, end)]))
        if options:
            best[end] = max(options, key=lambda o: o[0])
    found = max(best.values(), key=lambda o: o[0], default=(0.0, []))
    return found[1] if found[0] > 0 else []


def _before(
    text: str,
    start: int,
    starts: dict[int, str],
    best: dict[int, tuple[float, list[tuple[int, int]]]],
) -> Iterator[tuple[float, list[tuple[int, int]]]]:
    """The readings that a title beginning here could continue."""
    if start in starts:
        yield 0.0, []
    for previous in range(max(0, start - 6), start + 1):
        if previous in best and _JOINT.fullmatch(text[previous:start]):
            yield best[previous]


def _score(
    text: str, start: int, end: int, starts: dict[int, str], ends: set[int], gazetteer: Gazetteer
) -> float | None:
    title = text[start:end].strip()
    if len(title) < _MIN_LENGTH or title[0] in "的了等、和及与）)”":
        return None
    if MASK in title or title.endswith(chinese_rules().words["prose_papers"]):
        return None
    kind = starts.get(start, "")
    score = {"strong": 2.0, "verb": 1.2, "clause": 0.4}.get(kind, 0.2)
    if gazetteer.named(title, *_TYPES):
        score += 3.0
    if text.startswith("的", end):
        score -= 2.0
    inner = [p for p in ends if start + 4 < p < end and starts.get(_skip(text, p)) == "strong"]
    score -= 2.5 * len(inner)
    words = chinese_rules().words
    if re.search(rf"(?<!关于)(?:{alternation(words['prose_issuing'])})", title):
        return None
    if kind != "strong" and title.startswith(words["promulgation_verbs"]):
        return None
    return score


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \u3000、和":
        at += 1
    return at
