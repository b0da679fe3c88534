"""The data that travel with the package, built once into the user's cache and opened from there.

Opening costs milliseconds: the store on disk is opened for reading if its stamp names the data
files (by name, size and time of change) that lie in the package now.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from kg.errors import StoreError
from kg.resources import DATA, ONTOLOGY, cache_folder
from kg.store import FORMAT, OxigraphStore, read_stamp, write_store


def packaged_store() -> OxigraphStore:
    """The packaged graph; built first if the cache has none for these data."""
    path, mark = cache_folder() / "store", fingerprint()
    if not _is_current(path, mark):
        _build(path, mark)
    return OxigraphStore.open(path)


def fingerprint(*folders: Path) -> str:
    """A mark that changes whenever a file of the folders does; by default of data and ontology."""
    parts = []
    for folder in folders or (DATA, ONTOLOGY):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                stat = path.stat()
                parts.append(f"{path.relative_to(folder)} {stat.st_size} {stat.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _is_current(path: Path, mark: str) -> bool:
    try:
        stamp = read_stamp(path)
        return (stamp.get("mark"), stamp.get("format")) == (mark, FORMAT)
    except StoreError:
        return False


def _build(path: Path, mark: str) -> None:
    from kg.build import build
    from kg.snapshot import snapshot_of

    print("building the packaged data, once …", file=sys.stderr, flush=True)
    try:
        triples = build(DATA).n_triples()
        write_store(triples, path, {"mark": mark}, snapshot_of(triples))
    except StoreError as error:
        raise StoreError(f"{error}; set KG_CACHE to a folder that can be written") from error
