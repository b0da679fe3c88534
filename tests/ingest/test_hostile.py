"""Input that nobody meant well: cut, shuffled, endless. Never a crash, a stall or half a file."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import StoreError
from kg.ingest import Entry, Gazetteer, append_proposals, ingest_one, quotes_its_place
from kg.swap import write_whole

NAMES = Gazetteer(
    [
        Entry("place/a", "place", "甲南市", (), "prefecture"),
        Entry("place/b", "place", "甲国", (), "country"),
        Entry("instrument/a", "instrument", "甲国数据法"),
        Entry("agency/a", "agency", "甲国数据局"),
    ]
)
CHINESE = """# 甲南市数据条例

2021年9月29日 甲南市第十三届人民代表大会常务委员会第三十一次会议通过

第一条 为了保护数据，根据《甲国数据法》（以下简称《数据法》），制定本条例。

第二条 选择甲南市、甲国等2个城市开展某某试点。甲国与乙国签署《某某协定》。

第九条 本条例自2022年3月1日起施行。《甲南市数据办法》（甲政发〔2001〕1号）同时废止。
"""
HTML = (
    "<html><head><title>甲南市数据条例</title></head><body><table><tr><td>发文字号：</td><td>甲发〔2001〕1号</td>"
    f"</tr></table><div style='display:none'>x</div><p>{CHINESE}</p><script>a<b</script></body></html>"
)
ENGLISH = """---
date: '2021-02-24'
title: "Executive Order on the Revocation of Orders"
---
By the authority vested in me as President by the laws of the United Provinces, it is ordered:

The following are revoked: Executive Order 13772 of February 3, 2017 (Title), Proclamations 9645 and 9723.

WTO Agreement means the Agreement Establishing the Trade Body and the Trade Act of 1974.

