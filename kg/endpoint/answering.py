"""One question answered within its limits, whole or not at all; runs in a process of its own."""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from kg.endpoint.limits import Limits
from kg.errors import QueryError
from kg.export import as_triples
from kg.guard import check, check_graphs
from kg.remote import HttpStore
from kg.store import OxigraphStore, Solutions, Store
from kg.terms import PREFIXES, Iri, Literal, Term

Found = ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple]
_ROWS = {"json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML,
         "csv": ox.QueryResultsFormat.CSV, "tsv": ox.QueryResultsFormat.TSV}
_GRAPHS = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES,
           "jsonld": ox.RdfFormat.JSON_LD, "rdfxml": ox.RdfFormat.RDF_XML}
_SAID = 300


class TooMuch(QueryError):
    """The answer is longer than is allowed."""


class NoFormat(QueryError):
    """The answer cannot be given in any of the formats asked for."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query, the dataset asked of (None for the store's own), and the formats for each kind of answer."""

    text: str
    default_graphs: Sequence[str] = ()
    named_graphs: Sequence[str] = ()
    rows: str = "json"
    graph: str = "ttl"

    @property
    def names_dataset(self) -> bool:
        """Whether the request says which graphs are asked; what the query says then counts for nothing."""
        return bool(self.default_graphs or self.named_graphs)


@dataclass(frozen=True, slots=True)
class Answered:
    """A whole answer as bytes; `kind` is `rows` or `graph`, `count` of rows or triples."""

    kind: str
    count: int
    body: bytes


def answer(asked: Asked, question: Question, limits: Limits) -> Answered:
    """The answer to a question; raises QueryError, TooMuch, NoFormat or StoreError."""
    demand = check(question.text, asked.store, asked.services)
    check_graphs([*question.default_graphs, *question.named_graphs], asked.store)
    kind = "rows" if demand.form in ("select", "ask") else "graph"
    form = question.rows if kind == "rows" else question.graph
    if not form:
        raise NoFormat(f"the answer to {demand.form.upper()} "
                       + ("is rows, or yes or no: json, xml, csv or tsv"
                          if kind == "rows" else "is a graph: ttl, nt, jsonld or rdfxml"))
    sink = _Sink(limits)
    count = _write(asked.found(question), form, sink)
    return Answered(kind, count, sink.getvalue())


# The two kinds of store


class Asked(ABC):
    """A store, as it is asked here; `services` are the addresses that SERVICE may ask."""

    def __init__(self, store: Store, services: Sequence[str] = ()) -> None:
        self.store, self.services = store, tuple(services)

    @abstractmethod
    def found(self, question: Question) -> Found:
        """What a question that is allowed finds."""


class Embedded(Asked):
    """An Oxigraph store in this process."""

    def __init__(self, store: OxigraphStore, services: Sequence[str] = ()) -> None:
        super().__init__(store, services)
        self._engine = store.engine

    def found(self, question: Question) -> Found:
        dataset: dict[str, Any] = {}
        if question.names_dataset:
            dataset["default_graph"] = [ox.NamedNode(one) for one in question.default_graphs]
            dataset["named_graphs"] = [ox.NamedNode(one) for one in question.named_graphs]
        try:
            return self._engine.query(question.text, **dataset)
        except (SyntaxError, ValueError) as error:
            raise QueryError(_said(str(error))) from error


class Remote(Asked):
    """A SPARQL endpoint elsewhere."""

    def __init__(self, store: HttpStore, url: str, seconds: float, services: Sequence[str] = ()) -> None:
        super().__init__(store, services)
        self._url, self._seconds = url, seconds

    def found(self, question: Question) -> Found:
        if not question.names_dataset:
            return _converted(self.store.query(question.text))
        with HttpStore(_with_dataset(self._url, question), self._seconds) as store:
            return _converted(store.query(question.text))


