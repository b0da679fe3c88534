"""Worked cases: given these data, asking this, we expect that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import yaml

from kg.names import resolve
from kg.store import Store
from kg.trace import Court

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """One question and the verdict expected, in the words of the case file."""

    name: str
    instrument: str
    place: str
    on: str
    partner: str
    verdict: str
    says: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.instrument} in {self.place} on {self.on}"


def read_cases(name: str) -> list[Case]:
    return list(_read(yaml.load((CASES / f"{name}.yaml").read_text("utf-8"), yaml.BaseLoader)))


def _read(groups: list[dict[str, object]]) -> Iterator[Case]:
    for group in groups:
        expected = group["expect"]
        assert isinstance(expected, list)
        for item in expected:
            known = {"place": group.get("place", ""), "on": group.get("on", ""), **item}
            yield Case(
                str(group["name"]), known["instrument"], known["place"], str(known["on"]),
                known.get("with", ""), known["verdict"], known.get("says", ""),
            )


AURELIA_CASES = read_cases("aurelia")
CHINA_CASES = read_cases("china")


def test_how_many_cases_there_are() -> None:
    assert len(AURELIA_CASES) >= 70
    assert len(CHINA_CASES) >= 570


@pytest.fixture(scope="module")
def court(store: Store) -> Court:
    return Court(store)


@pytest.fixture(scope="session")
def china(packaged: Store) -> Court:
    return Court(packaged)


def _ask(court: Court, case: Case) -> None:
    on = date.fromisoformat(case.on)
    partner = resolve(court.store, case.partner, ["Place"], on) if case.partner else None
    instrument = resolve(court.store, case.instrument, ["Instrument"])
    found = court.why(instrument, resolve(court.store, case.place, ["Place"], on), on, partner)
    said = " ".join(reason.en for test in found.tests.values() for reason in test.reasons)
    assert found.verdict == case.verdict, said
    assert case.says in said
    assert bool(found.missing) == (found.verdict == "uncertain"), said


@pytest.mark.parametrize("case", AURELIA_CASES, ids=str)
def test_in_a_made_up_country(court: Court, case: Case) -> None:
    _ask(court, case)


@pytest.mark.parametrize("case", CHINA_CASES, ids=str)
def test_in_the_packaged_data(china: Court, case: Case) -> None:
    _ask(china, case)
