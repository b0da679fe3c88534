"""Named things and the sources that speak of them, as answers carry them to people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_UNSEEN = re.compile(
    "[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c"  # turn the reading direction
    "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"  # controls, halves of pairs, no characters
)


@dataclass(frozen=True, slots=True, order=True)
class Thing:
    """A node with its labels; `url` is where a document can be read, if it is on the web."""

    id: str
    zh: str = ""
    en: str = ""
    url: str = ""

    def label(self, lang: str) -> str:
        """Its label in a language, in the other one, or the end of its id.

        >>> Thing("place/arcadia", en="Arcadia").label("zh")
        'Arcadia'
        """
        first, second = (self.zh, self.en) if lang == "zh" else (self.en, self.zh)
        return first or second or self.id.rpartition("/")[2]


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """The document that states a fact, and the place in it: a printed page or such as `art. 3`."""

    document: Thing
    page: str = ""
    at: str = ""


def as_label(thing: Thing) -> dict[str, str]:
    """Its labels as programs read them; a missing one is absent."""
    return {lang: text for lang, text in (("zh", thing.zh), ("en", thing.en)) if text}


def as_sources(sources: Iterable[Source]) -> list[dict[str, Any]]:
    """Sources as programs read them: document, page, and the place in the text."""
    return [_as_source(source) for source in sources]


def _as_source(source: Source) -> dict[str, Any]:
    found = {"document": source.document.id, "page": source.page, "at": source.at}
    return {key: value for key, value in found.items() if value}


def printable(text: str) -> str:
    """Text without what a page cannot hold or what would turn the reading direction around it.

    >>> printable("a\\u202eb\\x00c")
    'abc'
    """
    return _UNSEEN.sub("", text)
