"""The character encoding of a file, found from its bytes."""

from __future__ import annotations

import codecs

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 200_000
# How much of a file may be undecodable before we say that it is not text.
_MAX_DAMAGE = 0.02


def decode(data: bytes) -> tuple[str, str] | None:
    """The text of `data` with the name of its encoding, or None when it is not text.

    >>> decode("第一条".encode("gb18030"))
    ('第一条', 'gb18030')
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _checked(data.decode(name, errors="replace"), name)
    if data.count(b"\0") > len(data) // 200:
        return None
    return _utf8(data) or _chinese(data)


def _utf8(data: bytes) -> tuple[str, str] | None:
    """UTF-8, also when a few bytes are damaged or the file was cut inside a character."""
    try:
        return _checked(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", errors="replace")
    wide = sum(1 for c in text[:_SAMPLE] if c > "\x7f" and c != "\ufffd")
    lost = text[:_SAMPLE].count("\ufffd")
    return _checked(text, "utf-8") if lost * 20 < wide else None


def _chinese(data: bytes) -> tuple[str, str] | None:
    """GB18030 or Big5, whichever gives the more usual characters."""
    readings = [(_usual(data, name), name) for name in ("gb18030", "big5")]
    score, name = max(readings)
    if score < 0.5:
        return None
    return _checked(data.decode(name, errors="replace"), name)


def _usual(data: bytes, name: str) -> float:
    """The share of a sample's wide characters that are usual ones in this encoding."""
    sample = data[:_SAMPLE].decode(name, errors="replace")
    wide = [c for c in sample if c > "\x7f"]
    if not wide:
        return 0.0
    return sum(1 for c in wide if _is_usual(c, name)) / len(wide)


def _is_usual(char: str, name: str) -> bool:
    """Chinese standards put their usual characters first: GB 2312 and Big5's first plane."""
    try:
        code = char.encode("gb2312" if name == "gb18030" else "big5")
    except UnicodeEncodeError:
        return False
    return name == "gb18030" or code[0] <= 0xC6


def _checked(text: str, name: str) -> tuple[str, str] | None:
    """The text, unless it is so full of control or lost characters that nobody could read it."""
    sample = text[:_SAMPLE]
    bad = sum(1 for c in sample if c == "\ufffd" or (c < " " and c not in "\t\n\r\f\v"))
    return (text, name) if bad <= len(sample) * _MAX_DAMAGE else None
