"""What a user's query would reach beyond the store's own facts, and whether it may.

A query is split into the terminals of SPARQL 1.1 (its section 19.8), so that the word SERVICE in a
string, a comment, an IRI or a name is no clause, and a clause is found however it is written. Only
what could be a clause for some engine is looked at: text that engines split differently is
refused, as are levels of brackets that no engine survives. The rest is left to the engine's parser,
so that whatever it understands beyond SPARQL 1.1, such as LATERAL, may be asked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

from kg.errors import QueryError
from kg.store import Store
from kg.terms import iri_text

DEEPEST = 100
"""Levels of brackets; Oxigraph ends with its process at some hundreds to thousands."""
FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")

_BASE = ("A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
         "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff")
_CHAR = _BASE + "_0-9\u00b7\u0300-\u036f\u203f-\u2040"
_ESCAPE = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_LOCAL = rf"(?:[{_CHAR}:]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%]|-|\.++(?=[{_CHAR}:%\\\-]))*+"
_TOKEN = re.compile(
    r"(?P<gap>[ \t\r\n]++|#[^\r\n]*+)"
    r'|(?P<text>"""(?:"{0,2}+(?:[^"\\]|\\.))*+"""|' r"'''(?:'{0,2}+(?:[^'\\]|\\.))*+'''"
    r'|"(?:[^"\\\r\n]|\\.)*+"(?!")|' r"'(?:[^'\\\r\n]|\\.)*+'(?!'))"
    rf'|(?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|{_ESCAPE})*+>)'
    rf"|(?P<variable>[?$][{_CHAR}]++)"
    rf"|(?P<blank>_:[{_CHAR}](?:[{_CHAR}\-]|\.++(?=[{_CHAR}\-]))*+)"
    r"|(?P<tag>@[A-Za-z]++(?:-++[A-Za-z0-9]++)*+)"
    rf"|(?P<name>(?:[{_BASE}](?:[{_CHAR}\-]|\.++(?=[{_CHAR}\-]))*+)?+:{_LOCAL})"
    r"|(?P<word>[A-Za-z_][A-Za-z_0-9]*+)"
    r"|(?P<sign>.)", re.DOTALL)
_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_WHOLE_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*://")
_OPERANDS = ("variable", "text", "iri", "name", "tag")


@dataclass(frozen=True, slots=True)
class Demand:
    """What a query is: its form, the addresses its SERVICE clauses ask, the graphs it is FROM.

    A service that is a variable stands as it is written, such as `?address`.
    """

    form: str
    services: tuple[str, ...] = ()
    graphs: tuple[str, ...] = ()


def check(text: str, store: Store, services: Collection[str] = ()) -> Demand:
    """What a query demands, all of it allowed; raises QueryError saying what is not, and why.

    `services` are the addresses that SERVICE may ask. FROM may name the graphs that the store holds.
    """
    found = demand(text)
    for address in found.services:
        if address not in services:
            raise QueryError(_service_refused(address, services))
    check_graphs(found.graphs, store)
    return found


def check_graphs(graphs: Sequence[str], store: Store) -> None:
    """Raises QueryError if the store holds nothing in one of these graphs."""
    for graph in dict.fromkeys(graphs):
        if not _holds(store, graph):
            raise QueryError(
                f"there is no graph <{graph}> in this store, and none is fetched from elsewhere; "
                "leave it out (FROM, FROM NAMED, default-graph-uri, named-graph-uri): the facts "
                "are in the default graph")


def _holds(store: Store, graph: str) -> bool:
    try:
        return bool(store.query(f"ASK {{ GRAPH {iri_text(graph)} {{ ?s ?p ?o }} }}"))
    except (ValueError, QueryError) as error:
        raise QueryError(f"{graph[:80]!r} is no whole IRI, and so no name of a graph") from error


def _service_refused(address: str, services: Collection[str]) -> str:
    known = f"only {', '.join(sorted(services))}" if services else "none"
    which = "an address known only while it runs" if address.startswith("?") else f"<{address}>"
    return (f"SERVICE may not ask {which}: of other addresses, this store's operator allows {known}; "
            "leave the SERVICE clause out, or allow it with --allow-service")


def demand(text: str) -> Demand:
    """What a query demands; raises QueryError for updates and for what cannot be split safely.

    >>> demand("SELECT * { ?s ?p 'SERVICE <a:b>' # SERVICE <a:b>\\n }").services
    ()
    >>> demand("BASE <http://a/> ASK { SERVICE SILENT <b> { ?s ?p ?o } }").services
    ('http://a/b',)
    """
    found = _Reading(text).demand()
    decoded = _decoded(text)
    if decoded == text:
        return found
    try:  # the standard decodes \u before it splits, some engines only within strings and IRIs
        other = _Reading(decoded).demand()
    except QueryError as error:
        raise QueryError(f"{error} (once its \\u escapes stand for what they mean)") from error
    return Demand(found.form, found.services + other.services, found.graphs + other.graphs)


def _decoded(text: str) -> str:
    return _CODEPOINT.sub(_character, text)


def _character(escape: re.Match[str]) -> str:
    code = int(escape.group(1) or escape.group(2), 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise QueryError(f"not a SPARQL query: {escape.group()} stands for no character")
    return chr(code)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.upper() in words


_END = _Token("end", "", 0)


@dataclass
class _Reading:
    """A query split into its terminals."""

    text: str
    tokens: list[_Token] = field(default_factory=list)
    prefixes: dict[str, str] = field(default_factory=dict)
    base: str = ""

    def __post_init__(self) -> None:
        self.tokens = list(_tokens(self.text))

    def demand(self) -> Demand:
        self._check_split()
        form = self._form(self._prologue())
        return Demand(form.lower(), tuple(self._services()), tuple(self._graphs()))

    def _at(self, index: int) -> _Token:
        return self.tokens[index] if 0 <= index < len(self.tokens) else _END

    def _wrong(self, token: _Token, message: str) -> QueryError:
        line = self.text.count("\n", 0, token.start) + 1
        return QueryError(f"not a SPARQL query: line {line}: {message}")

    # What engines split differently, or do not survive

    def _check_split(self) -> None:
        open_, depth = 0, 0
        for index, token in enumerate(self.tokens):
            if token.kind == "iri" and open_ and self._is_doubtful(index):
                raise self._wrong(token, f"{token.text} may be an IRI or two comparisons; write a "
                                  "space after each < and > that compares, or a prefixed name")
            if token.kind == "sign":
                open_ += {"(": 1, ")": -1}.get(token.text, 0)
                depth += {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(token.text, 0)
                self._check_sign(token, depth)

    def _check_sign(self, token: _Token, depth: int) -> None:
        if token.text in "\"'":
            raise self._wrong(token, f"the text that begins with {token.text} does not end")
        if depth > DEEPEST:
            raise self._wrong(token, f"brackets are nested deeper than {DEEPEST} levels")

    def _is_doubtful(self, index: int) -> bool:
        """Whether an engine could take an IRI for comparisons, and what follows for a comment."""
        token, before = self.tokens[index], self._at(index - 1)
        follows = before.kind in _OPERANDS or before.kind == "word" or before.text in ")0123456789."
        return follows and bool(set("#'") & set(token.text)) and not _WHOLE_IRI.match(token.text)

    # The prologue, and what comes after it

    def _prologue(self) -> int:
        index = 0
        while True:
            token, after, then = self._at(index), self._at(index + 1), self._at(index + 2)
            if token.is_word("BASE") and after.kind == "iri":
                self.base, index = self._resolved(after), index + 2
            elif token.is_word("PREFIX") and after.kind == "name" and then.kind == "iri":
                self.prefixes[after.text[:-1]], index = self._resolved(then), index + 3
            elif token.is_word("VERSION") and after.kind == "text":
                index += 2
            else:
                return index

    def _form(self, index: int) -> str:
        token = self._at(index)
        found = next((form for form in FORMS if token.is_word(form)), None)
        if found:
            return found
        if token.is_word(*_UPDATES):
            raise QueryError(f"this is an update ({token.text.upper()}); only questions are answered: "
                             f"{', '.join(FORMS)}")
        raise QueryError(f"not a SPARQL query: {', '.join(FORMS[:-1])} or {FORMS[-1]} is expected "
                         f"after the prefixes, not {token.text[:40] or 'its end'!r}")

    def _resolved(self, token: _Token) -> str:
        """The IRI that an IRI or a prefixed name stands for."""
        if token.kind == "iri":
            return urljoin(self.base, _decoded(token.text[1:-1]))
        prefix, _, local = token.text.partition(":")
        if prefix not in self.prefixes:
            raise self._wrong(token, f"the prefix {prefix}: is not declared")
        return self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)

    # Clauses that reach elsewhere

    def _services(self) -> Iterator[str]:
        for index, token in enumerate(self.tokens):
            if self._is_service_in_disguise(index):
                raise self._wrong(token, f"write SERVICE apart from what stands beside it: {token.text}")
            if token.is_word("SERVICE"):
                silent = self._at(index + 1).is_word("SILENT")
                yield self._target(self._at(index + 1 + silent))

    def _is_service_in_disguise(self, index: int) -> bool:
        """Whether an engine could find SERVICE in a longer word: `SERVICESILENT`, `SERVICEa:b {`."""
        token = self.tokens[index]
        if token.kind == "word":
            return "SERVICE" in token.text.upper() and not token.is_word("SERVICE")
        return (token.kind == "name" and "SERVICE" in token.text.partition(":")[0].upper()
                and self._at(index + 1).text == "{" and not self._at(index - 1).is_word("GRAPH"))

    def _target(self, token: _Token) -> str:
        if token.kind in ("iri", "name"):
            return self._resolved(token)
        if token.kind == "variable":
            return "?" + token.text[1:]
        raise self._wrong(token, "SERVICE is followed by the address to ask")

    def _graphs(self) -> Iterator[str]:
        for index, token in enumerate(self.tokens):
            if token.is_word("FROM"):
                named = self._at(index + 1).is_word("NAMED")
                yield self._graph(self._at(index + 1 + named))
            elif token.kind == "word" and token.text.upper().startswith("FROM"):
                raise self._wrong(token, f"write FROM apart from what follows it: {token.text}")

    def _graph(self, token: _Token) -> str:
        if token.kind not in ("iri", "name"):
            raise self._wrong(token, "FROM is followed by the IRI of a graph")
        return self._resolved(token)


def _tokens(text: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text):
        kind = str(found.lastgroup)
        if kind != "gap":
            yield _Token(kind, found.group(), found.start())
