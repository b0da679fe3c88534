"""What an English-language order, act or agreement says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.ingest.cleantext import CleanText
from kg.ingest.datewords import find_english_dates
from kg.ingest.englishorders import number_text
from kg.ingest.heading import Heading
from kg.ingest.lines import find_lines
from kg.ingest.rules import english_rules
from kg.ingest.values import Value

_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_TAIL = 2_500


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
    """The parties that an agreement's record lists, by ISO code, each once.

    Those listed before its present parties are its original ones.
    """
    found: dict[str, Value] = {}
    present = clean.raw.text.find("<parties>")
    for stated in clean.fields:
        if stated.name == "partyisocode":
            rule = "party.original" if stated.start < present else "party.field"
            value = Value(stated.value, stated.start, stated.end, rule, raw=True)
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
    if title and (match := re.match(rf"(?:A\s+)?{pattern.pattern}", title.value)):
        return Value(number_text(match), title.start, title.end, "number.title", raw=title.raw)
    alone = re.compile(pattern.pattern + r"(?:\s+of\s+[A-Z][a-z]+\s+\d{1,2},\s+\d{4})?")
    own = re.match(english_rules().patterns["own_number"], clean.text)
    if own:
        number = " ".join(number_text(own).split())
        return Value(number, own.start(1), own.end(), "number.line")
    for line in find_lines(clean.text, 6):
        match = alone.fullmatch(line.text.strip("* "))
        if match:
            return Value(number_text(match), line.start, line.end, "number.line")
    return None


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
        return
    tail = max(0, len(clean.text) - _TAIL)
    for seat, office in english_rules().seats.items():
        signed = re.compile(seat).search(clean.text, tail)
        if signed:
            yield Value(office, signed.start(), signed.end(), "issuer.seat", 0.8)
            return
    for tag in (f for f in clean.fields if f.name == "tags"):
        office = english_rules().tagged.get(tag.value, "")
        if office:
            yield Value(office, tag.start, tag.end, "issuer.tag", 0.75, raw=True)
            return


def _signed(clean: CleanText) -> Value | None:
    """The date under the signature, or in the testimonium, or stated before the text."""
    tail = max(0, len(clean.text) - _TAIL)
    for date in reversed(list(find_english_dates(clean.text, tail))):
        line_start = clean.text.rfind("\n", 0, date.start) + 1
        line_end = (clean.text + "\n").index("\n", date.end)
        before, after = clean.text[line_start : date.start], clean.text[date.end : line_end]
        above = clean.text[clean.text.rfind("\n", 0, max(0, line_start - 1)) + 1 : line_start]
        if re.search("[a-z]", above):
            continue
        if re.fullmatch(r"[\s*]*(?:[A-Z ,.]{0,40}\s)?", before) and not after.strip(" .*"):
            return Value(date.value, date.start, date.end, "promulgated.signature")
    return _date_field(clean, "date", "promulgated.field")


def _effective(clean: CleanText) -> Value | None:
    """The day from which "this order" says that it is effective."""
    patterns = english_rules().patterns
    pattern = re.compile(
        rf"{patterns['effective_date']}|"
        r"\b[Tt]his\s+(?:order|proclamation|[Aa]ct|[Aa]greement)\s[^.]{0,60}?"
        + patterns["effective"]
    )
    for match in pattern.finditer(clean.text):
        date = next(iter(find_english_dates(clean.text, match.end() - 1, match.end() + 40)), None)
        if date and date.start - match.end() < 4:
            return Value(date.value, date.start, date.end, "in_force.clause")
    return None
