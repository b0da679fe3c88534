"""Addresses of the explorer's pages on a server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

PARTS = {"home": "/", "browse": "/list/instruments"}
"""Pages whose address is not simply their name."""


@dataclass(frozen=True, slots=True)
class ServerLinks:
    """Addresses below the root of a server; `kept` goes along everywhere (the languages)."""

    kept: Mapping[str, str] = field(default_factory=dict)

    def page(self, name: str, **asked: str) -> str:
        """The address of a page, with what it is asked for."""
        return self.to(PARTS.get(name, f"/{name}"), asked)

    def thing(self, name: str, **asked: str) -> str:
        """The address of the page of a node, by its id."""
        return self.to(f"/id/{quote(name)}", asked)

    def to(self, path: str, asked: Mapping[str, str]) -> str:
        """A path with what it is asked for; what is empty is left out."""
        query = urlencode({key: value for key, value in {**asked, **self.kept}.items() if value})
        return f"{path}?{query}" if query else path


class NoLinks:
    """No addresses: for a page that is saved to stand alone."""

    def page(self, name: str, **asked: str) -> str:
        """Nothing."""
        return ""

    def thing(self, name: str, **asked: str) -> str:
        """Nothing."""
        return ""
