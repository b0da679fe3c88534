"""What a user typed → the node meant, forgiving script, spacing, brackets and case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from kg.dates import Span, Truth
from kg.errors import NameAmbiguous, NameUnknown
from kg.terms import Iri, Literal, Term, compact, expand

if TYPE_CHECKING:
    from kg.store import Store

_KEPT_MARKS = frozenset("+#%")
_PLAIN = r"[\w.:/#?~@+,;=()&$!*'-]"
_IDENTIFIER = re.compile(rf"{_PLAIN}*(?:%[0-9A-Fa-f]{{2}}{_PLAIN}*)*")
"""What an id or IRI is made of."""


def name_key(name: str) -> str:
    """A name without spaces, punctuation, width and case, by which it is looked up.

    >>> name_key("《Digital  Trade(2021)》") == name_key("digital trade (2021)")
    True
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in folded if char.isalnum() or char in _KEPT_MARKS)


@dataclass(frozen=True, slots=True)
class Named:
    """A node found by a name: its id, class and labels."""

    id: str
    cls: str
    zh: str
    en: str


def resolve(
    store: Store, name: str, classes: Iterable[str] = (), on: date | None = None
) -> str:
    """The id of the node that a name means, among the classes given (such as `Place`).

    An id or IRI is taken as it is. Otherwise a label, alias, code or number in any script, or a
    place name written after the places that contain it. Of places that bore one name in turn it
    is the one of the day asked about (today if none is given), or the last before it; of editions
    of one line, the last to have begun by the day, if a day is given and decides it. Raises
    NameUnknown or NameAmbiguous.
    """
    found = find(store, name, classes) or _by_line(store, name, classes)
    if len(found) > 1 and all(one.cls == "Place" for one in found):
        found = _living(store, found, on or date.today())
    if len(found) > 1 and on and all(one.cls == "Instrument" for one in found):
        found = _current(store, found, on)
    if len(found) == 1:
        return found[0].id
    if found:
        raise NameAmbiguous(name, [(one.id, one.zh or one.en) for one in found])
    raise NameUnknown(name, nearest(store, name, classes))


def find(store: Store, name: str, classes: Iterable[str] = ()) -> list[Named]:
    """Every node that a name may mean, the most direct way of reading it first."""
    wanted = tuple(classes)
    for read in (str, simplified):
        reading = read(name)
        for look in (_by_id, _by_key, _by_path, _by_code_and_name):
            if found := _of_class(look(store, reading), wanted):
                return found
    return []


def _of_class(found: list[Named], classes: tuple[str, ...]) -> list[Named]:
    kept = {one.id: one for one in found if not classes or one.cls in classes}
    return sorted(kept.values(), key=lambda one: one.id)


def _living(store: Store, found: list[Named], on: date) -> list[Named]:
    """Of places of one name, those that exist on a day; if none does, the last to have existed."""
    from kg.rows import span_of  # what reads more than names is not needed to find one

    spans: dict[str, list[Span]] = {one.id: [] for one in found}
    for row in store.select("containments", {"place": [Iri(expand(one.id)) for one in found]}):
        spans[compact(_iri(row, "place"))].append(span_of(row))
    holds = {name: max((span.holds(on) for span in lives), default=Truth.YES)
             for name, lives in spans.items()}
    best = max(holds.values())
    if best > Truth.NO:
        return _last_in_line(store, [one for one in found if holds[one.id] == best])
    ends = {name: max(span.until_latest or date.min for span in lives)
            for name, lives in spans.items()}
    return [one for one in found if ends[one.id] == max(ends.values())]


def _by_line(store: Store, name: str, classes: Iterable[str]) -> list[Named]:
    """The editions of the line that a name means, where an instrument is asked for."""
    lines = find(store, name, ["Line"]) if "Instrument" in classes else []
    return _editions(store, {one.id for one in lines})


def _editions(store: Store, lines: set[str]) -> list[Named]:
    values: list[Term | None] = [Iri(expand(line)) for line in sorted(lines)]
    return _named(store.select("line_editions", {"line": values})) if lines else []


def _current(store: Store, found: list[Named], on: date) -> list[Named]:
    """Of editions of one line the last to have begun by a day; as they are if that is not sure."""
    rows = store.select("editions", {"instrument": [Iri(expand(one.id)) for one in found]})
    lines = {compact(_iri(row, "instrument")): compact(_iri(row, "line")) for row in rows}
    if len(lines) < len(found) or len(set(lines.values())) > 1:
        return found
    editions = _editions(store, set(lines.values()))
    starts = _starts(store, [one.id for one in editions])
    begun = [name for name, (first, _last) in starts.items() if first <= on]
    newest = max(begun, key=lambda name: starts[name], default="")
    sure = newest and starts[newest][1] <= on
    return [one for one in editions if one.id == newest] if sure else found


