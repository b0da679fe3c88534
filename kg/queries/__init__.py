"""The shipped questions: one `.rq` file each, read and given their values.

A question starts with a comment that says what it asks, and carries a `VALUES` clause with an
example row. Only that clause is ever replaced, by safely serialised terms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from kg.errors import QueryError
from kg.resources import QUERIES
from kg.terms import PREFIXES, Term, sparql

_VALUES = re.compile(r"VALUES\s*\(([^)]*)\)\s*\{[^}]*\}")
_HEADER = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())


@cache
def names() -> tuple[str, ...]:
    """The names of the shipped questions."""
    return tuple(sorted(path.stem for path in QUERIES.glob("*.rq")))


@cache
def read_query(name: str) -> str:
    """The text of a shipped question, as it can be pasted into any endpoint."""
    path = QUERIES / f"{name}.rq"
    if not re.fullmatch(r"[a-z_]+", name) or not path.is_file():
        raise QueryError(f"no shipped question is called {name!r}; known: {', '.join(names())}")
    return path.read_text("utf-8")


def describe(name: str) -> str:
    """What a shipped question asks, from its first comment."""
    return read_query(name).partition("\n")[0].lstrip("# ").rstrip()


def with_values(text: str, values: Mapping[str, Sequence[Term | None]]) -> str:
    """A question asked of other values: each variable of its VALUES clause takes each value.

    A variable that is not given is left free. One variable may have many values; several
    variables must have one each.
    """
    clause = _VALUES.search(text)
    if clause is None:
        raise QueryError("the question has no VALUES clause to replace")
    variables = [name.lstrip("?$") for name in clause.group(1).split()]
    if unknown := set(values) - set(variables):
        raise QueryError(f"the question has no variable {', '.join(sorted(unknown))}")
    rows = _rows(variables, values)
    return text[: clause.start()] + _clause(variables, rows) + text[clause.end() :]


def _rows(
    variables: Sequence[str], values: Mapping[str, Sequence[Term | None]]
) -> Iterable[Sequence[Term | None]]:
    many = [name for name in variables if name in values]
    if len(many) == 1:
        return [[value if name == many[0] else None for name in variables]
                for value in values[many[0]]]
    return [[values[name][0] if name in values else None for name in variables]]


def _clause(variables: Sequence[str], rows: Iterable[Sequence[Term | None]]) -> str:
    names = " ".join(f"?{name}" for name in variables)
    body = " ".join(f"({' '.join(map(sparql, row))})" for row in rows)
    return f"VALUES ({names}) {{ {body} }}"


def with_prefixes(text: str) -> str:
    """A question typed by a user, with the usual prefixes declared if it declares none."""
    return text if re.search(r"(?i)\bprefix\b", text) else _HEADER + text