THE WHITE HOUSE,
February 24, 2021.
"""
XML = (
    '<?xml version="1.0"?><treaty><meta><name>A - B</name><date_signed>2003-10-17</date_signed>'
    "<parties><partyisocode>AAA</partyisocode></parties></meta><body>The General Agreement on "
    "Tariffs and Trade applies to the Parties.</body></treaty>"
)
GOOD = [text.encode() for text in (CHINESE, HTML, ENGLISH, XML)] + [CHINESE.encode("gb18030")]


def read(data: bytes) -> None:
    """Read bytes; every proposal must quote what stands at its place."""
    outcome = ingest_one(data, NAMES)
    assert (outcome.extraction is None) == (outcome.problem is not None)
    if outcome.extraction:
        raw = outcome.extraction.clean.raw.text
        assert all(quotes_its_place(p, raw) for p in outcome.extraction.proposals)


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    read(data)


@given(st.sampled_from(GOOD), st.integers(0, 3_000), st.integers(0, 3_000))
@settings(max_examples=150, deadline=None)
def test_a_document_cut_anywhere_is_read_or_refused(data: bytes, start: int, length: int) -> None:
    read(data[start : start + length])


@given(st.sampled_from(GOOD), st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 255))))
@settings(max_examples=200, deadline=None)
def test_a_document_with_bytes_changed_is_read_or_refused(
    data: bytes, changes: list[tuple[int, int]]
) -> None:
    damaged = bytearray(data)
    for at, byte in changes:
        damaged[at % len(damaged)] = byte
    read(bytes(damaged))


MARKS = "《》〈〉（）()〔〕“”\"'、，。；：\n \u3000#*<>&/-年月日第号条自起施行根据制定本废止0129甲南市AaAct"


@given(st.text(alphabet=MARKS, max_size=300), st.sampled_from(["", "# 某某条例\n\n", "<html><p>"]))
@settings(max_examples=250, deadline=None)
def test_marks_in_any_order_are_read(text: str, head: str) -> None:
    read((head + text).encode())


TITLE, FRONT = "# 某某条例\n\n", "---\ntitle: Order\n---\n\n"
PIECES = {
    "open marks": ("", "《"),
    "closed marks": (TITLE, "《某某办法》"),
    "nested marks": ("", "《甲〈乙〉办法》"),
    "brackets": (TITLE, "（"),
    "bracket pairs": (TITLE, "（甲）"),
    "repeals": (TITLE, "《某某办法》同时废止"),
    "a list to repeal": (TITLE, "《某某办法》、"),
    "verbs of repeal": (TITLE, "废止"),
    "dates": (TITLE, "2021年1月1日"),
    "acts": (TITLE, "2021年1月1日某会议、"),
    "signatures": (TITLE, "某某部\n2021年1月1日\n"),
    "bases": (TITLE, "根据《甲法》，现决定"),
    "amendments": (TITLE, "决定修改《甲法》"),
    "short names": (TITLE, "（以下简称《甲"),
    "places": (TITLE, "选择甲南市、甲国等3个城市开展试点。"),
    "one line of places": (TITLE, "甲南市、"),
    "signings": (TITLE, "甲国与甲南市签署《某协定》、"),
    "bodies": ("", "甲南市财政局"),
    "numbers": ("", "甲办发〔2018〕1号\n"),
    "articles": (TITLE, "第一条 "),
    "blank lines": ("甲", "\n"),
    "spaces": ("甲", " "),
    "one long line": ("", "甲"),
    "a title without end": ("", "# "),
    "titles run together": (TITLE, "出台甲规划印发关于乙的意见"),
    "deep elements": ("", "<div>"),
    "cells": ("<html>", "<td>甲"),
    "hidden parts": ("<html>", '<p style="display:none">'),
    "broken tags": ("<html>", "<"),
    "comments": ("<html>", "<!--"),
    "entities": ("<html>", "&amp"),
    "deep XML": ('<?xml version="1.0"?>\n', "<a>"),
    "XML fields": ('<?xml version="1.0"?>\n<t>', "<a>x</a>"),
    "stars": (TITLE, "*"),
    "links": (TITLE, "[a]("),
    "front matter": ("---\n", "a: b\n"),
    "acts in English": (FRONT, "Trade Act "),
    "agreements": (FRONT, "Agreement of the "),
    "capital words": (FRONT, "Trade the "),
    "orders": (FRONT, "Executive Order 13772, "),
    "revoked orders": (FRONT, "Executive Order 13772 are revoked "),
    "lists of revoked orders": (FRONT, "the following are revoked: Executive Order 13772 "),
    "definitions": (FRONT, "\nTrade Act means the Trade Act"),
    "titles of orders": (FRONT, "Executive Order 13772 of May 3, 2020 ("),
    "authority": (FRONT, "authority vested in me as President by the "),
    "sides": (FRONT, "Agreement between A, B, C, "),
    "acts done under": (FRONT, "In accordance with section 2, "),
    "items revoked": (FRONT, "the following are revoked: (a) Executive Order 13772. (b) "),
    "short names in quotes": (FRONT, '(the "A Agreement" '),
    "titles of memoranda": (FRONT, "Memorandum of May 3, 2020 (a ( "),
    "acts of a day": (FRONT, "Act of June 15, 1917 on a "),
    "quoted definitions": (FRONT, "“A Agreement” means the A "),
    "adopted rules": (FRONT, "the Rules on A of "),
    "proclamations": (FRONT, "NOW, THEREFORE, I, A, do "),
    "names of letters": (FRONT, "the ABC Agreement, the Agreement on Any Bad Case, "),
    "bracketed names": (FRONT, "Suspending Trade Act (Trade Act "),
    "lists of subjects": (FRONT, "Treaty of Aa, "),
    "subjects of sides": (FRONT, "Agreement between Aa and Bb on trade, "),
    "small subjects": (FRONT, "Convention for the protection of fish "),
    "governments": (FRONT, "agreement between the Government of Aa and "),
    "laws by number": (FRONT, "Aa of the Law No. 5 of "),
    "decisions": (FRONT, "Decision on the Aa "),
    "what means itself": (FRONT, "(a) Agreement means the Aa "),
    "what is replaced": (FRONT, "this Agreement shall replace the Aa Agreement "),
    "orders revoked": (FRONT, "Executive Order 10001, and revoke that order "),
    "words run together": (FRONT, "ofthe"),
    "a damaged scan": (FRONT + "ofthe Plant " * 9, "Plantandof"),
    "a damaged scan of words": (FRONT + "ofthe Plant " * 9, "Plantofthe "),
    "subjects of acts": (FRONT, "the Aa, Bb and Cc, "),
    "acts of listed subjects": (FRONT, "the Aa, Bb, and Cc Act, "),
    "nouns inside acts": (FRONT, "Aa Treaty Bb "),
    "numbers of days": (FRONT, "Proclamations 8334 of May 1, 2008; 8467 of May 2, 2009; "),
    "short names of the authority": (FRONT, "the Aa Act of 1974, as amended (the “Bb Act”), section 1 of the Bb Act, "),
    "laws without marks": (TITLE, "根据甲法和"),
    "bodies run together": (TITLE, "国家甲乙局"),
    "terms": (TITLE, "本公告执行期限自2023年1月1日起至"),
    "petitions": (TITLE, "《甲部关于乙的请示》《关于乙的请示》"),
    "tables": ("# t\n\n", "| a | b |\n"),
    "rows of cells": ("# t\n\n|", " a |"),
    "rows of spaces": ("# t\n\n| a", "      "),
    "rows of spaces that end": ("# t\n\n| a |\n", "|" + " " * 3_000 + "x|\n"),
    "rows of dashes": ("# t\n\n|", "---"),
    "cut titles": ("---\ntitle: 甲办法 ...\n---\n", "甲办法\n"),
    "notices of a title": ("---\ntitle: 甲办法\n---\n", "关于印发甲办法的通知\n"),
    "damaged spaces": ("<html>", "&amp;amp;bsp"),
    "lost line breaks": ("", "　　甲"),
    "footers": ("<html>", "<footer>1月1日"),
    "server pages": ("<html>", "<a <% "),
    "linked headings": ("<html>", "<a><h3>关于某某的通知</h3></a>"),
    "districts": (TITLE, "甲南市乙区丙"),
    "bases by number": (TITLE, "《甲法》（国发〔2013〕9号）根据国发〔2013〕9号，制定本法。"),
    "orders over two lines": (TITLE, "2004年9月17日 某务院\n"),
    "page numbers": ("", "-1-"),
    "chunks": ("", "\n1、甲"),
    "byte slips": ("", "?!爸蟹菙"),
    "traditional": ("", "臺灣的資料"),
    "year ranges": (TITLE, "20212025年"),
}


@pytest.mark.parametrize("name", PIECES)
def test_time_grows_as_the_text_does(name: str) -> None:
    """Eight times the text may take some eight times as long; a quadratic rule takes sixty-four."""
    short, long = spent(name, 30_000), spent(name, 240_000)
    assert long < 24 * short + 0.3, f"{name}: {short:.2f} s, then {long:.2f} s"


def spent(name: str, size: int) -> float:
    head, piece = PIECES[name]
    data = (head + piece * (size // len(piece.encode()))).encode()
    times: list[float] = []
    for _ in range(2):
        began = time.process_time()
        ingest_one(data, NAMES)
        times.append(time.process_time() - began)
    return min(times)


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    outcome = ingest_one(b"a" * 50_000_000, NAMES)
    assert "at most" in str(outcome.problem)


def test_a_write_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "proposals.jsonl"
    outcome = ingest_one(CHINESE.encode(), NAMES)
    assert outcome.extraction is not None
    append_proposals(file, outcome.extraction.proposals[:2])
    before = file.read_bytes()

    def broken(*_: object) -> None:
        raise OSError(28, "the disk is full")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(StoreError, match=r"proposals.jsonl cannot be written: the disk is full"):
        append_proposals(file, outcome.extraction.proposals)
    with pytest.raises(StoreError, match=r"new.yaml cannot be written"):
        write_whole(tmp_path / "new.yaml", b"x")
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["proposals.jsonl"]