def _starts(store: Store, names: list[str]) -> dict[str, tuple[date, date]]:
    """The first and the last day on which each instrument may have begun, where that is known."""
    said: dict[str, dict[str, list[tuple[date, date]]]] = {}
    for row in store.select("milestones", {"instrument": [Iri(expand(name)) for name in names]}):
        span = row["earliest"], row["latest"]
        if all(span) and not str(row["rank"] or "").endswith("/disputed"):
            effects = said.setdefault(compact(_iri(row, "instrument")), {})
            first, last = (date.fromisoformat(str(day)) for day in span)
            effects.setdefault(_iri(row, "effect").rpartition("/")[2], []).append((first, last))
    days = {name: effects.get("starts") or effects.get("issue", []) + effects.get("publication", [])
            for name, effects in said.items()}
    return {name: (min(first for first, _ in spans), max(last for _, last in spans))
            for name, spans in days.items() if spans}


def _iri(row: dict[str, Term | None], name: str) -> str:
    value = row[name]
    assert isinstance(value, Iri)
    return value.value


def _last_in_line(store: Store, found: list[Named]) -> list[Named]:
    """Of places that may exist on one day, those that no other of them succeeds."""
    if len(found) < 2:
        return found
    rows = store.select("places", {"place": [Iri(expand(one.id)) for one in found]})
    pairs = {(compact(_iri(row, "place")), compact(_iri(row, "successor")))
             for row in rows if row["successor"]}
    followed = {old for old, new in pairs if old != new and new in {one.id for one in found}}
    return [one for one in found if one.id not in followed] or found


def simplified(name: str) -> str:
    """A name in simplified characters."""
    return str(_converter().convert(name))


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("tw2s")


def _by_id(store: Store, name: str) -> list[Named]:
    given = name.strip().strip("<>")
    if "/" not in given or not _IDENTIFIER.fullmatch(given):
        return []
    return _named(store.select("named", {"thing": [Iri(expand(given))]}))


def _by_key(store: Store, name: str) -> list[Named]:
    return _keyed(store, [name_key(name)]).get(name_key(name), [])


def _keyed(store: Store, keys: Iterable[str]) -> dict[str, list[Named]]:
    wanted: list[Term] = [Literal(key) for key in sorted(set(keys)) if key]
    rows = tuple(store.select("by_name", {"key": wanted})) if wanted else ()
    found: dict[str, list[Named]] = {}
    for row in rows:
        found.setdefault(str(row["key"]), []).append(_one(row))
    return found


def _by_path(store: Store, name: str) -> list[Named]:
    """A place name after its containing places, such as province, city and district in a row."""
    key = name_key(name)
    splits = [(key[:cut], key[cut:]) for cut in range(2, len(key) - 1)]
    found = _keyed(store, [part for split in splits for part in split])
    pairs = [
        (outer.id, inner)
        for head, tail in splits
        for outer in found.get(head, [])
        for inner in found.get(tail, [])
        if outer.cls == inner.cls == "Place"
    ]
    return [inner for outer, inner in pairs if outer in _containers(store, inner.id)] or _nested(
        store, splits, found
    )


def _nested(
    store: Store, splits: list[tuple[str, str]], found: dict[str, list[Named]]
) -> list[Named]:
    """Three or more names in a row: the innermost that lies in the outermost."""
    for head, tail in splits:
        for outer in (one for one in found.get(head, []) if one.cls == "Place"):
            inner = [
                one for one in _by_path(store, tail) if outer.id in _containers(store, one.id)
            ] if len(tail) >= 4 else []
            if inner:
                return inner
    return []


def _containers(store: Store, place: str) -> frozenset[str]:
    rows = store.select("containers", {"place": [Iri(expand(place))]})
    return frozenset(str(row["upper"]) for row in rows)


def _by_code_and_name(store: Store, name: str) -> list[Named]:
    """A code or number followed by a name of the same node, as lists print them."""
    code, space, rest = name.strip().partition(" ")
    if not space or not rest:
        return []
    found = _keyed(store, [name_key(code), name_key(rest)])
    coded = {one.id for one in found.get(name_key(code), [])}
    return [one for one in found.get(name_key(rest), []) if one.id in coded]


def _named(rows: Iterable[dict[str, Term | None]]) -> list[Named]:
    return [_one(row) for row in rows]


def _one(row: dict[str, Term | None]) -> Named:
    def text(name: str) -> str:
        return str(row.get(name) or "")

    cls = row["class"]
    assert isinstance(cls, Iri)
    return Named(compact(str(row["thing"])), cls.value.rpartition("#")[2], text("zh"), text("en"))


def nearest(store: Store, name: str, classes: Iterable[str] = (), limit: int = 5) -> list[str]:
    """Labels that resemble a name nobody bears, best first."""
    from rapidfuzz import fuzz, process

    from kg.labels import all_labels  # which itself needs the keys of names

    wanted = tuple(classes)
    labels = sorted({one.text for one in all_labels(store, simplified(name)) if not wanted or one.cls in wanted})
    found = process.extract(
        simplified(name), labels, scorer=fuzz.WRatio, limit=limit, score_cutoff=55
    )
    return [label for label, _score, _index in found]
