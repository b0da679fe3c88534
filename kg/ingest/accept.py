"""Accepted proposals as data files: new records whole, new lines in records that are there.

Nothing that a person wrote is changed: lines are only added. What cannot be added without
touching such a line is reported and left to the curator.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from kg.errors import KgError
from kg.ingest.decisions import Decision, is_node_id, rejected_ids
from kg.ingest.known import documents_by_fingerprint
from kg.ingest.proposals import Node, Proposal
from kg.ingest.statements import Context, Line, in_force_of, line_of, place, scalar
from kg.journal import write_all
from kg.records import Record, read_records

_FOLDERS = {
    "instrument": "instruments",
    "agreement": "agreements",
    "agency": "agencies",
    "place": "places",
}


class AcceptError(KgError):
    """An accepted proposal lacks what its record needs; the message says what."""


@dataclass
class Accepted:
    """What was written, and what a person must add by hand, with the reason."""

    written: list[Path] = field(default_factory=list)
    left: list[tuple[Proposal, str]] = field(default_factory=list)


@dataclass
class _Run:
    """One run of `accept`: what was decided, what the data hold, and the files made so far."""

    data_dir: Path
    decisions: Mapping[str, Decision]
    names: Mapping[str, str]
    citations: Mapping[str, str]
    tables: Mapping[str, Record]
    files: dict[Path, str] = field(default_factory=dict)
    result: Accepted = field(default_factory=Accepted)


def accept(
    proposals: Sequence[Proposal], decisions: Mapping[str, Decision], data_dir: Path
) -> Accepted:
    """Write what was accepted: all of it, even if it is ended in the middle and run again.

    A new node needs `iri` and `label_en` in its decision. The document must be in the data with
    its sha256. What the records already hold is not written again.
    """
    chosen = _chosen(proposals, decisions)
    names = _names(chosen, decisions)
    documents = documents_by_fingerprint(data_dir) if chosen else {}
    citations = {p.source.sha256: _document(p, documents, data_dir) for p in chosen}
    run = _Run(data_dir, decisions, names, citations, _tables(data_dir) if chosen else {})
    for iri in dict.fromkeys(names[p.s.key] for p in chosen if p.s.key in names):
        _record(iri, [p for p in chosen if names.get(p.s.key) == iri], run)
    write_all(data_dir, run.files)
    run.result.written = sorted(run.files)
    return run.result


def _chosen(proposals: Sequence[Proposal], decisions: Mapping[str, Decision]) -> list[Proposal]:
    ruled_out = rejected_ids(proposals, decisions)
    accepted = {d.id for d in decisions.values() if d.is_accepted}
    return [p for p in proposals if p.id in accepted and p.id not in ruled_out]


def _names(chosen: Iterable[Proposal], decisions: Mapping[str, Decision]) -> dict[str, str]:
    """Node key → id: the graph's own, or the one that the curator gave."""
    names: dict[str, str] = {}
    for proposal in chosen:
        given = decisions[proposal.id].iri
        if given and not is_node_id(given):
            raise AcceptError(
                f"{proposal.id}: {given!r} is no id; write it like instrument/place/short-name"
            )
        if proposal.is_entity and given:
            names[proposal.s.key] = given
        for node in (proposal.s, proposal.o):
            if isinstance(node, Node) and node.iri:
                names.setdefault(node.key, node.iri)
    return names


def _document(proposal: Proposal, documents: Mapping[str, str], data_dir: Path) -> str:
    found = documents.get(proposal.source.sha256)
    if found:
        return found
    raise AcceptError(
        f"{proposal.source.path}: no record in {data_dir.name}/documents/ has sha256 "
        f"{proposal.source.sha256}; add one so that the facts can name their source"
    )


