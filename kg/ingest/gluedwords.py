"""Where an English-language text has lost the spaces between its words, as scans do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.ingest.rules import english_rules

_MANY = 5
"""From so many words that run into each other on, a text is damaged throughout."""
_MAX_TEXT = 1_000_000
"""No damaged text is longer; of what is, only the plain cases are mended."""
_MIN_WORD, _MAX_WORD = 5, 60
# Small words run into what follows: ofthe Law, ofJordan, No. 33of2004.
_ANYWHERE = re.compile(
    r"\b(?:of|and|in|to|on|by|with|for|between)(?=the\b)|\b(?:of|between|and)(?=[A-Z][a-z]{2})"
    r"|\d(?=of(?:19|20)\d\d\b)|(?<=[\d ])of(?=(?:19|20)\d\d\b)"
)
# In a damaged text also words run into a capital or a year: PlantHealth, Trade1994, onTariffs.
_DAMAGED = re.compile(
    r"(?<=[a-z]{3})(?=[A-Z][a-z]{2})|(?<=[a-z]{2})(?=(?:19|20)\d\d\b)"
    r"|\b(?:on|in|to|for|by|the)(?=[A-Z][a-z]{2})"
)
_NUMERAL = re.compile(r"[IVXLC]{1,6}(?=of)")
_WORD = re.compile(r"[A-Za-z]+")


def lost_spaces(text: str) -> list[int]:
    """The places before which a space was lost, in order."""
    found = {match.end() for match in _ANYWHERE.finditer(text)}
    if len(found) >= _MANY and len(text) <= _MAX_TEXT:
        found |= {match.end() for match in _DAMAGED.finditer(text)}
        found |= set(_behind_words(text, found))
    return sorted(found)


def _behind_words(text: str, cuts: set[int]) -> Iterator[int]:
    """Before the small words run into one that the text knows alone: Plantand, Agreementofthe."""
    pieces = [piece for word in _WORD.finditer(text) for piece in _pieces(word, cuts)]
    known = {text[start:end].lower() for start, end in pieces} - _unsplit()
    for start, end in (piece for piece in pieces if piece[1] - piece[0] <= _MAX_WORD):
        numeral = _NUMERAL.match(text, start, end)
        last = numeral.end() if numeral else start + _MIN_WORD
        joints: list[int] = []
        while last <= (at := _before_small(text, start, end)) < end:
            joints.append(at)
            if text[start:at].lower() in known or (numeral and at == last):
                yield from joints
                break
            end = at


def _before_small(text: str, start: int, end: int) -> int:
    """Where the small word begins with which a run of letters ends; its end when there is none."""
    small = english_rules().words["glued"]
    return min((end - len(word) for word in small if text.endswith(word, start, end)), default=end)


def _pieces(word: re.Match[str], cuts: set[int]) -> Iterator[tuple[int, int]]:
    """A word in the parts that are told apart already."""
    at = word.start()
    for cut in (place for place in range(at + 1, word.end()) if place in cuts):
        yield at, cut
        at = cut
    yield at, word.end()


def _unsplit() -> frozenset[str]:
    """Words that make others with a small word behind them: there|of, where|in."""
    return frozenset(english_rules().words["unsplit"])
