"""A document as it was read: its bytes' fingerprint, its raw text and what it is written in."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.ingest.encodings import decode
from kg.ingest.errors import DocumentError
from kg.ingest.markup import media_type

MAX_TEXT_BYTES = 3_200_000
MAX_PDF_BYTES = 64_000_000
SUFFIXES = frozenset((".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".xml", ".pdf"))
_FOREIGN = (
    (b"PK\x03\x04", "a zip or Office file; save it as PDF, HTML or text first"),
    (b"\xd0\xcf\x11\xe0", "an old Office file; save it as PDF, HTML or text first"),
    (b"\x89PNG", "an image; run text recognition on it first"),
    (b"\xff\xd8\xff", "an image; run text recognition on it first"),
    (b"GIF8", "an image; run text recognition on it first"),
    (b"{\\rtf", "an RTF file; save it as PDF, HTML or text first"),
    (b"\x1f\x8b", "a compressed file; unpack it first"),
)


@dataclass(frozen=True)
class RawDocument:
    """The raw text, in which all offsets count; for a PDF its pages' text in order."""

    name: str
    sha256: str
    media: str
    encoding: str
    text: str
    page_starts: tuple[int, ...] = ()


def read_document(source: str | Path | bytes, name: str = "-") -> RawDocument:
    """The document in a file or in bytes; raises `DocumentError` when there is no text in it.

    >>> read_document("第一条 本条例自公布之日起施行。".encode()).media
    'text/plain'
    """
    if isinstance(source, bytes):
        return _from_bytes(source, name)
    path = Path(source)
    return _from_bytes(_file_bytes(path), str(path))


def find_documents(paths: Sequence[str | Path]) -> Iterator[Path]:
    """The files named, and those of known suffix in the folders named, in a fixed order."""
    for given in map(Path, paths):
        if given.is_dir():
            yield from sorted(p for p in given.rglob("*") if _is_candidate(p))
        else:
            yield given


def _is_candidate(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def _file_bytes(path: Path) -> bytes:
    """What stands in a file or comes out of a pipe, of acceptable size."""
    try:
        with path.open("rb") as file:
            _check_size(str(path), os.fstat(file.fileno()).st_size, file.peek(8)[:8])
            return file.read(MAX_PDF_BYTES + 1)
    except FileNotFoundError as error:
        raise DocumentError(str(path), "no such file") from error
    except OSError as error:
        raise DocumentError(str(path), f"cannot be read: {error.strerror or error}") from error


def _check_size(name: str, size: int, head: bytes) -> None:
    limit = MAX_PDF_BYTES if head.startswith(b"%PDF") else MAX_TEXT_BYTES
    if size > limit:
        message = f"is {size / 1e6:.1f} MB; at most {limit / 1e6:g} MB are read: split it"
        raise DocumentError(name, message)


def _from_bytes(data: bytes, name: str) -> RawDocument:
    _check_size(name, len(data), data[:8])
    if not data.strip():
        raise DocumentError(name, "is empty")
    digest = hashlib.sha256(data).hexdigest()
    if b"%PDF-" in data[:1024]:
        return _pdf(data, name, digest)
    for magic, problem in _FOREIGN:
        if data.startswith(magic):
            raise DocumentError(name, f"is {problem}")
    decoded = decode(data)
    if decoded is None:
        problem = "is not readable text: neither UTF-8, UTF-16, GB18030 nor Big5"
        raise DocumentError(name, problem)
    text, encoding = decoded
    if not text.strip("\ufeff \t\r\n\f\v\u3000\u00a0"):
        raise DocumentError(name, "has no text in it")
    return RawDocument(name, digest, media_type(text), encoding, text)


def _pdf(data: bytes, name: str, digest: str) -> RawDocument:
    from kg.ingest.pdf import page_texts

    pages = page_texts(data, name)
    starts: list[int] = []
    at = 0
    for page in pages:
        starts.append(at)
        at += len(page)
    text = "".join(pages)
    if len(text.split()) == 0:
        problem = "has no text layer (a scan?); run text recognition on it first"
        raise DocumentError(name, problem)
    return RawDocument(name, digest, "application/pdf", "pdf", text, tuple(starts))
