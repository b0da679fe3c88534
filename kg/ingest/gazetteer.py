"""What the graph already knows by name, ready to be found in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import ahocorasick

from kg.ingest.rules import alternation, chinese_rules

_FOLD = str.maketrans(
    {"（": "(", "）": ")", "〔": "[", "〕": "]", "［": "[", "］": "]", "—": "-", "–": "-", "―": "-"}
    | {"<": "《", ">": "》", "＜": "《", "＞": "》"}
    | {"－": "-", "～": "-", "〈": "《", "〉": "》", "，": ",", "：": ":", "；": ";", "·": "・"}
    | {"‘": "'", "’": "'", "“": '"', "”": '"', "「": '"', "」": '"', "\u00a0": " ", "\u3000": " "}
)
_GAPS = re.compile(r"\s+")
_MIN_LATIN = 3


@dataclass(frozen=True)
class Entry:
    """One node of the graph by its names."""

    iri: str
    type: str  # "instrument", "agreement", "agency", "place", "designation", …
    label: str
    aliases: tuple[str, ...] = ()
    kind: str | None = None
    number: str | None = None
    codes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.label, *self.aliases)


@dataclass(frozen=True)
class Hit:
    """A name found in a text, with every node that goes by it."""

    start: int
    end: int
    entries: tuple[Entry, ...]

    @property
    def entry(self) -> Entry:
        return self.entries[0]


def folded(name: str) -> str:
    """A name as it is compared: without spaces, with one kind of bracket, dash and quote.

    >>> folded("中国（某地） 试验区条例") == folded("中国(某地)试验区条例")
    True
    """
    name = name.translate(_FOLD)
    if re.search(r"[\u3400-\u9fff]", name):
        return _GAPS.sub("", name)
    return _GAPS.sub(" ", name).strip().lower()


def title_key(title: str) -> str:
    """A title as it is compared: also without marks around it and inside it."""
    return re.sub(r"[《》\"']|年(?=\)$)", "", folded(title))


class Gazetteer:
    """Names to nodes, and an automaton that finds the names in a text."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = tuple(entries)
        self._by_key: dict[str, list[Entry]] = {}
        for entry in self.entries:
            for name in dict.fromkeys(entry.names):
                if name:
                    self._by_key.setdefault(title_key(name), []).append(entry)

    def named(self, name: str, *types: str) -> tuple[Entry, ...]:
        """The nodes of these types (all, when none is given) that go by a name."""
        found = self._by_key.get(title_key(name), [])
        return tuple(e for e in found if not types or e.type in types)

    def coded(self, code: str, *types: str) -> tuple[Entry, ...]:
        """The nodes with a code, such as a country's by ISO 3166."""
        return tuple(e for e in self._by_code.get(code, ()) if not types or e.type in types)

    def numbered(self, number: str) -> tuple[Entry, ...]:
        """The nodes with a document number."""
        return self._by_number.get(folded(number), ())

    def find(self, text: str, *types: str) -> list[Hit]:
        """Names in a text that has one character per place: longest first, none overlapping."""
        if not self._by_key:
            return []
        shown = text.translate(_FOLD)
        hits = [
            Hit(end - length + 1, end + 1, entries)
            for end, (length, entries) in self._automaton.iter(shown)
            if _whole_word(shown, end - length + 1, end + 1)
        ]
        wanted = [h for h in hits if not types or any(e.type in types for e in h.entries)]
        return list(_longest(wanted))

    @cached_property
    def _automaton(self) -> ahocorasick.Automaton:
        names: dict[str, list[Entry]] = {}
        for entry in self.entries:
            for name in entry.names:
                written = name.translate(_FOLD).strip()
                if len(written) >= (_MIN_LATIN if written.isascii() else 2):
                    names.setdefault(written, []).append(entry)
        automaton = ahocorasick.Automaton()
        for written, entries in names.items():
            automaton.add_word(written, (len(written), tuple(dict.fromkeys(entries))))
        if not names:
            automaton.add_word("\0", (1, ()))
        automaton.make_automaton()
        return automaton

    @cached_property
    def _by_code(self) -> dict[str, list[Entry]]:
        codes: dict[str, list[Entry]] = {}
        for entry in self.entries:
            for code in entry.codes:
                codes.setdefault(code, []).append(entry)
        return codes

    @cached_property
    def _by_number(self) -> dict[str, tuple[Entry, ...]]:
        numbers: dict[str, tuple[Entry, ...]] = {}
        for entry in self.entries:
            if entry.number:
                key = folded(entry.number)
                numbers[key] = (*numbers.get(key, ()), entry)
        return numbers

    @cached_property
    def place_names(self) -> dict[str, Entry]:
        """Places by full and short name; a short name that two places share is none's."""
        endings = alternation(chinese_rules().words["place_endings"])
        cut = re.compile(rf"(?:{endings})$")
        full = {name: e for e in reversed(self.entries) if e.type == "place" for name in e.names}
        short: dict[str, set[str]] = {}
        owner: dict[str, Entry] = {}
        for entry in self.entries:
            if entry.type != "place":
                continue
            stem = cut.sub("", entry.label)
            if len(stem) >= 2 and stem != entry.label and entry.kind != "county":
                short.setdefault(stem, set()).add(entry.iri)
                owner.setdefault(stem, entry)
        single = {stem: owner[stem] for stem, iris in short.items() if len(iris) == 1}
        return single | full

    @cached_property
    def place_lengths(self) -> dict[str, tuple[int, ...]]:
        """The lengths of the place names that begin with two characters, the longest first."""
        lengths: dict[str, set[int]] = {}
        for name in self.place_names:
            if len(name) >= 2:
                lengths.setdefault(name[:2], set()).add(len(name))
        return {begin: tuple(sorted(found, reverse=True)) for begin, found in lengths.items()}


def _whole_word(text: str, start: int, end: int) -> bool:
    """Latin names stand between other characters than letters and digits."""
    first, last = text[start], text[end - 1]
    if first.isascii() and first.isalnum() and start and _is_latin(text[start - 1]):
        return False
    return not (last.isascii() and last.isalnum() and end < len(text) and _is_latin(text[end]))


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _longest(hits: list[Hit]) -> Iterator[Hit]:
    """Of overlapping hits the one that starts first and is longest."""
    at = 0
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if hit.start >= at:
            yield hit
            at = hit.end
