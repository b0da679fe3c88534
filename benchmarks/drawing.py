"""How long a browser takes to draw the timeline and the network of the packaged data.

Each page is opened a few times in headless Chromium; the shortest time from the start of loading to
the first drawing is reported.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kg.network import network
from kg.packaged import packaged_store
from kg.pages.network import network_page
from kg.pages.timeline import timeline_page
from kg.timeline import timeline


def pages() -> Iterator[tuple[str, int, str]]:
    """What is drawn: a name, how many things are on it, the page."""
    store = packaged_store()
    everything, around = timeline(store), network(store)
    yield "timeline", len(everything.items), timeline_page(everything)
    yield "network", len(around.nodes), network_page(around)


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
        for name, count, html in pages():
            file = Path(folder) / f"{name}.html"
            file.write_text(html, "utf-8")
            shortest = min(milliseconds(running, file) for _ in range(times))
            print(f"{name}: {count:,} things, {len(html) // 1024:,} KiB, drawn in {shortest} ms")


if __name__ == "__main__":
    main()
