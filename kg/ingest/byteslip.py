"""Runs of Chinese text that were read one byte late, and what stood there.

A text in GBK had its full-width marks replaced byte by byte. Where the last byte of one character
and the first of the next happen to spell such a mark (`。跨` is `A1 A3 BF E7`, and `A3 BF` is `？`),
two characters are torn: a lone `?` is left, the mark, and every following pair of bytes begins one
byte late, until a second byte is an ASCII letter or another mark follows. Pairs that mean nothing
were dropped, and a lone byte at the end of a run became `?`.

So the repair is local: write the run in GBK again, put the torn bytes back in front and read it
anew. The first byte, dropped pairs and a lost last byte are only known by what they make of the
text around them: a beam search weighs them by the document's own character sequences.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice, pairwise

from kg.ingest.mapped import Edit, Mapped

_MARKS = {"?": 0xBF, "!": 0xA1, ";": 0xBB, ",": 0xAC}
_SITE = re.compile(r"\?([?!;])")
_MAX_RUN = 40
# A text with more sites than this is damaged in some other way.
_MAX_SITES = 100
_BEAM = 40
_MAX_DROPPED = 4
_DROP_COST = 5.0
_USUAL_FIRST = 0xA1
# No writer ends a sentence twice: 。”。
_CLASH = re.compile("[。！？；，、：][”’）》]?[。！？；，、：]")
_CLASH_COST = 8.0


@dataclass(frozen=True)
class Run:
    """A damaged run: from the lone `?` to its end, the mark's byte, the bytes that are known."""

    start: int
    end: int
    mark: int
    pairs: tuple[tuple[int, int], ...]
    last: int | None  # an ASCII second byte that ends the run
    lost: bool  # whether the run ends in a lone `?`


@dataclass(frozen=True)
class _State:
    text: str
    pending: int
    cost: float
    guessed: bool
    dropped: int = 0


class Sequences:
    """How usual character sequences are in a text."""

    def __init__(self, text: str) -> None:
        self.single = Counter(text)
        self.double = Counter(map("".join, pairwise(text)))
        self.triple = Counter(map("".join, zip(text, text[1:], text[2:], strict=False)))
        self.total = max(1, sum(self.single.values()))

    def cost(self, before: str, char: str) -> float:
        """The less usual a character is after the two before it, the dearer."""
        single = (self.single[char] + 0.02) / (self.total + 100)
        double = triple = 0.0
        if before and (seen := self.single[before[-1]]):
            double = self.double[before[-1] + char] / (seen + 2)
        if len(before) > 1 and (seen := self.double[before[-2:]]):
            triple = self.triple[before[-2:] + char] / (seen + 1)
        return -math.log(0.25 * single + 0.45 * double + 0.3 * triple)


def find_slips(body: Mapped) -> list[tuple[Edit, bool]]:
    """The edits that mend a text's damaged runs, each with whether anything was inferred."""
    runs = list(islice(filter(_is_slip, _runs(body.text)), _MAX_SITES + 1))
    if not 0 < len(runs) <= _MAX_SITES:
        return []
    usual = Sequences(_undamaged(body.text, runs))
    mended = (_mend(body.text, run, usual) for run in runs)
    return [found for found in mended if found is not None]


def _runs(text: str) -> Iterator[Run]:
    at = 0
    while match := _SITE.search(text, at):
        run = _run(text, match)
        at = run.end if run else match.end()
        if run:
            yield run


def _run(text: str, site: re.Match[str]) -> Run | None:
    """The run behind a site, or None when no run of late-read bytes follows."""
    pairs: list[tuple[int, int]] = []
    for at in range(site.end(), min(site.end() + _MAX_RUN, len(text))):
        char = text[at]
        if char == "?":
            return Run(site.start(), at + 1, _MARKS[site.group(1)], tuple(pairs), None, True)
        if char.isascii():
            is_second = 0x40 <= ord(char) <= 0x7E
            if not is_second or not pairs:
                return None
            return Run(site.start(), at + 1, _MARKS[site.group(1)], tuple(pairs), ord(char), False)
        code = _code(char)
        if code is None:
            return None
        pairs.append(code)
    return None


def _code(char: str) -> tuple[int, int] | None:
    try:
        code = char.encode("gbk")
    except UnicodeEncodeError:
        return None
    return (code[0], code[1]) if len(code) == 2 else None


def _is_slip(run: Run) -> bool:
    """A question of somebody's (?!) is no slip: in a slip, rare characters follow at once."""
    if run.lost and not run.pairs:
        return True
    rare = sum(1 for pair in run.pairs if not _in_gb2312(pair))
    return rare > 0 or run.last is not None


def _in_gb2312(pair: tuple[int, int]) -> bool:
    return 0xB0 <= pair[0] <= 0xF7 and pair[1] >= 0xA1


def _undamaged(text: str, runs: Sequence[Run]) -> str:
    parts: list[str] = []
    at = 0
    for run in runs:
        parts.append(text[at : run.start])
        at = run.end
    return "\n".join((*parts, text[at:]))


def _mend(text: str, run: Run, usual: Sequences) -> tuple[Edit, bool] | None:
    before = _plain(text[max(0, run.start - 8) : run.start])
    after = _plain(text[run.end : run.end + 8])
    states = _first(run, before, usual)
    for pair in run.pairs:
        states = _pruned(_step(states, pair, before, usual))
    best = min(_finished(states, run, before, after, usual), key=lambda s: s.cost, default=None)
    if best is None:
        return None
    return Edit(run.start, run.end, best.text), best.guessed


def _plain(context: str) -> str:
    """Context without what chunking put into it."""
    return re.sub(r"\n\d*、?|-\d+-", "", context)


