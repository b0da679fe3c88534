"""Places that a text makes something: 选择甲、乙、丙开展某某试点, 认定某某园为某某基地."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.ingest.gazetteer import Gazetteer, Hit
from kg.ingest.lines import sentence_bounds
from kg.ingest.rules import alternation, chinese_rules
from kg.ingest.titles import MASK

_MAX_TEXT = 400_000
_JOINT = re.compile(r"\s?(?:[、，,]|和|及|与|以及)\s?")
_BRACKET = re.compile(r"[（(][^（）()]{0,40}[）)]")


@dataclass(frozen=True)
class Designation:
    """A place, by its hit in the text, and what it is made."""

    holder: Hit
    becomes: str
    start: int
    end: int


def find_designations(shown: str, gazetteer: Gazetteer) -> Iterator[Designation]:
    """Every known place of a list behind a verb of choosing, with the status that follows it."""
    words = chinese_rules().words
    verb = re.compile(rf"(?:{alternation(words['designation_verbs'])})\s?$")
    status = re.compile(
        rf"[^，。；：\n]{{0,14}}?(?:{alternation(words['designation_links'])})\s?[“\"]?"
        rf"([^，。；：、“”\"\n{MASK}]{{2,40}}(?:{alternation(words['designation_endings'])}))"
    )
    for run in _runs(shown[:_MAX_TEXT], gazetteer):
        first, last = run[0].start, run[-1].end
        start = sentence_bounds(shown, first)[0]
        became = status.match(shown, last)
        if became and verb.search(shown[max(start, first - 10) : first]):
            for hit in (one for one in run if len({e.iri for e in one.entries}) == 1):
                yield Designation(hit, became.group(1), hit.start, became.end())


def _runs(shown: str, gazetteer: Gazetteer) -> Iterator[Sequence[Hit]]:
    """Known places that follow one another with nothing but joints between them."""
    run: list[Hit] = []
    for hit in gazetteer.find(shown, "place"):
        gap = shown[run[-1].end : hit.start] if run else ""
        if run and (len(gap) > 45 or not _JOINT.fullmatch(_BRACKET.sub("", gap))):
            yield run
            run = []
        run.append(hit)
    if run:
        yield run
