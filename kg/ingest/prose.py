"""Facts that running prose tells: who issued what when, and where it applies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.ingest.baretitles import BareTitle, find_bare
from kg.ingest.bodies import plain_body, split_bodies
from kg.ingest.cleantext import CleanText
from kg.ingest.datewords import WrittenDate, find_dates
from kg.ingest.designations import find_designations
from kg.ingest.gazetteer import Gazetteer, title_key
from kg.ingest.kinds import kind_of
from kg.ingest.lines import sentence_bounds
from kg.ingest.proposals import Node
from kg.ingest.rules import alternation, chinese_rules
from kg.ingest.sides import find_sides
from kg.ingest.titles import MASK, MarkedTitle, find_marked, masked, names_instrument

# A long text without marks may name one title in them for so many characters.
_UNMARKED = 10_000
_EVENTS = (
    ("in-force", r"(?:正式)?(?:生效|施行|实施)"),
    ("adopted", r"通过"),
    ("promulgated", r"印发|出台|发布|公布|颁布|制定"),
)


@dataclass(frozen=True)
class Told:
    """A fact with its place in the clean text."""

    s: Node
    p: str
    o: Node | str
    start: int
    end: int
    said: str
    rule: str
    confidence: float


@dataclass(frozen=True)
class _Named:
    """A title in the prose as a node, marked or bare."""

    node: Node
    start: int
    end: int
    said: str
    rule: str
    confidence: float


def tell(clean: CleanText, gazetteer: Gazetteer, own_title: str) -> Sequence[Told]:
    """What the sentences of a text say of the instruments that they name."""
    marked = find_marked(clean.text)
    shown = masked(clean.text, marked)
    is_marked = sum(map(names_instrument, marked)) > len(clean.text) // _UNMARKED
    bare = find_bare(shown, gazetteer, new=not is_marked)
    named = [
        n
        for title in bare
        for n in _nodes(title)
        if title_key(n.node.label) != title_key(own_title)
    ]
    facts = [_existence(n) for n in named]
    facts += _designations(shown, gazetteer)
    facts += _sides(clean.text, shown, marked, gazetteer)
    sure = [n for n in named if n.rule != "title.ambiguous"]
    subjects = sure if len(bare) > len(marked) else []
    for name in subjects:
        facts += _relations(clean.text, shown, name, subjects, gazetteer)
    return [f for f in facts if MASK not in f.said]


def _designations(shown: str, gazetteer: Gazetteer) -> Iterator[Told]:
    for found in find_designations(shown, gazetteer):
        entry = found.holder.entry
        node = Node(entry.label, "place", entry.iri)
        place = (found.start, found.end)
        yield Told(
            node, "designated", found.becomes, *place, found.becomes, "designation.list", 0.7
        )


def _sides(
    text: str, shown: str, marked: Sequence[MarkedTitle], gazetteer: Gazetteer
) -> Iterator[Told]:
    """An agreement that countries are said to sign: the agreement, then each signatory."""
    for side in find_sides(text, shown, marked, gazetteer):
        title = side.agreement
        known = gazetteer.named(title.text, "agreement", "instrument")
        node = (
            Node(known[0].label, known[0].type, known[0].iri)
            if len({e.iri for e in known}) == 1
            else Node(title.text, "agreement")
        )
        kind = kind_of(title.text) or "treaty"
        yield Told(node, "kind", kind, title.start, title.end, title.text, "title.signed", 0.85)
        place = Node(side.place.label, "place", side.place.iri)
        yield Told(
            node, "signatory", place, side.start, side.end, side.place.label, "party.sentence", 0.75
        )


def _nodes(title: BareTitle) -> list[_Named]:
    """The nodes that a bare title may mean; one new node when the graph has none."""
    nodes = [Node(e.label, e.type, e.iri) for e in title.entries] or [
        Node(title.text, "instrument")
    ]
    return [
        _Named(node, title.start, title.end, title.text, title.rule, title.confidence)
        for node in nodes
    ]


def _existence(name: _Named) -> Told:
    kind = kind_of(name.node.label) or name.node.type
    return Told(
        name.node, "kind", kind, name.start, name.end, name.said, name.rule, name.confidence
    )


def _relations(
    text: str, shown: str, name: _Named, others: Sequence[_Named], gazetteer: Gazetteer
) -> Iterator[Told]:
    """Date, issuer and place of a title, from the words before it in its own sentence."""
    start, end = sentence_bounds(shown, name.start)
    first = _first_of_list(shown, name, others, start)
    between = [o for o in others if start <= o.start < first.start]
    edge = max((o.end for o in between), default=start)
    date = _date_before(text, edge, first.start)
    event = _event(shown, first, name, end)
    if date and event:
        yield Told(
            name.node, event, date.value, date.start, date.end, date.value, "date.sentence", 0.8
        )
    yield from _issuers(text, date.end if date else edge, first.start, name, gazetteer)
    yield from _places(text, edge, first.start, name, gazetteer)


def _first_of_list(shown: str, name: _Named, others: Sequence[_Named], start: int) -> _Named:
    """The first title of the list that a title stands in: one verb, several objects."""
    first = name
    for other in reversed([o for o in others if start <= o.start < name.start]):
        if not re.fullmatch(r"[\s、和及与]*", shown[other.end : first.start]):
            break
        first = other
    return first


def _date_before(text: str, start: int, end: int) -> WrittenDate | None:
    """The last date before the title; a bare year is too weak to date an act by."""
    dates = [d for d in find_dates(text, start, end) if len(d.value) > 4]
    if not dates or end - dates[-1].end > 60:
        return None
    return dates[-1]


def _event(shown: str, first: _Named, name: _Named, end: int) -> str | None:
    """What happened on the date: the verb right before the list or right behind the title."""
    before = shown[max(0, first.start - 8) : first.start]
    after = shown[name.end : min(end, name.end + 8)]
    for event, verbs in _EVENTS:
        if re.match(rf"[（(A-Z）)\s正式]*(?:{verbs})", after) or re.search(
            rf"(?:{verbs})(?:了|的)?$", before
        ):
            return event
    return None


def _issuers(text: str, start: int, end: int, name: _Named, gazetteer: Gazetteer) -> Iterator[Told]:
    """甲部等6部门联合印发…: the bodies between the date and the verb."""
    verbs = chinese_rules().words["promulgation_verbs"]
    clause = max(start, *(text.rfind(stop, start, end) + 1 for stop in "，,。；;"))
    match = re.fullmatch(
        rf"(.{{2,60}}?)(?:联合|共同|先后|陆续)*(?:{alternation(verbs)})(?:了)?", text[clause:end]
    )
    if not match:
        return
    for body in split_bodies(match.group(1).strip(), gazetteer):
        at = text.find(body, clause, end)
        place = (at, at + len(body)) if at >= 0 else (clause, clause + len(match.group(1)))
        found = gazetteer.named(plain_body(body), "agency")
        node = (
            Node(found[0].label, "agency", found[0].iri)
            if len(found) == 1
            else Node(body, "agency")
        )
        yield Told(name.node, "issued_by", node, *place, body, "issuer.sentence", 0.82)


def _places(text: str, start: int, end: int, name: _Named, gazetteer: Gazetteer) -> Iterator[Told]:
    """The place that a local title begins with; else the place that is the clause's subject."""
    for size in range(12, 1, -1):
        entry = gazetteer.place_names.get(name.said[:size])
        if entry and not name.said.startswith(chinese_rules().words["not_places_before"], size):
            node = Node(entry.label, "place", entry.iri)
            yield Told(
                name.node,
                "applies",
                node,
                name.start,
                name.start + size,
                name.said[:size],
                "region.title",
                0.88,
            )
            return
    match = re.match(r"[\s（(一二三四五六七八九十）)、]*", text[start:end])
    at = start + (match.end() if match else 0)
    for size in range(12, 1, -1):
        entry = gazetteer.place_names.get(text[at : at + size])
        if entry and text.startswith(chinese_rules().words["prose_places_after"], at + size):
            node = Node(entry.label, "place", entry.iri)
            yield Told(
                name.node,
                "applies",
                node,
                at,
                at + size,
                text[at : at + size],
                "region.subject",
                0.7,
            )
            return
