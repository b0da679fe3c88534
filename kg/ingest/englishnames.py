"""The acts, agreements and orders that an English-language text names."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise

from kg.ingest.datewords import find_english_dates
from kg.ingest.rules import alternation, english_rules
from kg.ingest.values import Value

_MAX_NAMES = 20_000
_MAX_TAIL = 260
_MAX_BRACKET = 500
_SMALL = frozenset(("of", "on", "and", "the", "for", "to", "in"))
_LEADS_TO = re.compile(r"(?:Protocol|Convention|Act)\s+$")
_ITSELF = re.compile(r"\s*\((?:hereinafter|hereafter)[^()]{0,40}\bthis\s+Agreement")
_ALIAS = re.compile(r"(?:(?:known|referred\s+to)\s+as\s+(?:the\s+)?[“\"]?|\b[Tt]his\s+)$")


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
    for value in list(_lettered(text, start, found)):
        found.setdefault(value.value.casefold(), value)
    hidden = {*_short_names(text, start), *_undated(found), *_shortened(found)}
    named = sorted(found.items(), key=lambda item: item[1].start)
    return [value for key, value in named if key not in hidden]


def _shortened(names: Iterable[str]) -> Iterator[str]:
    """Names that are given in full elsewhere: X Agreement beside X Agreement between A and B."""
    ordered = sorted(names)
    for name, longer in pairwise(ordered):
        if re.match(
            r"(?:\s\(|\s(?:establishing|between|among|on|of|for|concerning)\s)", longer[len(name) :]
        ) and longer.startswith(name):
            yield name
    plain: dict[str, str] = {}
    for name in names:
        other = plain.setdefault(re.sub(r"\bthe ", "", name), name)
        if other != name:
            yield name


def _lettered(text: str, start: int, names: Iterable[str]) -> Iterator[Value]:
    """Agreements known by letters and a year (GATT 1994), unless the text gives their names."""
    spelled = {"".join(w[0] for w in name.split() if w not in _SMALL).upper() for name in names}
    for match in re.compile(english_rules().patterns["dated_letters"]).finditer(text, start):
        written = " ".join(match.group(1).split())
        letters = written.split()[0]
        if not any(letters in initials for initials in spelled):
            yield Value(written, match.start(1), match.end(1), "mention.letters", 0.7)


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
    for match in re.compile(english_rules().patterns["quoted_short"]).finditer(text, start):
        yield " ".join(match.group(1).split()).casefold()


def english_orders(text: str, start: int) -> Iterator[Value]:
    """Orders and acts that a text names by number or by day."""
    patterns = english_rules().patterns
    yield from _numbered(text, start)
    for match in re.compile(patterns["numbered_act"]).finditer(text, start):
        yield Value(" ".join(match.group().split()), match.start(), match.end(), "mention.number")
    for match in re.compile(patterns["dated_order"]).finditer(text, start):
        date = next(iter(find_english_dates(text, match.end(), match.end() + 40)), None)
        if date and date.start == match.end():
            end = _bracket_end(text, date.end)
            name = " ".join(text[match.start() : end].split())
            yield Value(name, match.start(), end, "mention.dated", 0.9)


def _bracket_end(text: str, at: int) -> int:
    """Past the title in brackets behind an order's day; brackets within it are its own."""
    opened = re.compile(r"\s+\(").match(text, at)
    depth = 0
    for mark in re.compile(r"[()]").finditer(text, at, at + _MAX_BRACKET) if opened else ():
        depth += 1 if mark.group() == "(" else -1
        if depth == 0:
            return mark.end()
    return at


def _numbered(text: str, start: int) -> Iterator[Value]:
    """Executive Order 13780; also each of Proclamations 9645, 9723, and 9983."""
    patterns = english_rules().patterns
    further = re.compile(patterns["order_further"])
    orders, series = (re.compile(patterns[n]) for n in ("order_figures", "series_figures"))
    for kind in re.compile(patterns["order_kinds"]).finditer(text, start):
        begin, at = kind.start(), kind.end()
        figures = orders if kind.group(1).startswith(("Executive", "Proclamation")) else series
        while number := figures.match(text, at):
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
        begin = _with_owner(text, begin, end)
        name = text[begin:end]
        proper = [w for w in _WORD.findall(name) if w not in bare and w not in middles]
        if _ALIAS.search(text, max(0, begin - 40), begin) or _ITSELF.match(text, end):
            done = end
            continue
        if proper and len(name.split()) >= 2:
            done = end
            yield Value(" ".join(name.split()), begin, end, "mention.name", 0.8)


def _order_titles(text: str, start: int) -> list[tuple[int, int]]:
    """The brackets behind an order's day, which give its title."""
    found: list[tuple[int, int]] = []
    for match in re.compile(english_rules().patterns["order_title_after"]).finditer(text, start):
        end = _bracket_end(text, match.end() - 2)
        if end >= match.end():
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


def _with_owner(text: str, begin: int, end: int) -> int:
    """Where a name begins: with its Articles of, without the organisation's letters before it."""
    owner = re.match(english_rules().patterns["owner"], text[begin:end])
    if owner:
        return begin + owner.end()
    before = re.compile(english_rules().patterns["name_before"]).search(
        text, max(0, begin - 24), begin
    )
    return before.start() if before else begin


@lru_cache(maxsize=1)
def _sides() -> re.Pattern[str]:
    patterns = english_rules().patterns
    whole = patterns["sides"].replace("{side}", patterns["side"])
    return re.compile(whole.replace("{gap}", r"(?:[ \u00a0]+\n?|\n)[ \u00a0]*"))


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
    """What begins a name of its own behind "and": the X Agreement, Article V."""
    endings = alternation(english_rules().words["instrument_endings"])
    return re.compile(
        r"and\s+(?:the\s+)?(?:Articles?|Sections?|Annex|Chapter|Part|Title)\b"
        rf"|and\s+the\s+(?:[A-Z][\w-]*\s+){{0,5}}(?:{endings})\b"
    )


@lru_cache(maxsize=1)
def _stops() -> frozenset[str]:
    """Words at which a name read backwards has begun already, also when they are shouted."""
    words = english_rules().words["name_stops"]
    return frozenset((*words, *(word.upper() for word in words)))


def _end_of_name(text: str, at: int, middles: frozenset[str]) -> int:
    """Past what belongs to a name behind its noun: on Tariffs and Trade 1994, of 1974."""
    sides = _sides().match(text, at, at + _MAX_TAIL * 2)
    at = sides.end() if sides else at
    end, previous = at, at
    first = sides is None
    for word in _WORD.finditer(text, at, at + _MAX_TAIL):
        if not re.fullmatch(r"[ \u00a0]?\n?[ \u00a0]*", text[previous : word.start()]):
            break
        if _another().match(text, word.start()):
            break
        written = word.group()
        is_year = re.fullmatch(r"(?:19|20)\d\d", written) is not None
        joins = written in middles or (written == "that" and end > at)
        if not (written[0].isupper() or is_year or joins):
            break
        if first and written[0].isupper() and written not in middles:
            break
        if first and written == "to" and not _LEADS_TO.search(text, max(0, at - 12), word.start()):
            break
        first = False
        previous = word.end()
        if not joins:
            end = word.end()
        if is_year:
            break
    return end
