"""Many cases judged at once: the rows of a list, each with its verdict or what is wrong with it."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kg.errors import KgError, NameAmbiguous
from kg.parquet import is_parquet, read_text
from kg.store import Store
from kg.trace import Court
from kg.verdict import Verdict

COLUMNS = ("instrument", "place", "on", "with")
NEEDED = COLUMNS[:3]
"""The columns of a list to be screened, and those that it must have."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One row to be screened, as the user wrote it."""

    instrument: str
    place: str
    on: str
    partner: str = ""


def read_pairs(path: str) -> list[Pair]:
    """The rows of a CSV or Parquet file (`-`: CSV from standard input) with the columns of COLUMNS."""
    if is_parquet(path):
        return [Pair(*row) for row in read_text(path, COLUMNS, NEEDED)]
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KgError(f"{path} cannot be read: {error}") from error
    reader = csv.DictReader(text.splitlines())
    missing = set(NEEDED) - set(reader.fieldnames or ())
    if missing:
        raise KgError(f"{path}:1: the columns {', '.join(sorted(missing))} are missing; "
                      "expected instrument,place,on,with")
    return [Pair(*((row.get(key) or "").strip() for key in COLUMNS)) for row in reader]


def screen(store: Store, pairs: Iterable[Pair]) -> Iterator[Verdict | KgError]:
    """The verdict of each row, in order; what is wrong with a row stands in its place."""
    from kg.dates import parse_day
    from kg.names import resolve

    court = Court(store)
    known: dict[tuple[str, str, date | None], str] = {}

    def named(name: str, cls: str, on: date | None) -> str:
        if (name, cls, on) not in known:
            known[name, cls, on] = resolve(store, name, [cls], on)
        return known[name, cls, on]

    def measure(name: str, on: date) -> str:
        try:
            return named(name, "Instrument", None)
        except NameAmbiguous:  # among editions the date may decide
            return named(name, "Instrument", on)

    for pair in pairs:
        try:
            on = parse_day(pair.on)
            partner = named(pair.partner, "Place", on) if pair.partner else None
            yield court.why(measure(pair.instrument, on), named(pair.place, "Place", on), on, partner)
        except KgError as error:
            yield error
