"""How long a browser takes to draw timelines and networks: of the packaged data, and of given sizes.

Each page is opened a few times in headless Chromium; the shortest time from the start of loading to
the first drawing is reported. The pages of a given size are those of the tests' made-up country; the
program ends with 1 if one of them takes longer than it may.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from kg.network import network
from kg.packaged import packaged_store
from kg.pages.network import network_page
from kg.pages.timeline import timeline_page
from kg.timeline import timeline

_MADE_UP = Path(__file__).parent.parent / "tests" / "pages"


@dataclass(frozen=True)
class Drawn:
    """A page to draw: how many things are on it, and the milliseconds that it may take."""

    name: str
    count: int
    html: str
    limit: int | None = None


def pages() -> Iterator[Drawn]:
    """What is drawn."""
    store = packaged_store()
    everything, around = timeline(store), network(store)
    yield Drawn("timeline", len(everything.items), timeline_page(everything))
    yield Drawn("network", len(around.nodes), network_page(around))
    sys.path.insert(0, str(_MADE_UP))
    made_up = import_module("made_up")
    for count, limit in ((200, 500), (5000, 2500)):
        page = timeline_page(made_up.made_up_timeline(count))
        yield Drawn("made-up timeline", count, page, limit)
    large = made_up.made_up_network(1850)
    yield Drawn("made-up network", len(large.nodes), network_page(large), 1500)


@contextmanager
def browser() -> Iterator[Any]:
    """Headless Chromium; the program ends with a message when there is none."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if program is None:
        sys.exit("Chromium is not installed: run tests/browser/install.sh")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


def milliseconds(running: Any, file: Path) -> int:
    """From the start of loading to the first drawing."""
    page = running.new_page()
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready]", timeout=60_000)
    found = int(page.evaluate("document.documentElement.dataset.ready"))
    page.close()
    return found


def main() -> None:
    """Print a line for each page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="how often each page is opened")
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder, browser() as running:
        slow = [page for page in pages() if _is_slow(running, page, Path(folder) / "page.html", times)]
    sys.exit(1 if slow else 0)


def _is_slow(running: Any, page: Drawn, file: Path, times: int) -> bool:
    """Whether a page takes longer than it may; its time is printed."""
    file.write_text(page.html, "utf-8")
    shortest = min(milliseconds(running, file) for _ in range(times))
    may = f", may take {page.limit}" if page.limit else ""
    print(f"{page.name}: {page.count:,} things, {len(page.html) // 1024:,} KiB, drawn in {shortest} ms{may}")
    return page.limit is not None and shortest > page.limit


if __name__ == "__main__":
    main()
