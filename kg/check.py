"""Whether data files are right: form, words, dates, references, shapes, and expected counts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import yaml

from kg.build import Graph, build
from kg.errors import DataError, Problem
from kg.schema import FOLDERS
from kg.terms import BASE
from kg.validate import validate


def check(folder: Path) -> Graph:
    """The graph of a data folder; raises DataError with every problem if there are any.

    Shapes are asked only of data whose form is right, as a broken record breaks shapes too.
    """
    if not folder.is_dir():
        raise DataError([Problem(str(folder), 1, "there is no such folder; name a data folder")])
    graph = build(folder)
    problems = list(graph.problems) or validate(graph)
    problems += _shrunk(folder, graph)
    if problems:
        raise DataError(problems)
    return graph


def counts(graph: Graph) -> dict[str, int]:
    """How many records each data folder holds."""
    prefixes = {prefix: folder for folder, (prefix, _cls) in FOLDERS.items()}
    found = Counter(node.removeprefix(BASE).partition("/")[0] for node in graph.places)
    return {prefixes[one]: number for one, number in sorted(found.items()) if one in prefixes}


def _shrunk(folder: Path, graph: Graph) -> list[Problem]:
    """Where fewer records are left than `dataset.yaml` promises."""
    path = folder / "dataset.yaml"
    if not path.is_file():
        return []
    promised = (yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader) or {}).get("expected", {})
    found = counts(graph)
    shown = path.relative_to(folder.parent).as_posix()
    return [
        Problem(shown, 1, f"expected at least {least} {name}, found {found.get(name, 0)}; "
                "restore what is missing, or lower the number and say why")
        for name, least in promised.items()
        if found.get(name, 0) < int(least)
    ]
