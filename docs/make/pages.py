"""The pages that are made, each with the way in which it is."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from docs.make import blocks, console, python
from docs.make.architecture import architecture_picture
from docs.make.commands import commands_page
from docs.make.cookbook import cookbook_page
from docs.make.ontology import ontology_page, ontology_picture

DOCS = Path(__file__).parent.parent
GENERATED: dict[str, Callable[[], str]] = {
    "architecture.svg": architecture_picture,
    "commands.md": commands_page,
    "cookbook.md": cookbook_page,
    "ontology.md": ontology_page,
    "ontology.svg": ontology_picture,
}
"""Pages and pictures that are made whole."""
WRITTEN = ("applicability.md", "architecture.md", "country.md", "documents.md", "index.md",
           "python.md", "tutorial.md")
"""Pages that people write, whose commands and examples are run and whose parts are made."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of `docs/` and how it is made from nothing or from itself."""

    path: Path
    make: Callable[[], str]


def filled(path: Path) -> str:
    """A written page with its parts made and its commands and examples run anew."""
    with tempfile.TemporaryDirectory() as folder:
        text = blocks.filled(path.read_text("utf-8"))
        if "```console" in text:
            text = console.rerun(text, console.working_folder(Path(folder)))
        return python.rerun(text)


def _written(name: str) -> Page:
    return Page(DOCS / name, lambda: filled(DOCS / name))


PAGES = {name: Page(DOCS / name, make) for name, make in GENERATED.items()} | {
    name: _written(name) for name in WRITTEN
}
"""Every page that is made or run, by its name."""


def made(name: str) -> str:
    """A page as it should read now."""
    return PAGES[name].make()