def _record(iri: str, mine: Sequence[Proposal], run: _Run) -> None:
    """The record's file with the new lines, put among the run's files."""
    path = _path(iri, run.data_dir)
    before = path.read_text(encoding="utf-8") if path.exists() else None
    text = _new_record(mine, run) if before is None else before
    kind = _kind(iri, text, run.tables)
    context = Context(run.names, run.citations, kind, in_force_of(mine, run.decisions))
    for proposal in mine:
        line = line_of(proposal, run.decisions[proposal.id], context)
        if isinstance(line, str):
            run.result.left.append((proposal, line))
        elif line is not None and text is None:
            run.result.left.append((proposal, _by_hand(iri, line, run.tables)))
        elif line is not None and text is not None:
            text = _with_line(text, line, proposal, run.result)
    if text is not None and text != before:
        run.files[path] = text


def _tables(data_dir: Path) -> Mapping[str, Record]:
    """The records that are rows of tables, by id."""
    return {r.id: r for r in read_records(data_dir)[0] if r.file.endswith(".csv")}


def _kind(iri: str, text: str | None, tables: Mapping[str, Record]) -> str:
    """The kind of a record, in its text or in its row."""
    if text is None:
        kind = tables[iri].body.values.get("kind") if iri in tables else None
        return getattr(kind, "value", "")
    found = re.search(r"(?m)^kind:[ \t]*([a-z0-9-]+)", text)
    return found.group(1) if found else ""


def _by_hand(iri: str, line: Line, tables: Mapping[str, Record]) -> str:
    """Where a person finds the row to which a fact belongs, and what to put there."""
    row = tables.get(iri)
    if row is None:
        return f"{iri} has no record; accept the node itself first"
    return f"{row.file}:{row.line}: a row of a table; put under {line.key} there: {line.text}"


def _path(iri: str, data_dir: Path) -> Path:
    kind, _, rest = iri.partition("/")
    return data_dir / _FOLDERS[kind] / f"{rest}.yaml"


def _new_record(mine: Sequence[Proposal], run: _Run) -> str | None:
    """The head of a new record; None when the node is there already, but in a table."""
    entity = next((p for p in mine if p.is_entity and p.s.iri is None), None)
    if entity is None:
        return None
    decision = run.decisions[entity.id]
    if not decision.label_en:
        raise AcceptError(
            f"{entity.id}: a new {entity.s.type} needs `label_en` in its decision ({entity.s.label})"
        )
    kind = decision.value or (entity.o if isinstance(entity.o, str) else entity.o.label)
    label = {"zh": decision.label_zh or entity.s.label, "en": decision.label_en}
    return (
        f"kind: {kind}\n"
        f"label: {{zh: {scalar(label['zh'])}, en: {scalar(label['en'])}}}\n"
        f"sources:\n  - {{document: {run.citations[entity.source.sha256]}{place(entity)}}}\n"
    )


def _with_line(text: str, line: Line, proposal: Proposal, result: Accepted) -> str:
    """The record with one more line, added behind what stands under its key."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    entries = {k.value: v for k, v in root.value} if isinstance(root, yaml.MappingNode) else {}
    if line.text in text:
        return text
    if line.key not in entries:
        addition = (
            f"{line.key}:\n  - {line.text}\n" if line.is_item else f"{line.key}: {line.text}\n"
        )
        return _ended(text) + addition
    value = entries[line.key]
    if not line.is_item:
        if str(value.value) != line.text.strip('"'):
            result.left.append(
                (proposal, f"the record has {line.key} {value.value}; decide which is right")
            )
        return text
    if not isinstance(value, yaml.SequenceNode) or value.flow_style or not value.value:
        result.left.append(
            (proposal, f"{line.key} is written on one line; add by hand: - {line.text}")
        )
        return text
    return _behind_last(text, value, line)


def _behind_last(text: str, sequence: yaml.SequenceNode, line: Line) -> str:
    lines = _ended(text).splitlines(keepends=True)
    last = sequence.value[-1]
    at = last.end_mark.line + (1 if last.end_mark.column else 0)
    indent = " " * sequence.start_mark.column
    return "".join((*lines[:at], f"{indent}- {line.text}\n", *lines[at:]))


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"
