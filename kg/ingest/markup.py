"""The visible text of HTML, XML and Markdown, with its place in the source."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.ingest.datewords import DATE
from kg.ingest.mapped import from_pieces, from_raw
from kg.ingest.markdown import read_markdown
from kg.ingest.titles import kind_ending
from kg.ingest.visible import Field, Visible

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
# A page that a script shows when it is ready is no hidden one.
_WHOLE = frozenset(("html", "body"))
_NAME = re.compile(r"/?([A-Za-z][A-Za-z0-9:_-]*)")
# A space's entity that an editor wrote twice or damaged: &amp;nbsp; &amp;bsp; &nbsp without its end.
_SPACE = re.compile(
    r"&(?:amp;){1,3}(?:n?bsp|nbs|nsp|sp|ensp|emsp);?|&(?:bsp|nbs|nsp|sp);|&nbsp(?![;A-Za-z0-9])"
)
_ENTITY = re.compile(
    _SPACE.pattern + r"|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
)
_ATTRIBUTE = re.compile(r"""([A-Za-z:_-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HTML_TAG = re.compile(
    r"<(?:p|div|span|td|tr|table|tbody|br|body|head|html|meta|a|li|ul|h[1-6])\b", re.IGNORECASE
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_MAX_TAG = 200_000
# A line break of the source behind a stop, or before a date that stands alone.
_PARAGRAPH = re.compile(
    rf"(?<=[。；：])\n|\n(?=[ \t\u3000]{{0,80}}(?:{DATE})[ \t\r]{{0,8}}(?:\n|$))"
)
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
        return read_markdown(text)
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
    if text.startswith("<%", at):
        return _Token("skip", "", at, _after(text, "%>", at))
    name = _NAME.match(text, at + 1)
    if not name or close == len(text) or close - at > _MAX_TAG:
        return _Token("text", "", at, at + 1)
    kind = "close" if text[at + 1] == "/" else "open"
    return _Token(kind, name.group(1).lower(), at, _end_of_tag(text, at, close))


def _end_of_tag(text: str, at: int, close: int) -> int:
    """Behind a tag's bracket, which is none inside a server's <%…%>."""
    while (script := text.find("<%", at, close)) >= 0:
        at = text.find("%>", script, script + 1_000) + 2
        close = text.find(">", at, at + _MAX_TAG) if at > 1 else -1
        if close < 0:
            return script + 2
    return close + 1


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
            if not (hidden and token.name == "a"):
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
    if token.name in _VOID or token.name in _WHOLE or text[token.end - 2] == "/":
        return False
    if token.name in _HIDDEN:
        return not (token.name == "footer" and _is_signature(text, token.end))
    return bool(_UNSEEN.search(text, token.start, token.end))


def _is_signature(text: str, start: int) -> bool:
    """Whether a footer is a document's, with a date and no link, and not the site's."""
    inside, closed, _ = text[start : start + 400].lower().partition("</footer")
    return bool(closed) and "<a" not in inside and bool(re.search(r"\d\s?月\s?\d+\s?日", inside))


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
        self._heading = False

    def tag(self, token: _Token) -> None:
        if token.name == "a":
            self._links = max(0, self._links + (1 if token.kind == "open" else -1))
        elif token.name in _BLOCKS:
            self._end(token.start, token.end)
            self._heading = token.kind == "open" and token.name in _HEADINGS

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
        if self._plain or not self._linked or (self._heading and self._is_title()):
            self._kept += self._line
        self._kept.append(("\n", start, end))
        self._line, self._plain, self._linked = [], False, False

    def _is_title(self) -> bool:
        """Whether a heading that leads elsewhere reads as a document's full title."""
        text = "".join(piece for piece, _, _ in self._line[:20])
        return "关于" in text and kind_ending(text) is not None


def _one_line(piece: str) -> str:
    """Source line breaks are spaces in HTML, but for those that end a Chinese paragraph."""
    piece = _PARAGRAPH.sub("\v", piece) if "\n" in piece else piece
    return piece.replace("\r", " ").replace("\n", " ").replace("\t", " ").replace("\v", "\n")


def _decoded(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Runs of plain text and decoded entities."""
    at = start
    for match in _ENTITY.finditer(text, start, end):
        char = "\u00a0" if _SPACE.fullmatch(match.group()) else html.unescape(match.group())
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
