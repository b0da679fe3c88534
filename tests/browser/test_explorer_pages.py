"""The explorer in a browser, as `kg serve` answers: every page, the main ways through it, attacks."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import uvicorn
from conftest import Opened, violations
from servers import free_ports, wait_until

from kg.build import Graph
from kg.store import OxigraphStore, Store, open_store, write_store
from kg.web.server import Serving, location, served

pytestmark = pytest.mark.browser
Visit = Callable[..., Opened]
PAGES = {
    "home": "/",
    "search": "/search?q=数据",
    "list": "/list/agencies",
    "agency": "/id/agency/cn/mofcom",
    "document": "/id/document/mofcom-2022",
    "word": "/id/kind/law",
    "designation": "/id/designation/{designation}",
    "place": "/id/place/cn/330100?on=2022-09-01&all=1",
    "instrument": "/id/agreement/rcep",
    "question": "/trace",
    "why": "/why?instrument=CPTPP&place=海南&on=2022-07-01",
    "compare": "/compare?left=上海&right=海南&on=2023-07-01",
    "changes": "/changes?place=海南&from=2022-01-01&to=2022-12-31",
    "rollout": "/rollout?instrument=RCEP",
    "figures": "/figures?subject=place/cn",
    "timeline": "/timeline?instrument=RCEP",
    "network": "/network?thing=RCEP",
    "sparql": "/sparql",
    "lost": "/id/place/nowhere",
    "several": "/trace?place=朝阳区&on=2022-09-01",
}
ATTACK = ("</script></style></title><script>window.hit=1</script><img src=x onerror=window.hit=1>"
          "\\\"' onmouseover=window.hit=1 <a href=javascript:window.hit=1>x</a>\\u202Eabc\\u2066")
"""What no text may do, as N-Triples write it."""
TEXTS = re.compile(
    r'^(\S+ <(?:http://www.w3.org/2004/02/skos/core#(?:prefLabel|altLabel|notation|definition)'
    r'|http://www.w3.org/2000/01/rdf-schema#label'
    r'|https://w3id.org/policykg/ontology#(?:number|unit|printed|edition))> ")', re.MULTILINE)


@contextmanager
def answering(store: Store) -> Iterator[str]:
    """The application of `kg serve` over a store, in a thread: its root address."""
    (port,) = free_ports(1)
    app = served(store, location(store), Serving(port=port))
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait_until(lambda: server.started or not thread.is_alive(), 60, "uvicorn")
        assert server.started
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()


@pytest.fixture(scope="session")
def explorer(packaged: Store) -> Iterator[str]:
    with answering(packaged) as root:
        yield root


@pytest.fixture
def visit(chromium: Any, explorer: str) -> Iterator[Visit]:
    """Opens an address of the explorer, or of `root`, and waits until it is drawn."""
    contexts = []

    def opened(address: str, root: str = explorer, width: int = 1400, scheme: str = "light") -> Opened:
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme,
                                       accept_downloads=True)
        contexts.append(context)
        found = Opened(context.new_page())
        found.page.on("console", lambda said: found.errors.append(said.text)
                      if said.type in ("error", "warning") and "status of 404" not in said.text else None)
        found.page.on("pageerror", lambda error: found.errors.append(str(error)))
        found.page.on("dialog", lambda dialog: (found.errors.append(dialog.message), dialog.dismiss()))
        found.page.on("request", lambda asked: found.asked.append(asked.url)
                      if not asked.url.startswith((f"{root}/", "blob:", "data:", "file:")) else None)
        found.page.goto(root + address)
        return drawn(found)

    yield opened
    for context in contexts:
        context.close()


def drawn(page: Opened) -> Opened:
    """A page once its script has run."""
    page.page.wait_for_selector("html[data-ready]", timeout=20_000)
    return page


def clean(page: Opened) -> bool:
    return page.errors == [] and page.asked == []


def fits(page: Opened) -> bool:
    """Whether nothing reaches beyond the side of the page."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def address(name: str, lang: str, packaged: Store) -> str:
    """The address of a page in a language, as a browser writes it."""
    path = PAGES[name]
    if "{designation}" in path:
        from kg.catalogue import list_nodes

        path = f"/id/{list_nodes(packaged, 'designations')[0].thing.id}"
    return f"{path}{'&' if '?' in path else '?'}lang={lang}"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_clean(visit: Visit, axe: str, packaged: Store, name: str, lang: str) -> None:
    wide, narrow = ("light", "dark") if lang == "zh" else ("dark", "light")
    page = visit(address(name, lang, packaged), scheme=wide)
    assert page.get_attribute("html", "lang") == ("zh-Hans" if lang == "zh" else "en")
    assert fits(page) and violations(page, axe) == []
    page.emulate_media(color_scheme=narrow)
    page.set_viewport_size({"width": 390, "height": 844})
    wait_until(lambda: fits(page), 5, "the narrow page")
    assert violations(page, axe) == []
    assert clean(page)
    shown = page.inner_text("main")
    assert name in ("lost", "sparql") or not re.search(r"\b(place|instrument|agency|document)/[a-z]|https?://w3id", shown), "a raw id"


