"""Accepted proposals as data files: new records whole, new lines in records that are there.

Nothing that a person wrote is changed: lines are only added. What cannot be added without
touching such a line is reported and left to the curator.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from kg.errors import KgError
from kg.ingest.decisions import Decision, rejected_ids
from kg.ingest.known import documents_by_fingerprint
from kg.ingest.proposals import Node, Proposal, write_whole

_FOLDERS = {
    "instrument": "instruments",
    "agreement": "agreements",
    "agency": "agencies",
    "place": "places",
}
_EVENTS = frozenset(("adopted", "approved", "promulgated", "in-force", "amended"))
_RELATIONS = frozenset(("issued_by", "based_on", "repeals", "amends", "cites", "applies"))
_ID = re.compile(r"(instrument|agreement|agency|place)/[a-z0-9]+(?:[-/][a-z0-9]+)*")


class AcceptError(KgError):
    """An accepted proposal lacks what its record needs; the message says what."""


@dataclass
class Accepted:
    """What was written, and what a person must add by hand, with the reason."""

    written: list[Path] = field(default_factory=list)
    left: list[tuple[Proposal, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Line:
    """One line for a record: under which key, and the text of the list item or value."""

    key: str
    text: str
    is_item: bool


def accept(
    proposals: Sequence[Proposal], decisions: Mapping[str, Decision], data_dir: Path
) -> Accepted:
    """Write what was accepted; all files are made ready before the first is replaced.

    A new node needs `iri` and `label_en` in its decision. The document must be in the data with
    its sha256. What the records already hold is not written again.
    """
    chosen = _chosen(proposals, decisions)
    names = _names(chosen, decisions)
    documents = documents_by_fingerprint(data_dir) if chosen else {}
    citations = {p.source.sha256: _document(p, documents, data_dir) for p in chosen}
    result = Accepted()
    files: dict[Path, str] = {}
    for iri in dict.fromkeys(names[p.s.key] for p in chosen if p.s.key in names):
        mine = [p for p in chosen if names.get(p.s.key) == iri]
        _record(iri, mine, decisions, names, citations, data_dir, files, result)
    for path, text in files.items():
        write_whole(path, text.encode())
    result.written = sorted(files)
    return result


def _chosen(proposals: Sequence[Proposal], decisions: Mapping[str, Decision]) -> list[Proposal]:
    ruled_out = rejected_ids(proposals, decisions)
    accepted = {d.id for d in decisions.values() if d.is_accepted}
    return [p for p in proposals if p.id in accepted and p.id not in ruled_out]


def _names(chosen: Iterable[Proposal], decisions: Mapping[str, Decision]) -> dict[str, str]:
    """Node key → id: the graph's own, or the one that the curator gave."""
    names: dict[str, str] = {}
    for proposal in chosen:
        given = decisions[proposal.id].iri
        if given and not _ID.fullmatch(given):
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


def _record(
    iri: str,
    mine: Sequence[Proposal],
    decisions: Mapping[str, Decision],
    names: Mapping[str, str],
    citations: Mapping[str, str],
    data_dir: Path,
    files: dict[Path, str],
    result: Accepted,
) -> None:
    """The record's file with the new lines, put into `files`."""
    path = _path(iri, data_dir)
    text = (
        path.read_text(encoding="utf-8")
        if path.exists()
        else _new_record(iri, mine, decisions, citations)
    )
    if text is None:
        result.left += [
            (p, f"{iri} is not a YAML record of its own; add it to its table") for p in mine
        ]
        return
    for proposal in mine:
        line = _line(proposal, decisions[proposal.id], names, citations)
        if isinstance(line, str):
            result.left.append((proposal, line))
        elif line is not None:
            text = _with_line(text, line, proposal, result)
    if not path.exists() or text != path.read_text(encoding="utf-8"):
        files[path] = text


def _path(iri: str, data_dir: Path) -> Path:
    kind, _, rest = iri.partition("/")
    return data_dir / _FOLDERS[kind] / f"{rest}.yaml"


def _new_record(
    iri: str,
    mine: Sequence[Proposal],
    decisions: Mapping[str, Decision],
    citations: Mapping[str, str],
) -> str | None:
    """The head of a new record; None when the node is there already, but in a table."""
    entity = next((p for p in mine if p.is_entity and p.s.iri is None), None)
    if entity is None:
        return None
    decision = decisions[entity.id]
    if not decision.label_en:
        raise AcceptError(
            f"{entity.id}: a new {entity.s.type} needs `label_en` in its decision ({entity.s.label})"
        )
    kind = decision.value or (entity.o if isinstance(entity.o, str) else entity.o.label)
    label = {"zh": decision.label_zh or entity.s.label, "en": decision.label_en}
    return (
        f"kind: {kind}\n"
        f"label: {{zh: {_scalar(label['zh'])}, en: {_scalar(label['en'])}}}\n"
        f"sources:\n  - {{document: {citations[entity.source.sha256]}{_place(entity)}}}\n"
    )


def _scalar(text: str) -> str:
    """A YAML scalar that reads back as the same text inside a flow mapping."""
    return (
        json.dumps(text, ensure_ascii=False)
        if re.search(r"[^\w\s\u3000-\u9fff（）.'’/-]|^[\s\d-]", text)
        else text
    )


def _place(proposal: Proposal) -> str:
    page = f", page: {proposal.source.page}" if proposal.source.page else ""
    return (
        f"{page}, start: {proposal.selector.start}, end: {proposal.selector.end}, checked: source"
    )


def _line(
    proposal: Proposal, decision: Decision, names: Mapping[str, str], citations: Mapping[str, str]
) -> _Line | str | None:
    """The line that states a proposal; None for the entity itself; a reason when there is none."""
    if proposal.is_entity:
        return None
    source = f"source: {citations[proposal.source.sha256]}{_place(proposal)}"
    if proposal.p in _EVENTS and isinstance(proposal.o, str):
        date = decision.value or proposal.o
        return _Line("dates", f"{{event: {proposal.p}, date: {date}, {source}}}", True)
    if proposal.p == "number" and isinstance(proposal.o, str):
        return _Line("number", _scalar(decision.value or proposal.o), False)
    if proposal.p in _RELATIONS and isinstance(proposal.o, Node):
        target = decision.value or names.get(proposal.o.key)
        if not target:
            return f"accept {proposal.o.label} first: it has no id yet"
        return _Line(proposal.p, f"{{to: {target}, {source}}}", True)
    return f"{proposal.p} has no place in a record; write it by hand"


def _with_line(text: str, line: _Line, proposal: Proposal, result: Accepted) -> str:
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


def _behind_last(text: str, sequence: yaml.SequenceNode, line: _Line) -> str:
    lines = _ended(text).splitlines(keepends=True)
    last = sequence.value[-1]
    at = last.end_mark.line + (1 if last.end_mark.column else 0)
    indent = " " * sequence.start_mark.column
    return "".join((*lines[:at], f"{indent}- {line.text}\n", *lines[at:]))


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"
