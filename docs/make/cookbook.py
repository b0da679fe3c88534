"""The cookbook: each question of `docs/cookbook/` with its text and the answer it gives now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kg.queries import describe, names, read_query
from kg.store import Solutions, Store, open_store

FOLDER = Path(__file__).parent.parent / "cookbook"
MOST = 12
"""How many rows of an answer the page shows."""
_VARIABLES = re.compile(r"VALUES\s*\(([^)]*)\)")

INTRODUCTION = """\
# Cookbook

{count} questions that analysts ask, in SPARQL 1.1. Each is a file in [`docs/cookbook/`](cookbook/),
and below it stands what the packaged data answer. Ask one with

```sh
kg query docs/cookbook/{first}.rq
```

or paste it into any SPARQL 1.1 endpoint that holds the graph (`kg export -f nt`). To ask about
something else, change the row after `VALUES`: it is the only thing to change. An id in a data file
or an answer, such as `place/cn/310000`, is written `<place/cn/310000>` under the `BASE` line;
`kg search 上海` finds it.

Three habits keep a question right on every engine:

- **Compare bounds, never dates as printed.** A date may be a day, a month or a year. Beside each
  stand two days, such as `kg:earliest` and `kg:latest`, or `kg:fromEarliest` … `kg:untilLatest`;
  they are always `xsd:date`. *Certainly* on a day D means: `fromLatest ≤ D` and, if there is an
  end, `untilEarliest ≥ D`.
- **Ask for DISTINCT rows, and sort them.** Engines differ in both.
- **Start from the statement.** Every dated relation is a node (`kg:Scope`, `kg:Containment`,
  `kg:Milestone` …) with `rdf:subject`, `rdf:predicate` and `rdf:object`; the plain triple beside it
  has no dates.

They run alike on Oxigraph and rdflib; with rdflib, which plans less, these need minutes on the whole
graph: {slow}.

Whether a measure *applies* takes five tests together. No single question here decides it, and none
tries: that is what `kg trace` and `kg why` are for ([how they decide](applicability.md)).
"""

SHIPPED = """\
## The questions that the program asks

`kg trace`, `kg show` and the other commands ask these. They travel with the package:
`kg query NAME` runs one with the example in its `VALUES` row, `kg query --list` lists them.

| name | asks | takes |
|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A question of the cookbook: its name, what it asks, what is to be said of it, its text."""

    name: str
    asks: str
    note: str
    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A title, a sentence about it, and the names of its questions."""

    title: str
    says: str
    questions: tuple[str, ...]


def chapters() -> list[Chapter]:
    """The chapters in their order."""
    rows = _contents_file()["chapters"]
    return [Chapter(row["title"], row["says"], tuple(row["questions"])) for row in rows]


def slow_on_rdflib() -> list[str]:
    """The questions that rdflib does not answer in half a minute on the packaged graph."""
    return list(_contents_file()["slow_on_rdflib"])


def _contents_file() -> dict[str, list[Any]]:
    return dict(yaml.safe_load((FOLDER / "contents.yaml").read_text("utf-8")))


def read_recipe(name: str) -> Recipe:
    """A question from its file: the first line of its comment asks, the others explain."""
    lines = (FOLDER / f"{name}.rq").read_text("utf-8").splitlines()
    comment = [line.removeprefix("#").strip() for line in lines if line.startswith("#")]
    body = [line for line in lines if not line.startswith("#")]
    return Recipe(name, comment[0], " ".join(comment[1:]), "\n".join(body))


def cookbook_page() -> str:
    """The whole page, answered from the packaged data."""
    found = chapters()
    every = [name for chapter in found for name in chapter.questions]
    slow = ", ".join(f"[`{name}`](#{name})" for name in slow_on_rdflib())
    parts = [INTRODUCTION.format(count=len(every), first=every[0], slow=slow), *_contents(found)]
    with open_store() as store:
        for chapter in found:
            parts.append(f"\n## {chapter.title}\n\n{chapter.says}\n")
            parts += [_recipe(store, read_recipe(name)) for name in chapter.questions]
    return "\n".join([*parts, SHIPPED.rstrip("\n"), *map(_shipped, names())]) + "\n"


def _contents(found: list[Chapter]) -> Iterator[str]:
    for chapter in found:
        yield f"- **{chapter.title}**"
        for name in chapter.questions:
            yield f"  - [{read_recipe(name).asks}](#{name})"


def _recipe(store: Store, recipe: Recipe) -> str:
    answer = store.query((FOLDER / f"{recipe.name}.rq").read_text("utf-8"))
    assert isinstance(answer, Solutions)
    note = f"\n{recipe.note}\n" if recipe.note else ""
    return (
        f'<a id="{recipe.name}"></a>\n\n### {recipe.asks}\n{note}\n'
        f"```sparql\n{recipe.text}\n```\n\n{answer_table(answer)}"
    )


def answer_table(answer: Solutions) -> str:
    """The first rows of an answer as a table, and how many more there are."""
    rows = [[cell(str(row[name]) if row[name] is not None else "") for name in answer.variables]
            for row in answer][:MOST]
    lines = [_line(answer.variables), _line(["---"] * len(answer.variables)), *map(_line, rows)]
    more = len(answer) - len(rows)
    counted = f"{len(answer)} row{'s' if len(answer) != 1 else ''}"
    tail = f"{counted}; {more} more are not shown." if more else f"{counted}."
    return "\n".join(lines) + f"\n\n*{tail}*\n"


def _line(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def cell(text: str) -> str:
    """Text that stands in a cell of a table as it is."""
    return re.sub(r"([|*_<>\[\]`])", r"\\\1", " ".join(text.split()))


def _shipped(name: str) -> str:
    found = _VARIABLES.search(read_query(name))
    takes = ", ".join(f"`{one.lstrip('?')}`" for one in found.group(1).split()) if found else "—"
    return f"| `{name}` | {cell(describe(name))} | {takes} |"
