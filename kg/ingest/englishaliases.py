"""The short names by which an English-language text calls acts that it names in full."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice, pairwise

from kg.ingest.rules import alternation, english_rules
from kg.ingest.values import Value

_MAX_LETTERED = 500
_HEAD = 3_000
_BESIDE = 120
_LETTERS = re.compile(r"\s*\((?:the\s+)?[\"“]?([A-Z]{3,8})[\"”]?\)")
_ESTABLISHED = re.compile(r"(?i:establishing the )([A-Z]{3,8})$")
_BETWEEN = re.compile(r"(?i)\bagreement between .+")
# What may stand before an agreement's own name at its head: ANNEX 2.
_SHOUTED = re.compile(r"[\sA-Z0-9.,()-]{0,60}")
_SMALL = frozenset(("of", "on", "and", "the", "for", "to", "in"))
_DAY = r"(?:[a-z]+ \d{1,2}, |\d{1,2} [a-z]+ )"


def stand_ins(text: str, start: int, named: Mapping[str, Value]) -> set[str]:
    """Of the names by their folded spelling, those that stand for others given in full."""
    return {
        *_defined(text, start),
        *_with_letters(text, named),
        *_undated(named),
        *_shortened(named),
        *_of_letters(named),
        *_behind_verbs(text, named),
    }


def short_forms(text: str, mentions: Iterable[Value]) -> dict[str, str]:
    """The short names that a text gives in quotes right behind full ones: … Act (the “X Act”)."""
    ends = sorted((value.end, value.value) for value in mentions)
    found: dict[str, str] = {}
    for match in re.compile(english_rules().patterns["quoted_short"]).finditer(text):
        index = bisect_right(ends, (match.start(), "")) - 1
        if index >= 0 and _leads_to(text[ends[index][0] : match.start()]):
            found.setdefault(match.group(1), ends[index][1])
    return found


def _leads_to(between: str) -> bool:
    """Whether nothing but an amendment and a place in a code stands between a name and its short one."""
    bare = re.sub(r"\([^()]{0,80}\)", "", between)
    return len(between) < _BESIDE and re.fullmatch(r"(?:,?\s+as\s+amended,?)?\s*", bare) is not None


def own_names(text: str, start: int) -> Callable[[Value], bool]:
    """Whether a name is the text's own: defined as it, or the words of its heading."""
    means = re.compile(english_rules().patterns["means_itself"])
    spans = [match.span() for match in means.finditer(text, start)]
    starts = [first for first, _ in spans]
    head = " ".join(text[start : start + _HEAD].split())

    def is_own(value: Value) -> bool:
        if _SHOUTED.fullmatch(text, start, value.start):
            return True
        index = bisect_right(starts, value.start) - 1
        if index >= 0 and value.start < spans[index][1]:
            return True
        sides = _BETWEEN.search(value.value)
        if sides is None:
            return False
        is_heading = value.value[: sides.start()].isupper()
        as_heading = rf"(?<!TO )(?<!TO THE ){re.escape(sides.group().upper())}"
        return is_heading or re.search(as_heading, head) is not None

    return is_own


def initials(name: str) -> str:
    """The first letters of a name's words: GATT of General Agreement on Tariffs and Trade."""
    return "".join(word[0] for word in name.split() if word not in _SMALL).upper()


def _defined(text: str, start: int) -> Iterator[str]:
    """Names that a text defines as short for others: "X Agreement means the … Agreement"."""
    patterns = english_rules().patterns
    for pattern in (patterns["short_name"], patterns["quoted_means"]):
        for match in re.compile(pattern).finditer(text, start):
            *shorts, full = (_folded(part) for part in match.groups() if part)
            yield from (short for short in shorts if not full.startswith(short))
    for shape in (re.compile(patterns["quoted_short"]), _bracketed()):
        for match in shape.finditer(text, start):
            short = _folded(match.group(1))
            if short not in _folded(text[max(start, match.start() - _BESIDE) : match.start()]):
                yield short


def _with_letters(text: str, named: Mapping[str, Value]) -> Iterator[str]:
    """X Agreement, when a name gives the letters: Agreement on … (X), Agreement establishing the X."""
    for key, value in named.items():
        letters = _LETTERS.match(text, value.end) or _ESTABLISHED.search(value.value)
        if letters:
            yield from (f"{letters.group(1)} {noun}".casefold() for noun in _nouns(key))


def _nouns(name: str) -> Iterator[str]:
    return (noun for noun in english_rules().words["instrument_endings"] if noun.casefold() in name)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


@lru_cache(maxsize=1)
def _bracketed() -> re.Pattern[str]:
    """A short name in brackets behind a name or its place in a code: … Act (5 U.S.C. 1) (X Act)."""
    endings = alternation(english_rules().words["instrument_endings"])
    return re.compile(english_rules().patterns["bracketed_short"].replace("{endings}", endings))


def _undated(names: Iterable[str]) -> Iterator[str]:
    """Names that are given elsewhere with their year or day: Trade Act beside Trade Act of 1974."""
    for name in names:
        dated = re.fullmatch(rf"(.+?) (?:of )?(?:{_DAY})?(?:19|20)\d\d(?: on .+)?", name)
        if dated:
            yield dated.group(1)


def _shortened(names: Iterable[str]) -> Iterator[str]:
    """Names that are given in full elsewhere: X Agreement beside X Agreement between A and B."""
    ordered = sorted(names)
    for name, longer in pairwise(ordered):
        if re.match(
            r"(?:\s\(|\s(?:establishing|between|among|on|of|for|concerning)\s)", longer[len(name) :]
        ) and longer.startswith(name):
            yield name
    for name in names:
        if (spelled := _respelled(name)) != name:
            index = bisect_left(ordered, spelled)
            if index < len(ordered) and ordered[index].startswith(spelled):
                yield name
    plain: dict[str, str] = {}
    for name in names:
        other = plain.setdefault(re.sub(r"\bthe ", "", name), name)
        if other != name:
            yield name


def _respelled(name: str) -> str:
    spellings = english_rules().spellings
    return " ".join(spellings.get(word, word) for word in name.split())


def _of_letters(named: Mapping[str, Value]) -> Iterator[str]:
    """Names made of the first letters of another: WTO Agreement beside Agreement Establishing …."""
    spelled = "\n".join(initials(name) for name in named)
    lettered = (
        (key, match.group(1))
        for key, value in named.items()
        if (match := re.fullmatch(r"([A-Z]{3,8}) [A-Z][a-z]+", value.value))
    )
    for key, letters in islice(lettered, _MAX_LETTERED):
        if letters in spelled:
            yield key


def _behind_verbs(text: str, named: Mapping[str, Value]) -> Iterator[str]:
    """Names with a verb before them that is none of theirs: Amending Trade Act, Suspending X Act."""
    for key, value in named.items():
        verb, _, rest = key.partition(" ")
        article = re.search(r"(?:\bthe|[\"“(])\s*$", text[max(0, value.start - 6) : value.start])
        if verb.endswith("ing") and rest in named and not article:
            yield key
