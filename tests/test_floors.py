"""The architecture holds: imports point down, heavy ones wait, the public surface is as stated."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import kg

PACKAGE = Path(kg.__file__).parent
FLOORS = [
    "errors terms resources things shown",
    "dates schema records queries querytext swap journal store remote packaged guard parquet",
    "names labels build validate check said rows facts",
    ("vicinity territory commencement docket precedents candidates applicability case grounds sides verdict wording trace comparison rollout "
    "screening snapshot timeline lifespan vocabulary explanation network catalogue figures stats export ingest"),
    "pages output report answers spark frames notebook endpoint web",
    "curate",
    "cli __main__",
]
FLOOR = {name: level for level, names in enumerate(FLOORS) for name in names.split()}
LATER = {("store", "packaged"), ("store", "remote"), ("packaged", "build"), ("build", "names"), ("names", "labels"),
         ("shown", "notebook")}
"""Imports made inside a function, on purpose, that a module of a lower floor asks of a higher."""


def _modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")


def _floor(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imports(path: Path) -> set[str]:
    """The modules of ours that a module imports when it is loaded."""
    tree = ast.parse(path.read_text("utf-8"))
    found = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kg"):
            parts = (node.module or "").split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("path", _modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    here = _floor(path)
    for there in _imports(path) - {here}:
        assert FLOOR[there] <= FLOOR[here] or (here, there) in LATER, f"{here} imports {there}"


def test_every_module_has_a_floor() -> None:
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert {_floor(path) for path in _modules()} | packages == set(FLOOR)


def test_no_circle_of_imports() -> None:
    uses = {name: set[str]() for name in FLOOR}
    for path in _modules():
        uses[_floor(path)] |= _imports(path) & set(FLOOR)
    for name in FLOOR:
        uses[name].discard(name)
    done: set[str] = set()
    while len(done) < len(FLOOR):
        free = {name for name in FLOOR if name not in done and uses[name] <= done}
        assert free, f"a circle among {sorted(set(FLOOR) - done)}"
        done |= free


def test_the_public_surface() -> None:
    assert sorted(kg.__all__) == sorted(set(kg._HOME)) == sorted(dir(kg))
    for name in kg.__all__:
        assert getattr(kg, name).__doc__, f"{name} needs a docstring"


def test_a_name_stays_what_it_is_after_its_module_is_imported() -> None:
    for name, home in kg._HOME.items():
        importlib.import_module(f"kg.{home}")
        assert callable(getattr(kg, name)), f"kg.{name} became a module"


@pytest.mark.parametrize("heavy", ["rdflib", "rich", "networkx", "pyvis", "jinja2", "opencc", "kg.store"])
def test_help_imports_nothing_heavy(heavy: str) -> None:
    code = f"import sys, kg.cli; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_code_knows_no_place_and_no_law(packaged: kg.store.Store) -> None:
    """No label of a place, agreement, agency or instrument stands in the package."""
    names = {
        str(row["label"])
        for row in packaged.select("labels")
        if str(row["class"]).removeprefix("kg:") in ("Instrument", "Agency", "Place", "Agreement")
    }
    telling = {name for name in names if len(name) >= 4 or (not name.isascii() and len(name) >= 3)}
    sources = [p for p in PACKAGE.rglob("*") if p.suffix in (".py", ".yaml", ".j2") and "ingest" not in p.parts]
    assert len(sources) > 30
    for path in sources:
        text = path.read_text("utf-8")
        shown = {name for name in telling if _stands_in(name, text)} - EXAMPLES
        assert not shown, f"{path.name} names {sorted(shown)[:5]}"


def _stands_in(name: str, text: str) -> bool:
    if name not in text:
        return False
    return not name.isascii() or bool(re.search(rf"\b{re.escape(name)}\b", text))


EXAMPLES = {"CPTPP", "RCEP", "杭州市", "Guam"}
"""Names that stand in the examples of `--help` and of shipped questions, and nowhere else."""
