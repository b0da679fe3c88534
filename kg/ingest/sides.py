"""Who signs an agreement, as running text and titles tell: 甲国与乙国签署《…协定》."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from kg.ingest.gazetteer import Entry, Gazetteer, Hit
from kg.ingest.kinds import kind_of
from kg.ingest.lines import sentence_bounds
from kg.ingest.rules import alternation, chinese_rules, english_rules
from kg.ingest.titles import MarkedTitle
from kg.ingest.values import Value

_AGREEMENTS = frozenset(("treaty", "trade-agreement", "protocol", "mou", "intra-state-arrangement"))
_SIDES = frozenset(("country", "customs-territory", "special-administrative-region"))
_MAX_TITLES = 2_000


@dataclass(frozen=True)
class Side:
    """A signatory of an agreement that a text names."""

    agreement: MarkedTitle
    place: Entry
    start: int
    end: int


def find_sides(
    text: str, shown: str, titles: Sequence[MarkedTitle], gazetteer: Gazetteer
) -> Iterator[Side]:
    """The countries and customs territories that are the subject of signing a named agreement."""
    verbs = alternation(chinese_rules().words["signing_verbs"])
    signed = re.compile(rf"(?:{verbs})(?:了)?(?:[^，。；\n]{{0,12}}的)?《?$")
    for title in islice(titles, _MAX_TITLES):
        if kind_of(title.text) not in _AGREEMENTS:
            continue
        start = sentence_bounds(shown, title.start)[0]
        verb = signed.search(shown[start : title.start])
        if not verb:
            continue
        clause = max(shown.rfind(stop, start, start + verb.start()) + 1 for stop in "，；：")
        for hit in _sides(text[max(start, clause) : start + verb.start()], gazetteer):
            at = max(start, clause)
            yield Side(title, hit.entry, at + hit.start, at + hit.end)


def _sides(words: str, gazetteer: Gazetteer) -> list[Hit]:
    """The sides that a subject is made of; none when it names but one."""
    hits = [h for h in gazetteer.find(words, "place") if h.entry.kind in _SIDES]
    return hits if len({h.entry.iri for h in hits}) >= 2 else []


def sides_of_title(title: Value, gazetteer: Gazetteer) -> list[Value]:
    """The parties in an English title: Agreement between the Government of A and B."""
    match = re.search(english_rules().patterns["between"], title.value)
    if not match:
        return []
    names = [re.sub(english_rules().patterns["government_of"], "", part) for part in match.groups()]
    found = [
        Value(name, title.start, title.end, "party.title", 0.8, title.raw)
        for name in names
        if any(e.kind in _SIDES for e in gazetteer.named(name, "place"))
    ]
    return found if len(found) == len(names) else []