def test_the_address_is_searched_from_every_page(visit: Visit) -> None:
    page = visit("/figures")
    page.fill(".nav input[type=search]", "个人信息保护法")
    page.press(".nav input[type=search]", "Enter")
    page.wait_for_url("**/search?*")
    page.click("main table a >> nth=0")
    page.wait_for_url("**/id/**")
    assert "个人信息保护" in page.inner_text("h1") and clean(page)


def _to_hangzhou(page: Opened) -> None:
    page.fill("#main [name=place]", "杭州")
    page.fill("#main [name=on]", "2022-09-01")
    page.click("#main form.ask button")
    page.wait_for_url("**/id/place/cn/330100?*")
    drawn(page)


def test_from_the_home_page_to_the_measures_their_reasons_and_their_source(visit: Visit) -> None:
    page = visit("/")
    _to_hangzhou(page)
    assert page.inner_text("h1") == "杭州市" and page.input_value("#on") == "2022-09-01"
    law = page.locator("article.measure", has_text="中华人民共和国个人信息保护法").first
    law.locator("details.why > summary").click()
    reasons = law.locator("details.why")
    assert "2021-11-01" in reasons.inner_text() and reasons.locator("strong").count() == 5
    law.get_by_role("link", name="画成链条").click()
    page.wait_for_url("**/why?*")
    assert page.locator(".chain > .card").count() >= 2 and page.locator(".tests > div").count() == 5
    assert page.inner_text(".sum .verdict") == "适用"
    source = page.locator(".tests .cite a").first
    name = source.inner_text()
    source.click()
    page.wait_for_url("**/id/**")
    assert page.inner_text("h1") == name and clean(page)


def test_the_page_is_kept_as_one_file_that_opens_elsewhere(visit: Visit, tmp_path: Path) -> None:
    page = visit("/")
    _to_hangzhou(page)
    with page.expect_download() as kept:
        page.click("footer >> text=存为单个文件")
    file = tmp_path / "kept.html"
    kept.value.save_as(file)
    for name in ("timeline?instrument=RCEP", "network?thing=RCEP"):
        drawing = visit(f"/{name}")
        with drawing.expect_download() as kept:
            drawing.click("header >> text=存为单个文件")
        kept.value.save_as(tmp_path / f"{name[:7]}.html")
    asked = len(page.asked)
    for saved in sorted(tmp_path.glob("*.html")):
        page.goto(saved.as_uri())
        drawn(page)
        assert page.evaluate(
            "[...document.querySelectorAll('a[href], form[action], [src]')]"
            ".map(e => e.getAttribute('href') ?? e.getAttribute('action') ?? e.getAttribute('src'))"
            ".filter(a => !/^(https?:|#)/.test(a))") == [], saved.name
        assert page.errors == [] and len(page.asked) == asked
    page.goto(file.as_uri())
    assert "杭州市" in page.inner_text("h1") and "个人信息保护法" in page.inner_text("#measures")
    page.locator("article.measure details.why > summary").first.click()
    assert page.locator("article.measure details.why[open] .reasons").first.is_visible()


def test_the_slider_asks_for_another_day(visit: Visit) -> None:
    page = visit("/id/place/cn/330100?on=2022-09-01")
    before = page.inner_text("p.sum")
    page.focus("#slide")
    with page.expect_navigation():
        page.keyboard.press("Home")
    drawn(page)
    assert parse_qs(urlsplit(page.url).query)["on"] == ["2000-01-01"]
    assert page.input_value("#on") == "2000-01-01" and page.inner_text("p.sum") != before
    assert clean(page)


def test_a_query_is_run(visit: Visit) -> None:
    page = visit("/sparql")
    page.fill("#query", "ASK { ?s ?p ?o }")
    page.click("#run")
    page.wait_for_selector("html[data-answered]", timeout=20_000)
    assert page.locator("#answer").is_visible() and clean(page)
    node = visit("/id/agreement/rcep")
    node.click("main details:has(pre.query) > summary")
    node.click("main details:has(pre.query) a")
    node.page.wait_for_selector("html[data-answered]", timeout=20_000)
    assert node.locator("#shown tbody tr").count() > 5 and clean(node)


