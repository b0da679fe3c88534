"""Accepted proposals as lines of a record: a date, a number, a relation, a scope, a party."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.ingest.decisions import Decision
from kg.ingest.force import force_of
from kg.ingest.proposals import Node, Proposal

EVENTS = frozenset(("adopted", "approved", "signed", "promulgated", "in-force", "amended"))
_RELATIONS = frozenset(("issued_by", "based_on", "repeals", "amends", "cites"))
_ROLES = {"party": "party", "signatory": "signatory"}


@dataclass(frozen=True)
class Line:
    """One line for a record: under which key, and the text of the list item or value."""

    key: str
    text: str
    is_item: bool = True


@dataclass(frozen=True)
class Context:
    """What lines need beside their proposal: ids, documents, the record's kind, accepted dates."""

    names: Mapping[str, str]  # node key → id
    citations: Mapping[str, str]  # sha256 of a document → its id
    kind: str = ""
    in_force: str = ""


def line_of(proposal: Proposal, decision: Decision, context: Context) -> Line | str | None:
    """The line that states a proposal; None for a node itself; the reason when there is none."""
    if proposal.is_entity:
        return None
    source = f"source: {context.citations[proposal.source.sha256]}{place(proposal)}"
    if isinstance(proposal.o, Node):
        return _relation(proposal, decision, context, source)
    value = decision.value or proposal.o
    if proposal.p in EVENTS:
        return Line("dates", f"{{event: {proposal.p}, date: {value}, {source}}}")
    if proposal.p == "number":
        return Line("number", scalar(value), is_item=False)
    if proposal.p == "designated":
        return _designation(proposal, value, context)
    return f"{proposal.p} has no place in a record; write it by hand"


def _relation(proposal: Proposal, decision: Decision, context: Context, source: str) -> Line | str:
    assert isinstance(proposal.o, Node)
    target = decision.value or context.names.get(proposal.o.key)
    if not target:
        return f"accept {proposal.o.label} first: it has no id yet"
    if proposal.p in _RELATIONS:
        return Line(proposal.p, f"{{to: {target}, {source}}}")
    if proposal.p == "applies":
        return _scope(target, context, source)
    if proposal.p in _ROLES:
        return _party(proposal, target, context, source)
    return f"{proposal.p} has no place in a record; write it by hand"


def _scope(target: str, context: Context, source: str) -> Line | str:
    """Where it applies, with the force that its kind has."""
    force = force_of(context.kind)
    if force is None:
        return f"how it applies in {target} is not known: its record has no kind of instrument"
    return Line("applies", f"{{to: {target}, force: {force}, {source}}}")


def _party(proposal: Proposal, target: str, context: Context, source: str) -> Line:
    """A side: an original party from the day of entry into force, any other from a day unknown."""
    began = context.in_force if proposal.rule == "party.original" else ""
    role = _ROLES[proposal.p]
    return Line(
        "parties", f"{{party: {target}, role: {role}, from: {began or 'unknown'}, {source}}}"
    )


def _designation(proposal: Proposal, status: str, context: Context) -> str:
    """A designation is a record of its own, with a status of the ontology: a person writes it."""
    holder = proposal.s.iri or context.names.get(proposal.s.key) or proposal.s.label
    document = context.citations[proposal.source.sha256]
    return (
        f"write a record in designations/: holder: {holder}, status: (for {status!r}), from: …, "
        f"by: […], sources: [{{document: {document}{place(proposal)}}}]"
    )


def place(proposal: Proposal) -> str:
    """Where in its document a proposal stands, as keys of a source."""
    page = f", page: {proposal.source.page}" if proposal.source.page else ""
    selector = proposal.selector
    return f"{page}, start: {selector.start}, end: {selector.end}, checked: source"


def scalar(text: str) -> str:
    """A YAML scalar that reads back as the same text inside a flow mapping."""
    odd = re.search(r"[^\w\s\u3000-\u9fff（）.'’/-]|^[\s\d-]", text)
    return json.dumps(text, ensure_ascii=False) if odd else text


def in_force_of(proposals: Sequence[Proposal], decisions: Mapping[str, Decision]) -> str:
    """The day of entry into force among accepted proposals, when there is just one."""
    days = {
        decisions[p.id].value or p.o
        for p in proposals
        if p.p == "in-force" and isinstance(p.o, str)
    }
    return next(iter(days)) if len(days) == 1 else ""
