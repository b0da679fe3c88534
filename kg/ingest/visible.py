"""What a reader sees of a file, and what the file states about it."""

from __future__ import annotations

from dataclasses import dataclass

from kg.ingest.mapped import Mapped


@dataclass(frozen=True)
class Field:
    """A value that a file states about its text, such as `<name>` or `title:`."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Visible:
    """The text a reader sees, and the fields stated around it."""

    text: Mapped
    fields: tuple[Field, ...] = ()
