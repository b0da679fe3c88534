"""What a value in the data must look like, and what is said when it does not."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from kg.dates import PartialDate, parse_date
from kg.records import Items, Value
from kg.terms import XSD


def items_of(value: Value | None) -> tuple[Value, ...]:
    if value is None:
        return ()
    return value.values if isinstance(value, Items) else (value,)


@lru_cache(maxsize=65536)
def parsed(text: str) -> PartialDate:
    return parse_date(text)


def article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def nearest(name: str, known: list[str]) -> str:
    from rapidfuzz import process

    close = [found for found, _score, _at in process.extract(name, known, limit=3, score_cutoff=50)]
    return f"did you mean {' or '.join(close)}?" if close else f"known: {', '.join(known)}"


def language_of(text: str) -> str:
    """The language of an alias, by its script."""
    return "zh" if any("\u3400" <= char <= "\u9fff" for char in text) else "en"


def _is_decimal(text: str) -> bool:
    whole, _dot, part = text.removeprefix("-").partition(".")
    return whole.isdigit() and (part.isdigit() or not _dot) and text.isascii()


CHECKS: dict[str, Callable[[str], bool]] = {
    XSD + "integer": lambda text: text.lstrip("-").isdigit() and text.isascii(),
    XSD + "decimal": _is_decimal,
    XSD + "boolean": lambda text: text in ("true", "false"),
    XSD + "anyURI": lambda text: text.startswith(("http://", "https://")) and " " not in text,
}
EXPECTED = {
    "integer": "a whole number",
    "decimal": "a number such as 12.5, without separators",
    "boolean": "true or false",
    "anyURI": "an address such as https://example.org/",
}
