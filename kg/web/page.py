"""One page of the explorer before it is written: what it shows, as values, as rows, in a template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Page:
    """What a page shows.

    `values` is the page as JSON, `rows` its main table for CSV (None if it has none), `shown` what
    the template is given; `html` is a page that is written already, `rdf` a graph. `here` is the part of the
    explorer that it belongs to, `status` the HTTP status.
    """

    template: str
    title: str
    values: Any = None
    rows: Sequence[Mapping[str, Any]] | None = None
    shown: Mapping[str, Any] = field(default_factory=dict)
    here: str = ""
    html: str = ""
    rdf: bytes = b""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Moved:
    """That the answer is the page of a node, and what that page is to be asked."""

    thing: str
    asked: Mapping[str, str]
