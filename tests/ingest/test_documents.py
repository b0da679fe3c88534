"""Files of every sort: read as they are, or refused in words."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread

import pytest

from kg.ingest import DocumentError, Gazetteer, ingest, read_document
from kg.ingest.documents import MAX_TEXT_BYTES

SIMPLIFIED = "第一条 为了规范某某活动，保护当事人的合法权益，制定本条例。" * 5
TRADITIONAL = "第一條 為了規範某某活動，保護當事人的合法權益，制定本條例。" * 5


def pdf(text: str, *, encrypted: bool = False) -> bytes:
    """A PDF of one page, made by hand."""
    stream = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 200]/Contents 4 0 R"
            b"/Resources<</Font<</F1 5 0 R>>>>>>"
        ),
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>",
    ]
    body = b"%PDF-1.4\n"
    for number, content in enumerate(objects, 1):
        body += b"%d 0 obj%s endobj\n" % (number, content)
    secret = b"/Encrypt 6 0 R/ID[<4142><4142>]" if encrypted else b""
    return body + b"trailer<</Root 1 0 R/Size 7" + secret + b">>\n%%EOF"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "gb18030"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "gb18030"),
        (SIMPLIFIED, "utf-16"),
    ],
)
def test_encodings_are_found(text: str, encoding: str) -> None:
    assert read_document(text.encode(encoding)).text.lstrip("\ufeff") == text


def test_a_file_cut_inside_a_character_is_still_read() -> None:
    assert read_document(SIMPLIFIED.encode()[:-1]).text.startswith("第一条")


def test_a_mark_of_byte_order_keeps_its_place() -> None:
    assert read_document(b"\xef\xbb\xbf" + "第一条".encode()).text[0] == "第" or (
        read_document(b"\xef\xbb\xbf" + "第一条".encode()).text[:2] == "\ufeff第"
    )


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is empty"),
        (b" \n\t ", "is empty"),
        ("\u3000\u00a0".encode(), "no text"),
        (b"PK\x03\x04 something", "Office"),
        (b"\x89PNG\r\n", "image"),
        (bytes(range(256)) * 40, "not readable text"),
        (b"%PDF-1.4 nothing", "not a PDF that can be opened"),
        (pdf(""), "no text layer"),
        (pdf("Hello", encrypted=True), "encrypted"),
        (b"a" * (MAX_TEXT_BYTES + 1), "at most"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, problem: str) -> None:
    with pytest.raises(DocumentError, match=problem) as raised:
        read_document(data, "given.bin")
    assert str(raised.value).startswith("given.bin: ")


def test_a_pdf_gives_its_text_and_pages() -> None:
    document = read_document(pdf("Order on Made-Up Things"))
    assert document.text == "Order on Made-Up Things\n"
    assert document.page_starts == (0,)


@pytest.mark.parametrize(
    ("text", "media"),
    [
        ("<html><body><p>甲</p></body></html>", "text/html"),
        ("<tbody><tr><td><p>甲</p></td></tr></tbody>", "text/html"),
        ('<?xml version="1.0"?><treaty><meta/></treaty>', "application/xml"),
        ("# 某某条例\n\n第一条", "text/markdown"),
        ("---\ntitle: x\n---\ntext", "text/markdown"),
        ("某某条例\n第一条", "text/plain"),
    ],
)
def test_content_not_the_name_tells_the_media_type(text: str, media: str) -> None:
    assert read_document(text.encode(), "misnamed.pdf").media == media


def test_pipes_and_devices_are_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    text = "# 某某条例\n\n第一条 制定本条例。"
    writer = Thread(target=pipe.write_text, args=(text,), kwargs={"encoding": "utf-8"})
    writer.start()
    assert read_document(pipe).text == text
    writer.join()
    with pytest.raises(DocumentError, match="/dev/null: is empty"):
        read_document("/dev/null")


def test_a_bad_file_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "b.md").write_text("# 某某条例\n\n第一条 制定本条例。", encoding="utf-8")
    seen: list[tuple[int, int, str]] = []
    outcomes = list(
        ingest([tmp_path, tmp_path / "none.txt"], Gazetteer(), progress=lambda *a: seen.append(a))
    )
    assert [bool(o.extraction) for o in outcomes] == [False, True, False]
    assert [o.problem for o in outcomes] == ["is empty", None, "no such file"]
    assert [done for done, _, _ in seen] == [0, 1, 2, 3] and {total for _, total, _ in seen} == {3}
