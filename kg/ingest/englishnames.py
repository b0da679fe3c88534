"""The acts, agreements and orders that an English-language text names."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice

from kg.ingest.datewords import find_english_dates
from kg.ingest.englishaliases import initials, own_names, stand_ins
from kg.ingest.englishorders import (
    adopted_rules,
    english_orders,
    government_agreements,
    order_titles,
    other_names,
)
from kg.ingest.rules import alternation, english_rules
from kg.ingest.values import Value

_MAX_NAMES = 20_000
_MAX_TAIL = 260
_MAX_WORD = 20
_LEADS_TO = re.compile(r"(?:Protocol|Convention|Act)\s+$")
_ITSELF = re.compile(r"\s*\((?:hereinafter|hereafter)[^()]{0,40}\bthis\s+Agreement")
_OF_CODE = re.compile(r"United\s+States\s+Code,?\s+\((?:commonly\s+)?known\s+as\s+(?:the\s+)?$")
_ALIAS = re.compile(r"(?:(?:known|referred\s+to)\s+as\s+(?:the\s+)?[“\"]?|\b[Tt]his\s+)$")


def english_mentions(text: str, own_title: str, start: int = 0) -> list[Value]:
    """The acts, agreements and orders that an English text names, each once."""
    found: dict[str, Value] = {}
    named = [
        *english_orders(text, start),
        *adopted_rules(text, start),
        *other_names(text, start),
        *government_agreements(text, start),
        *_named(text, start, own_title),
    ]
    itself = own_names(text, start)
    for value in sorted(named, key=lambda v: v.start):
        if value.value.casefold() != own_title.casefold() and not itself(value):
            found.setdefault(value.value.casefold(), value)
    for value in list(_lettered(text, start, found)):
        found.setdefault(value.value.casefold(), value)
    hidden = stand_ins(text, start, found)
    ordered = sorted(found.items(), key=lambda item: item[1].start)
    return [value for key, value in ordered if key not in hidden]


def _lettered(text: str, start: int, names: Mapping[str, Value]) -> Iterator[Value]:
    """Agreements known by letters and a year (GATT 1994), unless the text gives their names."""
    spelled = {(initials(name), name) for name in names}
    spans = sorted((value.start, value.end) for value in names.values())
    for match in re.compile(english_rules().patterns["dated_letters"]).finditer(text, start):
        written = " ".join(match.group(1).split())
        letters, year = written.split()
        if within(spans, match.start(1)):
            continue
        if not any(letters in first and year in name for first, name in spelled):
            yield Value(written, match.start(1), match.end(1), "mention.letters", 0.7)


def _named(written: str, start: int, own_title: str) -> Iterator[Value]:
    """Names that end in Act, Agreement and the like, read outwards from that word."""
    text = _whole_sides(written, own_title)
    words = english_rules().words
    decision = english_rules().patterns["decision_on"]
    ending = re.compile(rf"\b(?:{alternation(words['instrument_endings'])})\b|{decision}")
    bare = frozenset(words["bare_words"])
    middles = frozenset(words["instrument_middles"])
    done = start
    titles = order_titles(text, start)
    for match in islice(ending.finditer(text, start), _MAX_NAMES):
        if match.start() < done or within(titles, match.start()):
            continue
        begin = match.start()
        if match.group() != "Decision":
            begin = _begin_of_name(text, begin, max(done, begin - 200), middles)
        end = _end_of_name(text, match.end(), middles)
        begin += _part_of(text[begin:end])
        begin = _with_owner(text, begin, end)
        name = text[begin:end]
        proper = [w for w in _WORD.findall(name) if w not in bare and w not in middles]
        if _is_alias(text, begin) or _is_any(text, begin) or _ITSELF.match(text, end):
            done = end
            continue
        if proper and len(name.split()) >= 2:
            done = end
            yield Value(_whole(written[begin:end]), begin, end, "mention.name", 0.8)


def _whole_sides(text: str, own_title: str) -> str:
    """The text with no comma inside the names of the sides in its title: Upland, Lowland - Isle."""
    for side in own_title.split(" - "):
        if "," in side and len(side) > 5:
            text = text.replace(side, side.replace(",", " "))
    return text


def _is_alias(text: str, begin: int) -> bool:
    """Whether a name is a second one: known as the …; a chapter of a code has no other."""
    known_as = _ALIAS.search(text, max(0, begin - 40), begin)
    return known_as is not None and not _OF_CODE.search(text, max(0, begin - 90), begin)


def _is_any(text: str, begin: int) -> bool:
    """Whether a name is of a sort and not of one instrument: a Free Trade Agreement."""
    return re.search(r"\b[Aa]n?\s+$", text[max(0, begin - 4) : begin]) is not None


def _whole(name: str) -> str:
    """A name on one line; a hyphen at a line's end joins."""
    return re.sub(r"(?<=[a-z]-) (?=[A-Z])", "", " ".join(name.split()))


