"""Answers on a terminal or in a file: tables for people, JSON and CSV for programs."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kg.swap import write_whole


def emit(text: str | bytes, path: str | None = None) -> None:
    """Write an answer to standard output, or to a file as a whole or not at all."""
    data = text.encode() if isinstance(text, str) else text
    if path in (None, "-"):
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    write_whole(Path(str(path)), data)


def as_json(value: Any) -> str:
    """JSON as programs and people read it."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Comma-separated values with a header."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def as_table(header: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "") -> str:
    """A table for a terminal; wide characters align, colours honour NO_COLOR."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, title=title or None, title_justify="left", show_edge=False,
                  pad_edge=False)
    for name in header:
        table.add_column(Text(name), overflow="fold")
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    width = None if sys.stdout.isatty() else int(os.environ.get("COLUMNS", "110"))
    console = Console(width=width, file=io.StringIO(), force_terminal=sys.stdout.isatty())
    console.print(table)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in str(text).splitlines()) + "\n"


def rows_of(values: Sequence[dict[str, Any]]) -> tuple[list[str], list[list[str]]]:
    """Mappings as a header and rows, for CSV and tables."""
    header = list(dict.fromkeys(key for value in values for key in value))
    return header, [[_cell(value.get(key)) for key in header] for value in values]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return str(value.get("zh") or value.get("en") or value.get("id") or json.dumps(
            value, ensure_ascii=False))
    if isinstance(value, list):
        return "; ".join(_cell(item) for item in value)
    return str(value)
