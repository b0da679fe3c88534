"""What a page is asked for: the parameters of its address, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kg.dates import parse_day
from kg.errors import QueryError

LANGUAGES = ("zh", "en")
PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Ask:
    """The parameters of one request; `lang` is the interface's language, `names` the data's,
    `size` how many rows of a long list a page shows.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    default: str = "zh"
    today: date = field(default_factory=date.today)
    size: int = PAGE_SIZE

    def text(self, key: str) -> str:
        """A parameter without blanks at its ends; empty if it is not there."""
        return self.given.get(key, "").strip()

    @property
    def lang(self) -> str:
        """The language of the interface."""
        return self._one_of("lang", self.default)

    @property
    def names(self) -> str:
        """The language of names."""
        return self._one_of("names", self.lang)

    def _one_of(self, key: str, otherwise: str) -> str:
        value = self.text(key) or otherwise
        if value not in LANGUAGES:
            raise QueryError(f"{key} must be {' or '.join(LANGUAGES)}, not {value!r}")
        return value

    @property
    def on(self) -> date:
        """The day asked about; today if none is."""
        return self.day("on") or self.today

    def day(self, key: str) -> date | None:
        """A day, if one is given; raises DateError."""
        return parse_day(self.text(key)) if self.text(key) else None

    @property
    def skip(self) -> int:
        """How many rows of a long list lie before the page."""
        text = self.text("skip") or "0"
        if not (text.isascii() and text.isdigit() and len(text) < 8):
            raise QueryError(f"skip must be a whole number, not {text!r}")
        return int(text)

    @property
    def kept(self) -> dict[str, str]:
        """The languages, where they are not what goes without saying."""
        languages = {"lang": (self.lang, self.default), "names": (self.names, self.lang)}
        return {key: value for key, (value, usual) in languages.items() if value != usual}
