"""Where the name of an act or agreement begins and ends in an English-language text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kg.ingest.datewords import find_english_dates
from kg.ingest.rules import alternation, english_rules

WORD = re.compile(r"[A-Za-z0-9][\w’'\-]*")
_MAX_HEAD = 200
_MAX_LIST = 120
_MAX_TAIL = 260
_MAX_WORD = 20
_NEAR = 24
_GAP = re.compile(r",?[ \u00a0]?\n?(?:[-–—][ \u00a0]?)?[ \u00a0]*")
_ORDINAL = re.compile(r"\d{1,2}(?:st|nd|rd|th)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_TREATIES = ("Agreement", "Convention", "Treaty")
_LEADS_TO = re.compile(r"(?:Protocol|Convention|Act)\s+$")
_PART = re.compile(r"\b(?:Paragraph|Article|Section|Chapter|Annex|Protocol)\s$")
# The year behind an act's name: Act, 2021.
_ACT_YEAR = re.compile(r",[ \u00a0](?:19|20)\d\d(?=\s*[,;.()]|\s+(?:and|or|is|was)\b)")
# What a declaration of a year is on: of 1979 on Trade Measures.
_SUBJECT = re.compile(r"\s+on\s+[A-Z][a-z]+\s+[A-Z]")


def begin_of_name(text: str, at: int, limit: int) -> int:
    """The place of the first word of the name whose noun stands at `at`, not before `limit`."""
    if re.compile(english_rules().patterns["nouns_before"]).match(text, at):
        return at
    begin = _first_capital(text, at, max(limit, at - _MAX_HEAD))
    begin += 2 * text.startswith("A ", begin, at)
    begin = _behind_part(text, begin, at)
    begin = _before_list(text, begin, at, max(limit, begin - _MAX_LIST))
    return _with_owner(text, begin, at)


def _first_capital(text: str, at: int, limit: int) -> int:
    """The first capital word of those that lead to `at` without a break."""
    begin = following = at
    words = list(WORD.finditer(text, limit, at))
    for word in reversed(words):
        gap = text[word.end() : following]
        joined = _GAP.fullmatch(gap) or _goes_over_page(gap, WORD.match(text, following))
        if not joined or "," in gap or word.group() in _stops():
            break
        is_capital = word.group()[0].isupper() or _ORDINAL.fullmatch(word.group()) is not None
        if not is_capital and word.group() not in _words("instrument_middles"):
            break
        if word.group() == "the" and not _joins_inside(words, word, at):
            break
        if is_capital and word.group() not in _words("name_leads"):
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
    leads = previous in _words("name_leads") or previous in _stops()
    return is_inside and previous[:1].isupper() and not is_shouted and not leads


def _behind_part(text: str, begin: int, at: int) -> int:
    """Past a part of the instrument inside what was read: GATT and with Article VIII of …."""
    inside = re.compile(english_rules().patterns["part_inside"])
    ends = [part.end() for part in inside.finditer(text, begin, at + 1) if part.end() <= at]
    return ends[-1] if ends else begin


def _before_list(text: str, begin: int, at: int, limit: int) -> int:
    """Where an act's name begins whose last subject was read: Federal Food, Drug, and Cosmetic Act."""
    if not text.startswith("Act", at):
        return begin
    listed = re.compile(english_rules().patterns["listed_before"]).search(text[limit:begin])
    if listed is None or _has_noun(listed.group()):
        return begin
    is_joined = re.search(r"\band\s", text[limit + listed.start() : at]) is not None
    return limit + listed.start(1) if is_joined else begin


def _with_owner(text: str, begin: int, at: int) -> int:
    """Where a name begins: with its Articles of, without an organisation's letters."""
    patterns = english_rules().patterns
    owner = re.compile(patterns["owner"]).match(text, begin, at + _NEAR)
    if owner:
        return owner.end()
    near = text[max(0, begin - _NEAR) : begin]
    dotted = re.search(r"\b(?:[A-Z]\.){2,4}[-–]$", near)
    if dotted:
        return begin - len(dotted.group())
    before = re.compile(patterns["name_before"]).search(
        text, max(0, begin - _NEAR), begin + _MAX_WORD
    )
    return before.start() if before and before.end() == begin else begin


@lru_cache(maxsize=8)
def _words(*lists: str) -> frozenset[str]:
    """The words of some lists of the rules."""
    return frozenset(word for name in lists for word in english_rules().words[name])


@lru_cache(maxsize=1)
def _stops() -> frozenset[str]:
    """Words at which a name read backwards has begun already, also when they are shouted."""
    words = english_rules().words["name_stops"]
    return frozenset((*words, *(word.upper() for word in words)))


def end_of_name(text: str, begin: int, at: int) -> int:
    """Past what belongs to a name behind its noun: on Tariffs and Trade 1994, of 1974.

    `begin` is where the name begins, `at` the place behind its noun.
    """
    year = _ACT_YEAR.match(text, at)
    if year and text.endswith(("Act", "Ordinance"), 0, at):
        return year.end()
    sides = _sides().match(text, at, at + _MAX_TAIL * 2)
    patterns = english_rules().patterns
    if sides:
        subject = re.compile(patterns["subject_of_sides"]).match(text, sides.end())
        return subject.end() if subject else sides.end()
    is_convention = text.endswith(("Convention", "Treaty"), 0, at)
    small = re.compile(patterns["any_subject" if is_convention else "small_subject"]).match(text, at)
    if small:
        return small.end()
    return _Tail(text, at, has_name=len(text[begin:at].split()) > 1).end


