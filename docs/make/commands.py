"""The command reference: what `--help` says of each command, and the files that travel along."""

from __future__ import annotations

import os
from collections.abc import Iterator
from unittest.mock import patch

import click
from click.testing import CliRunner

from kg.cli import main

INTRODUCTION = """\
# Commands

This page is what `--help` prints. The options of `kg` itself, `--store` and `--lang`, may stand
before or after the name of a command. A command ends with 0 when all is well, with 1 when the
answer is that something is wrong (a name unknown, a data file broken), with 2 when it was called
in a way it does not understand.
"""


def commands_page() -> str:
    """The whole page: the program, then its commands in the order of the alphabet."""
    return "\n".join([INTRODUCTION, *_contents(), "", _section("kg", []),
                      *(_section(f"kg {' '.join(path)}", path) for path in paths(main))])


def paths(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """The names by which each command is called, commands of commands included."""
    for name, command in sorted(group.commands.items()):
        yield [*before, name]
        if isinstance(command, click.Group):
            yield from paths(command, (*before, name))


def _contents() -> Iterator[str]:
    for path in paths(main):
        name = " ".join(path)
        yield f"- [`kg {name}`](#kg-{'-'.join(path)}): {_first_sentence(path)}"


def _first_sentence(path: list[str]) -> str:
    command: click.Command = main
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    return " ".join((command.help or "").split("\n\n")[0].split())


def _section(title: str, path: list[str]) -> str:
    return f"## {title}\n\n```text\n{help_text(path)}```\n"


def help_text(path: list[str]) -> str:
    """What `--help` prints, the same on every machine."""
    with patch.dict(os.environ, {"COLUMNS": "100"}):
        done = CliRunner().invoke(main, [*path, "--help"], prog_name="kg", terminal_width=96)
    assert done.exit_code == 0, done.output
    return "\n".join(line.rstrip() for line in done.output.splitlines()) + "\n"
