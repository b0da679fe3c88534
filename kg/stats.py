"""What is in the graph, and how well it is covered: labels, sources, pages, dates, orphans."""

from __future__ import annotations

from kg.store import Store

QUESTIONS = ("count_nodes", "count_statements", "count_dates", "count_checked", "count_labels",
             "count_disagreements", "orphans")
"""The shipped questions whose answers make up the statistics."""


def stats(store: Store) -> dict[str, list[dict[str, str]]]:
    """The rows of each question, as text."""
    return {
        name: [{key: str(value) for key, value in row.items() if value is not None}
               for row in store.select(name)]
        for name in QUESTIONS
    }
