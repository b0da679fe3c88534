"""Several data files changed as one: a journal holds them all until the last of them is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from kg.swap import write_whole

_NAME = ".unfinished.json"


def write_all(folder: Path, files: Mapping[Path, str]) -> None:
    """Write files of a data folder, all or none: what is broken off, `finish` completes."""
    if not files:
        return
    texts = {path.relative_to(folder).as_posix(): text for path, text in files.items()}
    write_whole(folder / _NAME, json.dumps(texts, ensure_ascii=False).encode())
    finish(folder)


def finish(folder: Path) -> None:
    """Complete what a run that was ended in the middle had begun to write in a folder, if any."""
    journal = folder / _NAME
    if not journal.is_file():
        return
    for name, text in json.loads(journal.read_text("utf-8")).items():
        write_whole(folder / name, str(text).encode())
    journal.unlink(missing_ok=True)
