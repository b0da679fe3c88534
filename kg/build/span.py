"""The days in a record or a statement: as written, and the first and the last that they can mean."""

from __future__ import annotations

from datetime import date

from kg.build.graph import Graph, Place
from kg.build.wellformed import parsed
from kg.dates import PartialDate, day_literal, partial_literal
from kg.errors import DateError
from kg.records import Mapping, Text
from kg.schema import Key
from kg.terms import KG, iri_text

NEEDS_FROM = "needs `from`: a date, always or unknown"
_WORDS = {"always": KG + "always", "unknown": KG + "unknown"}
_RECORD_BOUNDS = (
    ("date", "earliest", "latest"),
    ("period", "periodEarliest", "periodLatest"),
)


def checked_date(graph: Graph, text: Text, place: Place, key: str) -> PartialDate | None:
    """The date of a key; none, with a problem kept, if it is none."""
    try:
        return parsed(text.value)
    except DateError as error:
        graph.wrong(place, f"`{key}`: {error}")
        return None


def quiet_date(text: Text) -> PartialDate | None:
    """A date whose mistakes are reported where its key is read."""
    try:
        return parsed(text.value)
    except DateError:
        return None


def add_day(graph: Graph, node: str, key: Key, body: Mapping, file: str) -> None:
    """The bounds of the day on which something happened."""
    day = body.values.get("date")
    if not isinstance(day, Text):
        graph.wrong((file, body.line), f"an item of `{key.name}` needs `date`")
    elif found := quiet_date(day):
        _add_pair(graph, node, "earliest", "latest", found)


def add_span(
    graph: Graph, node: str, body: Mapping, file: str, evidence: date | None = None
) -> None:
    """`from` and `until` with their bounds; `date` and `period` of a record with theirs.

    `evidence` is the day by whose end some cited document had said so: what began on an unknown
    day had begun by then.
    """
    start, end = body.values.get("from"), body.values.get("until")
    first = _add_from(graph, node, start, file, evidence) if isinstance(start, Text) else None
    last = _add_until(graph, node, end, body, file) if isinstance(end, Text) else None
    if first and last and first.earliest and last.latest and last.latest < first.earliest:
        assert end is not None
        graph.wrong((file, end.line), f"`until` {last} comes before `from` {first}")
    for key, low, high in _RECORD_BOUNDS:
        value = body.values.get(key)
        if isinstance(value, Text) and (found := quiet_date(value)):
            _add_pair(graph, node, low, high, found)


def _add_from(
    graph: Graph, node: str, start: Text, file: str, evidence: date | None
) -> PartialDate | None:
    word = _WORDS.get(start.value)
    if word:
        graph.add(node, KG + "from", iri_text(word))
        if start.value == "unknown" and evidence:
            graph.add(node, KG + "fromLatest", day_literal(evidence))
        return None
    return _add_date(graph, node, start, file, "from")


def _add_until(
    graph: Graph, node: str, end: Text, body: Mapping, file: str
) -> PartialDate | None:
    if end.value == "unknown":
        graph.add(node, KG + "until", iri_text(KG + "unknown"))
        attested = body.values.get("attested")
        known = quiet_date(attested) if isinstance(attested, Text) else None
        if known and known.earliest:
            graph.add(node, KG + "untilEarliest", day_literal(known.earliest))
        return None
    return _add_date(graph, node, end, file, "until")


def _add_date(graph: Graph, node: str, text: Text, file: str, key: str) -> PartialDate | None:
    """A date under its key, with its bounds; none, with a problem kept, if it is none."""
    found = checked_date(graph, text, (file, text.line), key)
    if found:
        graph.add(node, KG + key, partial_literal(found))
        _add_pair(graph, node, f"{key}Earliest", f"{key}Latest", found)
    return found


def _add_pair(graph: Graph, node: str, low: str, high: str, found: PartialDate) -> None:
    if found.earliest:
        graph.add(node, KG + low, day_literal(found.earliest))
    if found.latest:
        graph.add(node, KG + high, day_literal(found.latest))
