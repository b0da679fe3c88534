"""The SPARQL editor in a browser, against a running endpoint: every gesture on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import Opened, violations
from servers import wait_until
from serving import Served, serving
from starlette.requests import Request
from starlette.responses import HTMLResponse

from kg.endpoint.limits import Limits
from kg.endpoint.service import Settings
from kg.pages.shell import Shell
from kg.pages.sparql import Asking, sparql_page
from kg.things import Thing
from kg.web.links import ServerLinks

pytestmark = pytest.mark.browser
Visit = Callable[..., Opened]
WORDS = {"kg:Place": Thing("kg:Place", "地方", "place"), "kind/law": Thing("kind/law", "法律", "law"),
         "kg:</script><img src=x onerror=alert(1)>": Thing("x", "</script><script>alert(1)</script>", "'\"><img>")}
PLACES = ("PREFIX kg: <https://w3id.org/policykg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
          "SELECT DISTINCT ?x ?xLabel { ?x a kg:Place ; skos:prefLabel ?xLabel FILTER (lang(?xLabel) = 'zh') } ORDER BY ?x")
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LIMITS = Limits(seconds=4, rows=500, at_once=2, patience=10)


def _page(request: Request, query: str) -> HTMLResponse:
    lang = request.query_params.get("lang", "zh")
    shell = Shell(ServerLinks({"lang": lang}), lang, lang, "sparql", kept={"lang": lang}, turned="/sparql?lang=en")
    return HTMLResponse(sparql_page(shell, WORDS, query, Asking(seconds=LIMITS.seconds, rows=LIMITS.rows)))


@pytest.fixture(scope="module")
def site(store_folder: Path) -> Iterator[Served]:
    with serving(Settings(str(store_folder), LIMITS, page=_page)) as found:
        yield found


@pytest.fixture
def visit(chromium: Any, site: Served) -> Iterator[Visit]:
    """Opens the editor and waits until it is drawn."""
    contexts = []

    def opened(query: str = "", lang: str = "zh", width: int = 1400, scheme: str = "light", scripts: bool = True) -> Opened:
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme,
                                       java_script_enabled=scripts, accept_downloads=True)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.root)
        contexts.append(context)
        found = Opened(context.new_page())
        found.page.on("console", lambda said: found.errors.append(said.text)
                      if said.type in ("error", "warning") and "status of" not in said.text else None)
        found.page.on("pageerror", lambda error: found.errors.append(str(error)))
        found.page.on("request", lambda asked: found.asked.append(asked.url)
                      if not asked.url.startswith((site.root, "blob:", "data:")) else None)
        address = found.page.request.get(site.url, params={"lang": lang, **({"query": query} if query else {})},
                                         headers={"Accept": "text/html"}).url
        found.page.goto(address)
        if scripts:
            found.page.wait_for_selector("html[data-ready]", timeout=20_000)
        return found

    yield opened
    for context in contexts:
        context.close()


def _ask(page: Opened, query: str) -> None:
    page.fill("#query", query)
    page.evaluate("delete document.documentElement.dataset.answered")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("html[data-answered]", timeout=20_000)


def _clean(page: Opened) -> bool:
    return page.errors == [] and page.asked == []


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_clean(visit: Visit, axe: str, width: int, lang: str, scheme: str) -> None:
    page = visit("", lang, width, scheme)
    assert violations(page, axe) == []
    _ask(page, PLACES)
    assert page.locator("#shown tbody tr").count() > 5
    page.locator("#query").press_sequentially(" ")
    page.keyboard.press("Control+Space")
    assert page.locator("#hints li").count() > 5
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert _clean(page)


def test_rows_are_links_by_their_labels(visit: Visit, site: Served) -> None:
    page = visit()
    _ask(page, PLACES)
    first = page.locator("#shown tbody tr").first
    link = first.locator("a")
    assert link.get_attribute("href").startswith("/id/place/") and link.get_attribute("href").endswith("?lang=zh")
    assert link.inner_text() == first.locator("td").nth(1).inner_text().removesuffix(" @zh")
    assert "行" in page.inner_text("#said") and "毫秒" in page.inner_text("#said")
    assert _clean(page)


def test_a_link_shares_the_query_and_asks_it(visit: Visit) -> None:
    page = visit()
    _ask(page, "SELECT ('海南' AS ?x) {}")
    page.click("#share")
    page.wait_for_function("document.getElementById('shared').textContent")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert parse_qs(urlsplit(copied).query) == {"query": ["SELECT ('海南' AS ?x) {}"], "lang": ["zh"]}
    assert "query=" in page.get_attribute(".ends a", "href")
    page.goto(copied)
    page.wait_for_selector("html[data-answered]")
    assert page.inner_text("#shown td") == "海南" and _clean(page)


def test_long_answers_have_pages(visit: Visit) -> None:
    page = visit()
    _ask(page, "SELECT ?n { " + "VALUES ?n { " + " ".join(map(str, range(120))) + " } }")
    assert page.locator("#shown tbody tr").count() == 50 and page.is_disabled("#before")
    page.click("#after")
    page.click("#after")
    assert page.inner_text("#part") == "第 101–120 行，共 120 行"
    assert page.locator("#shown tbody tr").count() == 20 and page.is_disabled("#after")


def test_answers_are_saved(visit: Visit) -> None:
    page = visit(lang="en")
    _ask(page, "SELECT ?n { VALUES ?n { 1 2 } }")
    for name, content in (("CSV", "n\r\n1\r\n2\r\n"), ("JSON", None)):
        with page.expect_download() as saved:
            page.click(f"#downloads button:text-is('{name}')")
        text = Path(saved.value.path()).read_bytes().decode()
        assert text == content if content else len(json.loads(text)["results"]["bindings"]) == 2
    _ask(page, "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 3")
    assert "3 triples" in page.inner_text("#said") and page.locator("#shown pre").inner_text()
    with page.expect_download() as saved:
        page.click("#downloads button:text-is('N-Triples')")
    assert len(Path(saved.value.path()).read_text("utf-8").splitlines()) == 3


def test_yes_no_and_nothing(visit: Visit) -> None:
    page = visit(lang="en")
    _ask(page, "ASK { ?s ?p ?o }")
    assert page.inner_text("#said").startswith("Yes")
    _ask(page, "ASK { <urn:x> ?p ?o }")
    assert page.inner_text("#said").startswith("No")
    _ask(page, "SELECT * { <urn:x> ?p ?o }")
    assert page.inner_text("#said") == "No rows" and page.locator("#shown table").count() == 0


@pytest.mark.parametrize(("query", "said", "why"), [
    ("SELECT", "查询有误", "not a SPARQL query"),
    ("ASK { SERVICE <http://127.0.0.1:9/> {} }", "查询有误", "SERVICE may not ask"),
    ("SELECT * { ?s ?p ?o }", "答案太长", "500 rows"),
    (HEAVY, "超过时限", "within 4 s"),
])
def test_what_is_wrong_is_said(visit: Visit, axe: str, query: str, said: str, why: str) -> None:
    page = visit()
    _ask(page, query)
    assert page.inner_text("#said").startswith(said) and why in page.inner_text("#wrong")
    assert page.locator("#shown table").count() == 0 and page.is_hidden("#downloads")
    assert violations(page, axe) == [] and _clean(page)


def test_a_running_query_can_be_stopped(visit: Visit, site: Served) -> None:
    wait_until(lambda: site.idle() == LIMITS.at_once, 20, "every process")
    before = site.workers()
    page = visit()
    page.fill("#query", HEAVY)
    page.keyboard.press("Control+Enter")
    wait_until(lambda: site.idle() < LIMITS.at_once, 20, "the query")
    page.click("#stop")
    page.wait_for_selector("html[data-answered]")
    assert page.inner_text("#said") == "已停止" and page.is_hidden("#stop")
    wait_until(lambda: site.workers() != before, 20, "another process")
    _ask(page, "ASK {}")
    assert page.inner_text("#said").startswith("是")


def test_completion_knows_the_vocabulary_in_both_languages(visit: Visit) -> None:
    page = visit()
    page.fill("#query", "")
    page.locator("#query").press_sequentially("sele")
    assert page.locator("#hints li").first.inner_text().startswith("SELECT")
    page.keyboard.press("Tab")
    page.locator("#query").press_sequentially("* { ?x a 地方")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#query", "aria-activedescendant") == "hint0"
    page.keyboard.press("Enter")
    page.locator("#query").press_sequentially(" ; ?p 法律")
    page.keyboard.press("Tab")
    page.locator("#query").press_sequentially(" } # 地方")
    assert page.is_hidden("#hints")
    assert page.input_value("#query") == (
        "PREFIX kg: <https://w3id.org/policykg/ontology#>\nSELECT * { ?x a kg:Place ; ?p "
        "<https://w3id.org/policykg/kind/law> } # 地方")
    _ask(page, page.input_value("#query"))
    assert _clean(page)


def test_escape_closes_and_a_variable_is_left_alone(visit: Visit) -> None:
    page = visit()
    page.fill("#query", "")
    page.locator("#query").press_sequentially("ASK { ?place")
    assert page.is_hidden("#hints")
    page.locator("#query").press_sequentially(" kg:Pl")
    page.keyboard.press("Escape")
    assert page.is_hidden("#hints") and page.input_value("#query").endswith("kg:Pl")


def test_every_example_is_answered(visit: Visit, site: Served) -> None:
    page = visit(lang="en")
    options = page.locator("#example option").count()
    assert options > 15
    for number in range(options - 1):
        page.evaluate("delete document.documentElement.dataset.answered")
        page.select_option("#example", str(number))
        page.wait_for_selector("html[data-answered]", timeout=20_000)
        assert page.is_hidden("#wrong"), page.inner_text("#wrong")
    assert _clean(page)


def test_marks_are_the_text(visit: Visit) -> None:
    """What is drawn is what is typed, character by character, and hostile text stays text."""
    page = visit()
    for text in ("SELECT * { ?变量 <urn:x> \"\"\"a\nb\"\"\" } # 注", "</textarea><script>alert(1)</script>", "'\"<<>> a:b \\"):
        page.fill("#query", text)
        assert page.evaluate("document.getElementById('marks').textContent") == text + "\n"
    page.fill("#query", "SELECT ?变量 { ?变量 a kg:Place }")
    assert page.locator("#marks .v").count() == 2 and page.locator("#marks .k").count() == 2


@pytest.mark.parametrize("value", ["<javascript:alert(1)>", "'</td><img src=x onerror=alert(1)>'", "'\u202eevil'",
                                   "<https://w3id.org/policykg/\"><script>alert(1)</script>>", "<data:text/html,x>"])
def test_hostile_answers_do_nothing(visit: Visit, value: str) -> None:
    page = visit()
    page.evaluate("void (window.alert = () => { throw new Error('ran'); })")
    _ask(page, f"SELECT ({value} AS ?x) ({value} AS ?xLabel) {{}}")
    assert _clean(page)
    for link in page.locator("#shown a").all():
        assert link.get_attribute("href").startswith(("/id/", "https://", "http://"))
    assert page.locator("#shown img, #shown script").count() == 0


def test_it_works_without_scripts(visit: Visit) -> None:
    page = visit("SELECT (1 AS ?x) {}", scripts=False)
    assert page.input_value("#query") == "SELECT (1 AS ?x) {}"
    color = page.evaluate("getComputedStyle(document.getElementById('query')).color")
    assert color != "rgba(0, 0, 0, 0)"
