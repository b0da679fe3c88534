"""Answers as rows, data frames and notebook tables; labels in them are shown, never obeyed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest

import kg
from kg.build import Graph
from kg.catalogue import node
from kg.errors import KgError
from kg.notebook import MOST, render
from kg.screening import Pair, screen
from kg.store import OxigraphStore, Store
from kg.things import Thing

ON = date(2022, 2, 1)
ANSWERS: dict[str, Callable[[Store], Any]] = {
    "trace": lambda store: kg.trace(store, "place/quay", ON, all_=True),
    "verdict": lambda store: kg.why(store, "agreement/north-sea", "place/quay", ON),
    "timeline": lambda store: kg.timeline(store, "place/quay"),
    "network": lambda store: kg.network(store, "instrument/data-act"),
    "rollout": lambda store: kg.rollout(store, "instrument/data-act"),
    "node": lambda store: node(store, "instrument/data-act"),
    "solutions": lambda store: store.select("instruments"),
}
"""Answers that show themselves."""
LISTS: dict[str, Callable[[Store], Any]] = {
    "differences": lambda store: kg.compare(kg.Court(store), "place/quay", "place/meadow", ON),
    "changes": lambda store: kg.changes(kg.Court(store), "place/quay", date(2020, 1, 1), ON),
    "figures": lambda store: kg.figures(store),
    "screened": lambda store: list(screen(store, [Pair("DA", "港市", "2022-02-01"),
                                                  Pair("DA", "nowhere", "2022-02-01")])),
}


@pytest.fixture(scope="module")
def made_up(aurelia: Graph) -> Store:
    return OxigraphStore.in_memory(aurelia.n_triples())


class Tags(HTMLParser):
    """Every tag that a page opens or closes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.closed: list[str] = []
        self.said = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened += [tag] if tag not in ("br",) else []

    def handle_endtag(self, tag: str) -> None:
        self.closed.append(tag)

    def handle_data(self, data: str) -> None:
        self.said += data


@pytest.mark.parametrize("name", [*ANSWERS, *LISTS])
def test_rows_and_frames_hold_the_same(made_up: Store, name: str) -> None:
    answer = {**ANSWERS, **LISTS}[name](made_up)
    found = kg.rows(answer, "en")
    names = list(dict.fromkeys(key for row in found for key in row))
    assert found
    assert list(kg.to_pandas(answer, "en").columns) == kg.to_polars(answer, "en").columns == names
    assert len(kg.to_pandas(answer, "en")) == kg.to_polars(answer, "en").height == len(found)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_shows_itself(
    made_up: Store, name: str, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_LANG", lang)
    text = ANSWERS[name](made_up)._repr_html_()
    page = Tags(text)
    assert sorted(page.opened) == sorted(page.closed)
    assert ("svg" in page.opened) if name == "timeline" else ("table" in page.opened)
    assert "script" not in page.opened


def test_a_verdict_shows_its_five_tests(made_up: Store) -> None:
    found = kg.why(made_up, "instrument/unscoped-notice", "place/quay", ON)
    said = Tags(render(found, "en")).said
    assert all(word in said for word in ("existence", "time", "territory", "standing", "relation"))
    assert "uncertain" in said and "missing: the territorial scope" in said


def test_a_label_is_no_markup(made_up: Store) -> None:
    found = kg.why(made_up, "instrument/data-act", "place/quay", ON)
    evil = replace(found, instrument=Thing("instrument/x", en="</td><script>alert(1)</script>\u202e"))
    text = render(evil, "en")
    assert "<script" not in text and "&lt;script&gt;" in text and "\u202e" not in text


def test_a_long_table_says_how_much_is_left_out(packaged: Store) -> None:
    found = packaged.select("instruments")
    assert f"… +{len(found) - MOST}" in render(found, "en")


def test_what_is_no_answer() -> None:
    for wrong in (7, "RCEP"):
        with pytest.raises(KgError, match="no answer that has rows"):
            kg.rows(wrong)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_missing_library_is_named(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, library, None)
    with pytest.raises(KgError, match=rf"{library} is not installed.*policy-kg\[frames\]"):
        getattr(kg, f"to_{library}")([])
