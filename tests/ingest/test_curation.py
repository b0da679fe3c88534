"""From proposals to decisions to data files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.build import build
from kg.cli import main
from kg.ingest import (
    AcceptError,
    BackendError,
    Case,
    CleanText,
    DecisionError,
    Entry,
    Gazetteer,
    Proposal,
    Statement,
    accept,
    append_proposals,
    decide,
    ingest_one,
    load_extractor,
    load_facts,
    load_gazetteer,
    open_proposals,
    read_decisions,
    read_proposals,
    review,
    write_decisions,
)
from kg.ingest.proposals import Node
from kg.ingest.reconcile import near_matches, reconcile

TEXT = """# 甲南市数据条例

2021年9月29日 甲南市第十三届人民代表大会常务委员会第三十一次会议通过

第一条 为了保护数据，根据《甲国数据法》，制定本条例。

第九条 本条例自2022年3月1日起施行。《甲南市数据办法》同时废止。
"""


class Reader:
    """An extractor that quotes rightly once and wrongly once."""

    def propose(self, text: str) -> list[Statement]:
        return [
            Statement("甲南市数据条例", "cites", "甲国数据法", "根据《甲国数据法》"),
            Statement("甲南市数据条例", "cites", "乙国数据法", "根据《乙国数据法》"),
        ]


def proposals(gazetteer: Gazetteer | None = None) -> list[Proposal]:
    outcome = ingest_one(TEXT.encode(), gazetteer or Gazetteer())
    assert outcome.extraction is not None
    return list(outcome.extraction.proposals)


def one(p: str, found: list[Proposal], label: str = "") -> Proposal:
    return next(x for x in found if x.p == p and label in x.s.label)


def data_folder(folder: Path) -> Path:
    """A data folder with the document that is read, and the law that it names."""
    data = folder / "data"
    sha = hashlib.sha256(TEXT.encode()).hexdigest()
    files = {
        "documents/test-text.yaml": f"kind: official-text\nlabel: {{zh: 甲南市数据条例文本, en: Test text}}\n"
        f"sha256: {sha}\nsources:\n  - {{document: document/test-text, checked: source}}\n",
        "instruments/made/data-law.yaml": "# By hand.\nkind: law\nlabel: {zh: 甲国数据法, en: Data Law}   # keep\n"
        "dates:\n  - {event: adopted, date: 2020-01-02, source: document/test-text, checked: reference}\n\n"
        "sources:\n  - {document: document/test-text, checked: reference}\n",
    }
    for name, text in files.items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(text, encoding="utf-8")
    return data


def test_the_same_fact_from_the_same_place_has_the_same_id() -> None:
    known = Gazetteer([Entry("instrument/made/data-law", "instrument", "甲国数据法")])
    assert [p.id for p in proposals()] == [p.id for p in proposals()]
    assert one("based_on", proposals()).id == one("based_on", proposals(known)).id


def test_a_second_run_adds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "proposals.jsonl"
    assert append_proposals(file, proposals()) == len(proposals())
    before = file.read_bytes()
    assert append_proposals(file, proposals()) == 0
    assert file.read_bytes() == before
    assert read_proposals(file) == proposals()
    assert [p.name for p in tmp_path.iterdir()] == ["proposals.jsonl"]


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "proposals.jsonl"
    file.write_text('{"id": "p-1"\n')
    with pytest.raises(ValueError, match=r"proposals\.jsonl:1: not a line of JSON"):
        append_proposals(file, proposals())


def test_a_rejected_node_takes_its_relations_along_and_stays_rejected(tmp_path: Path) -> None:
    found = proposals()
    node = one("kind", found, "甲国数据法")
    file = tmp_path / "decisions.yaml"
    write_decisions(file, [decide(node, "rejected", "curator", "2026-01-02")])
    waiting = open_proposals(proposals(), read_decisions(file))
    assert waiting and not any(
        "甲国数据法" in (p.s.label, getattr(p.o, "label", "")) for p in waiting
    )


def test_a_deferred_one_comes_back(tmp_path: Path) -> None:
    found = proposals()
    decisions = {found[0].id: decide(found[0], "deferred", "curator", "2026-01-02")}
    assert found[0] in open_proposals(found, decisions)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {id: p-1, decision: maybe, by: x, at: 2026-01-01}", "'maybe' must be one of"),
        ("- {id: p-1, decision: accepted, by: x}", "'at' is missing"),
        ("- {id: p-1, decision: accepted, by: x, at: y, colour: red}", "unknown key 'colour'"),
        ("id: p-1", "expected a list"),
        ("- [", "not YAML"),
    ],
)
def test_a_decision_that_is_written_wrongly_is_named(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "d.yaml").write_text(text)
    with pytest.raises(DecisionError, match=message):
        read_decisions(tmp_path / "d.yaml")


def test_accepted_proposals_become_data_that_check(tmp_path: Path) -> None:
    data = data_folder(tmp_path)
    assert build(data).problems == []
    found = proposals(load_gazetteer(data))
    own = one("kind", found, "甲南市数据条例")
    chosen = [own, one("adopted", found), one("in-force", found), one("based_on", found)]
    decisions = {p.id: decide(p, "accepted", "curator", "2026-01-02") for p in chosen}
    decisions[own.id] = replace(
        decisions[own.id], iri="instrument/made/data-rules", label_en="Data Rules of Jianan"
    )
    result = accept(found, decisions, data)
    assert [p.name for p in result.written] == ["data-rules.yaml"] and result.left == []
    assert build(data).problems == []
    text = result.written[0].read_text(encoding="utf-8")
    assert "event: in-force, date: 2022-03-01" in text and "to: instrument/made/data-law" in text
    place = one("in-force", found).selector
    assert f"start: {place.start}, end: {place.end}" in text
    assert accept(found, decisions, data).written == []


def test_lines_are_added_to_a_record_and_no_line_is_changed(tmp_path: Path) -> None:
    data = data_folder(tmp_path)
    law = data / "instruments/made/data-law.yaml"
    before = law.read_text(encoding="utf-8").splitlines()
    found = proposals(load_gazetteer(data))
    fact = replace(one("in-force", found), s=one("based_on", found).o, id="p-x")
    accept([fact], {"p-x": decide(fact, "accepted", "curator", "2026-01-02")}, data)
    after = law.read_text(encoding="utf-8").splitlines()
    assert [line for line in after if line in before] == before and len(after) == len(before) + 1
    assert build(data).problems == []


def test_what_is_missing_for_a_record_is_said(tmp_path: Path) -> None:
    data = data_folder(tmp_path)
    found = proposals(load_gazetteer(data))
    own = one("kind", found, "甲南市数据条例")
    nameless = {own.id: decide(own, "accepted", "curator", iri="instrument/made/x")}
    with pytest.raises(AcceptError, match="label_en"):
        accept(found, nameless, data)
    by_hand = replace(nameless[own.id], iri="Instrument X")
    with pytest.raises(AcceptError, match="is no id"):
        accept(found, {own.id: by_hand}, data)
    (data / "documents/test-text.yaml").unlink()
    with pytest.raises(AcceptError, match="sha256"):
        accept(found, nameless, data)
    assert not (data / "instruments/made/x.yaml").exists()


def test_a_contradiction_with_the_graph_is_shown(tmp_path: Path) -> None:
    data = data_folder(tmp_path)
    (data / "instruments/made/rules.yaml").write_text(
        "kind: local-regulation\nlabel: {zh: 甲南市数据条例, en: Rules}\ndates:\n"
        "  - {event: adopted, date: 2021-09, source: document/test-text}\n"
        "  - {event: in-force, date: 2022-04-01, source: document/test-text}\n"
        "sources:\n  - {document: document/test-text}\n",
        encoding="utf-8",
    )
    found = reconcile(proposals(load_gazetteer(data)), load_facts(data))
    assert one("adopted", found).agreement == "agrees"
    assert one("in-force", found).agreement == "contradicts"
    assert one("in-force", found).known == ("2022-04-01",)


def test_review_asks_for_nodes_first_and_skips_the_relations_of_rejected_ones() -> None:
    asked: list[Case] = []

    def ask(case: Case) -> Mapping[str, str | None]:
        asked.append(case)
        return {"decision": "rejected"}

    decided = list(review(proposals(), {}, Gazetteer(), ask, "curator"))
    assert [c.proposal.p for c in asked] == ["kind"] * len(asked)
    assert len(decided) == len(asked) == 3


def test_near_names_are_offered() -> None:
    known = Gazetteer(
        [Entry("instrument/a", "instrument", "南江软件谷基地发展行动方案(2022—2025年)")]
    )
    near = near_matches("软件谷基地发展行动方案(2022—2025)", known, "instrument")
    assert near[0].entry.iri == "instrument/a" and near[0].score > 80


def test_another_extractor_is_believed_only_where_it_quotes() -> None:
    extractor = load_extractor(f"{__name__}:Reader")
    outcome = ingest_one(TEXT.encode(), Gazetteer(), extractor=extractor)
    assert outcome.extraction is not None
    extra = [p for p in outcome.extraction.proposals if p.rule == "backend"]
    assert [p.selector.exact for p in extra] == ["根据《甲国数据法》"]
    assert isinstance(outcome.extraction.clean, CleanText)


@pytest.mark.parametrize(
    "name", ["nothing", "no_such_module:X", "json:Nothing", "json:JSONDecoder"]
)
def test_an_extractor_that_cannot_be_used_is_named(name: str) -> None:
    with pytest.raises(BackendError, match=name.split(":")[0]):
        load_extractor(name)


def accepted(found: list[Proposal], data: Path, **changes: str) -> tuple[str, list[str]]:
    """What `accept` writes for every proposal accepted, and the reasons for what it leaves."""
    decisions = {p.id: decide(p, "accepted", "curator", "2026-01-02") for p in found}
    own = next(p for p in found if p.is_entity and p.s.iri is None)
    decisions[own.id] = replace(decisions[own.id], **changes)
    result = accept(found, decisions, data)
    texts = [path.read_text(encoding="utf-8") for path in result.written]
    return "\n".join(texts), [why for _, why in result.left]


@pytest.mark.parametrize(
    ("kind", "force"), [("local-regulation", "binding"), ("white-paper", "about")]
)
def test_a_scope_carries_the_force_of_its_kind(tmp_path: Path, kind: str, force: str) -> None:
    data = data_folder(tmp_path)
    found = proposals(load_gazetteer(data))
    place = Node("甲南市", "place", "place/made/jianan")
    scope = replace(one("applies", found), o=place, id="p-scope")
    own = one("kind", found, "甲南市数据条例")
    text, left = accepted(
        [own, scope], data, iri="instrument/made/rules", label_en="Rules", value=kind
    )
    assert f"to: place/made/jianan, force: {force}" in text and left == []


def test_original_parties_begin_with_the_agreement_and_later_ones_on_a_day_unknown(
    tmp_path: Path,
) -> None:
    treaty = (
        '<?xml version="1.0"?><treaty><meta><name>A - B</name><date_signed>2003-10-17</date_signed>'
        "<date_into_force>2004-01-01</date_into_force><parties_original><partyisocode>AAA</partyisocode>"
        "</parties_original><parties><partyisocode>AAA</partyisocode><partyisocode>BBB</partyisocode>"
        "</parties></meta><body>The Parties agree that this applies to them all.</body></treaty>"
    )
    places = [
        Entry(f"place/made/{c}", "place", c, (), "country", None, (c.upper() * 3,)) for c in "ab"
    ]
    data = data_folder(tmp_path)
    sha = hashlib.sha256(treaty.encode()).hexdigest()
    (data / "documents/treaty.yaml").write_text(f"kind: official-text\nsha256: {sha}\n")
    outcome = ingest_one(treaty.encode(), Gazetteer(places))
    assert outcome.extraction is not None
    text, left = accepted(
        list(outcome.extraction.proposals), data, iri="agreement/a-b", label_en="A - B"
    )
    assert "{party: place/made/a, role: party, from: 2004-01-01, source: document/treaty" in text
    assert "{party: place/made/b, role: party, from: unknown, source: document/treaty" in text
    assert "{event: signed, date: 2003-10-17" in text and left == []


def test_what_belongs_in_a_row_or_in_a_record_of_another_sort_is_said_where(tmp_path: Path) -> None:
    data = data_folder(tmp_path)
    (data / "instruments/made.csv").write_text(
        "id,kind,label.zh,label.en,sources.document\n"
        "made/rules,local-regulation,甲南市数据条例,Rules,document/test-text\n",
        encoding="utf-8",
    )
    found = proposals(load_gazetteer(data))
    chosen = one("in-force", found)
    designated = replace(
        chosen, s=Node("甲南市", "place", "place/made/j"), p="designated", o="某某试点", id="p-d"
    )
    decisions = {p.id: decide(p, "accepted", "curator", "2026-01-02") for p in (chosen, designated)}
    before = (data / "instruments/made.csv").read_bytes()
    result = accept([chosen, designated], decisions, data)
    assert result.written == [] and (data / "instruments/made.csv").read_bytes() == before
    reasons = [why for _, why in result.left]
    assert "data/instruments/made.csv:2: a row of a table" in reasons[0]
    assert "date: 2022-03-01" in reasons[0]
    assert "holder: place/made/j" in reasons[1] and "某某试点" in reasons[1]


def test_designations_and_signatories_in_running_text_are_proposed() -> None:
    names = Gazetteer(
        [
            Entry("place/x", "place", "甲南市", (), "prefecture"),
            Entry("place/y", "place", "乙北市", (), "prefecture"),
            Entry("place/k", "place", "甲国", (), "country"),
            Entry("place/l", "place", "丙国", (), "country"),
        ]
    )
    text = (
        "关于开展某某试点的通知\n\n选择甲南市、乙北市等2个城市开展某某开放试点。"
        "2020年11月，甲国与丙国签署《某某自由贸易协定》。甲南市与乙北市签署《某某合作协议》。"
    )
    outcome = ingest_one(text.encode(), names)
    assert outcome.extraction is not None
    told = {
        (p.s.label, p.p, p.o.label if isinstance(p.o, Node) else p.o)
        for p in outcome.extraction.proposals
        if p.p in ("designated", "signatory")
    }
    assert told == {
        ("甲南市", "designated", "某某开放试点"),
        ("乙北市", "designated", "某某开放试点"),
        ("某某自由贸易协定", "signatory", "甲国"),
        ("某某自由贸易协定", "signatory", "丙国"),
    }


def test_the_terminal_asks_again_for_an_id_that_is_none(tmp_path: Path) -> None:
    kept, decided = tmp_path / "p.jsonl", tmp_path / "d.yaml"
    append_proposals(kept, proposals())
    answers = "a\nnonsense\ninstrument/甲南/x\ninstrument/south/data\nData Regulations\nq\n"
    asked = CliRunner().invoke(main, ["review", str(kept), str(decided), "--by", "me"], input=answers)
    assert asked.output.count("write it like instrument/place/short-name") == 2
    made = list(read_decisions(decided).values())
    assert [(d.iri, d.label_en) for d in made] == [("instrument/south/data", "Data Regulations")]


def test_an_id_that_is_none_is_no_decision() -> None:
    with pytest.raises(DecisionError, match="write it like instrument/place/short-name"):
        decide(one("kind", proposals()), "accepted", "me", iri="nonsense")
