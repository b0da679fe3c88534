"""What frames every page of the explorer: where it leads, in which language, and as what data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

NAVIGATION = ("home", "browse", "search", "compare", "figures", "timeline", "network", "sparql")
"""The parts of the explorer, in the order in which they are offered."""


class Links(Protocol):
    """Addresses within the explorer; an empty one where a page does not exist."""

    def page(self, name: str, **asked: str) -> str:
        """The address of a page, with what it is asked for."""

    def thing(self, name: str, **asked: str) -> str:
        """The address of the page of a node, by its id."""


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of one page.

    `lang` is the language of the interface, `names` that of the data; `turned` and `renamed` lead
    to the same page in the other language of either; `others` are the page's other forms, such as
    JSON, with their addresses; `answers` says whether a server stands behind the page.
    """

    links: Links
    lang: str = "zh"
    names: str = "zh"
    here: str = ""
    turned: str = ""
    renamed: str = ""
    others: Sequence[tuple[str, str]] = ()
    answers: bool = True
    kept: Mapping[str, str] = field(default_factory=dict)
    """What a form must send along for the page to stay in its languages."""

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The parts of the explorer that there are, with their addresses."""
        found = [(name, self.links.page(name)) for name in NAVIGATION]
        return [(name, address) for name, address in found if address]
