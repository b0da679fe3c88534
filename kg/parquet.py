"""Parquet files, by pyarrow when it is installed: a table's columns as text, and rows as a table."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from kg.errors import KgError
from kg.swap import write_whole


def is_parquet(path: str | None) -> bool:
    """Whether a path names a Parquet file or folder."""
    return bool(path) and str(path).rstrip("/").lower().endswith(".parquet")


def read_text(path: str, columns: Sequence[str], needed: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """These columns of a file, row by row, as text; what is null or not there is empty.

    Raises KgError when the file cannot be read or lacks a column that is needed.
    """
    pq, arrow = _pyarrow("pyarrow.parquet"), _pyarrow("pyarrow")
    try:
        table = pq.ParquetFile(path) if Path(path).is_file() else pq.ParquetDataset(path)
        there = set(table.schema.names if isinstance(table, pq.ParquetDataset)
                    else table.schema_arrow.names)
        check_columns(path, there, needed)
        found = table.read(columns=[name for name in columns if name in there])
        for batch in found.to_batches():
            yield from _as_text(batch, columns)
    except (OSError, arrow.ArrowException) as error:
        raise KgError(f"{path} cannot be read: {error}") from error


def check_columns(path: str, there: set[str], needed: Sequence[str]) -> None:
    """Raise KgError if a table lacks a column that is needed."""
    if missing := set(needed) - there:
        raise KgError(f"{path}: the columns {', '.join(sorted(missing))} are missing; "
                      f"it has {', '.join(sorted(there))}")


def _as_text(batch: Any, columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The rows of an Arrow batch as text: dates as 2022-07-01, null as nothing."""
    empty = [None] * batch.num_rows
    there = set(batch.schema.names)
    values = [batch.column(name).to_pylist() if name in there else empty for name in columns]
    for row in zip(*values, strict=True):
        yield tuple("" if value is None else str(value).strip() for value in row)


def write_rows(path: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """A file of these columns, all text; an older file stays as it is if it cannot be written."""
    pq, arrow = _pyarrow("pyarrow.parquet"), _pyarrow("pyarrow")
    schema = arrow.schema([(name, arrow.string()) for name in columns])
    table = arrow.Table.from_pylist([{n: str(row.get(n, "")) for n in columns} for row in rows], schema)
    out = io.BytesIO()
    pq.write_table(table, out)
    write_whole(Path(path), out.getvalue())


def _pyarrow(name: str) -> ModuleType:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as error:
        raise KgError("Parquet files need pyarrow: pip install 'policy-kg[spark]', or use CSV") from error
