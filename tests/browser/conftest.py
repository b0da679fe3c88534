"""Pages opened in headless Chromium, with what they said and asked for while open.

Without Chromium or axe-core these tests are skipped, and say so; `install.sh` beside this file
installs both.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "pages"))

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
AXE = HERE / ".axe" / "package" / "axe.min.js"
READING = {"eval_on_selector_all", "evaluate", "get_attribute", "inner_text", "input_value", "is_disabled",
           "is_hidden", "locator", "text_content"}
FRAME = "() => document.documentElement.dataset.ready && new Promise(requestAnimationFrame).then(() => true)"


@dataclass
class Opened:
    """A page, the errors it logged and the addresses it asked for.

    The pages draw in the next frame what a gesture changes: whatever reads a page waits for one.
    """

    page: Any
    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        if name in READING:
            self.page.evaluate(FRAME)
        return getattr(self.page, name)

    @property
    def url(self) -> str:
        """The address as the page has it now; the browser tells Playwright of a change later."""
        return str(self.page.evaluate("location.href"))

    @property
    def ready(self) -> int:
        """Milliseconds from the start of loading to the first drawing."""
        return int(self.page.evaluate("document.documentElement.dataset.ready"))


def _program() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    program = _program()
    if program is None:
        pytest.skip("Chromium is not installed: run tests/browser/install.sh")
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: run tests/browser/install.sh")
    return AXE.read_text("utf-8")


@pytest.fixture
def open_page(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Opens a page from a file and waits until it is drawn."""
    contexts = []

    def opened(
        html: str,
        state: str = "",
        width: int = 1400,
        height: int = 900,
        scheme: str = "light",
        scripts: bool = True,
    ) -> Opened:
        file = tmp_path / "page.html"
        file.write_text(html, "utf-8")
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        contexts.append(context)
        found = Opened(context.new_page())
        found.page.on("console", lambda said: _note(found.errors, said.type, said.text))
        found.page.on("pageerror", lambda error: found.errors.append(str(error)))
        found.page.on("request", lambda asked: _ask(found.asked, asked.url))
        found.page.goto(file.as_uri() + state)
        if scripts:
            found.page.wait_for_selector("html[data-ready]", timeout=20_000)
        return found

    yield opened
    for context in contexts:
        context.close()


def _note(errors: list[str], kind: str, text: str) -> None:
    if kind in ("error", "warning"):
        errors.append(text)


def _ask(asked: list[str], url: str) -> None:
    if not url.startswith(("file:", "data:", "blob:")):
        asked.append(url)


def violations(opened: Opened, axe: str) -> list[str]:
    """What axe-core finds wrong, in a line each."""
    opened.page.evaluate(axe)
    found = opened.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['help']} ({one['nodes'][0]['target']})" for one in found["violations"]
    ]
