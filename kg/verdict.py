"""Verdicts: the answer for one instrument, place and date, with its five tests and reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kg.said import Said
from kg.shown import Shown
from kg.things import Source, Thing, as_label

TESTS = ("existence", "time", "territory", "standing", "relation")
"""The five tests, in the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a test came out as it did: words in zh and en, the statement, and where it is stated."""

    zh: str
    en: str
    statement: Said | None = None
    sources: tuple[Source, ...] = ()

    def text(self, lang: str) -> str:
        """Its words in a language."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Test:
    """One test: `met`, `unmet` or `unknown`, or met for a part only, with its reasons."""

    __test__ = False

    result: str
    reasons: tuple[Reason, ...] = ()
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Verdict(Shown):
    """Whether an instrument applies in a place on a date, and why.

    `verdict` is applies, in-part, uncertain or does-not-apply; `relation` is binding, addressed or
    about; `missing` names the facts that would decide what is uncertain, in (zh, en).
    """

    instrument: Thing
    kind: Thing
    place: Thing
    on: date
    partner: Thing | None
    relation: str
    tests: dict[str, Test]
    missing: tuple[tuple[str, str], ...] = ()
    verdict: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "verdict", _outcome(self.tests.values()))

    @property
    def decisive(self) -> Test:
        """The test that a reader asks for first: what excludes, what is unknown, or the scope."""
        for result in ("unmet", "unknown"):
            for test in self.tests.values():
                if test.result == result:
                    return test
        return next((t for t in self.tests.values() if t.partly), self.tests["territory"])


def _outcome(tests: Iterable[Test]) -> str:
    """All met: applies, or in part; one proven unmet: does not apply; else uncertain."""
    outcome = "applies"
    for test in tests:
        if test.result == "unmet":
            return "does-not-apply"
        if test.result == "unknown":
            outcome = "uncertain"
        elif test.partly and outcome == "applies":
            outcome = "in-part"
    return outcome


def verdict_json(found: Verdict) -> dict[str, Any]:
    """A verdict as programs read it."""
    return {
        "instrument": {
            "id": found.instrument.id, "label": as_label(found.instrument), "kind": found.kind.id,
        },
        "place": found.place.id,
        "on": found.on.isoformat(),
        "with": found.partner.id if found.partner else None,
        "verdict": found.verdict,
        "relation": found.relation,
        "tests": {name: _test_json(test) for name, test in found.tests.items()},
        "missing": [en for _zh, en in found.missing],
    }


def _test_json(test: Test) -> dict[str, Any]:
    return {"result": test.result, "reasons": [_reason_json(one) for one in test.reasons]}


def _reason_json(reason: Reason) -> dict[str, Any]:
    return {
        "text": {"zh": reason.zh, "en": reason.en},
        "statement": statement_json(reason.statement) if reason.statement else None,
        "sources": source_json(reason.sources),
    }


def statement_json(said: Said) -> dict[str, Any]:
    """A statement as programs read it."""
    return {
        "subject": said.subject, "predicate": said.predicate, "object": said.object,
        "from": said.since or None, "until": said.until or None,
    }


def source_json(sources: tuple[Source, ...]) -> list[dict[str, Any]]:
    """Sources as programs read them: a page is a number, and absent where there is none."""
    return [
        {"document": one.document.id, "page": int(one.page) if one.page.isdecimal() else None}
        | ({"at": one.at} if one.at else {})
        for one in sources
    ]
