"""Cleaning keeps the place of every character, and mends only what is damaged."""

from __future__ import annotations

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.ingest import DocumentError, clean, read_document
from kg.ingest.byteslip import find_slips
from kg.ingest.mapped import Edit, edited, from_raw

_MARKS = {b"\xa3\xa1": b"!", b"\xa3\xbf": b"?", b"\xa3\xbb": b";", b"\xa3\xac": b","}


def damage(text: str) -> str:
    """What the chain of conversions does to a traditional text: the model of the repair."""
    data = text.encode("gbk")
    for wide, narrow in _MARKS.items():
        data = data.replace(wide, narrow)
    return _misread(data)


def _misread(data: bytes) -> str:
    out, at = "", 0
    while at < len(data):
        if data[at] < 0x80:
            out, at = out + chr(data[at]), at + 1
            continue
        pair = data[at : at + 2]
        if len(pair) < 2 or not (0x40 <= pair[1] <= 0xFE) or pair[1] == 0x7F:
            out, at = out + "?", at + 1
            continue
        out += pair.decode("gbk", errors="ignore")  # what means nothing is dropped
        at += 2
    return out


@given(
    st.text(alphabet="甲乙（） \n第1年2022《》-、，。", max_size=60),
    st.lists(st.integers(0, 60), max_size=6),
)
def test_every_edit_keeps_the_way_back(text: str, cuts: list[int]) -> None:
    cuts = sorted({c for c in cuts if c <= len(text)})
    edits = [
        Edit(a, b, "" if i % 2 else "新")
        for i, (a, b) in enumerate(zip(cuts[::2], cuts[1::2], strict=False))
    ]
    result = edited(from_raw(text), edits)
    assert len(result.text) == len(result.starts) == len(result.ends)
    assert list(result.starts) == sorted(result.starts)
    kept = [
        i for i, c in enumerate(result.text) if result.ends[i] - result.starts[i] == 1 and c != "新"
    ]
    assert all(text[result.starts[i]] == result.text[i] for i in kept)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<p>ab甲乙&nbsp;/ \n《》*#!-[]()\"'=", max_size=120))
def test_markup_never_breaks_the_way_back(text: str) -> None:
    if not text.strip():
        return
    try:
        document = clean(read_document(text.encode()))
    except DocumentError:
        return
    for index in range(len(document.text)):
        start, end = document.raw_span(index, index + 1)
        assert 0 <= start <= end <= len(document.raw.text)


def test_entities_and_tags_lead_back_to_their_source() -> None:
    source = (
        "<html><p>关于<b>某某</b>&nbsp;&amp;的<!-- x -->通知</p><script>《假办法》</script></html>"
    )
    document = clean(read_document(source.encode()))
    at = document.text.index("&的通知")
    assert document.quote(at, at + 4) == "&amp;的<!-- x -->通知"
    assert "假办法" not in document.text


def test_link_lines_and_hidden_parts_are_no_text() -> None:
    source = (
        "<html><body><div><a href='x'>《甲办法》解读</a></div><p>按照<a href='y'>《乙办法》</a>办理。</p>"
        "<p style='display:none'>《丙办法》</p></body></html>"
    )
    text = clean(read_document(source.encode())).text
    assert "乙办法" in text and "甲办法" not in text and "丙办法" not in text


def chunked(pages: int = 12) -> str:
    """A traditional text cut into numbered chunks and printed pages, as a converter leaves it."""
    body = "".join(
        f"-{n}-數字貿易發展的第{n}個方面,促進對外開放與經濟發展,為企業創造更好的環境"
        for n in range(1, pages + 1)
    )
    size = len(body) // 10
    return "\n".join(f"{n + 1}、{body[n * size : (n + 1) * size]}" for n in range(10)) + "。"


def test_chunk_and_page_numbers_go_and_stay_as_locators() -> None:
    document = clean(read_document(chunked().encode()))
    assert "、数" not in document.text.replace("。", "")[:3] and "-3-" not in document.text
    at = document.text.index("第7个")
    assert document.page_at(at) == "7"
    assert document.quote(at, at + 3) == "第7個"


def test_a_numbered_list_is_no_chunking() -> None:
    text = "\n".join(f"{n}、各部门要认真落实第{n}项要求，切实抓好工作。" for n in range(1, 15))
    assert clean(read_document(text.encode())).text == text


def test_a_simplified_text_is_left_alone() -> None:
    text = "著作权显著，乾隆年间的著名条例，于2020 年施行。"
    assert (
        clean(read_document(text.encode())).text == "著作权显著，乾隆年间的著名条例，于2020年施行。"
    )


def test_traditional_text_is_simplified_by_meaning() -> None:
    text = "隨著數字貿易發展,著力推進,顯著提升,著作權法,於二○二二年發布。"
    shown = clean(read_document(text.encode())).text
    assert "随着" in shown and "着力" in shown and "显著" in shown and "著作权法" in shown


def test_damage_of_a_converter_is_mended_with_guesses_marked() -> None:
    text = (
        chunked()
        .replace("第5個", "廣東省方案(20212025 年)第5個")
        .replace("第6個", "加大開放壓力測試力度加大開放壓力測試力度。杭 州 高 新 區(濱江)第6個")
    )
    document = clean(read_document(text.encode()))
    assert "(2021—2025年)" in document.text
    assert document.text.count("加大开放压力测试力度") == 1
    assert "杭州高新区" in document.text
    years = next(s for s in document.steps if s.name == "year ranges")
    assert all(change.inferred for change in years.changes)


CONTEXT = (
    "跨境電商進出口額增長,跨境流動的數據與跨境電商基礎設施,基地數字貿易與基地數字企業,"
    "粵港澳大灣區的數字貿易,基地數字貿易發展。火炬高新區與“數字貿易”。"
) * 6


@pytest.mark.parametrize(
    "sentence",
    [
        "持續增長。跨境電商進出口額",
        "優勢互補。粵港澳大灣區積極",
        "夯實。基地數字貿易發展",
        "建設。火炬高新區作為",
    ],
)
def test_byte_slips_are_mended(sentence: str) -> None:
    shown = damage(sentence)
    assert shown != sentence and "?" in shown
    text = CONTEXT + shown + CONTEXT
    mended = edited(from_raw(text), [edit for edit, _ in find_slips(from_raw(text))]).text
    assert mended == CONTEXT + sentence + CONTEXT


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="跨基火數字貿易。發展的新區企業粵港電商", min_size=6, max_size=14))
def test_the_repair_never_touches_what_is_whole(sentence: str) -> None:
    text = opencc.OpenCC("s2t").convert(CONTEXT) + sentence + "?是嗎?"
    assert find_slips(from_raw(text)) == []
