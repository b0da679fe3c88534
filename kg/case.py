"""One question of applicability: an instrument, a place, a date, and what is found lacking."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kg.commencement import Words
from kg.dates import Truth
from kg.facts import Facts
from kg.precedents import Precedents
from kg.said import Instrument, Said
from kg.territory import Territory
from kg.things import Thing
from kg.verdict import Reason, Test

RESULTS = {Truth.YES: "met", Truth.MAYBE: "unknown", Truth.NO: "unmet"}
"""How a test names a truth."""


@dataclass
class Case:
    """One question: does this instrument apply in this place on this date (towards this partner)?"""

    known: Precedents
    territory: Territory
    on: date
    instrument: Instrument
    place: str
    partner: str | None = None
    missing: list[Words] = field(default_factory=list)

    @property
    def facts(self) -> Facts:
        """What the graph says."""
        return self.known.facts

    def thing(self, name: str) -> Thing:
        """A node with its labels."""
        return self.known.facts.thing(name)

    def lacks(self, words: Words | None) -> None:
        """Keep the name of a missing fact."""
        if words and words not in self.missing:
            self.missing.append(words)


def reason_of(words: Words, said: Said | None = None) -> Reason:
    """A reason in words, with the statement it rests on."""
    return Reason(words[0], words[1], said)


def cited(facts: Facts, test: Test) -> Test:
    """A test whose reasons name their sources, as far as these were read."""
    if all(one.sources or not one.statement for one in test.reasons):
        return test
    return Test(test.result, tuple(cited_reason(facts, one) for one in test.reasons), test.partly)


def cited_reason(facts: Facts, reason: Reason) -> Reason:
    """A reason that names its sources, if these were read."""
    if reason.sources or not reason.statement:
        return reason
    sources = facts.sources_at_hand(reason.statement.id)
    return Reason(reason.zh, reason.en, reason.statement, sources)
