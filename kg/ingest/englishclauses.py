"""What an English-language text claims as its authority, and what it revokes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice

from kg.ingest.englishaliases import short_forms
from kg.ingest.englishnames import english_mentions, within
from kg.ingest.englishorders import english_orders, order_titles
from kg.ingest.rules import alternation, english_rules
from kg.ingest.values import Value

_MAX_SENTENCE = 6_000
_MAX_PREAMBLE = 40_000
_MAX_CLAUSES = 500


def english_based_on(text: str, mentions: Sequence[Value] = ()) -> list[Value]:
    """The acts in the sentence that claims the authority, by their full names if the text gives them."""
    match = re.search(r"authority\s+vested", text)
    if not match:
        return _done_under(text)
    end = re.compile(r"hereby|proclaim|\bI,\s|\.\s*\n\s*\n|it\s+is").search(text, match.end())
    limit = end.start() if end else match.end() + 1_000
    inside = english_mentions(text[:limit], "", match.start())
    acts = (v for v in inside if re.search(r"\bAct\b|Proclamation|Order|Resolution", v.value))
    beside = re.compile(english_rules().patterns["beside_authority"])
    found = [v for v in acts if not beside.search(text, max(match.start(), v.start - 160), v.start)]
    called = _called(text, match.start(), limit, mentions)
    named = [v for v in found if not any(c.start <= v.start < c.end for c in called)]
    return sorted([*named, *called], key=lambda v: v.start) or _ordered_under(text, match.end())


def _called(text: str, start: int, end: int, mentions: Sequence[Value]) -> list[Value]:
    """The acts that a clause calls by the short names that the text gave them before."""
    found: dict[str, Value] = {}
    for short, full in short_forms(text, mentions).items():
        words = r"\s+".join(map(re.escape, short.split()))
        of = re.compile(rf"\bof\s+the\s+({words})\b").search(text, start, end)
        if of:
            found.setdefault(full, Value(full, of.start(1), of.end(1), "based_on.short", 0.8))
    return list(found.values())


def _ordered_under(text: str, at: int) -> list[Value]:
    """The act under which the first of what is ordered is done, when the authority names none."""
    match = re.compile(english_rules().patterns["ordered_under"]).search(text, at, at + 1_000)
    return _acts_within(text, match) if match else []


def _done_under(text: str) -> list[Value]:
    """The acts under which a text without an authority formula says that it is done."""
    match = re.compile(english_rules().patterns["done_under"]).search(text, 0, _MAX_PREAMBLE)
    if not match:
        return []
    return _acts_within(text, match)


def _acts_within(text: str, match: re.Match[str]) -> list[Value]:
    inside = english_mentions(text[: match.end()], "", match.start())
    return [value for value in inside if re.search(r"\bAct\b", value.value)]


def english_repeals(text: str, mentions: Sequence[Value]) -> list[Value]:
    """The orders that the text revokes as a whole, and of its mentions those that it replaces."""
    spans = _merged([*_before_verbs(text), *_behind_verbs(text)])
    starts = [start for start, _ in spans]
    titles = order_titles(text, 0)
    found: dict[str, Value] = {}
    for value in sorted(english_orders(text, 0), key=lambda v: v.start) if spans else ():
        index = bisect_right(starts, value.start) - 1
        is_inside = index >= 0 and value.end <= spans[index][1]
        if is_inside and _is_whole(text, value.start) and not within(titles, value.start):
            found.setdefault(value.value, value)
    for value in (*_named_before(text), *_replaced(text, mentions)):
        found.setdefault(value.value, value)
    return list(found.values())


def _replaced(text: str, mentions: Sequence[Value]) -> Iterator[Value]:
    """The agreements that a treaty says it replaces, or that shall terminate with it."""
    patterns = english_rules().patterns
    replacing, replaced = (re.compile(patterns[name]) for name in ("replacing", "replaced"))
    for value in mentions:
        before = text[max(0, value.start - 60) : value.start]
        is_replaced = replacing.search(before) or replaced.match(text, value.end)
        if is_replaced and _is_whole(text, value.start):
            yield value


def _named_before(text: str) -> Iterator[Value]:
    """Revoke that order: the one named last."""
    pattern = english_rules().patterns["revoke_that"]
    for verb in islice(re.finditer(pattern, text), _MAX_CLAUSES):
        near = english_orders(text[: verb.start()], max(0, verb.start() - _MAX_SENTENCE // 2))
        yield from sorted(near, key=lambda v: v.start)[-1:]


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that overlap made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _before_verbs(text: str) -> Iterator[tuple[int, int]]:
    """Order A, order B and order C are revoked: from the sentence's begin to its verb."""
    verbs = alternation(english_rules().words["revoked"])
    day = r"(?:,?\s+(?:as\s+of|effective)\s+[A-Z][a-z]+\s+\d{1,2},\s+\d{4},?)?"
    whole = rf"(?!{day}\s+(?:to\s+the\s+extent|insofar|in\s+part))"
    for verb in re.finditer(rf"\b(?:is|are)\s+(?:hereby\s+)?(?:{verbs})\b{whole}", text):
        limit = max(0, verb.start() - _MAX_SENTENCE)
        stops = (text.rfind(stop, limit, verb.start()) for stop in (". ", ".\u00a0", "\n\n", ";"))
        yield max(*stops, limit - 1) + 1, verb.start()


def _behind_verbs(text: str) -> Iterator[tuple[int, int]]:
    """I hereby revoke order A; the following are revoked: A, B: from the verb to the end."""
    patterns = english_rules().patterns
    for pattern in (patterns["revoked_list"], patterns["revoking"]):
        for verb in islice(re.finditer(pattern, text), _MAX_CLAUSES):
            yield verb.end(), _end_of_list(text, verb.end())


def _end_of_list(text: str, at: int) -> int:
    """Where the sentence ends, or the last item of the list that begins here."""
    item = _item(text, at)
    limit = min(len(text), at + _MAX_SENTENCE)
    for stop in re.compile(r"[.;]\s|\n\s*\n").finditer(text, at, limit):
        if stop.group().startswith(";") or (item and item.match(text, stop.end() - 1)):
            continue
        return stop.start()
    return limit


def _item(text: str, at: int) -> re.Pattern[str] | None:
    """How the items of the list that begins here are marked: (a), (i), (1), a bullet."""
    patterns = (re.compile(rf"\s*{mark}\s") for mark in english_rules().words["list_items"])
    return next((pattern for pattern in patterns if pattern.match(text, at)), None)


def _is_whole(text: str, start: int) -> bool:
    """Whether the order itself is meant, not a section of it or what was done under it."""
    before = text[max(0, start - 24) : start]
    if re.search(r"[Rr]evocation\s+of\s*$", before):
        return True
    return not re.search(r"(?:[Ss]ections?|of|in|to|by|under)\s+[^\s.;:,]*\s*$", before)
