"""What must hold of all verdicts, whatever the data: agreement of questions, order, inheritance."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from shutil import copytree

import pytest
from country import AURELIA

from kg.build import Graph
from kg.check import check
from kg.comparison import compare, turning_days
from kg.errors import KgError
from kg.screening import Pair, screen
from kg.store import OxigraphStore, Solutions, Store
from kg.terms import KG, Iri, compact
from kg.trace import Court
from kg.verdict import Verdict

MAINLAND = "place/cn-mainland"
DAYS = (date(2017, 6, 1), date(2020, 7, 30), date(2022, 7, 1), date(2024, 6, 1))
PLACES = (
    "place/cn/110000", "place/cn/460000", "place/cn/440300", "place/cn/340500",
    "place/cn/810000", "place/cn/710000", "place/cn/zone/shanghai-ftz", "place/sg",
)
CHILDREN = (
    ("place/cn/110108", "place/cn/110000"), ("place/cn/469023", "place/cn/460000"),
    ("place/cn/320583", "place/cn/320000"), ("place/cn/130638", "place/cn/130000"),
    ("place/cn/zone/guangdong-ftz/nansha", "place/cn/440000"),
)
UNRELATED = """\
label: {zh: 无关规章, en: Unrelated Rules}
kind: local-regulation
level: municipal
dates:
  - {event: in-force, date: 2019-03-01, source: document/gazette, checked: source}
applies:
  - {to: place/borea, force: binding}
sources:
  - {document: document/gazette, checked: source}
"""


@pytest.fixture(scope="module")
def china(packaged: Store) -> Court:
    return Court(packaged)


@pytest.fixture(scope="module")
def aurelian(aurelia: Graph) -> Court:
    return Court(OxigraphStore.in_memory(aurelia.n_triples()))


def _verdicts(court: Court, place: str, on: date) -> dict[str, str]:
    return {one.instrument.id: one.verdict for one in court.trace(place, on, all_=True).verdicts}


def _places(court: Court) -> list[str]:
    """Every place of a small store."""
    found = court.store.query(f"SELECT DISTINCT ?p WHERE {{ ?p a <{KG}Place> }}")
    assert isinstance(found, Solutions)
    return sorted(compact(iri.value) for row in found if isinstance(iri := row["p"], Iri))


@pytest.mark.parametrize("on", DAYS[2:], ids=str)
def test_where_and_trace_agree(china: Court, on: date) -> None:
    traced = {place: _verdicts(china, place, on) for place in PLACES}
    found = [v for one in china.facts.instruments() for v in china.where(one.id, on)
             if v.place.id in traced]
    assert len(found) > 5
    assert [v for v in found if traced[v.place.id][v.instrument.id] != v.verdict] == []


@pytest.mark.parametrize("on", (date(2018, 1, 1), date(2022, 7, 1), date(2024, 1, 1)), ids=str)
def test_where_and_trace_agree_in_the_made_up_country(aurelian: Court, on: date) -> None:
    traced = {place: _verdicts(aurelian, place, on) for place in _places(aurelian)}
    found = [v for one in aurelian.facts.instruments() for v in aurelian.where(one.id, on)]
    assert len(found) > 5
    assert all(traced[v.place.id][v.instrument.id] == v.verdict for v in found)


@pytest.mark.parametrize("on", DAYS[1:2], ids=str)
def test_a_place_does_not_differ_from_itself(china: Court, on: date) -> None:
    assert [compare(china, place, place, on) for place in PLACES] == [[]] * len(PLACES)
    assert compare(china, "place/cn/110000", "place/cn/810000", on)


@pytest.mark.parametrize("on", DAYS[2:], ids=str)
@pytest.mark.parametrize(("child", "parent"), CHILDREN)
def test_a_child_has_all_nationwide_measures_of_its_parent(
    china: Court, child: str, parent: str, on: date
) -> None:
    nationwide = {one.id for one in china.facts.instruments()
                  if any(scope.target == MAINLAND for scope in one.scopes)}
    above, below = _verdicts(china, parent, on), _verdicts(china, child, on)
    applying = {name for name in nationwide if above[name] == "applies"}
    assert len(applying) > 10
    assert {name for name in applying if below[name] != "applies"} == set()


def _ends_without_a_cause(court: Court, place: str, days: list[date]) -> list[str]:
    """Instruments that stop applying from one day to a later with no turning day between."""
    found = []
    states = [_verdicts(court, place, day) for day in days]
    for one in court.facts.instruments():
        turns = turning_days(court.facts, one, place)
        for i, (early, late) in enumerate(pairwise(states)):
            ended = early[one.id] == "applies" and late[one.id] == "does-not-apply"
            if ended and not any(days[i] < turn <= days[i + 1] for turn in turns):
                found.append(f"{one.id} {days[i]}")
    return found


def _days(first: date, last: date, step: int) -> list[date]:
    return [first + timedelta(n) for n in range(0, (last - first).days, step)]


@pytest.mark.parametrize("place", PLACES[2:5])
def test_nothing_ends_but_on_a_turning_day(china: Court, place: str) -> None:
    assert _ends_without_a_cause(china, place, _days(date(2016, 1, 1), date(2026, 6, 1), 365)) == []


def test_nothing_ends_but_on_a_turning_day_in_the_made_up_country(aurelian: Court) -> None:
    days = _days(date(2016, 1, 1), date(2026, 1, 1), 300)
    places = _places(aurelian)
    assert len(places) > 10
    assert [_ends_without_a_cause(aurelian, place, days) for place in places] == [[]] * len(places)


def test_an_unrelated_instrument_changes_nothing(aurelian: Court, tmp_path: Path) -> None:
    data = tmp_path / "data"
    copytree(AURELIA, data)
    (data / "instruments" / "unrelated-rules.yaml").write_text(UNRELATED, "utf-8")
    wider = Court(OxigraphStore.in_memory(check(data).n_triples()))
    for place in _places(aurelian):
        before = _verdicts(aurelian, place, date(2022, 7, 1))
        after = _verdicts(wider, place, date(2022, 7, 1))
        added = after.keys() - before.keys()
        assert len(added) == 1
        assert {name: after[name] for name in before} == before


def test_screening_keeps_order_and_errors_in_their_rows(china: Court) -> None:
    pairs = [
        Pair("RCEP", "北京市", "2022-01-01"),
        Pair("no such instrument", "北京市", "2022-01-01"),
        Pair("RCEP", "nowhere at all", "2022-01-01"),
        Pair("RCEP", "北京市", "2022-13-01"),
        Pair("RCEP", "北京市", "2022-01-31", "Republic of Korea"),
        Pair("RCEP", "北京市", "2021-12-31"),
    ]
    found = list(screen(china.store, pairs))
    kinds = [one.verdict if isinstance(one, Verdict) else "error" for one in found]
    assert kinds == ["applies", "error", "error", "error", "does-not-apply", "does-not-apply"]
    errors = [str(one) for one in found if isinstance(one, KgError)]
    named = ("no such instrument", "nowhere at all", "2022-13-01")
    assert all(name in error for name, error in zip(named, errors, strict=True))
