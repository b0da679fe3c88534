"""Mistakes in data are named by file and line, all in one run; the build is the same every time."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from country import AURELIA

from kg.build import Graph, build
from kg.check import check
from kg.errors import DataError

INVALID = sorted((Path(__file__).parent / "invalid").glob("*.yaml"))


def test_there_are_invalid_cases() -> None:
    assert len(INVALID) >= 20


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_a_mistake_is_reported(path: Path, tmp_path: Path) -> None:
    """Each case is a file put into the made-up country, and the message it should produce."""
    case = yaml.safe_load(path.read_text("utf-8"))
    folder = tmp_path / "data"
    shutil.copytree(AURELIA, folder)
    for name, text in case["files"].items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    with pytest.raises(DataError) as caught:
        check(folder)
    assert [str(problem) for problem in caught.value.problems] == case["messages"]


def test_two_builds_are_the_same_bytes() -> None:
    assert build(AURELIA).n_triples() == build(AURELIA).n_triples()


def test_every_node_knows_its_line(aurelia: Graph) -> None:
    unknown = {line.split()[0].strip("<>") for line in aurelia.lines} - set(aurelia.places)
    assert not [node for node in unknown if "/statement/" in node or "/instrument/" in node]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such folder"):
        check(tmp_path / "nowhere")
