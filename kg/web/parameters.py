"""What each page may be asked by programs: its parameters, read from `api.yaml`, and their check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kg.errors import QueryError

COMMON = ("lang", "names")
"""The parameters that every page takes."""
_NAME = {"type": "string", "pattern": r"\S"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: what it means, what it may be as JSON Schema, whether it is a name to be looked up."""

    name: str
    text: str
    schema: Mapping[str, Any] = field(default_factory=lambda: _NAME)
    named: bool = False

    def check(self, value: str) -> None:
        """Raises QueryError for a value that cannot be meant."""
        allowed = self.schema.get("enum", ())
        if allowed and value.strip() not in allowed:
            raise QueryError(f"{self.name} must be {' or '.join(allowed)}, not {value[:40]!r}")
        if not value.strip() and self.schema != {"type": "string"}:
            raise QueryError(f"{self.name} is empty; give it a value, or leave it out")


@dataclass(frozen=True, slots=True)
class Offer:
    """A page as programs may ask for it.

    `needs` are the parameters without which it has no answer, `asks` those that may be given; `answer`
    is the shape of its JSON (none if there is only the way to it), `moves` whether the answer may be at
    another address, `table` whether it is there as CSV.
    """

    path: str
    title: str
    text: str
    needs: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    answer: str = ""
    table: bool = False
    moves: bool = False

    @property
    def known(self) -> tuple[str, ...]:
        """Every parameter that it takes."""
        return *self.needs, *self.asks, *COMMON

    def check(self, given: Sequence[tuple[str, str]]) -> None:
        """Raises QueryError for a request that cannot be meant.

        People's addresses are read more kindly. A program whose misspelt parameter were overlooked
        would take the answer to another question for its own.
        """
        for name, times in Counter(name for name, _value in given).items():
            if name not in self.known:
                raise QueryError(f"there is no parameter {name[:40]!r} here; known: {', '.join(self.known)}")
            if times > 1:
                raise QueryError(f"the parameter {name} is given {times} times; give it once")
        if missing := [name for name in self.needs if name not in dict(given)]:
            raise QueryError(f"the parameter {missing[0]} is missing")
        for name, value in given:
            parameters()[name].check(value)


@cache
def api_data() -> dict[str, Any]:
    """What `api.yaml` holds."""
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("api.yaml").read_text("utf-8"))
    return found


@cache
def parameters() -> Mapping[str, Parameter]:
    """All parameters, by name."""
    return {name: Parameter(name, **told) for name, told in api_data()["parameters"].items()}


@cache
def offers() -> Mapping[str, Offer]:
    """The pages that programs may ask for, by name."""
    return {name: Offer(**({"path": f"/{name}"} | _tupled(told))) for name, told in api_data()["pages"].items()}


def _tupled(told: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in told.items()}


def offer_at(path: str, form: str = "json") -> Offer:
    """The page at the path of a request, as it is offered in a form; RDF does not depend on what is asked.

    >>> offer_at("/list/places.csv").path
    '/list/{concept}'
    """
    name = path.strip("/").partition("/")[0].partition(".")[0]
    found = offers()[name or "index"]
    return found if form in ("json", "csv") else replace(found, asks=())
