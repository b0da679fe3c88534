"""The cookbook's questions: well formed, portable, answered, and alike on Oxigraph and rdflib."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from rdflibstore import RdflibStore

from docs.make.cookbook import FOLDER, chapters, read_recipe, slow_on_rdflib
from kg.build import Graph
from kg.queries import with_values
from kg.store import OxigraphStore, Solutions, Store

QUESTIONS = sorted(path.stem for path in FOLDER.glob("*.rq"))
BOUNDS = {"earliest", "latest", "fromEarliest", "fromLatest", "untilEarliest", "untilLatest",
          "periodEarliest", "periodLatest"}
NUMBERS = {"authority"}
_VALUES = re.compile(r"VALUES \(([^)]*)\) \{ \(([^)]*)\) \}")


def _text(name: str) -> str:
    return (FOLDER / f"{name}.rq").read_text("utf-8")


def _rows(answer: object) -> list[tuple[str, ...]]:
    assert isinstance(answer, Solutions)
    return [tuple(str(row[name]) for name in answer.variables) for row in answer]


def test_there_are_enough_and_each_is_in_one_chapter() -> None:
    listed = [name for chapter in chapters() for name in chapter.questions]
    assert len(QUESTIONS) >= 40
    assert sorted(listed) == QUESTIONS
    assert set(slow_on_rdflib()) <= set(QUESTIONS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_well_formed(name: str) -> None:
    text = _text(name)
    assert read_recipe(name).asks.endswith("?")
    assert len(_VALUES.findall(text)) == text.count("VALUES") == 1
    assert "SELECT DISTINCT" in text and "ORDER BY" in text
    assert not re.search(r"\b(SERVICE|GRAPH|FROM|LATERAL)\b", text.partition("SELECT")[2])


@pytest.mark.parametrize("name", QUESTIONS)
def test_only_bounds_and_given_values_are_compared(name: str) -> None:
    """Engines disagree on comparing partial dates, never on comparing `xsd:date`."""
    text = _text(name)
    given = {one.lstrip("?") for one in _VALUES.findall(text)[0][0].split()}
    sound = {variable for path, variable in re.findall(r"kg:(\w+) \?(\w+)", text)
             if path in BOUNDS | NUMBERS}
    compared = {side for pair in re.findall(r"\?(\w+)\s*[<>]=?\s*\?(\w+)", text) for side in pair}
    assert compared <= given | sound


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_an_answer(packaged: Store, name: str) -> None:
    found = _rows(packaged.query(_text(name)))
    assert found and len(found) == len(set(found))


@pytest.mark.parametrize("name", QUESTIONS)
def test_asked_of_everything_rdflib_agrees(aurelia: Graph, name: str) -> None:
    text = with_values(_text(name), {})
    ours, theirs = (store.query(text) for store in (
        OxigraphStore.in_memory(aurelia.n_triples()), RdflibStore(aurelia.n_triples())))
    assert sorted(_rows(ours)) == sorted(_rows(theirs))


def test_as_printed_rdflib_agrees_on_the_packaged_data(packaged: OxigraphStore) -> None:
    whole = RdflibStore(packaged.dump(ox.RdfFormat.N_TRIPLES))
    for name in sorted(set(QUESTIONS) - set(slow_on_rdflib())):
        assert sorted(_rows(packaged.query(_text(name)))) == sorted(_rows(whole.query(_text(name)))), name
