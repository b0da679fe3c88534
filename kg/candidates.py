"""The instruments that come into question for a place on a date: all others are proven not to apply.

With a snapshot beside the store they are read off its docket, and most verdicts with them;
otherwise the store is asked which places and statuses reach the place, then for the instruments of
those. Either way the work grows with what may apply, not with what the graph holds.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from kg.dates import Truth
from kg.docket import AGREEMENTS, UNNAMED, Docket
from kg.facts import Facts
from kg.said import Instrument
from kg.snapshot import Snapshot
from kg.terms import Iri, Term, expand
from kg.territory import Cover, Territory
from kg.vicinity import Vicinity, survey


@dataclass
class Candidates(ABC):
    """What comes into question, over the facts of one store."""

    facts: Facts

    @property
    @abstractmethod
    def vicinity(self) -> Vicinity:
        """Which places have anything to do with one another."""

    def prepare(self) -> None:
        """Read what is needed for every place."""
        self.facts.load_places(one for one in self.targets() if one.startswith("place/"))
        self.facts.load_statuses(one for one in self.targets() if one.startswith("status/"))
        assert self.vicinity

    @abstractmethod
    def targets(self) -> Iterable[str]:
        """All places and statuses that some scope or side names."""

    @abstractmethod
    def of(self, covers: Mapping[str, Cover], on: date) -> dict[str, str]:
        """The instruments of targets that reach so far, with their verdicts if these are plain."""

    def map_day(self, on: date) -> date:
        """The first day of those around a date on which all places lie as on that date."""
        return on

    def instruments(self, territory: Territory, place: str, on: date) -> list[Instrument]:
        """Those that may apply in a place, sorted by id."""
        names = sorted(self.of(self.covers(territory, place), on))
        self.facts.load_instruments(names)
        return [self.facts.instrument(name) for name in names]

    def sorted_out(
        self, territory: Territory, place: str, on: date
    ) -> tuple[dict[str, str], list[Instrument]]:
        """Verdicts that are plain, and the instruments that are still to be judged."""
        exists = territory.exists(place) != Truth.NO
        found = self.of(self.covers(territory, place), on)
        plain = {name: verdict for name, verdict in found.items() if verdict} if exists else {}
        names = sorted(found.keys() - plain.keys())
        self.facts.load_instruments(names)
        return plain, [self.facts.instrument(name) for name in names]

    def covers(self, territory: Territory, place: str) -> dict[str, Cover]:
        """How far each target reaches a place, for those that do at all."""
        if territory.exists(place) != Truth.NO:
            return self._reaching(territory, place) | {UNNAMED: Cover.MAYBE}
        hosts = sorted({said.object for said in self.facts.place(place).within})
        known = [host for host in hosts if territory.exists(host) != Truth.NO]
        if not known:  # nothing of where it lies is known: everything comes into question
            return dict.fromkeys((*self.targets(), UNNAMED, AGREEMENTS), Cover.MAYBE)
        found = self._reaching(territory, known[0])
        return found | {UNNAMED: Cover.MAYBE, AGREEMENTS: Cover.MAYBE}

    def _reaching(self, territory: Territory, place: str) -> dict[str, Cover]:
        near, targets = territory.touching(place), self.targets()
        tried = [one for one in targets
                 if near is None or one in near or not one.startswith("place/")]
        self.facts.load_places(one for one in tried if one.startswith("place/"))
        reaches = {one: self._reach(territory, place, one) for one in tried}
        return {one: cover for one, cover in reaches.items() if cover > Cover.NONE}

    def _reach(self, territory: Territory, place: str, target: str) -> Cover:
        if not target.startswith(("place/", "status/")):
            return Cover.NONE
        return territory.reach_any(place, target).cover


@dataclass
class Docketed(Candidates):
    """Read off the docket of a snapshot."""

    snapshot: Snapshot

    @property
    def vicinity(self) -> Vicinity:
        return self.snapshot.vicinity

    def targets(self) -> Iterable[str]:
        return self.snapshot.docket.spans

    def map_day(self, on: date) -> date:
        return self.snapshot.map_day(on)

    def of(self, covers: Mapping[str, Cover], on: date) -> dict[str, str]:
        docket: Docket = self.snapshot.docket
        found: dict[int, str] = {}
        for number, verdict in docket.listed(covers, on):
            found[number] = verdict
        names = self.snapshot.named(found)
        return {names[number]: verdict for number, verdict in found.items()}


@dataclass
class Asked(Candidates):
    """Asked of the store: the same in plain SPARQL, where there is no snapshot."""

    _vicinity: Vicinity | None = None
    _targets: tuple[str, ...] | None = None
    _unnamed: tuple[str, ...] | None = None
    _known: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def vicinity(self) -> Vicinity:
        if self._vicinity is None:
            self._vicinity = survey(self.facts.places())
        return self._vicinity

    def targets(self) -> Iterable[str]:
        if self._targets is None:
            rows = self.facts.store.select("targets")
            self._targets = tuple(sorted({str(row["target"]) for row in rows}))
        return self._targets

    def of(self, covers: Mapping[str, Cover], _on: date) -> dict[str, str]:
        wanted: list[Term | None] = [Iri(expand(one)) for one in sorted(covers) if "/" in one]
        rows = tuple(self.facts.store.select("targeting", {"target": wanted})) if wanted else ()
        names = {str(row["instrument"]) for row in rows} | set(self._everywhere())
        return dict.fromkeys(sorted(names), "")

    def _everywhere(self) -> tuple[str, ...]:
        """The agreements, and the instruments that name no target."""
        if self._unnamed is None:
            rows = self.facts.store.select("untargeted")
            self._unnamed = tuple(sorted({str(row["instrument"]) for row in rows}))
        return self._unnamed


def candidates_of(facts: Facts) -> Candidates:
    """The candidates of a store: by its snapshot if there is one, else by asking."""
    if isinstance(facts.records, Snapshot):
        return Docketed(facts, facts.records)
    return Asked(facts)
