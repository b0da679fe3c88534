"""The written site and the review page in a browser: from a folder, with nothing asked of anyone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import Opened, _ask, _note, violations
from servers import free_ports

from kg.build import Graph
from kg.ingest import Gazetteer, append_proposals, ingest_one, read_decisions
from kg.store import OxigraphStore
from kg.web.app import Settings, application
from kg.web.desk import Desk
from kg.web.files import write_site
from kg.web.reviewing import Reviewing, Reviews

pytestmark = pytest.mark.browser
Visit = Callable[..., Opened]
PAGES = ["index.html", "search.html", "figures.html", "timeline.html", "network.html",
         "list/instruments.html", "id/place/quay.html", "id/instrument/trade-act.html"]
TEXT = """# 甲南市数据条例

第一条 为了保护数据，根据《甲国数据法》，制定本条例。

第九条 本条例自2022年3月1日起施行。
"""


@pytest.fixture(scope="module")
def desk(aurelia: Graph) -> Desk:
    return Desk(OxigraphStore.in_memory(aurelia.n_triples()))


@pytest.fixture(scope="module")
def site(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "public"
    write_site(desk, folder, "zh", date(2022, 7, 1))
    return folder


@pytest.fixture
def visit(chromium: Any) -> Iterator[Visit]:
    """Opens an address in a new window; notes what the page says and what it asks for."""
    contexts = []

    def visited(address: str, width: int = 1400, scheme: str = "light", scripts: bool = True) -> Opened:
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme,
                                       java_script_enabled=scripts)
        contexts.append(context)
        found = Opened(context.new_page())
        found.page.on("console", lambda said: _note(found.errors, said.type, said.text))
        found.page.on("pageerror", lambda error: found.errors.append(str(error)))
        found.page.on("request", lambda asked: _ask(found.asked, asked.url))
        found.page.goto(address)
        if scripts:
            found.page.wait_for_selector("html[data-ready]", timeout=20_000)
        return found

    yield visited
    for context in contexts:
        context.close()


@pytest.mark.parametrize("folder", ["", "en/"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_from_a_folder(visit: Visit, site: Path, name: str, folder: str) -> None:
    found = visit((site / folder / name).as_uri())
    assert found.errors == [] and found.asked == []
    assert found.evaluate("document.documentElement.lang") == ("en" if folder else "zh-Hans")


def test_one_walks_from_the_first_page_to_a_measure_and_to_english(visit: Visit, site: Path) -> None:
    found = visit((site / "index.html").as_uri())
    found.click(".cards a[href='list/instruments.html']")
    found.click("main a[href='../id/instrument/trade-act.html']")
    found.wait_for_selector("html[data-ready]")
    found.click("a[hreflang='en']")
    found.wait_for_selector("html[lang='en']")
    assert found.url == (site / "en/id/instrument/trade-act.html").as_uri()
    assert found.errors == [] and found.asked == []


@pytest.mark.parametrize(("folder", "words"), [("", "贸易"), ("en/", "trade act"), ("", "TRADE")])
def test_search_finds_two_characters_and_english_words(
    visit: Visit, site: Path, folder: str, words: str
) -> None:
    found = visit((site / folder / "search.html").as_uri())
    assert found.locator("#hits > li:visible").count() == 0
    found.fill("#find", words)
    hits = found.locator("#hits > li:visible a")
    addresses = [one.get_attribute("href") for one in hits.all()]
    assert "id/instrument/trade-act.html" in addresses
    assert len(addresses) < found.locator("#hits > li").count()
    assert found.errors == []


@pytest.fixture
def server(desk: Desk, tmp_path: Path) -> Iterator[tuple[str, Reviewing]]:
    """The explorer with a review, on a free port of this machine."""
    import threading

    import uvicorn

    outcome = ingest_one(TEXT.encode(), Gazetteer()).extraction
    assert outcome is not None and append_proposals(tmp_path / "p.jsonl", outcome.proposals)
    reviewing = Reviewing(tmp_path / "p.jsonl", tmp_path / "d.yaml", "curator")
    reviews = Reviews(desk, reviewing)
    reviews.__dict__["gazetteer"] = Gazetteer()
    (port,) = free_ports(1)
    running = uvicorn.Server(uvicorn.Config(
        application(desk, Settings(), reviews.routes()), port=port, log_level="error"))
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        while not running.started and thread.is_alive():
            thread.join(0.05)
        yield f"http://127.0.0.1:{port}", reviewing
    finally:
        running.should_exit = True
        thread.join(10)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_decision_is_taken_with_and_without_scripts(
    visit: Visit, server: tuple[str, Reviewing], scripts: bool
) -> None:
    address, reviewing = server
    found = visit(f"{address}/review?lang=en", scripts=scripts)
    found.click("button[value='deferred']")
    found.wait_for_selector("progress[value='1']")
    assert found.url == f"{address}/review?lang=en" and found.errors == []
    assert [one.decision for one in read_decisions(reviewing.decisions).values()] == ["deferred"]


def test_the_form_of_another_site_is_refused(
    visit: Visit, server: tuple[str, Reviewing], tmp_path: Path
) -> None:
    address, reviewing = server
    other = tmp_path / "other.html"
    other.write_text(f'<html data-ready><form method="post" action="{address}/review">'
                     '<button name="decision" value="accepted">x</button></form>')
    found = visit(other.as_uri())
    found.click("button")
    found.wait_for_selector(".warning")
    assert not reviewing.decisions.exists()


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_review_can_be_read_by_all(
    visit: Visit, server: tuple[str, Reviewing], axe: str, width: int, scheme: str, lang: str
) -> None:
    found = visit(f"{server[0]}/review?lang={lang}", width, scheme)
    found.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    assert found.errors == [] and violations(found, axe) == []
    assert found.evaluate("document.documentElement.scrollWidth <= innerWidth")
