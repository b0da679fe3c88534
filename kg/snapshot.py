"""The facts of a whole store, kept beside it, so that a trace need not ask for them again.

Written when a store is built and swapped in with it, so the two never differ. Read back only as
plain facts: nothing but our own dataclasses and dates is accepted from the file.
"""

from __future__ import annotations

import datetime
import io
import pickle
from pathlib import Path
from typing import Any

from kg.dates import Span
from kg.facts import (
    Displacement,
    Facts,
    Instrument,
    Milestone,
    Place,
    Said,
    Scope,
    Side,
    Status,
)
from kg.store import OxigraphStore, Store
from kg.things import Thing
from kg.trace import Court

_FILE = "facts.bin"
_ALLOWED = {
    (cls.__module__, cls.__name__): cls
    for cls in (datetime.date, frozenset, Span, Thing, Said, Milestone, Scope, Side, Displacement,
                Instrument, Place, Status)
}
_KEPT = ("_instruments", "_places", "_members", "_statuses", "_labels")


class _Reader(pickle.Unpickler):
    """Refuses whatever is not a plain fact."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _ALLOWED:
            return _ALLOWED[module, name]
        raise pickle.UnpicklingError(f"{module}.{name} is no fact")


def save_snapshot(folder: Path) -> None:
    """Write the facts of the store in a folder beside it."""
    store = OxigraphStore.open(folder)
    court = Court(store)
    court.prepare_all()
    state = {name: getattr(court.facts, name) for name in _KEPT}
    (folder / _FILE).write_bytes(pickle.dumps(state, protocol=5))


def load_facts(store: Store) -> Facts:
    """The facts of a store, from the snapshot beside it if there is a sound one."""
    found = Facts(store)
    folder = store.folder if isinstance(store, OxigraphStore) else None
    if folder is None or not (folder / _FILE).is_file():
        return found
    try:
        state = _Reader(io.BytesIO((folder / _FILE).read_bytes())).load()
    except (OSError, EOFError, pickle.UnpicklingError, AttributeError, TypeError):
        return found
    for name in _KEPT:
        getattr(found, name).update(state[name])
    found.know_all()
    return found
