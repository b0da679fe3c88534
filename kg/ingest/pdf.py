"""The text of a PDF, page by page."""

from __future__ import annotations

from kg.ingest.errors import DocumentError

_MAX_PAGES = 3_000


def page_texts(data: bytes, name: str) -> list[str]:
    """Each page's text, ending in a line break; raises `DocumentError` when it cannot be opened."""
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise DocumentError(name, _reason(str(error))) from error
    try:
        if len(pdf) > _MAX_PAGES:
            raise DocumentError(name, f"has {len(pdf)} pages; at most {_MAX_PAGES} are read")
        return [_page_text(pdf, number, name) for number in range(len(pdf))]
    finally:
        pdf.close()


def _page_text(pdf: object, number: int, name: str) -> str:
    import pypdfium2

    try:
        page = pdf[number]  # type: ignore[index]
        text = page.get_textpage().get_text_range()
    except pypdfium2.PdfiumError as error:
        raise DocumentError(name, f"page {number + 1} cannot be read: {error}") from error
    return str(text).replace("\r\n", "\n").replace("\ufffe", "").rstrip("\n") + "\n"


def _reason(message: str) -> str:
    """What pdfium's error means to the person who has the file."""
    lower = message.lower()
    if "password" in lower or "security" in lower:
        return "is encrypted; save a copy without a password first"
    return "is not a PDF that can be opened; it may be cut or damaged"
