"""What a curator decided about proposals, kept in a YAML file beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import yaml

from kg.errors import KgError
from kg.ingest.proposals import Node, Proposal
from kg.swap import write_whole

VERDICTS = ("accepted", "rejected", "edited", "deferred")
_KEYS = ("id", "decision", "by", "at", "iri", "label_zh", "label_en", "value", "note")

_NODE_ID = re.compile(r"(?:instrument|agreement|agency|place)/[a-z0-9]+(?:[-/][a-z0-9]+)*")


class DecisionError(KgError):
    """A decision is not written as it should be; the message names file and entry."""


@dataclass(frozen=True)
class Decision:
    """One verdict; `iri` and labels name a new node, `value` is an edited object."""

    id: str
    decision: str
    by: str
    at: str
    iri: str | None = None
    label_zh: str | None = None
    label_en: str | None = None
    value: str | None = None
    note: str | None = None

    @property
    def is_accepted(self) -> bool:
        return self.decision in ("accepted", "edited")


def is_node_id(given: str) -> bool:
    """Whether a new node can have this id: instrument/place/short-name."""
    return _NODE_ID.fullmatch(given) is not None


def decide(
    proposal: Proposal, verdict: str, by: str, at: str | None = None, **changes: str | None
) -> Decision:
    """A verdict on a proposal; raises `DecisionError` for an unknown one, or an id that is none."""
    if (iri := changes.get("iri")) and not is_node_id(iri):
        raise DecisionError(f"{iri!r} is no id; write it like instrument/place/short-name")
    if verdict not in VERDICTS:
        raise DecisionError(f"{verdict!r} is no decision; expected {', '.join(VERDICTS)}")
    return Decision(proposal.id, verdict, by, at or date.today().isoformat(), **changes)


def read_decisions(path: Path) -> dict[str, Decision]:
    """The decisions of a file by proposal; a later one replaces an earlier one."""
    if not path.exists():
        return {}
    try:
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader) or []
    except yaml.YAMLError as error:
        raise DecisionError(f"{path}: not YAML: {error}") from error
    if not isinstance(rows, list):
        raise DecisionError(f"{path}: expected a list of decisions, each with id and decision")
    found = (_decision(path, number, row) for number, row in enumerate(rows, 1))
    return {decision.id: decision for decision in found}


def _decision(path: Path, number: int, row: object) -> Decision:
    where = f"{path}: decision {number}"
    if not isinstance(row, Mapping):
        raise DecisionError(f"{where}: expected a mapping with id and decision")
    unknown = sorted(set(row) - set(_KEYS))
    if unknown:
        raise DecisionError(f"{where}: unknown key {unknown[0]!r}; expected {', '.join(_KEYS)}")
    missing = [key for key in ("id", "decision", "by", "at") if not row.get(key)]
    if missing:
        raise DecisionError(f"{where}: {missing[0]!r} is missing")
    if row["decision"] not in VERDICTS:
        raise DecisionError(f"{where}: {row['decision']!r} must be one of {', '.join(VERDICTS)}")
    return Decision(**{str(key): str(value) for key, value in row.items()})


def write_decisions(path: Path, decisions: Iterable[Decision]) -> None:
    """Add decisions to a file, whole or not at all; comments and earlier entries stay."""
    rows = [{k: v for k, v in asdict(d).items() if v is not None} for d in decisions]
    if not rows:
        return
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if before and not before.endswith("\n"):
        before += "\n"
    added = yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=1_000)
    write_whole(path, (before + added).encode())


def open_proposals(
    proposals: Sequence[Proposal], decisions: Mapping[str, Decision]
) -> list[Proposal]:
    """What still waits for a verdict: undecided or deferred, and not resting on a rejected node."""
    rejected = rejected_ids(proposals, decisions)
    waiting = [
        p for p in proposals if p.id not in decisions or decisions[p.id].decision == "deferred"
    ]
    return [p for p in waiting if p.id not in rejected]


def rejected_ids(proposals: Sequence[Proposal], decisions: Mapping[str, Decision]) -> set[str]:
    """The rejected ones, and the relations of every node that was rejected."""
    rejected = {d.id for d in decisions.values() if d.decision == "rejected"}
    nodes = {(p.source.sha256, p.s.key) for p in proposals if p.id in rejected and p.is_entity}
    for proposal in proposals:
        ends = (proposal.s, proposal.o) if isinstance(proposal.o, Node) else (proposal.s,)
        rests = any(
            node.iri is None and (proposal.source.sha256, node.key) in nodes for node in ends
        )
        if rests or rejected & set(proposal.depends_on):
            rejected.add(proposal.id)
    return rejected