class _Tail:
    """The words behind a name's noun, read one by one."""

    def __init__(self, text: str, at: int, *, has_name: bool) -> None:
        self.text, self.at, self.end = text, at, at
        self._has_name = has_name
        self._previous = at
        self._list_end = 0
        for word in WORD.finditer(text, at, at + _MAX_TAIL):
            if not self._reaches(word) or not self._takes(word):
                break

    @property
    def _is_first(self) -> bool:
        return self._previous == self.at

    @property
    def _goes_on(self) -> bool:
        """Whether the last word is one in which no name ends."""
        unfinished = english_rules().words["name_goes_on"]
        return self.end > self.at and self.text.endswith(unfinished, self.at, self.end)

    def _reaches(self, word: re.Match[str]) -> bool:
        """Whether nothing but a space stands between the words so far and this one."""
        between = self.text[self._previous : word.start()]
        if word.start() < self._list_end:
            return not re.search("[;.()]", between)
        if re.fullmatch(r"\s{0,8}" if self._goes_on else r"[ \u00a0]?\n?[ \u00a0]*", between):
            return True
        return _goes_over_page(between, word) or self._begins_list(between)

    def _begins_list(self, between: str) -> bool:
        """Whether a comma joins what the name is about: of Performers, Producers and Others."""
        shape = re.compile(english_rules().patterns["listed_subjects"])
        listed = shape.match(self.text, self._previous) if self.end > self.at else None
        if listed is None or between.strip() != "," or _has_noun(listed.group()):
            return False
        self._list_end = listed.end()
        return True

    def _takes(self, word: re.Match[str]) -> bool:
        """Whether the name goes on with a word; it then ends behind it unless it only joins."""
        written = word.group()
        if _another().match(self.text, word.start()):
            return False
        day = _day_behind(self.text, word)
        if day:
            sides = _sides().match(self.text, day, day + _MAX_TAIL)
            behind = sides.end() if sides else _end_of_topic(self.text, day)
            is_needed = not self._has_name and self.end == self.at
            self.end = behind if is_needed or behind > day else self.end
            return False
        is_year = _YEAR.fullmatch(written) is not None
        joins = self._joins(written)
        goes_on = self._goes_on or self._is_figure(word)
        if not (written[0].isupper() or is_year or joins or goes_on):
            return False
        if is_year and self._is_dated(word):
            return False
        if self._is_first and not is_year and not self._may_follow(word):
            return False
        self._previous = word.end()
        if not joins:
            self.end = word.end()
        return not is_year or _SUBJECT.match(self.text, word.end()) is not None

    def _is_dated(self, word: re.Match[str]) -> bool:
        """Whether a year only tells when an instrument was made: Convention on the Sea of 1982."""
        before = self.text[self._previous - 3 : self._previous]
        if not before.endswith(" of") or _SUBJECT.match(self.text, word.end()):
            return False
        is_treaty = self._has_name and self.text.endswith(_TREATIES, 0, self.at)
        return self.end > self.at or is_treaty

    def _joins(self, written: str) -> bool:
        if self._is_first and written in _words("name_first"):
            return True
        inside = _words("instrument_middles", "name_words")
        return written in inside or (written == "that" and self.end > self.at)

    def _may_follow(self, word: re.Match[str]) -> bool:
        """Whether a word may stand right behind the noun."""
        if word.group() not in _words("name_first"):
            return self._is_figure(word)
        leads = _LEADS_TO.search(self.text, max(0, self.at - 12), word.start())
        is_named = self._has_name and self.text.endswith("Act", 0, self.at)
        return word.group() != "to" or (leads is not None and not is_named)

    def _is_figure(self, word: re.Match[str]) -> bool:
        """Whether a number belongs to what stands before it, or is an ordinal: Paragraph 6, 21st."""
        if _ORDINAL.fullmatch(word.group()):
            return True
        if not word.group().isdigit():
            return False
        if self._is_first:  # ILO Convention 182
            return len(word.group()) <= 3 and self.text.endswith("Convention", 0, self.at)
        before = self.text[max(self.at, word.start() - 12) : word.start()]
        return _PART.search(before) is not None


def _has_noun(text: str) -> bool:
    nouns = alternation(english_rules().words["instrument_endings"])
    return re.search(rf"\b(?:{nouns})\b", text) is not None


@lru_cache(maxsize=1)
def _sides() -> re.Pattern[str]:
    patterns = english_rules().patterns
    whole = patterns["sides"].replace("{side}", patterns["side"])
    return re.compile(whole.replace("{gap}", r"(?:[ \u00a0]+\n?|\n)[ \u00a0]*"))


@lru_cache(maxsize=1)
def _another() -> re.Pattern[str]:
    """What is no part of a name any more: and the X Agreement, and Article V, in Annex 1B."""
    rules = english_rules()
    endings = alternation(rules.words["instrument_endings"])
    parts = "|".join(rules.words["parts"])
    joint = r"(?:and|in|as\s+set\s+out\s+in)"
    return re.compile(
        rf"{rules.patterns['no_part']}|{joint}\s+(?:the\s+)?(?:{parts})\b"
        rf"|and\s+the\s+(?:(?:[A-Z][\w-]*|of|on)\s+){{0,6}}(?:{endings})\b"
        r"|and\s+(?:the\s+)?[A-Z]{3,6}\s(?:19|20)\d\d\b"
    )


def _goes_over_page(between: str, word: re.Match[str] | None) -> bool:
    """Whether a page ends inside a name: a space before the blank lines, and no part's heading."""
    if word is None or not re.fullmatch(r"[ \u00a0]+\n{1,3}", between):
        return False
    parts = "|".join(english_rules().words["parts"])
    return not re.fullmatch(rf"(?i:{parts}|preamble)", word.group())


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
