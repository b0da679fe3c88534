"""The timeline in a browser: what it shows, and every gesture on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from conftest import Opened, violations
from made_up import made_up_timeline, spoiled_timeline

from kg.pages.timeline import timeline_page
from kg.timeline import chain

pytestmark = pytest.mark.browser
Open = Callable[..., Opened]
PAGE = timeline_page(made_up_timeline(60), base="https://example.org/kg/")


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_clean(open_page: Open, axe: str, width: int, lang: str, scheme: str) -> None:
    page = open_page(timeline_page(made_up_timeline(60), lang), "", width, 844, scheme)
    assert page.errors == [] and page.asked == []
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#i5").dispatch_event("click")
    assert page.locator("#panel").is_visible()
    assert violations(page, axe) == []
    assert page.errors == [] and page.asked == []


def test_many_items_are_ready_nearly_as_soon_as_few(open_page: Open) -> None:
    few, many = (
        min(open_page(timeline_page(made_up_timeline(count))).ready for _ in range(3))
        for count in (200, 5000)
    )
    assert many <= 10 * few


def test_captions_do_not_meet(open_page: Open) -> None:
    for width in (1400, 390):
        boxes = open_page(PAGE, "", width).evaluate(
            "[...document.querySelectorAll('#chart [data-item] text')].map(t => {"
            "const b = t.getBoundingClientRect(); return [b.left, b.right, b.top, b.bottom]})"
        )
        assert len(boxes) == 60
        for n, a in enumerate(boxes):
            assert a[0] >= 0 and a[1] <= width, "a caption is cut off"
            for b in boxes[n + 1 :]:
                apart = a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] + 2 or b[3] <= a[2] + 2
                assert apart, (a, b)


def test_a_click_traces_the_chain_and_dims_the_rest(open_page: Open) -> None:
    made = made_up_timeline(60)
    number = next(n for n, item in enumerate(made.items) if len(chain(made, item.id)) > 3)
    page = open_page(PAGE)
    page.locator(f"#i{number}").dispatch_event("click")
    bright = page.locator("#chart [data-item][opacity='1']").count()
    dim = page.locator("#chart [data-item][opacity='0.18']").count()
    assert bright >= len(chain(made, made.items[number].id)) and dim > 0 and bright + dim == 60
    assert page.locator("#chart > g[pointer-events=none] > path").count() >= 4
    title = made.items[number].thing.zh
    assert page.inner_text("#panel h2") == title
    page.click("#panel button[aria-pressed]")
    assert page.locator("#chart [data-item]").count() == bright
    assert "id=" in page.url and "chain=1" in page.url


def test_the_panel_gives_dates_and_sources_as_links(open_page: Open) -> None:
    page = open_page(PAGE, "#id=instrument/arcadia/m5")
    links = page.eval_on_selector_all("#panel a", "as => as.map(a => a.href)")
    assert "https://example.org/report" in links
    assert "https://example.org/kg/instrument/arcadia/m5" in links
    assert "2009" in page.inner_text("#panel") or "20" in page.inner_text("#panel")


def test_words_places_topics_and_kinds_filter(open_page: Open) -> None:
    page = open_page(PAGE)
    made = made_up_timeline(60)
    page.fill("#q", "电子签名")
    wanted = [
        item
        for item in made.items
        if "电子签名" in item.thing.zh or item.topics[0].zh == "电子签名"
    ]
    assert page.locator("#chart [data-item]").count() == len(wanted)
    page.fill("#q", "electronic SIGNATURES")
    assert page.locator("#chart [data-item]").count() >= len(wanted)
    page.fill("#q", "")
    page.select_option("#place", "place/arcadia/north")
    inside = [
        item
        for item in made.items
        if item.place.startswith(("place/arcadia/north", "place/arcadia/zone"))
    ]
    assert page.locator("#chart [data-item]").count() == len(inside)
    page.select_option("#place", "")
    page.select_option("#kind", "kind/law")
    assert page.locator("#chart [data-item]").count() == sum(
        i.kind.id == "kind/law" for i in made.items if i.kind
    )
    page.select_option("#kind", "")
    page.select_option("#topic", "topic/platforms")
    assert 0 < page.locator("#chart [data-item]").count() < 60


def test_the_day_tells_what_holds(open_page: Open) -> None:
    from kg.timeline import holds

    made = made_up_timeline(60)
    page = open_page(PAGE)
    page.fill("#on", "2017-06-15")
    truths = [int(holds(item, date(2017, 6, 15))) for item in made.items if item.span]
    said = page.inner_text("#status")
    assert f"有效 {truths.count(2)}" in said and f"不确定 {truths.count(1)}" in said
    assert f"无效 {truths.count(0)}" in said
    page.click("#held")
    assert page.locator("#chart [data-item]").count() == truths.count(2) + truths.count(1)
    page.fill("#on", "2017-13-40")
    assert page.get_attribute("#on", "aria-invalid") == "true"


def test_a_click_on_the_axis_sets_the_day_and_dragging_moves_it(open_page: Open) -> None:
    page = open_page(PAGE)
    page.mouse.click(700, 150)
    first = page.input_value("#on")
    assert len(first) == 10
    x = page.evaluate(
        "+document.querySelector('#chart line[stroke-dasharray=\"5 3\"]').getAttribute('x1')"
    )
    page.mouse.move(x, 400)
    page.mouse.down()
    page.mouse.move(x + 100, 400, steps=4)
    page.mouse.up()
    assert page.input_value("#on") > first


def _labels(page: Opened) -> list[str]:
    found: list[str] = page.eval_on_selector_all("#axis text", "ts => ts.map(t => t.textContent)")
    return found


def _other(page: Opened, labels: list[str]) -> list[str]:
    """The labels of the axis once they are others: the wheel and the mouse are not waited for."""
    page.wait_for_function(
        "old => JSON.stringify([...document.querySelectorAll('#axis text')].map(t => t.textContent)) !== old",
        arg=json.dumps(labels, separators=(",", ":"), ensure_ascii=False),
    )
    return _labels(page)


def test_zoom_and_pan_by_wheel_mouse_and_keys(open_page: Open) -> None:
    page = open_page(PAGE)
    whole = _labels(page)
    page.mouse.move(700, 400)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -600)
    page.keyboard.up("Control")
    near = _other(page, whole)
    assert any("-" in text for text in near)
    page.mouse.down()
    page.mouse.move(400, 400, steps=5)
    page.mouse.up()
    _other(page, near)
    page.click("#fit")
    assert _labels(page) == whole
    page.focus("#plot")
    page.keyboard.press("+")
    page.keyboard.press("+")
    zoomed = _other(page, whole)
    page.keyboard.press("ArrowRight")
    _other(page, zoomed)
    page.keyboard.press("Home")
    assert _labels(page) == whole


def test_keys_walk_from_item_to_item(open_page: Open) -> None:
    page = open_page(PAGE)
    page.focus("#plot")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    current = page.get_attribute("#plot", "aria-activedescendant")
    assert current and current.startswith("i")
    assert page.text_content(f"#{current} title")
    page.keyboard.press("Enter")
    assert page.locator("#panel").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()


def test_a_lane_folds_into_a_count(open_page: Open) -> None:
    page = open_page(PAGE)
    before = page.locator("#chart [data-item]").count()
    page.locator("#lane1").dispatch_event("click")
    assert page.get_attribute("#lane1", "aria-expanded") == "false"
    assert page.locator("#chart [data-item]").count() < before


def test_many_rows_open_folded_and_scroll_when_unfolded(open_page: Open) -> None:
    page = open_page(timeline_page(made_up_timeline(5000)))
    assert page.locator("#chart [data-item]").count() == 0
    page.locator("#lane0").dispatch_event("click")
    drawn = page.locator("#chart [data-item]").count()
    assert 0 < drawn < 200, "only what is in view is drawn"
    first = page.locator("#chart [data-item]").first.get_attribute("id")
    page.evaluate("document.getElementById('scroll').scrollTop = 4000")
    page.wait_for_function("id => document.querySelector('#chart [data-item]').id !== id", arg=first)


def test_the_table_says_the_same_and_follows_the_filter(open_page: Open) -> None:
    page = open_page(PAGE)
    page.click("#as-table")
    assert page.locator("#rows tr:visible").count() == 60
    assert page.locator("#plot").is_hidden()
    assert (
        page.evaluate(
            "Math.min(...[...document.querySelectorAll('#rows td')].map(c => c.clientWidth))"
        )
        > 60
    )
    page.fill("#q", "泊城市")
    made = made_up_timeline(60)
    inside = [i for i in made.items if i.place == "place/arcadia/north/port"]
    assert page.locator("#rows tr:visible").count() == len(inside)


def test_without_scripts_the_table_is_there(open_page: Open) -> None:
    page = open_page(PAGE, scripts=False)
    assert page.locator("#rows tr").count() == 60
    assert page.locator("#rows tr").first.is_visible()


def test_the_language_changes_everything_but_the_ids(open_page: Open) -> None:
    page = open_page(PAGE)
    page.click("#lang")
    assert page.get_attribute("html", "lang") == "en"
    assert page.inner_text("#title") == made_up_timeline(60).title.en
    assert "lang=en" in page.url
    text = page.inner_text("body")
    shown = text.replace("中文", "")
    assert not [char for char in shown if "\u4e00" <= char <= "\u9fff"]


def test_light_and_dark_change_by_hand(open_page: Open) -> None:
    page = open_page(PAGE)
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before


def test_the_address_holds_the_state(open_page: Open) -> None:
    page = open_page(PAGE, "#q=数据&on=2018-01-01&view=table&lang=en")
    assert page.input_value("#q") == "数据" and page.input_value("#on") == "2018-01-01"
    assert page.locator("#tableview").is_visible()
    assert page.get_attribute("html", "lang") == "en"


def test_pictures_are_saved(open_page: Open, tmp_path: Path) -> None:
    page = open_page(PAGE)
    with page.expect_download() as saved:
        page.click("#svg")
    saved.value.save_as(tmp_path / "t.svg")
    root = Xml.parse(tmp_path / "t.svg").getroot()
    captions = {node.text for node in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {item.thing.zh for item in made_up_timeline(60).items} <= captions
    assert saved.value.suggested_filename == "timeline.svg"
    with page.expect_download() as saved:
        page.click("#png")
    saved.value.save_as(tmp_path / "t.png")
    assert (tmp_path / "t.png").read_bytes()[:4] == b"\x89PNG"
    assert (tmp_path / "t.png").stat().st_size > 50_000
    assert page.errors == [] and page.asked == []


def test_an_attack_does_nothing(open_page: Open) -> None:
    for lang in ("zh", "en"):
        page = open_page(timeline_page(spoiled_timeline(), lang))
        for number in (0, 1):
            page.locator(f"#i{number}").dispatch_event("click")
        for link in page.locator("#panel a").all():
            assert (link.get_attribute("href") or "").startswith("http")
        page.click("#as-table")
        page.click("#lang")
        assert page.evaluate("window.hit") is None
        assert page.locator("img").count() == 0
        assert (
            page.evaluate("/[\\u202a-\\u202e\\u2066-\\u2069]/.test(document.body.innerText)")
            is False
        )
        assert page.errors == [] and page.asked == []


def test_the_policy_stops_a_script_that_slips_in(open_page: Open) -> None:
    html = PAGE.replace("<body>", "<body><script>window.hit=1</script>")
    page = open_page(html)
    assert page.evaluate("window.hit") is None
    assert page.errors
