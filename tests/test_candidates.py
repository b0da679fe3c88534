"""What is left out of a trace does not apply: the short way gives the verdicts of the long one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from test_applicability import CHINA_CASES

from benchmarks.generate import write_graph
from kg.build import Graph
from kg.candidates import Asked, Docketed
from kg.commencement import begun, ended, lasting
from kg.comparison import turning_days
from kg.names import resolve
from kg.snapshot import save_snapshot
from kg.store import OxigraphStore, Store, open_store, write_store
from kg.territory import Territory
from kg.trace import SHOWN, Court

Ask = tuple[str, date, str | None]


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Court:
    """A graph of the benchmark, large enough for moved places, spread ones and open lists."""
    folder = tmp_path_factory.mktemp("made-up")
    with (folder / "graph.nt").open("w", encoding="utf-8") as out:
        write_graph(30_000, out)
    write_store(folder / "graph.nt", folder / "store", finish=save_snapshot)
    return Court(open_store(folder / "store"))


@pytest.fixture(scope="module")
def aurelian(aurelia: Graph, tmp_path_factory: pytest.TempPathFactory) -> Court:
    path = tmp_path_factory.mktemp("aurelian") / "store"
    write_store(aurelia.n_triples(), path, finish=save_snapshot)
    return Court(open_store(path))


@pytest.fixture(scope="module")
def china(packaged: Store) -> Court:
    return Court(packaged)


def _without_snapshot(court: Court) -> Court:
    """The same store with nothing beside it."""
    assert isinstance(court.store, OxigraphStore)
    found = Court(OxigraphStore(court.store._store))
    assert isinstance(found.candidates, Asked)
    return found


def _judged(court: Court, ask: Ask) -> dict[str, str]:
    """The verdicts after judging every instrument there is."""
    return {one.instrument.id: one.verdict for one in court.trace(*ask, all_=True).verdicts
            if one.verdict in SHOWN}


def _agree(court: Court, asked: Court, asks: Iterator[Ask]) -> int:
    """How many asks there were; fails at the first on which the three ways differ."""
    assert isinstance(court.candidates, Docketed)
    number = 0
    for ask in asks:
        number += 1
        expected = _judged(court, ask)
        assert court.outcomes(*ask) == expected, ask
        for one in (court, asked) if number % 5 == 0 else (court,):
            assert {v.instrument.id: v.verdict for v in one.trace(*ask).verdicts} == expected, ask
    return number


def _at_random(court: Court, number: int, seed: int) -> Iterator[Ask]:
    places, random = sorted(court.facts.places()), Random(seed)
    for _ in range(number):
        on = date(1975, 1, 1) + timedelta(days=random.randrange(20_000))
        yield random.choice(places), on, random.choice(places) if random.random() < 0.3 else None


def test_of_random_asks_in_a_made_up_graph(made_up: Court) -> None:
    assert _agree(made_up, _without_snapshot(made_up), _at_random(made_up, 60, 1)) == 60


def test_of_random_asks_in_the_packaged_data(china: Court) -> None:
    assert _agree(china, _without_snapshot(china), _at_random(china, 25, 2)) == 25


def test_of_every_place_on_every_day_that_matters(aurelian: Court) -> None:
    places = sorted(aurelian.facts.places())
    days = {day for one in aurelian.facts.instruments()
            for day in turning_days(aurelian.facts, one, places[0])}
    days |= {day - timedelta(days=1) for day in days}
    asks = ((place, day, None) for place in places for day in sorted(days)[::7])
    assert _agree(aurelian, _without_snapshot(aurelian), asks) > 100


def test_of_every_case(china: Court) -> None:
    """The verdict of each worked case stands among the outcomes, or the instrument in none."""
    known: dict[Ask, dict[str, str]] = {}
    for case in CHINA_CASES:
        on = date.fromisoformat(case.on)
        partner = resolve(china.store, case.partner, ["Place"], on) if case.partner else None
        ask = (resolve(china.store, case.place, ["Place"], on), on, partner)
        if ask not in known:
            known[ask] = china.outcomes(*ask)
        instrument = resolve(china.store, case.instrument, ["Instrument"])
        assert known[ask].get(instrument, "does-not-apply") == case.verdict, case


def test_one_map_serves_all_dates_until_the_next_change_on_it(aurelian: Court) -> None:
    """What a court keeps of a map is what is found anew for each single date."""
    places = sorted(aurelian.facts.places())
    turns = {day for one in places for said in (*aurelian.facts.place(one).within, *aurelian.facts.place(one).outside)
             for day in said.span.turning_days()}
    days = sorted(turns | {day - timedelta(days=1) for day in turns} | {day + timedelta(days=40) for day in turns})
    targets = [*places, *(one.id for one in aurelian.facts.statuses())]
    assert len({aurelian.candidates.map_day(day) for day in days}) > 10
    for day in days:
        kept, anew = aurelian.territory(day), Territory(aurelian.facts, day)
        for place in places[:: 3]:
            for target in targets:
                assert kept.reach_any(place, target) == anew.reach_any(place, target), (day, place, target)


@pytest.mark.parametrize("name", ["aurelian", "china"])
def test_what_dates_decide_is_the_same_within_a_stretch(name: str, request: pytest.FixtureRequest) -> None:
    court: Court = request.getfixturevalue(name)
    random, instruments = Random(3), court.facts.instruments()
    for _ in range(3000):
        one, on = random.choice(instruments), date(1985, 1, 1) + timedelta(days=random.randrange(16_000))
        course = court.precedents.course(one, on)
        assert (course.begun, course.lasting, course.ended) == (begun(one, on), lasting(one, on), ended(one, on))


def test_a_snapshot_of_another_revision_is_left_alone(aurelia: Graph, tmp_path: Path) -> None:
    write_store(aurelia.n_triples(), tmp_path / "old", finish=save_snapshot)
    write_store(aurelia.n_triples() + b"<urn:a> <urn:b> <urn:c> .\n", tmp_path / "new")
    for name in ("facts.sqlite", "names.sqlite"):
        (tmp_path / "old" / name).rename(tmp_path / "new" / name)
    assert isinstance(Court(open_store(tmp_path / "new")).candidates, Asked)


def test_a_broken_snapshot_is_left_alone(aurelia: Graph, tmp_path: Path) -> None:
    write_store(aurelia.n_triples(), tmp_path / "store", finish=save_snapshot)
    (tmp_path / "store" / "facts.sqlite").write_bytes(b"no database")
    assert isinstance(Court(open_store(tmp_path / "store")).candidates, Asked)
