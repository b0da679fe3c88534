"""The command `kg`: each command reads its options, asks one library function, and prints."""

from kg import curate
from kg.cli import applicability, data, pages, questions
from kg.cli.base import main

for _command in (curate.ingest, curate.review, curate.accept):
    main.add_command(_command)

__all__ = ["applicability", "data", "main", "pages", "questions"]
