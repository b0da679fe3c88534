"""What an English-language order, act or agreement says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from kg.ingest.cleantext import CleanText
from kg.ingest.datewords import find_english_dates
from kg.ingest.heading import Heading
from kg.ingest.lines import find_lines
from kg.ingest.rules import alternation, english_rules
from kg.ingest.values import Value

_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_TAIL = 2_500
_MAX_NAMES = 20_000


def is_english(text: str) -> bool:
    """Whether a text is written in Latin letters rather than Chinese characters."""
    sample = text[:20_000]
    wide = sum(1 for c in sample if "\u3400" <= c <= "\u9fff")
    latin = sum(1 for c in sample if c.isascii() and c.isalpha())
    return latin > 8 * wide


def read_english_heading(clean: CleanText) -> Heading:
    """Title, number, issuer and dates of an order or agreement in English."""
    if any(f.name == "date_signed" for f in clean.fields):
        return _treaty_heading(clean)
    title = _title(clean)
    return Heading(
        title=title,
        number=_number(clean, title),
        issuers=tuple(_issuers(clean)),
        promulgated=_signed(clean),
        in_force=_effective(clean),
    )


def _treaty_heading(clean: CleanText) -> Heading:
    """What an agreement's own record states beside its text."""
    return Heading(
        title=_field(clean, "name", "title.field"),
        adopted=_date_field(clean, "date_signed", "adopted.field"),
        in_force=_date_field(clean, "date_into_force", "in_force.field"),
    )


def parties(clean: CleanText) -> list[Value]:
    """The parties that an agreement's record lists, by ISO code, each once."""
    found: dict[str, Value] = {}
    for stated in clean.fields:
        if stated.name == "partyisocode":
            value = Value(stated.value, stated.start, stated.end, "party.field", raw=True)
            found.setdefault(stated.value, value)
    return list(found.values())


def _field(clean: CleanText, name: str, rule: str) -> Value | None:
    for stated in clean.fields:
        if stated.name == name:
            start, end = _inside(clean.raw.text, stated.start, stated.end)
            return Value(" ".join(stated.value.split()), start, end, rule, raw=True)
    return None


