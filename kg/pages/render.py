"""How every page is made: escaped text, its own scripts by hash, and nothing from outside.

Data are not trusted: a title may hold a script. Text is escaped by the templates, data travel as
JSON that cannot close its element, only http(s) addresses become links, and the content security
policy of a page names by hash the scripts and styles that may run in it, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from kg.pages.shell import Shell
from kg.things import Source, Thing, printable

LANGUAGES = {"zh": "zh-Hans", "en": "en"}
_MESSAGES = ("messages.yaml", "explorer.yaml")
_WEB = re.compile(r"https?://[^\s<>\"'`\\]+\Z", re.IGNORECASE)
_DAY = re.compile(r"(?<![0-9A-Za-z-])\d{4}-\d{2}(?:-\d{2})?(?![0-9A-Za-z-])")
_QUOTED = re.compile(r'("(?:[^"\\\n]|\\.)*"|`[^`]*`)')
_SPACED = re.compile(r" ?(=>|[!=]==?|&&|\|\||\?\?|[=*,;:?{}<>]) ?")
_UNSAFE = {char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
_UNSAFE_TABLE = str.maketrans(_UNSAFE)


@cache
def environment() -> Environment:
    """The templates, with escaping always on and unknown names an error."""
    made = Environment(
        loader=PackageLoader("kg.pages"),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean,
    )
    made.filters["web"] = web_link
    made.filters["by_document"] = by_document
    made.filters["days"] = whole_days
    return made


def _clean(value: Any) -> Any:
    """Text as it may be shown; markup of our own is left alone."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def web_link(url: str) -> str:
    """The address if it is http or https, else nothing.

    >>> web_link("javascript:alert(1)")
    ''
    """
    return url if _WEB.match(url) else ""


def whole_days(text: str) -> Markup:
    """A text whose dates are not broken over two lines.

    >>> str(whole_days("since 2022-09-01 <"))
    'since <span class="day">2022-09-01</span> &lt;'
    """
    return Markup(_DAY.sub(r'<span class="day">\g<0></span>', str(escape(printable(text)))))


def by_document(sources: Iterable[Source]) -> list[tuple[Thing, list[tuple[str, str]]]]:
    """Sources as documents, each with the pages and other places in it."""
    found: dict[Thing, list[tuple[str, str]]] = {}
    for one in sources:
        places = found.setdefault(one.document, [])
        if (one.page or one.at) and (one.page, one.at) not in places:
            places.append((one.page, "" if one.page else one.at))
    return list(found.items())


def embed(value: Any) -> Markup:
    """A value as JSON that can stand inside a script element.

    >>> str(embed("</script>"))
    '"\\\\u003c/script\\\\u003e"'
    """
    text = json.dumps(_scrub(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.translate(_UNSAFE_TABLE))


def pack(value: Any) -> str:
    """A value as deflated JSON in base64: for data that would make a file heavy."""
    text = json.dumps(_scrub(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def _scrub(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {_scrub(key): _scrub(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_scrub(inner) for inner in value]
    return value


# Scripts, styles and the policy that allows them --------------------------------------------------


@cache
def own(name: str) -> str:
    """One of our scripts or styles, without comment lines and needless blanks."""
    text = files("kg.pages").joinpath("static", name).read_text(encoding="utf-8")
    lines = (line.strip() for line in text.split("\n"))
    kept = "\n".join(line for line in lines if line and not line.startswith(("//", "/* ")))
    return "".join(
        part if number % 2 else _SPACED.sub(r"\1", part)
        for number, part in enumerate(_QUOTED.split(kept))
    )


def digest(text: str) -> str:
    """The source expression that allows exactly this script or style."""
    hashed = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(hashed).decode()}'"


def policy(
    scripts: Iterable[str], styles: Iterable[str], more: Sequence[str] = (), forms: bool = False
) -> str:
    """A content security policy under which only these scripts and styles work.

    With `forms`, forms may be sent to the server that the page came from.
    """
    allowed = [
        "default-src 'none'",
        f"script-src {' '.join(map(digest, scripts)) or chr(39) + 'none' + chr(39)}",
        f"style-src {' '.join(map(digest, styles)) or chr(39) + 'none' + chr(39)}",
        "img-src data: blob:",
        "base-uri 'none'",
        f"form-action {chr(39)}{'self' if forms else 'none'}{chr(39)}",
        *more,
    ]
    return "; ".join(allowed)


TYPED = "require-trusted-types-for 'script'"
"""Forbids making markup from text altogether; for pages whose scripts never do."""


def render(
    template: str,
    *,
    scripts: Sequence[str],
    styles: Sequence[str],
    lang: str,
    more: Sequence[str] = (),
    shell: Shell | None = None,
    **values: Any,
) -> str:
    """A whole page from a template, with its scripts and styles inside it.

    A page of the explorer has a shell; one that stands alone has none.
    """
    sheet = "\n".join(styles)
    return (
        environment()
        .get_template(template)
        .render(
            csp=policy(scripts, [sheet], more, forms=shell is not None and shell.answers),
            shell=shell,
            scripts=[_inline(script) for script in scripts],
            style=_inline(sheet),
            lang=lang,
            html_lang=LANGUAGES[lang],
            word=Words(lang),
            **values,
        )
    )


def _inline(text: str) -> Markup:
    """Our own or an installed package's code, which must not end its element early."""
    if re.search(r"</(script|style)|<!--", text, re.IGNORECASE):
        raise ValueError("a script or style to be put into a page closes its own element")
    return Markup(text)


# Words of the interface ----------------------------------------------------------------------------


@cache
def messages() -> dict[str, dict[str, str]]:
    """Every word of the interface, by key, in Chinese and in English."""
    found: dict[str, dict[str, str]] = {}
    for name in _MESSAGES:
        text = files("kg.pages").joinpath(name).read_text(encoding="utf-8")
        found |= yaml.load(text, Loader=yaml.BaseLoader)
    return found


class Words:
    """The interface in one language: `word("key", n=3)`."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, key: str, **fill: object) -> str:
        return messages()[key][self.lang].format(**fill)


def word_table(code: str) -> dict[str, list[str]]:
    """The words that scripts and templates name, in both languages, with their `all_` and `_back`."""
    quoted = set(re.findall(r"""["'`]([a-z][a-z0-9_]*)["'`]""", code))
    return {
        key: [words["zh"], words["en"]]
        for key, words in messages().items()
        if {key, key.removeprefix("all_"), key.removesuffix("_back")} & quoted
    }


def template_text(name: str) -> str:
    """A template as it is written."""
    return files("kg.pages").joinpath("templates", name).read_text(encoding="utf-8")
