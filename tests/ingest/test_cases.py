"""Documents in miniature with what they say of themselves: one YAML entry, one test."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kg.ingest import Entry, Gazetteer, extraction_json, ingest_one, quotes_its_place

CASES = [
    (path.stem, case)
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for case in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
]


def test_all_cases_are_found() -> None:
    assert len(CASES) == 190


@pytest.mark.parametrize(("file", "case"), CASES, ids=[case["name"] for _, case in CASES])
def test_case(file: str, case: dict[str, object]) -> None:
    named = [str(place).split() for place in case.get("places", [])]  # type: ignore[attr-defined]
    places = [
        Entry(f"place/{i}", "place", name, (), kind[0] if kind else "prefecture")
        for i, (name, *kind) in enumerate(named)
    ]
    outcome = ingest_one(str(case["text"]).encode(), Gazetteer(places))
    assert outcome.extraction is not None, outcome.problem
    document = extraction_json(outcome.extraction)["document"]
    expected = case["expect"]
    assert isinstance(document, dict) and isinstance(expected, dict)
    found = {key: document[key] for key in expected}
    assert found == {key: None if value == "null" else value for key, value in expected.items()}
    raw = outcome.extraction.clean.raw.text
    assert all(quotes_its_place(p, raw) for p in outcome.extraction.proposals)


def test_a_document_of_no_kind_still_proposes_what_it_says_of_itself() -> None:
    text = "国务院关于统一使用新尺子的命令\n\n一、依照《尺子条例》使用新尺子。\n"
    outcome = ingest_one(text.encode(), Gazetteer(()))
    assert outcome.extraction is not None
    assert outcome.extraction.fields.kind is None
    assert {p.p for p in outcome.extraction.proposals} >= {"kind", "issued_by", "cites"}


def test_new_titles_are_read_without_marks_only_where_no_titles_have_marks() -> None:
    said = "近年来，我市出台甲南市关于尺子的若干意见，成效显著。"
    place = Entry("place/0", "place", "甲南市", (), "prefecture")
    found = {
        bool(marks): {
            p.s.label
            for p in ingest_one(f"一、概况\n\n{marks}{said}\n".encode(), Gazetteer([place]))
            .extraction.proposals  # type: ignore[union-attr]
            if p.rule == "title.bare"
        }
        for marks in ("", "《甲南市尺子办法》已经施行。")
    }
    assert found == {False: {"甲南市关于尺子的若干意见"}, True: set()}
