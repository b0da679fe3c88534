"""What the README prints is what the program prints; every command and question is documented."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SHOWN = re.findall(r"<!-- output of: (.+?) -->\n```\n(.*?)```\n<!-- end -->", README, re.DOTALL)


def test_the_readme_shows_answers() -> None:
    assert len(SHOWN) >= 2


@pytest.mark.parametrize(("command", "shown"), SHOWN)
def test_the_readme_shows_what_is_printed(command: str, shown: str) -> None:
    assert CliRunner().invoke(main, shlex.split(command)).stdout == shown


@pytest.mark.parametrize("name", sorted(main.commands))
def test_each_command_is_in_the_readme_and_gives_an_example(name: str) -> None:
    command = main.commands[name]
    assert f"kg {name}" in README
    assert "Example: kg " in (command.help or "")


def test_the_change_log_knows_the_version() -> None:
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version and f"## {version.group(1)}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
