"""The acts, agreements and orders that an English-language text names."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice

from kg.ingest.englishaliases import initials, own_names, stand_ins
from kg.ingest.englishorders import (
    adopted_rules,
    english_orders,
    government_agreements,
    order_titles,
    other_names,
)
from kg.ingest.englishspan import WORD, begin_of_name, end_of_name
from kg.ingest.rules import alternation, english_rules
from kg.ingest.values import Value

_MAX_NAMES = 10_000
_ITSELF = re.compile(r"\s*\((?:hereinafter|hereafter)[^()]{0,40}\bthis\s+Agreement")
_MADE = re.compile(r",?\s+(?:signed|done|concluded|dated|made|of\s+\d|of\s+[A-Z][a-z]+\s+\d)")
_VERSION = re.compile(r"[A-Z]\w+ Act(?:,? (?:of )?(?:19|20)\d\d)?")
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
    bare = frozenset(english_rules().words["bare_words"])
    middles = frozenset(english_rules().words["instrument_middles"])
    done = start
    titles = order_titles(text, start)
    leads_on = re.compile(english_rules().patterns["noun_of_act"])
    for match in islice(_nouns().finditer(text, start), _MAX_NAMES):
        if match.start() < done or within(titles, match.start()) or leads_on.match(text, match.end()):
            continue
        begin = begin_of_name(text, match.start(), done)
        end = end_of_name(text, begin, match.end())
        begin += _part_of(text[begin:end])
        name = text[begin:end]
        proper = [w for w in WORD.findall(name) if w not in bare and w not in middles]
        if _is_alias(text, begin) or _is_any(text, begin, end) or _ITSELF.match(text, end):
            done = end
            continue
        if proper and len(name.split()) >= 2 and not _is_version(text, begin, end):
            done = end
            yield Value(_whole(written[begin:end]), begin, end, "mention.name", 0.8)


@lru_cache(maxsize=1)
def _nouns() -> re.Pattern[str]:
    """The words that make a name of an instrument's: Agreement, Act, Decision on …."""
    nouns = alternation(english_rules().words["instrument_endings"])
    shapes = english_rules().patterns
    return re.compile(rf"\b(?:{nouns})\b|{shapes['nouns_before']}|{shapes['dated_code']}")


def _is_version(text: str, begin: int, end: int) -> bool:
    """Whether a name in brackets says which version is meant: … Convention … (Upland Act, 1967)."""
    before, after = text[max(0, begin - 2) : begin], text[end : end + 1]
    return before.rstrip("“\"").endswith("(") and after in ")," and _VERSION.fullmatch(text, begin, end) is not None


def _whole_sides(text: str, own_title: str) -> str:
    """The text with no comma inside the names of the sides in its title: Upland, Lowland - Isle."""
    for side in own_title.split(" - "):
        if "," in side and len(side) > 5:
            text = text.replace(side, side.replace(",", " "))
    return text


def _is_alias(text: str, begin: int) -> bool:
    """Whether a name is a second one: known as the …; a chapter of a code has no other."""
    known_as = _ALIAS.search(text, max(0, begin - 40), begin)
    of_code = re.compile(english_rules().patterns["of_code"])
    return known_as is not None and not of_code.search(text, max(0, begin - 90), begin)


def _is_any(text: str, begin: int, end: int) -> bool:
    """Whether a name is of a sort and not of one instrument that was made: a Trade Agreement."""
    has_article = re.search(r"\b[Aa]n?\s+$", text[max(0, begin - 4) : begin]) is not None
    return has_article and not _MADE.match(text, end)


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