def _inside(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without the space and quotes at its ends."""
    while start < end and text[start] in " \t\r\n'\"":
        start += 1
    while end > start and text[end - 1] in " \t\r\n'\"":
        end -= 1
    return start, end


def _date_field(clean: CleanText, name: str, rule: str) -> Value | None:
    value = _field(clean, name, rule)
    return value if value and _ISO.fullmatch(value.value) else None


def _title(clean: CleanText) -> Value | None:
    """The stated title, else the first heading line."""
    for name in ("articletitle", "title"):
        stated = _field(clean, name, "title.field")
        if stated:
            return stated
    line = next(iter(find_lines(clean.text, 1)), None)
    if line is None or len(line.text) > 300:
        return None
    return Value(" ".join(line.text.split()), line.start, line.end, "title.first-line", 0.6)


def _number(clean: CleanText, title: Value | None) -> Value | None:
    """The order's own number: in its title or alone at the head of its text."""
    pattern = re.compile(english_rules().patterns["order_number"])
    if title and (match := pattern.search(title.value)):
        return Value(_number_text(match), title.start, title.end, "number.title", raw=title.raw)
    for line in find_lines(clean.text, 6):
        match = pattern.match(line.text.strip("* "))
        if match and len(line.text) < 90:
            return Value(_number_text(match), line.start, line.end, "number.line")
    return None


def _number_text(match: re.Match[str]) -> str:
    return " ".join(part for part in match.groups() if part)


def _issuers(clean: CleanText) -> Iterator[Value]:
    """Who gives the order: "vested in me as … by … the laws of the …"."""
    patterns = english_rules().patterns
    match = re.search(patterns["authority"], clean.text)
    if match:
        name = " ".join(f"{match.group(1)} of {match.group(2)}".split())
        yield Value(name, match.start(1), match.end(2), "issuer.authority")
        return
    match = re.search(patterns["issuer"], clean.text)
    if match:
        yield Value(
            " ".join(match.group(1).split()), match.start(1), match.end(1), "issuer.formula"
        )


def _signed(clean: CleanText) -> Value | None:
    """The date under the signature, or in the testimonium, or stated before the text."""
    tail = max(0, len(clean.text) - _TAIL)
    for date in reversed(list(find_english_dates(clean.text, tail))):
        line_start = clean.text.rfind("\n", 0, date.start) + 1
        if re.fullmatch(r"[\s*]*(?:[A-Z ,.]{0,40}\s)?", clean.text[line_start : date.start]):
            return Value(date.value, date.start, date.end, "promulgated.signature")
    return _date_field(clean, "date", "promulgated.field")


def _effective(clean: CleanText) -> Value | None:
    """The day from which "this order" says that it is effective."""
    pattern = re.compile(
        r"\b[Tt]his\s+(?:order|proclamation|[Aa]ct|[Aa]greement)\s[^.]{0,60}?"
        + english_rules().patterns["effective"]
    )
    for match in pattern.finditer(clean.text):
        date = next(iter(find_english_dates(clean.text, match.end() - 1, match.end() + 40)), None)
        if date and date.start - match.end() < 4:
            return Value(date.value, date.start, date.end, "in_force.clause")
    return None


def english_mentions(text: str, own_title: str, start: int = 0) -> list[Value]:
    """The acts, agreements and orders that an English text names, each once."""
    found: dict[str, Value] = {}
    for value in sorted([*_orders(text, start), *_named(text, start)], key=lambda v: v.start):
        if value.value.casefold() != own_title.casefold():
            found.setdefault(value.value.casefold(), value)
    return list(found.values())


def _orders(text: str, start: int) -> Iterator[Value]:
    for match in re.compile(english_rules().patterns["order_number"]).finditer(text, start):
        yield Value(_number_text(match), match.start(), match.end(), "mention.order", 0.95)


def _named(text: str, start: int) -> Iterator[Value]:
    """Names that end in Act, Agreement and the like, read outwards from that word."""
    words = english_rules().words
    ending = re.compile(rf"\b(?:{alternation(words['instrument_endings'])})\b")
    bare = frozenset(words["bare_words"])
    middles = frozenset(words["instrument_middles"])
    done = start
    for match in islice(ending.finditer(text, start), _MAX_NAMES):
        if match.start() < done:
            continue
        begin = _begin_of_name(text, match.start(), max(done, match.start() - 200), middles)
        end = _end_of_name(text, match.end(), middles)
        name = text[begin:end]
        proper = [w for w in _WORD.findall(name) if w not in bare and w not in middles]
        if proper and len(name.split()) >= 2:
            done = end
            yield Value(" ".join(name.split()), begin, end, "mention.name", 0.8)


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
    words = [m for m in _WORD.finditer(text, limit, at)]
    following = at
    for word in reversed(words):
        if (
            not _GAP.fullmatch(text, word.end(), following)
            or text[word.end() : following].count(",") > 0
        ):
            break
        is_capital = word.group()[0].isupper()
        if not is_capital and word.group() not in middles:
            break
        if is_capital and word.group() not in _LEAD:
            begin = word.start()
        following = word.start()
    return begin


def _end_of_name(text: str, at: int, middles: frozenset[str]) -> int:
    """Past what belongs to a name behind its noun: on Tariffs and Trade 1994, of 1974."""
    end, previous = at, at
    first = True
    for word in _WORD.finditer(text, at, at + 160):
        if not re.fullmatch(r"[ \u00a0]?\n?[ \u00a0]*", text[previous : word.start()]):
            break
        written = word.group()
        is_year = re.fullmatch(r"(?:19|20)\d\d", written) is not None
        if not (written[0].isupper() or is_year or written in middles):
            break
        if first and written[0].isupper():
            break
        first = False
        previous = word.end()
        if written not in middles:
            end = word.end()
        if is_year:
            break
    return end


def english_based_on(text: str) -> list[Value]:
    """The acts in the sentence that claims the authority."""
    match = re.search(r"authority\s+vested", text)
    if not match:
        return []
    end = re.compile(r"hereby|\bI,\s|\.\s*\n\s*\n|it\s+is").search(text, match.end())
    limit = end.start() if end else match.end() + 1_000
    inside = english_mentions(text[:limit], "", match.start())
    return [v for v in inside if re.search(r"\bAct\b|Proclamation|Order", v.value)]


def english_repeals(text: str) -> list[Value]:
    """The orders that the text revokes as a whole."""
    verbs = alternation(english_rules().words["revoked"])
    passive = re.compile(rf"\b(?:is|are)\s+(?:hereby\s+)?(?:{verbs})")
    found: dict[str, Value] = {}
    for verb in passive.finditer(text):
        start = (
            max(
                text.rfind(". ", 0, verb.start()),
                text.rfind("\n\n", 0, verb.start()),
                text.rfind(";", 0, verb.start()),
            )
            + 1
        )
        for value in _orders(text[: verb.start()], start):
            before = text[max(0, value.start - 24) : value.start]
            if not re.search(r"(?:[Ss]ection|of|in|to|by|under)\s+\S*\s*$", before) or re.search(
                r"[Rr]evocation\s+of\s*$", before
            ):
                found.setdefault(value.value, value)
    return list(found.values())
