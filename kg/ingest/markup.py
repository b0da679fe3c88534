"""The visible text of HTML, XML and Markdown, with its place in the source."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.ingest.mapped import Edit, Mapped, edited, from_pieces, from_raw

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "chapter",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "select",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "treaty",
        "ul",
    ]
)
# What a reader of the page does not see, or sees around every page of a site.
_HIDDEN = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "iframe",
        "object",
        "textarea",
        "select",
        "button",
        "nav",
        "footer",
    ]
)
_NAME = re.compile(r"/?([A-Za-z][A-Za-z0-9:_-]*)")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ATTRIBUTE = re.compile(r"""([A-Za-z:_-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HTML_TAG = re.compile(
    r"<(?:p|div|span|td|tr|table|tbody|br|body|head|html|meta|a|li|ul|h[1-6])\b", re.IGNORECASE
)
_MAX_TAG = 200_000
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)


@dataclass(frozen=True)
class Field:
    """A value that a file states about its text, such as `<name>` or `title:`."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Visible:
    """The text a reader sees, and the fields stated around it."""

    text: Mapped
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class _Token:
    kind: str  # "text", "open", "close" or "skip"
    name: str
    start: int
    end: int


def media_type(text: str) -> str:
    """What a decoded text is written in, judged by its content."""
    head = text[:20_000].lstrip("\ufeff \t\r\n")
    lower = head[:2_000].lower()
    if lower.startswith(("<!doctype html", "<html")) or "<html" in lower:
        return "text/html"
    if lower.startswith("<?xml") or re.match(r"<[a-z]+>\s*<[a-z_]+>", lower):
        is_html = _HTML_TAG.match(head) or len(_HTML_TAG.findall(head)) > 8
        return "text/html" if is_html else "application/xml"
    if head.startswith("<") and len(_HTML_TAG.findall(head)) >= 2:
        return "text/html"
    if head.startswith(("---\n", "---\r\n")) or re.match(r"#{1,4} \S", head):
        return "text/markdown"
    if len(_HTML_TAG.findall(head)) >= 6:
        return "text/html"
    return "text/markdown" if re.search(r"(?m)^#{1,4} \S|^\*\*\S", head) else "text/plain"


def read_markup(text: str, media: str) -> Visible:
    """The visible part of a text in one of the media types that `media_type` names."""
    if media == "text/html":
        return _html(text)
    if media == "application/xml":
        return _xml(text)
    if media == "text/markdown":
        return _markdown(text)
    return Visible(from_raw(text))


def _tokens(text: str) -> Iterator[_Token]:
    """Tags and the text between them; broken markup is text, and no input takes long."""
    at, close, size = 0, -1, len(text)
    while at < size:
        opened = text.find("<", at)
        if opened < 0:
            yield _Token("text", "", at, size)
            return
        if opened > at:
            yield _Token("text", "", at, opened)
        if close < opened:
            found = text.find(">", opened)
            close = size if found < 0 else found
        if close == size and not text.startswith("<!", opened):
            yield _Token("text", "", opened, size)
            return
        token = _tag(text, opened, close)
        yield token
        at = token.end


def _tag(text: str, at: int, close: int) -> _Token:
    """The tag, comment or CDATA that starts at `at`, or the `<` as text when it is none."""
    if text.startswith("<!--", at):
        return _Token("skip", "", at, _after(text, "-->", at))
    if text.startswith("<![CDATA[", at):
        return _Token("skip", "", at, at + 9)
    if text.startswith(("<!", "<?"), at):
        return _Token("skip", "", at, _after(text, ">", at))
    name = _NAME.match(text, at + 1)
    if not name or close == len(text) or close - at > _MAX_TAG:
        return _Token("text", "", at, at + 1)
    kind = "close" if text[at + 1] == "/" else "open"
    return _Token(kind, name.group(1).lower(), at, close + 1)


def _after(text: str, mark: str, at: int) -> int:
    found = text.find(mark, at)
    return len(text) if found < 0 else found + len(mark)


def _html(text: str) -> Visible:
    """A page without scripts, hidden parts and lines that are nothing but links."""
    fields: list[Field] = []
    lines = _Lines()
    hidden: list[str] = []
    opened = ""
    for token in _tokens(text):
        if hidden:
            _leave_hidden(hidden, token)
        elif token.kind == "text":
            lines.add(text, token)
            if opened == "title":
                value = html.unescape(text[token.start : token.end]).strip()
                fields.append(Field("title", value, token.start, token.end))
                opened = ""
        elif token.kind in ("open", "close"):
            if token.kind == "open":
                _meta_field(text, token, fields)
                opened = token.name
                if _is_hidden(text, token):
                    hidden.append(token.name)
            lines.tag(token)
    return Visible(from_pieces(lines.pieces()), tuple(fields))


def _leave_hidden(hidden: list[str], token: _Token) -> None:
    """Follow the nesting of one hidden element until it closes."""
    if token.name != hidden[0]:
        return
    if token.kind == "open":
        hidden.append(token.name)
    elif token.kind == "close":
        hidden.pop()


def _is_hidden(text: str, token: _Token) -> bool:
    if token.name in _VOID or text[token.end - 2] == "/":
        return False
    if token.name in _HIDDEN:
        return True
    return bool(_UNSEEN.search(text, token.start, token.end))


def _meta_field(text: str, token: _Token, fields: list[Field]) -> None:
    """Note `<meta name=… content=…>`, with the place of its content."""
    if token.name != "meta":
        return
    found: dict[str, tuple[str, int, int]] = {}
    for match in _ATTRIBUTE.finditer(text, token.start, token.end):
        quoted = match.group(2)[:1] in "\"'"
        start, end = match.start(2) + quoted, match.end(2) - quoted
        found[match.group(1).lower()] = (text[start:end], start, end)
    if "name" in found and "content" in found:
        value, start, end = found["content"]
        fields.append(Field(found["name"][0].lower(), html.unescape(value).strip(), start, end))


class _Lines:
    """Collects text into lines, and drops the lines whose every word is a link."""

    def __init__(self) -> None:
        self._kept: list[tuple[str, int, int]] = []
        self._line: list[tuple[str, int, int]] = []
        self._links = 0
        self._plain = False
        self._linked = False

    def tag(self, token: _Token) -> None:
        if token.name == "a":
            self._links = max(0, self._links + (1 if token.kind == "open" else -1))
        elif token.name in _BLOCKS:
            self._end(token.start, token.end)

    def add(self, text: str, token: _Token) -> None:
        for piece, start, end in _decoded(text, token.start, token.end):
            shown = _one_line(piece)
            self._line.append((shown, start, end))
            if shown.strip(" \u3000\u00a0·|"):
                self._linked = self._linked or self._links > 0
                self._plain = self._plain or self._links == 0

    def pieces(self) -> list[tuple[str, int, int]]:
        end = self._line[-1][2] if self._line else 0
        self._end(end, end)
        return self._kept

    def _end(self, start: int, end: int) -> None:
        if self._plain or not self._linked:
            self._kept += self._line
        self._kept.append(("\n", start, end))
        self._line, self._plain, self._linked = [], False, False


def _one_line(piece: str) -> str:
    """Source line breaks are spaces in HTML; the length stays."""
    return piece.replace("\r", " ").replace("\n", " ").replace("\t", " ")


def _decoded(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Runs of plain text and decoded entities."""
    at = start
    for match in _ENTITY.finditer(text, start, end):
        char = html.unescape(match.group())
        if char == match.group():
            continue
        if match.start() > at:
            yield text[at : match.start()], at, match.start()
        yield char, match.start(), match.end()
        at = match.end()
    if at < end:
        yield text[at:end], at, end


def _xml(text: str) -> Visible:
    """Every element on its own line; leaf elements and `name` attributes also as fields."""
    pieces: list[tuple[str, int, int]] = []
    fields: list[Field] = []
    opened: _Token | None = None
    for token in _tokens(text):
        if token.kind == "text":
            pieces += _decoded(text, token.start, token.end)
            continue
        pieces.append(("\n", token.start, token.end))
        if token.kind == "close" and opened is not None and opened.name == token.name:
            value = html.unescape(text[opened.end : token.start]).strip()
            if value and len(value) <= 500 and len(fields) < 2_000:
                fields.append(Field(token.name, value, opened.end, token.start))
        opened = token if token.kind == "open" else None
    return Visible(from_pieces(pieces), tuple(fields))


_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n")
_FRONT_END = re.compile(r"(?m)^---[ \t]*\r?$")
_MARKS = re.compile(
    r"(?m)^#{1,6}[ \t]+|^[ \t]{0,3}>[ \t]?|\*\*|__|<!--.{0,500}?-->"
    r"|<style\b[^<>]{0,300}>[^<]{0,20000}</style>"
    r"|</?(?:p|br|div|span|b|i|u|center|font|a|sup|sub|strong|em|img|hr|table|thead|tbody|tr|td|th"
    r"|ul|ol|li|h[1-6]|blockquote|pre)\b[^<>]{0,300}>"
    r"|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])|\\(?=[][_*#\\()])"
)
_LINK = re.compile(r"!?\[([^][\n]{1,300})\]\(([^()\s]{0,500})\)")


def _markdown(text: str) -> Visible:
    """Markdown without its marks; front matter becomes fields."""
    body, fields = _front_matter(text)
    whole = from_raw(text)
    edits = [Edit(0, body, "")] if body else []
    edits += [Edit(m.start(), m.end(), "") for m in _MARKS.finditer(text, body)]
    without = edited(whole, edits)
    links = [
        edit
        for m in _LINK.finditer(without.text)
        for edit in (Edit(m.start(), m.start(1), ""), Edit(m.end(1), m.end(), ""))
    ]
    return Visible(edited(without, links), tuple(fields))


def _front_matter(text: str) -> tuple[int, list[Field]]:
    """Where the body begins, and the simple `key: value` entries before it."""
    opened = _FRONT.match(text)
    closed = _FRONT_END.search(text, opened.end(), opened.end() + 20_000) if opened else None
    if not opened or not closed:
        return 0, []
    entry = re.compile(r"(?m)^([A-Za-z_]+):[ \t]*((?:.*)(?:\n[ \t]+.*)*)")
    fields = [
        Field(m.group(1).lower(), _scalar(m.group(2)), m.start(2), m.end(2))
        for m in entry.finditer(text, opened.end(), closed.start())
    ]
    return closed.end(), [f for f in fields if f.value]


def _scalar(written: str) -> str:
    """A YAML scalar as plain text on one line."""
    import yaml

    try:
        value = yaml.load(written, Loader=yaml.BaseLoader)
    except yaml.YAMLError:
        value = written
    return " ".join(value.split()) if isinstance(value, str) else ""