@pytest.mark.parametrize("path", ["/", "/id/place/cn/330100?on=2022-09-01", "/sparql",
                                  "/timeline?instrument=RCEP#on=2022-06-01", "/network?thing=RCEP"])
def test_the_language_is_switched_with_the_question_kept(visit: Visit, path: str) -> None:
    page = visit(path)
    page.click(".nav a[hreflang=en]")
    page.wait_for_selector("html[lang=en][data-ready]")
    there = urlsplit(page.url)
    assert there.path == urlsplit(path).path and parse_qs(there.query)["lang"] == ["en"]
    for key, value in parse_qs(urlsplit(path).query).items():
        assert parse_qs(there.query)[key] == value
    assert there.fragment == urlsplit(path).fragment
    page.click(".nav a.brand")
    drawn(page)
    assert page.get_attribute("html", "lang") == "en" and clean(page)


def test_a_node_of_the_network_leads_to_its_page(visit: Visit) -> None:
    page = visit("/network?thing=RCEP&lang=en")
    page.fill("#q", "Japan")
    page.locator("#hits button").first.click()
    page.wait_for_selector("#panel a[href^='/id/']")
    spot = page.evaluate("KG.spot('place/jp')")
    assert spot, "the node is drawn"
    page.click("#panel a[href^='/id/'] >> nth=0")
    page.wait_for_url("**/id/place/jp*")
    assert page.inner_text("h1") == "Japan" and clean(page), "the language is kept"


def test_of_several_of_one_name_one_is_chosen_with_the_question_kept(visit: Visit) -> None:
    page = visit("/trace?place=朝阳区&on=2022-09-01")
    rows = page.locator(".choices li").all_inner_texts()
    assert len(rows) == len(set(rows)) >= 2, "one cannot be told from the other"
    page.click(".choices a >> nth=0")
    page.wait_for_url("**/id/place/**")
    assert page.input_value("#on") == "2022-09-01" and page.inner_text("h1") == "朝阳区"


@pytest.fixture(scope="session")
def spoiled(aurelia: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The made-up country with an attack in every text that it holds."""
    text = TEXTS.sub(lambda found: found[1] + ATTACK, aurelia.n_triples().decode())
    assert text.count("window.hit") > 5000
    text += "".join(_more())
    folder = tmp_path_factory.mktemp("spoiled") / "store"
    write_store(text.encode(), folder)
    store = open_store(folder)
    assert isinstance(store, OxigraphStore)
    with answering(store) as root:
        yield root


def _more() -> Iterator[str]:
    """Notes, reasons and addresses, which the made-up country does without."""
    base = "https://w3id.org/policykg/"
    for subject in ("place/aurelia", "instrument/data-act", "agency/assembly", "document/gazette",
                    "observation/exports-2022", "agreement/north-sea"):
        yield f'<{base}{subject}> <http://www.w3.org/2004/02/skos/core#note> "{ATTACK}" .\n'
        yield f'<{base}{subject}> <{base}ontology#why> "{ATTACK}" .\n'
        yield (f'<{base}{subject}> <http://www.w3.org/2000/01/rdf-schema#seeAlso> "javascript:window.hit=1"'
               "^^<http://www.w3.org/2001/XMLSchema#anyURI> .\n")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_attack_in_every_text_does_nothing(visit: Visit, spoiled: str, lang: str) -> None:
    asked = "lang=" + lang
    for path in ("/id/place/aurelia?on=2022-09-01&all=1&", "/id/instrument/data-act?", "/id/agency/assembly?",
                 "/id/document/gazette?", "/id/agreement/north-sea?", "/search?q=window.hit&", "/figures?",
                 "/search?q=<img src=x onerror=window.hit=1>&", "/list/instruments?", "/",
                 "/why?instrument=instrument/data-act&place=place/aurelia&on=2022-09-01&",
                 "/trace?place=</script><script>window.hit=1</script>&", "/timeline?", "/network?thing=place/aurelia&"):
        page = visit(path + ("?" if path == "/" else "") + asked, root=spoiled)
        for line in page.locator("main details > summary").all()[:3]:
            line.dispatch_event("click")
        page.mouse.move(400, 300)
        assert page.evaluate("window.hit") is None, path
        assert page.locator("img, main script, [onerror], [onmouseover]").count() == 0, path
        assert page.locator("a[href^='javascript' i], [src], base, iframe, object").count() == 0, path
        assert page.evaluate("/[\\u202a-\\u202e\\u2066-\\u2069]/.test(document.body.innerText)") is False, path
        assert clean(page), (unquote(path), page.errors, page.asked)
