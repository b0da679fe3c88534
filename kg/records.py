"""Data files as records: keys and values as text, each with its file and line.

YAML holds one record a file, CSV one a row; both become the same `Record`. Nothing is interpreted
here beyond text, lists and mappings; mistakes of form are collected as problems.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from kg.errors import Problem
from kg.journal import finish
from kg.schema import FOLDERS

_NOT_YET_FACTS = frozenset({"drafts"})
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)*\Z")


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar, with the line it stands on."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    values: tuple[Value, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping; keys keep their order."""

    values: dict[str, Value]
    line: int


Value = Text | Items | Mapping


@dataclass(frozen=True, slots=True)
class Record:
    """One thing described in the data: its id, class, where it stands, and what is said of it."""

    id: str
    cls: str
    file: str
    body: Mapping

    @property
    def line(self) -> int:
        """The line the record starts on."""
        return self.body.line


def read_records(folder: Path) -> tuple[list[Record], list[Problem]]:
    """Every record below a data folder, sorted by id, and the mistakes of form.

    The file named in a problem is relative to the folder's parent, as one would type it.
    """
    finish(folder)
    records: list[Record] = []
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".yaml", ".yml", ".csv") and len(path.relative_to(folder).parts) > 1:
            if path.relative_to(folder).parts[0] in _NOT_YET_FACTS:
                continue
            found, wrong = read_file(folder, path)
            records += found
            problems += wrong
    problems += _given_twice(records)
    return sorted(records, key=lambda record: record.id), problems


def read_file(folder: Path, path: Path) -> tuple[list[Record], list[Problem]]:
    """The records of one file of a data folder."""
    parts = path.relative_to(folder).parts
    shown = _shown(folder, path)
    if parts[0] not in FOLDERS:
        expected = ", ".join(FOLDERS)
        return [], [Problem(shown, 1, f"{parts[0]}/ is no data folder; expected {expected}")]
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return [], [Problem(shown, line, "not UTF-8 text; save the file as UTF-8")]
    if path.suffix == ".csv":
        return _read_table(parts[0], shown, text)
    return _read_yaml(parts, shown, text)


def _shown(folder: Path, path: Path) -> str:
    return path.relative_to(folder.parent).as_posix()


def _given_twice(records: list[Record]) -> Iterator[Problem]:
    first: dict[str, Record] = {}
    for record in records:
        other = first.setdefault(record.id, record)
        if other is not record:
            said = f"{record.id} is already described in {other.file}:{other.line}"
            yield Problem(record.file, record.line, f"{said}; keep one of the two")


# YAML


def _read_yaml(
    parts: tuple[str, ...], file: str, text: str
) -> tuple[list[Record], list[Problem]]:
    prefix, cls = FOLDERS[parts[0]]
    name = "/".join(parts[1:]).rsplit(".", 1)[0]
    problems: list[Problem] = []
    if not ID.match(name):
        problems.append(Problem(file, 1, f"{name!r} is no id; use a-z, 0-9, '-' and '/'"))
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        said = f"not YAML: {error.problem or error.context}"
        return [], [*problems, Problem(file, mark.line + 1 if mark else 1, said)]
    except yaml.YAMLError as error:
        return [], [*problems, Problem(file, 1, f"not YAML: {error}")]
    if not isinstance(node, yaml.MappingNode):
        said = "a record is a mapping of keys to values, such as `kind: law`"
        return [], [*problems, Problem(file, 1, said)]
    body = _mapping(node, file, problems)
    return [Record(f"{prefix}/{name}", cls, file, body)], problems


def _value(node: yaml.Node, file: str, problems: list[Problem]) -> Value:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, file, problems)
    line = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return Items(tuple(_value(item, file, problems) for item in node.value), line)
    return Text(str(node.value), line)


def _mapping(node: yaml.MappingNode, file: str, problems: list[Problem]) -> Mapping:
    values: dict[str, Value] = {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in values:
            problems.append(Problem(file, line, f"the key {key!r} is given twice; keep one"))
        values[key] = _value(value_node, file, problems)
    return Mapping(values, node.start_mark.line + 1)


# CSV


def _read_table(folder: str, file: str, text: str) -> tuple[list[Record], list[Problem]]:
    reader = csv.reader(text.splitlines(keepends=True))
    header = next(reader, [])
    problems = list(_header_problems(header, file))
    if problems:
        return [], problems
    records: list[Record] = []
    line = reader.line_num + 1
    for row in reader:
        if any(cell.strip() for cell in row):
            found = _row(folder, file, line, header, row)
            (records if isinstance(found, Record) else problems).append(found)  # type: ignore[arg-type]
        line = reader.line_num + 1
    return records, problems


def _header_problems(header: list[str], file: str) -> Iterator[Problem]:
    if "id" not in header:
        yield Problem(file, 1, "a table needs a column `id`")
    for column in sorted({name for name in header if header.count(name) > 1}):
        yield Problem(file, 1, f"the column {column!r} is given twice; keep one")


def _row(folder: str, file: str, line: int, header: list[str], row: list[str]) -> Record | Problem:
    prefix, cls = FOLDERS[folder]
    if len(row) != len(header):
        return Problem(file, line, f"{len(row)} cells where the header has {len(header)}")
    cells = {name: cell.strip() for name, cell in zip(header, row, strict=True)}
    name = cells.pop("id")
    if not ID.match(name):
        return Problem(file, line, f"{name!r} is no id; use a-z, 0-9, '-' and '/'")
    return Record(f"{prefix}/{name}", cls, file, _row_body(cells, line))


def _row_body(cells: dict[str, str], line: int) -> Mapping:
    """The cells of a row as the mapping that YAML would give."""
    values: dict[str, Value] = {}
    nested: dict[str, dict[str, str]] = {}
    for column, cell in cells.items():
        key, dot, inner = column.partition(".")
        if dot and cell:
            nested.setdefault(key, {})[inner] = cell
        elif cell:
            values[key] = _cell(key, cell, line)
    for key, inner_cells in nested.items():
        values[key] = _nested(key, values.get(key), inner_cells, line)
    return Mapping(values, line)


_PLAIN = frozenset({"note", "why", "label", "unit", "at", "url", "value"})


def _cell(key: str, cell: str, line: int) -> Value:
    parts = [part.strip() for part in cell.split(";")] if key not in _PLAIN else [cell]
    if len(parts) == 1:
        return Text(cell, line)
    return Items(tuple(Text(part, line) for part in parts if part), line)


def _nested(key: str, targets: Value | None, cells: dict[str, str], line: int) -> Value:
    if key == "dates":
        return Items(tuple(_dated(event, day, line) for event, day in cells.items()), line)
    if key == "sources":
        return Items((_qualifiers(cells, line),), line)
    if targets is None:
        return _qualifiers(cells, line)
    items = targets.values if isinstance(targets, Items) else (targets,)
    qualifiers = _qualifiers(cells, line).values
    return Items(tuple(Mapping({"to": item, **qualifiers}, line) for item in items), line)


def _dated(event: str, day: str, line: int) -> Mapping:
    return Mapping({"event": Text(event, line), "date": Text(day, line)}, line)


def _qualifiers(cells: dict[str, str], line: int) -> Mapping:
    return Mapping({name: _cell(name, cell, line) for name, cell in cells.items()}, line)