def _first(run: Run, before: str, usual: Sequences) -> list[_State]:
    """The torn first character: its second byte is A3, its first one unknown, mostly that of 。"""
    states = [
        _State(
            char,
            run.mark,
            usual.cost(before, char) + (0 if lead == _USUAL_FIRST else 1.0),
            lead != _USUAL_FIRST,
        )
        for lead in range(0x81, 0xFF)
        if (char := _char(lead, 0xA3)) is not None
    ]
    return _pruned(states)


def _step(
    states: Sequence[_State], pair: tuple[int, int], before: str, usual: Sequences
) -> Iterator[_State]:
    first, second = pair
    for state in states:
        char = _char(state.pending, first)
        if char is not None:
            cost = state.cost + usual.cost(before + state.text, char)
            yield _State(state.text + char, second, cost, state.guessed, state.dropped)
        if state.dropped < _MAX_DROPPED:
            yield from _with_dropped(state, pair, before, usual)


def _with_dropped(
    state: _State, pair: tuple[int, int], before: str, usual: Sequences
) -> Iterator[_State]:
    """One pair was dropped before this one: two characters lost a byte each."""
    first, second = pair
    endings = _seen_ending(first, usual)
    for trail in _trails():
        lost = _char(state.pending, trail)
        if lost is None or not (usual.single[lost] or lost in _everyday()):
            continue
        cost = state.cost + usual.cost(before + state.text, lost) + _DROP_COST
        for lead, char in endings:
            if (trail, lead) in _meaningless():
                total = cost + usual.cost(before + state.text + lost, char)
                yield _State(state.text + lost + char, second, total, True, state.dropped + 1)


def _seen_ending(trail: int, usual: Sequences) -> list[tuple[int, str]]:
    """The characters with this second byte that the text uses elsewhere."""
    found = ((lead, _char(lead, trail)) for lead in range(0x81, 0xFF))
    return [(lead, char) for lead, char in found if char is not None and usual.single[char]]


def _finished(
    states: Iterable[_State], run: Run, before: str, after: str, usual: Sequences
) -> Iterator[_State]:
    """Complete the last character, and weigh what follows the run."""
    for state in states:
        for whole in _completed(state, run, before, usual):
            cost = whole.cost + (
                _CLASH_COST if _CLASH.search(before[-1:] + whole.text + after[:1]) else 0
            )
            for index, following in enumerate(after[:2]):
                cost += usual.cost(before + whole.text + after[:index], following)
            yield replace(whole, cost=cost, guessed=whole.guessed or run.lost)


def _completed(state: _State, run: Run, before: str, usual: Sequences) -> Iterator[_State]:
    """The last character: its second byte known, lost, or known behind a dropped pair."""
    if run.last is not None:
        yield from _step([state], (run.last, 0), before, usual)
        return
    for trail in _all_trails():
        char = _char(state.pending, trail)
        if char is not None:
            cost = state.cost + usual.cost(before + state.text, char)
            yield replace(state, text=state.text + char, cost=cost)


def _pruned(states: Iterable[_State]) -> list[_State]:
    """The cheapest ways; of those that agree in all that still matters only the best."""
    best: dict[tuple[int, str], _State] = {}
    for state in states:
        key = (state.pending, state.text[-3:])
        if key not in best or state.cost < best[key].cost:
            best[key] = state
    return sorted(best.values(), key=lambda s: s.cost)[:_BEAM]


@lru_cache(maxsize=70_000)
def _char(lead: int, trail: int) -> str | None:
    """The character of two GBK bytes that a text of simplified origin could hold."""
    try:
        char = bytes((lead, trail)).decode("gbk")
    except UnicodeDecodeError:
        return None
    return char if len(char) == 1 and char in _writable() else None


@lru_cache(maxsize=1)
def _writable() -> frozenset[str]:
    """GB 2312, and the traditional forms that a conversion gives its characters."""
    import opencc

    to_traditional = opencc.OpenCC("s2t").convert
    plain = "".join(
        bytes((lead, trail)).decode("gb2312", errors="ignore")
        for lead in (0xA1, *range(0xB0, 0xF8))
        for trail in range(0xA1, 0xFF)
    )
    traditional = "".join(to_traditional(char) for char in plain)
    return frozenset(plain + traditional)


@lru_cache(maxsize=1)
def _everyday() -> frozenset[str]:
    """The everyday characters, which GB 2312 lists first, and their traditional forms."""
    import opencc

    to_traditional = opencc.OpenCC("s2t").convert
    plain = "".join(
        bytes((lead, trail)).decode("gb2312", errors="ignore")
        for lead in range(0xB0, 0xD8)
        for trail in range(0xA1, 0xFF)
    )
    return frozenset(plain + "".join(to_traditional(char) for char in plain))


@lru_cache(maxsize=1)
def _meaningless() -> frozenset[tuple[int, int]]:
    """Pairs of bytes that stand for no character, so that a conversion drops them."""
    return frozenset(
        (lead, trail)
        for lead in range(0x81, 0xFF)
        for trail in (*range(0x40, 0x7F), *range(0x80, 0xFF))
        if _means_nothing(lead, trail)
    )


def _means_nothing(lead: int, trail: int) -> bool:
    try:
        bytes((lead, trail)).decode("gbk")
    except UnicodeDecodeError:
        return True
    return False


@lru_cache(maxsize=1)
def _trails() -> tuple[int, ...]:
    return tuple(sorted({lead for lead, _ in _meaningless()}))


@lru_cache(maxsize=1)
def _all_trails() -> tuple[int, ...]:
    return (*range(0x40, 0x7F), *range(0x80, 0xFF))
