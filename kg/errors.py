"""The errors that a user can act on.

KgError
├── DataError        the data files are wrong; carries every problem found
├── NameUnknown      no node goes by this name; carries the nearest ones
├── NameAmbiguous    several nodes go by this name; carries them
├── DateError        not a date, or an impossible one
├── QueryError       the question is not SPARQL, or names no shipped question
└── StoreError       the store cannot be opened, read or written
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class KgError(Exception):
    """Something the user can mend; its text says what is wrong and what would be right."""


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One mistake in a data file: where it stands, what is wrong, what would be right."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class DataError(KgError):
    """The data files hold mistakes; `problems` has all of them, sorted by place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class NameUnknown(KgError):
    """No node goes by this name; `nearest` are labels worth trying."""

    def __init__(self, name: str, nearest: Sequence[str] = ()) -> None:
        self.name, self.nearest = name, tuple(nearest)
        hint = f"; did you mean {', '.join(self.nearest)}?" if nearest else ""
        super().__init__(f"nothing in the graph goes by the name {name!r}{hint}")


class NameAmbiguous(KgError):
    """Several nodes go by this name; `candidates` are (id, label) pairs."""

    def __init__(self, name: str, candidates: Sequence[tuple[str, str]]) -> None:
        self.name, self.candidates = name, tuple(candidates)
        listed = "; ".join(f"{label} ({node})" for node, label in self.candidates)
        super().__init__(f"{name!r} may be any of: {listed}. Use the id in brackets.")


class DateError(KgError):
    """Not a date, or one that the calendar does not have."""


class QueryError(KgError):
    """Not valid SPARQL, not allowed here, or no shipped question of that name."""


class StoreError(KgError):
    """The store cannot be opened, read or written, or gave only part of an answer."""
