"""Where the packaged ontology, data and queries lie, in a checkout and in an installed wheel."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).parent


def _shared(name: str) -> Path:
    """A folder that travels in the wheel, and stands beside the package in a checkout."""
    installed = _PACKAGE / "share" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


ONTOLOGY = _shared("ontology")
DATA = _shared("data")
QUERIES = _PACKAGE / "queries"


def cache_folder() -> Path:
    """Where what can be made again is kept: `KG_CACHE`, or the user's cache folder."""
    if given := os.environ.get("KG_CACHE"):
        return Path(given)
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "policy-kg"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "policy-kg"
