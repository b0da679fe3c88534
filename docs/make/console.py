"""The commands that a page shows, run again: a page is right if that changes nothing.

In a fenced block of the language `console` a line that begins with `$ ` is a command, lines that
begin with `> ` continue it, and all up to the next command is what it prints.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from kg.packaged import packaged_store

ROOT = Path(__file__).parent.parent.parent
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COPIED = ("data", "tests/aurelia", "tests/cases")
"""What a reader finds in a checkout; commands work on copies of it."""
STORE = ".packaged"
"""The packaged store as it is when a page begins, so that all its commands ask the same."""


class CommandFailed(Exception):
    """A command of a page that does not run as the page says."""


def commands(block: str) -> Iterator[str]:
    """The commands of a console block, each with its continued lines."""
    lines = [line for line in block.splitlines() if line == ">" or line.startswith(("$ ", "> "))]
    for command in re.split(r"^\$ ", "\n".join(lines), flags=re.MULTILINE)[1:]:
        yield command.rstrip("\n")


def rerun(page: str, folder: Path) -> str:
    """A page with every command run anew, one after the other, in a working folder."""
    return BLOCK.sub(lambda found: f"```console\n{_block(found.group(1), folder)}```", page)


def _block(block: str, folder: Path) -> str:
    return "".join(f"$ {command}\n{run(_unquoted(command), folder)}" for command in commands(block))


def _unquoted(command: str) -> str:
    """A command as a shell takes it, without the marks of continued lines."""
    return re.sub(r"^> ?", "", command, flags=re.MULTILINE)


def run(command: str, folder: Path) -> str:
    """What a command prints, its messages included, and a line end if it printed anything."""
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment(folder), text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False,
    )
    if done.returncode > 1 or re.search(r"^(kg: |Traceback )", done.stdout, re.MULTILINE):
        raise CommandFailed(f"{command}\n{done.stdout}")
    text = "\n".join(line.rstrip() for line in done.stdout.splitlines()).strip("\n")
    return f"{text}\n" if text else ""


def environment(folder: Path) -> dict[str, str]:
    """Where commands run: ours first, the packaged data, in no language of the writer's."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("KG_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ours = {"PATH": path, "COLUMNS": "100", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
    return kept | ours | {"KG_STORE": str(folder / STORE)}


def working_folder(folder: Path) -> Path:
    """A folder with copies of what commands read, in which they may write."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name)
    packaged = packaged_store().folder
    assert packaged is not None
    shutil.copytree(packaged, folder / STORE)
    return folder
