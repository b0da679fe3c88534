"""The parts of written pages that are made: between `<!-- name -->` and `<!-- end -->`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
LINK = re.compile(r"\]\(([^)#\s]+\.md)")


def filled(page: str) -> str:
    """A page with its made parts made anew."""
    for name, make in {"floors": _floors, "more pages": _more_pages}.items():
        if f"<!-- {name} -->" in page:
            page = _put(page, name, "\n".join(make(page)))
    return page


def _put(page: str, name: str, text: str) -> str:
    before, mark, rest = page.partition(f"<!-- {name} -->\n")
    _old, end, after = rest.partition("<!-- end -->")
    return before + mark + (text + "\n" if text else "") + end + after


def without(page: str) -> str:
    """A page without what was made."""
    return re.sub(r"<!-- [a-z ]+ -->\n.*?<!-- end -->", "", page, flags=re.DOTALL)


# The floors of the package


def _floors(_page: str) -> Iterator[str]:
    """A table of the modules, floor by floor from the top, each with its own first line."""
    yield "| floor | module | holds |"
    yield "|---|---|---|"
    floors = read_floors()
    for level in reversed(range(len(floors))):
        for name in floors[level]:
            yield f"| {level} | `{name}` | {_first_line(name)} |"


def read_floors() -> list[list[str]]:
    """The floors as the test of them states them, the lowest first."""
    tree = ast.parse((ROOT / "tests" / "test_floors.py").read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "FLOORS":
            return [names.split() for names in ast.literal_eval(node.value)]
    raise LookupError("tests/test_floors.py states no FLOORS")


def _first_line(name: str) -> str:
    """What a module or package says of itself."""
    path = ROOT / "kg" / f"{name}.py"
    path = path if path.is_file() else ROOT / "kg" / name / "__init__.py"
    said = ast.get_docstring(ast.parse(path.read_text("utf-8"))) if path.is_file() else ""
    return (said or "").split("\n\n")[0].replace("\n", " ")


# The index


def _more_pages(page: str) -> Iterator[str]:
    """A table of the pages that the index does not name yet, by their headings."""
    named = set(LINK.findall(without(page))) | {"index.md"}
    others = sorted(path for path in DOCS.glob("*.md") if path.name not in named)
    if others:
        yield "| more | |"
        yield "|---|---|"
        yield from (f"| [{_heading(path)}]({path.name}) | {_opening(path)} |" for path in others)


def _heading(path: Path) -> str:
    return path.read_text("utf-8").partition("\n")[0].lstrip("# ").strip()


def _opening(path: Path) -> str:
    """The first sentence of a page's first paragraph, if it begins with one."""
    parts = path.read_text("utf-8").split("\n\n")
    first = parts[1] if len(parts) > 1 else ""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(first.split()))
    return re.split(r"(?<=[.?])\s", plain)[0] if re.match(r"\w|`", plain) else ""
