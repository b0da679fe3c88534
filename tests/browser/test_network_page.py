"""The network in a browser: what it shows, and every gesture on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from conftest import Opened, violations
from made_up import made_up_network, spoiled_network

from kg.network import as_of, ego
from kg.pages.network import network_page

pytestmark = pytest.mark.browser
Open = Callable[..., Opened]
FOCUS = "instrument/arcadia/m3"
WHOLE = made_up_network(40)
EGO = ego(WHOLE, FOCUS, 2, cap=30)
PAGE = network_page(EGO, base="https://example.org/kg/")


def click(page: Opened, id: str, times: int = 1) -> None:
    """Click on a card where it stands on the screen, and wait until it is taken."""
    page.wait_for_function("id => KG.spot(id)", arg=id)
    spot = page.evaluate("id => KG.spot(id)", id)
    box = page.locator("#net").bounding_box()
    page.mouse.click(box["x"] + spot["x"], box["y"] + spot["y"], click_count=times)
    page.wait_for_function(
        "([key, id]) => new URLSearchParams(location.hash.slice(1)).get(key) === id",
        arg=["id" if times == 1 else "focus", id],
    )


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_clean(open_page: Open, axe: str, width: int, lang: str, scheme: str) -> None:
    page = open_page(network_page(EGO, lang), "", width, 844, scheme)
    assert page.errors == [] and page.asked == []
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.fill("#q", "arcadia")
    page.locator("#hits button").first.click()
    assert page.locator("#panel").is_visible()
    assert violations(page, axe) == []
    assert page.errors == [] and page.asked == []


def test_two_thousand_nodes_open_nearly_as_soon_as_forty(open_page: Open) -> None:
    networks = WHOLE, made_up_network(1850)
    assert len(networks[1].nodes) >= 2000
    few, many = (min(open_page(network_page(one)).ready for _ in range(3)) for one in networks)
    assert many <= 4 * few


def test_what_did_not_find_room_is_counted(open_page: Open) -> None:
    capped = ego(WHOLE, FOCUS, 2, cap=9)
    page = open_page(network_page(capped))
    assert capped.more > 0 and f"另有 {capped.more} 个节点未画出" in page.inner_text("#status")
    node = next(node for node in capped.nodes if node.more)
    click(page, node.id)
    assert f"另有 {node.more} 个相邻节点未画出" in page.inner_text("#panel")


def test_a_click_gives_dated_statements_sources_and_neighbours(open_page: Open) -> None:
    page = open_page(PAGE)
    click(page, FOCUS)
    node = next(node for node in EGO.nodes if node.id == FOCUS)
    assert page.inner_text("#panel h2") == node.thing.zh
    text = page.inner_text("#panel")
    edges = [edge for edge in EGO.edges if FOCUS in (edge.subject, edge.object)]
    assert all(edge.relation.zh in text for edge in edges)
    assert str(next(edge.start for edge in edges if edge.start)) in text
    links = page.eval_on_selector_all("#panel a", "as => as.map(a => a.href)")
    assert f"https://example.org/kg/{FOCUS}" in links and "https://example.org/report" in links
    page.locator("#panel button.link").first.click()
    assert page.inner_text("#panel h2") != node.thing.zh
    assert "id=" in page.url


def test_the_same_cards_stand_at_the_same_places(open_page: Open) -> None:
    ids = [node.id for node in EGO.nodes]
    spots = [open_page(PAGE).evaluate("ids => ids.map(KG.spot)", ids) for _ in range(2)]
    assert spots[0] == spots[1] and all(spots[0])


def test_the_day_hides_what_does_not_hold(open_page: Open) -> None:
    page = open_page(PAGE)
    for day in ("2012-06-01", "2019-06-01"):
        page.fill("#on", day)
        kept = {node.id for node in as_of(EGO, date.fromisoformat(day)).nodes}
        shown = {node.id for node in EGO.nodes if page.evaluate("id => KG.spot(id)", node.id)}
        assert shown == kept and len(kept) < len(EGO.nodes)
    page.click("#clear")
    assert all(page.evaluate("ids => ids.map(KG.spot)", [node.id for node in EGO.nodes]))


def test_the_slider_moves_the_day(open_page: Open) -> None:
    page = open_page(PAGE)
    page.focus("#slide")
    page.keyboard.press("PageDown")
    first = page.input_value("#on")
    page.keyboard.press("ArrowLeft")
    assert len(first) == 10 and page.input_value("#on") < first
    assert page.get_attribute("#slide", "aria-valuetext") == page.input_value("#on")


def test_the_legend_filters_by_level_concept_and_relation(open_page: Open) -> None:
    page = open_page(PAGE)

    def shown() -> set[str]:
        spots = page.evaluate("ids => ids.map(KG.spot)", [node.id for node in EGO.nodes])
        return {node.id for node, spot in zip(EGO.nodes, spots, strict=True) if spot}

    whole = shown()
    page.get_by_label("机构").uncheck()
    assert not [id for id in shown() if id.startswith("agency/")] and shown() < whole
    page.get_by_label("机构").check()
    page.get_by_label("省级").uncheck()
    levels = {node.id: node.order for node in EGO.nodes}
    assert all(levels[id] != 4 for id in shown())
    page.get_by_label("省级").check()
    assert shown() == whole
    count = page.inner_text("#status")
    page.get_by_label("适用于").uncheck()
    assert page.inner_text("#status") != count and "off=" in page.url


def test_steps_narrow_and_widen(open_page: Open) -> None:
    page = open_page(PAGE)
    page.select_option("#hops", "1")
    near = {node.id for node in ego(EGO, FOCUS, 1).nodes}
    spots = page.evaluate("ids => ids.map(KG.spot)", [node.id for node in EGO.nodes])
    assert {n.id for n, spot in zip(EGO.nodes, spots, strict=True) if spot} == near
    other = next(id for id in sorted(near) if id.startswith("agency/"))
    click(page, other, times=2)
    assert f"focus={other.replace('/', '%2F')}" in page.url


def test_search_finds_and_opens(open_page: Open) -> None:
    page = open_page(PAGE)
    page.fill("#q", "trade bureau")
    assert page.locator("#hits button").count() >= 1
    page.press("#q", "Enter")
    assert "贸易局" in page.inner_text("#panel h2")
    page.fill("#q", "nothing like this")
    assert page.locator("#hits button").count() == 0 and page.locator("#hits li").is_visible()


def test_the_table_lists_every_relation_shown(open_page: Open) -> None:
    page = open_page(PAGE)
    page.click("#as-table")
    assert page.locator("#rows tr").count() == len(EGO.edges)
    page.fill("#on", "2012-06-01")
    assert page.locator("#rows tr").count() == len(as_of(EGO, date(2012, 6, 1)).edges)


def test_without_scripts_there_is_a_table(open_page: Open) -> None:
    page = open_page(PAGE, scripts=False)
    rows = page.locator("noscript tbody tr")
    assert rows.count() == len(EGO.edges) and rows.first.is_visible()


def test_the_language_changes_everything(open_page: Open) -> None:
    page = open_page(PAGE)
    page.click("#lang")
    click(page, FOCUS)
    shown = page.evaluate(
        "() => { const c = document.body.cloneNode(true);"
        "c.querySelectorAll('script,noscript,[lang]').forEach(n => n.remove()); return c.textContent }"
    ).replace("中文", "")
    assert not [char for char in shown if "\u4e00" <= char <= "\u9fff"]


def test_a_picture_is_saved(open_page: Open, tmp_path: Path) -> None:
    page = open_page(PAGE)
    with page.expect_download() as saved:
        page.click("#png")
    saved.value.save_as(tmp_path / "n.png")
    assert (tmp_path / "n.png").stat().st_size > 20_000


def test_an_attack_does_nothing(open_page: Open) -> None:
    for lang in ("zh", "en"):
        page = open_page(network_page(spoiled_network(), lang))
        click(page, "instrument/y")
        for link in page.locator("#panel a").all():
            assert (link.get_attribute("href") or "").startswith("http")
        page.fill("#q", "script")
        page.locator("#hits button").first.click()
        page.click("#as-table")
        page.click("#lang")
        assert page.evaluate("window.hit") is None
        assert page.locator("img").count() == 0
        assert (
            page.evaluate("/[\\u202a-\\u202e\\u2066-\\u2069]/.test(document.body.innerText)")
            is False
        )
        assert page.errors == [] and page.asked == []


def test_a_page_that_opens_as_a_table_can_turn_to_the_drawing(open_page: Open) -> None:
    page = open_page(PAGE, "#view=table&lang=en")
    assert page.locator("#rows tr").count() == len(EGO.edges) and page.errors == []
    page.click("#as-chart")
    click(page, FOCUS)
    assert page.locator("#panel").is_visible() and page.errors == []


def test_on_a_phone_the_cards_are_readable_from_the_start(open_page: Open) -> None:
    page = open_page(PAGE, "", 390, 844)
    first, second = (page.evaluate("id => KG.spot(id)", id) for id in (FOCUS, "place/arcadia"))
    assert first and second
    box = page.locator("#net").bounding_box()
    assert 0 < first["x"] < box["width"] and 0 < first["y"] < box["height"]