def _with_dataset(url: str, question: Question) -> str:
    from urllib.parse import urlencode

    dataset = [*(("default-graph-uri", one) for one in question.default_graphs),
               *(("named-graph-uri", one) for one in question.named_graphs)]
    return f"{url}{'&' if '?' in url else '?'}{urlencode(dataset)}"


def _converted(answer: Any) -> Found:
    """An answer of ours as Oxigraph has it, which can write all formats."""
    if isinstance(answer, (bool, Solutions)):
        return ox.parse_query_results(_as_json(answer), format=ox.QueryResultsFormat.JSON)
    return as_triples(answer)


def _as_json(answer: bool | Solutions) -> str:
    import json

    if isinstance(answer, bool):
        return json.dumps({"head": {}, "boolean": answer})
    bindings = [{name: _json_term(term) for name, term in row.items() if term} for row in answer]
    return json.dumps({"head": {"vars": answer.variables}, "results": {"bindings": bindings}})


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, Literal):
        found = {"type": "literal", "value": term.value}
        extra = {"xml:lang": term.language, "datatype": term.datatype}
        return found | {key: value for key, value in extra.items() if value}
    return {"type": "uri" if isinstance(term, Iri) else "bnode", "value": term.value}


def _said(message: str) -> str:
    """What is wrong with a query in the engine's words, cut short, with a hint where one helps."""
    text = " ".join(message.split())
    text = text if len(text) <= _SAID else text[:_SAID] + " …"
    unknown = text.partition("prefix ")[2].partition(" ")[0].strip("'\":`")
    hint = f" (declare it: PREFIX {unknown}: <{PREFIXES[unknown]}>)" if unknown in PREFIXES else ""
    return f"not a SPARQL query: {text}{hint}"


# Writing within limits


@dataclass
class _Sink(io.BytesIO):
    """Bytes in memory, as many as are allowed, and as many lines."""

    limits: Limits
    lines: int = field(default=0)
    by_line: bool = False

    def write(self, part: Any) -> int:
        if self.tell() + len(part) > self.limits.size:
            raise TooMuch(f"the answer is longer than {self.limits.size:,} bytes; ask for less of it, "
                          "or for one part after another with ORDER BY, LIMIT and OFFSET")
        if self.by_line:
            self.lines += bytes(part).count(b"\n")
            self.check_rows(self.lines - 1)
        return super().write(part)

    def check_rows(self, count: int) -> None:
        """Raises TooMuch if so many rows are not allowed."""
        if count > self.limits.rows:
            raise TooMuch(f"the answer has more than {self.limits.rows:,} rows; ask for less of it, "
                          "or for one part after another with ORDER BY, LIMIT and OFFSET")


def _write(found: Found, form: str, sink: _Sink) -> int:
    if isinstance(found, ox.QueryBoolean):
        found.serialize(sink, _ROWS[form])
        return 1
    if isinstance(found, ox.QuerySolutions):
        return _write_rows(found, form, sink)
    return _write_graph(found, form, sink)


def _write_rows(found: ox.QuerySolutions, form: str, sink: _Sink) -> int:
    """Rows are counted as lines of TSV, where no value holds a line break; then put into their format."""
    lines = sink if form == "tsv" else _Sink(sink.limits)
    lines.by_line = True
    found.serialize(lines, ox.QueryResultsFormat.TSV)
    if form != "tsv":
        rows = ox.parse_query_results(lines.getvalue(), format=ox.QueryResultsFormat.TSV)
        rows.serialize(sink, _ROWS[form])
    return lines.lines - 1


def _write_graph(found: Iterable[ox.Triple], form: str, sink: _Sink) -> int:
    count = 0

    def counted() -> Iterator[ox.Triple]:
        nonlocal count
        for triple in found:
            count += 1
            sink.check_rows(count)
            yield triple

    prefixes = {} if form == "nt" else PREFIXES
    ox.serialize(counted(), sink, _GRAPHS[form], prefixes=prefixes)
    return count
