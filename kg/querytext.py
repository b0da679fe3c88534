"""What the text of a SPARQL query tells before it is asked: its form, and how to ask for its size."""

from __future__ import annotations

import re

from kg.errors import QueryError

_GAP = r"(?:\s|#[^\n]*(?:\n|$))*+"
_PROLOGUE = re.compile(
    rf"{_GAP}(?:(?:BASE{_GAP}<[^>]*>|PREFIX{_GAP}[^\s:<]*:{_GAP}<[^>]*>){_GAP})*+", re.IGNORECASE)
_FORM = re.compile(r"(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)
_DATASET = re.compile(r"(?<![?$:\w])FROM\s+(?:NAMED\s+)?(?:<[^>]*>|[^\s{]+)\s*", re.IGNORECASE)
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""' r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"' r"|'(?:[^'\\\n]|\\.)*'"
    r'|<[^<>"{}|^`\\\s]*>' r"|#[^\n]*" r"|.", re.DOTALL)


def form_of(text: str) -> str:
    """`select`, `ask`, `construct` or `describe`; anything else, such as an update, is refused.

    >>> form_of("PREFIX a: <urn:a> # the usual\\nASK { a:b ?p ?o }")
    'ask'
    """
    return _form(text).group(1).lower()


def _form(text: str) -> re.Match[str]:
    prologue = _PROLOGUE.match(text)
    found = _FORM.match(text, prologue.end() if prologue else 0)
    if found is None:
        raise QueryError("not a SPARQL query: SELECT, ASK, CONSTRUCT or DESCRIBE is expected "
                         "after the prefixes")
    return found


def counting(text: str) -> str | None:
    """The query that counts the rows of a SELECT, or those a CONSTRUCT is made from; else None.

    >>> counting("SELECT ?s WHERE { ?s ?p ?o }")
    'SELECT (COUNT(*) AS ?n) WHERE { { SELECT ?s WHERE { ?s ?p ?o }\\n} }'
    """
    form = _form(text)
    prologue, rest = text[: form.start()], text[form.end():]
    if form_of(text) == "select":
        return prologue + _counted(form.group() + rest)
    if form_of(text) == "construct":
        return prologue + _counted("SELECT *" + _after_template(rest))
    return None


def _counted(select: str) -> str:
    head, brace, body = select.partition("{")
    datasets = "".join(_DATASET.findall(head))
    inner = _DATASET.sub("", head) + brace + body
    return f"SELECT (COUNT(*) AS ?n) {datasets}WHERE {{ {{ {inner}\n}} }}"


def _after_template(rest: str) -> str:
    """What follows the braces after CONSTRUCT; all of it in the short form CONSTRUCT WHERE."""
    if not re.match(_GAP + r"\{", rest):
        return rest
    end = next((token.end() for token in _TOKEN.finditer(rest) if token.group() == "}"), 0)
    return rest[end:]