def within(spans: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether a place lies in one of the spans, which are in order."""
    index = bisect_right(spans, (at, at)) - 1
    return index >= 0 and spans[index][0] <= at < spans[index][1]


def _part_of(name: str) -> int:
    """How much of a name says only which part of it is meant: Title III of the …."""
    part = re.match(english_rules().patterns["part_of"], name)
    return part.end() if part else 0


def _with_owner(text: str, begin: int, end: int) -> int:
    """Where a name begins: with its Articles of, without the organisation's letters before it."""
    owner = re.match(english_rules().patterns["owner"], text[begin:end])
    if owner:
        return begin + owner.end()
    dotted = re.search(r"\b(?:[A-Z]\.){2,4}[-–]$", text[max(0, begin - 10) : begin])
    if dotted:
        return begin - len(dotted.group())
    before = re.compile(english_rules().patterns["name_before"]).search(
        text, max(0, begin - 24), begin + _MAX_WORD
    )
    return before.start() if before and before.end() == begin else begin


@lru_cache(maxsize=1)
def _sides() -> re.Pattern[str]:
    patterns = english_rules().patterns
    whole = patterns["sides"].replace("{side}", patterns["side"])
    return re.compile(whole.replace("{gap}", r"(?:[ \u00a0]+\n?|\n)[ \u00a0]*"))


_WORD = re.compile(r"[A-Za-z0-9][\w’'\-]*")
_GAP = re.compile(r",?[ \u00a0]?\n?(?:[-–—][ \u00a0]?)?[ \u00a0]*")
_PART = re.compile(r"\b(?:Paragraph|Article|Section|Chapter|Annex|Protocol)\s$")
# The year behind an act's name: Act, 2021.
_ACT_YEAR = re.compile(r",[ \u00a0](?:19|20)\d\d(?=\s*[,;.()]|\s+(?:and|or|is|was)\b)")
# What a declaration of a year is on: of 1979 on Trade Measures.
_SUBJECT = re.compile(r"\s+on\s+[A-Z][a-z]+\s+[A-Z]")
_LEAD = frozenset(
    [
        "The",
        "This",
        "These",
        "Each",
        "Such",
        "Any",
        "Said",
        "Under",
        "In",
        "Section",
        "Article",
        "By",
        "And",
        "If",
        "For",
        "Of",
        "To",
        "With",
        "As",
    ]
)


def _begin_of_name(text: str, at: int, limit: int, middles: frozenset[str]) -> int:
    """The first capital word of the name that goes on at `at`."""
    begin = at
    stops = _stops()
    words = [m for m in _WORD.finditer(text, limit, at)]
    following = at
    for word in reversed(words):
        if (
            not _GAP.fullmatch(text, word.end(), following)
            or text[word.end() : following].count(",") > 0
        ):
            break
        is_capital = word.group()[0].isupper()
        if word.group() in stops:
            break
        if not is_capital and word.group() not in middles:
            break
        if word.group() == "the" and not _joins_inside(words, word, at):
            break
        if is_capital and word.group() not in _LEAD:
            begin = word.start()
        following = word.start()
    return begin


def _joins_inside(words: Sequence[re.Match[str]], word: re.Match[str], at: int) -> bool:
    """Whether "the" stands inside a name (Securing the Cities Act), not before it."""
    index = words.index(word)
    is_inside = index + 1 < len(words) and words[index + 1].start() < at
    previous = words[index - 1].group() if index else ""
    if previous == "with" and index > 1 and words[index - 2].group().endswith("ing"):
        return is_inside and words[index - 2].group()[0].isupper()
    is_shouted = len(previous) > 3 and previous.isupper()
    return is_inside and previous[:1].isupper() and not is_shouted and previous not in _LEAD


@lru_cache(maxsize=1)
def _another() -> re.Pattern[str]:
    """What is no part of a name any more: and the X Agreement, and Article V, in Annex 1B."""
    endings = alternation(english_rules().words["instrument_endings"])
    parts = "|".join(english_rules().words["parts"])
    return re.compile(
        rf"{english_rules().patterns['no_part']}|(?:and|in|as\s+set\s+out\s+in)\s+(?:the\s+)?(?:{parts})\b"
        rf"|and\s+the\s+(?:(?:[A-Z][\w-]*|of|on)\s+){{0,6}}(?:{endings})\b"
        r"|and\s+(?:the\s+)?[A-Z]{3,6}\s(?:19|20)\d\d\b"
    )


@lru_cache(maxsize=1)
def _stops() -> frozenset[str]:
    """Words at which a name read backwards has begun already, also when they are shouted."""
    words = english_rules().words["name_stops"]
    return frozenset((*words, *(word.upper() for word in words)))


def _end_of_name(text: str, at: int, middles: frozenset[str]) -> int:
    """Past what belongs to a name behind its noun: on Tariffs and Trade 1994, of 1974."""
    year = _ACT_YEAR.match(text, at)
    if year and text.endswith("Act", 0, at):
        return year.end()
    sides = _sides().match(text, at, at + _MAX_TAIL * 2)
    at = sides.end() if sides else at
    end, previous = at, at
    first = sides is None
    words = english_rules().words
    unfinished, starts = words["name_goes_on"], words["name_first"]
    small = re.compile(english_rules().patterns["small_subject"]).match(text, at)
    if small:
        return small.end()
    inside = middles | {*words["name_words"]}
    for word in _WORD.finditer(text, at, at + _MAX_TAIL):
        goes_on = end > at and text[end - _MAX_WORD : end].endswith(unfinished)
        gap = r"\s{0,8}" if goes_on else r"[ \u00a0]?\n?[ \u00a0]*"
        between = text[previous : word.start()]
        if not re.fullmatch(gap, between) and not _goes_over_page(between, word.group()):
            break
        if _another().match(text, word.start()):
            break
        day = _day_behind(text, word)
        if day:
            behind = _end_of_topic(text, day)
            return end if end > at and behind == day else behind
        written = word.group()
        is_year = re.fullmatch(r"(?:19|20)\d\d", written) is not None
        joins = written in inside or (written == "that" and end > at) or (first and written in starts)
        is_figure = written.isdigit() and _PART.search(text, max(at, word.start() - 12), word.start())
        if not (written[0].isupper() or is_year or joins or goes_on or is_figure):
            break
        if first and written not in starts:
            break
        if first and written == "to" and not _LEADS_TO.search(text, max(0, at - 12), word.start()):
            break
        first = False
        previous = word.end()
        if not joins:
            end = word.end()
        if is_year and not _SUBJECT.match(text, word.end()):
            break
    return end


def _goes_over_page(between: str, word: str) -> bool:
    """Whether a page ends inside a name: a space before the blank lines, and no part's heading."""
    parts = english_rules().words["parts"]
    is_heading = re.fullmatch(rf"(?i:{'|'.join(parts)}|preamble)", word) is not None
    return re.fullmatch(r"[ \u00a0]+\n{2,3}", between) is not None and not is_heading


def _day_behind(text: str, word: re.Match[str]) -> int | None:
    """Where the day ends by which an act is known: Act *of* June 15, 1917."""
    if word.group() != "of":
        return None
    day = next(find_english_dates(text, word.end(), word.end() + 40), None)
    return day.end if day and not text[word.end() : day.start].strip() else None


def _end_of_topic(text: str, at: int) -> int:
    """Past the title behind an agreement's day: of April 15, 1994 on establishing a …."""
    topic = re.compile(english_rules().patterns["dated_topic"]).match(text, at)
    return topic.end() if topic else at
