"""What can be wrong with a document that somebody asks us to read."""

from __future__ import annotations

from kg.errors import KgError


class DocumentError(KgError):
    """A document cannot be read; the message names it, what is wrong and what would help."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name = name
        self.problem = problem
