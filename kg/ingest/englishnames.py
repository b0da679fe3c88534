"""The acts, agreements and orders that an English-language text names."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from kg.ingest.datewords import find_english_dates
from kg.ingest.rules import alternation, english_rules
from kg.ingest.values import Value

_MAX_NAMES = 20_000
_MAX_TAIL = 260
_ALIAS = re.compile(r"(?:known|referred\s+to)\s+as\s+(?:the\s+)?[“\"]?$")
_FIGURES = re.compile(r"[0-9]{4,5}\b")


def number_text(match: re.Match[str]) -> str:
    """An order's number without what stands between its parts: Executive Order 14105."""
    return " ".join(part for part in match.groups() if part)


def english_mentions(text: str, own_title: str, start: int = 0) -> list[Value]:
    """The acts, agreements and orders that an English text names, each once."""
    found: dict[str, Value] = {}
    for value in sorted(
        [*english_orders(text, start), *_named(text, start)], key=lambda v: v.start
    ):
        if value.value.casefold() != own_title.casefold():
            found.setdefault(value.value.casefold(), value)
    hidden = {*_short_names(text, start), *_undated(found)}
    return [value for key, value in found.items() if key not in hidden]


def _undated(names: Iterable[str]) -> Iterator[str]:
    """Names that are given elsewhere with their year: Trade Act beside Trade Act of 1974."""
    for name in names:
        dated = re.fullmatch(r"(.+?) (?:of )?(?:19|20)\d\d", name)
        if dated:
            yield dated.group(1)


def _short_names(text: str, start: int) -> Iterator[str]:
    """Names that a text defines as short for others: "X Agreement means the … Agreement"."""
    for match in re.compile(english_rules().patterns["short_name"]).finditer(text, start):
        short, full = " ".join(match.group(1).split()), " ".join(match.group(2).split())
        if not full.casefold().startswith(short.casefold()):
            yield short.casefold()


def english_orders(text: str, start: int) -> Iterator[Value]:
    """Orders and acts that a text names by number or by day."""
    patterns = english_rules().patterns
    yield from _numbered(text, start)
    for match in re.compile(patterns["numbered_act"]).finditer(text, start):
        yield Value(" ".join(match.group().split()), match.start(), match.end(), "mention.number")
    for match in re.compile(patterns["dated_order"]).finditer(text, start):
        date = next(iter(find_english_dates(text, match.end(), match.end() + 40)), None)
        if date and date.start == match.end():
            name = " ".join(text[match.start() : date.end].split())
            yield Value(name, match.start(), date.end, "mention.dated", 0.9)


def _numbered(text: str, start: int) -> Iterator[Value]:
    """Executive Order 13780; also each of Proclamations 9645, 9723, and 9983."""
    patterns = english_rules().patterns
    further = re.compile(patterns["order_further"])
    for kind in re.compile(patterns["order_kinds"]).finditer(text, start):
        begin, at = kind.start(), kind.end()
        while number := _FIGURES.match(text, at):
            name = f"{' '.join(kind.group(1).split())} {number.group()}"
            yield Value(name, begin, number.end(), "mention.order", 0.95)
            joint = further.match(text, number.end())
            if not joint:
                break
            begin = at = joint.end()


def _named(text: str, start: int) -> Iterator[Value]:
    """Names that end in Act, Agreement and the like, read outwards from that word."""
    words = english_rules().words
    ending = re.compile(rf"\b(?:{alternation(words['instrument_endings'])})\b")
    bare = frozenset(words["bare_words"])
    middles = frozenset(words["instrument_middles"])
    done = start
    titles = _order_titles(text, start)
    for match in islice(ending.finditer(text, start), _MAX_NAMES):
        if match.start() < done or _within(titles, match.start()):
            continue
        begin = _begin_of_name(text, match.start(), max(done, match.start() - 200), middles)
        end = _end_of_name(text, match.end(), middles)
        begin += _part_of(text[begin:end])
        name = text[begin:end]
        proper = [w for w in _WORD.findall(name) if w not in bare and w not in middles]
        if _ALIAS.search(text, max(0, begin - 40), begin):
            done = end
            continue
        if proper and len(name.split()) >= 2:
            done = end
            yield Value(" ".join(name.split()), begin, end, "mention.name", 0.8)


def _order_titles(text: str, start: int) -> list[tuple[int, int]]:
    """The brackets behind an order's day, which give its title."""
    found: list[tuple[int, int]] = []
    for match in re.compile(english_rules().patterns["order_title_after"]).finditer(text, start):
        end = text.find(")", match.end(), match.end() + 500)
        if end >= 0:
            found.append((match.end(), end))
    return found


def _within(spans: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether a place lies in one of the spans, which are in order."""
    index = bisect_right(spans, (at, at)) - 1
    return index >= 0 and spans[index][0] <= at < spans[index][1]


def _part_of(name: str) -> int:
    """How much of a name says only which part of it is meant: Title III of the …."""
    part = re.match(english_rules().patterns["part_of"], name)
    return part.end() if part else 0


_WORD = re.compile(r"[A-Za-z0-9][\w’'\-]*")
_GAP = re.compile(r",?[ \u00a0]?\n?[ \u00a0]*")
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
    stops = english_rules().words["name_stops"]
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
    return is_inside and index > 0 and words[index - 1].group()[0].isupper()


def _end_of_name(text: str, at: int, middles: frozenset[str]) -> int:
    """Past what belongs to a name behind its noun: on Tariffs and Trade 1994, of 1974."""
    another = re.compile(
        rf"and\s+the\s+(?:[A-Z][\w-]*\s+){{0,5}}(?:{alternation(english_rules().words['instrument_endings'])})\b"
    )
    end, previous = at, at
    first = True
    for word in _WORD.finditer(text, at, at + _MAX_TAIL):
        if not re.fullmatch(r"[ \u00a0]?\n?[ \u00a0]*", text[previous : word.start()]):
            break
        if another.match(text, word.start()):
            break
        written = word.group()
        is_year = re.fullmatch(r"(?:19|20)\d\d", written) is not None
        joins = written in middles or (written == "that" and end > at)
        if not (written[0].isupper() or is_year or joins):
            break
        if first and written[0].isupper() and written not in middles:
            break
        first = False
        previous = word.end()
        if not joins:
            end = word.end()
        if is_year:
            break
    return end
