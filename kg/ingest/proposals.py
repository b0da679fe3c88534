"""Facts that a document suggests, each with the very place that suggests it.

A proposal is never a fact: a curator decides. Its id is made of the document, the fact and the
place, so that the same fact from the same place has the same id in every run and a rejection is
remembered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from kg.swap import replacing

_CONTEXT = 24


@dataclass(frozen=True)
class Node:
    """A node of the graph, or one that would be new to it."""

    label: str
    type: str
    iri: str | None = None

    def to_json(self) -> dict[str, str]:
        if self.iri:
            return {"iri": self.iri, "label": self.label}
        return {"new": self.type, "label": self.label}

    @property
    def key(self) -> str:
        return self.iri or f"{self.type}:{self.label}"


@dataclass(frozen=True)
class Selector:
    """A place in the raw text: code points from `start` to `end` (exclusive), and what stands there."""

    start: int
    end: int
    exact: str
    prefix: str
    suffix: str

    def to_annotation(self) -> list[dict[str, object]]:
        """The two selectors of a W3C Web Annotation: position finds, quote verifies."""
        position: dict[str, object] = {
            "type": "TextPositionSelector",
            "start": self.start,
            "end": self.end,
        }
        quote: dict[str, object] = {
            "type": "TextQuoteSelector",
            "exact": self.exact,
            "prefix": self.prefix,
            "suffix": self.suffix,
        }
        return [position, quote]


@dataclass(frozen=True)
class Source:
    """The document that suggests a fact."""

    path: str
    sha256: str
    page: str | None = None


@dataclass(frozen=True)
class Proposal:
    """One suggested fact."""

    id: str
    s: Node
    p: str
    o: Node | str
    source: Source
    selector: Selector
    normalised: str
    rule: str
    confidence: float
    status: str = "proposed"
    steps: tuple[str, ...] = ()
    inferred: bool = False
    depends_on: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    agreement: str | None = None  # "agrees", "contradicts" or None when the graph says nothing

    @property
    def is_entity(self) -> bool:
        """Whether it proposes a node rather than a relation."""
        return self.p == "kind"

    def to_json(self) -> dict[str, Any]:
        """The whole proposal, as a line of the proposals file."""
        return {
            **self.brief(),
            "selector": self.selector.to_annotation(),
            "source": asdict(self.source),
            "steps": list(self.steps),
            "inferred": self.inferred,
            "depends_on": list(self.depends_on),
            "known": list(self.known),
            "agreement": self.agreement,
        }

    def brief(self) -> dict[str, Any]:
        """The keys that programs rely on."""
        return {
            "id": self.id,
            "status": self.status,
            "confidence": round(self.confidence, 2),
            "rule": self.rule,
            "s": self.s.to_json(),
            "p": self.p,
            "o": self.o.to_json() if isinstance(self.o, Node) else {"value": self.o},
            "selector": asdict(self.selector),
            "normalised": self.normalised,
        }


def proposal_id(sha256: str, s: Node, p: str, o: Node | str, start: int, end: int) -> str:
    """The same for the same fact from the same place, whatever the version of the rules.

    Nodes count by their label: when a new node enters the graph the id stays.
    """
    told = o.label if isinstance(o, Node) else o
    text = "\x1f".join((sha256, s.label, p, told, str(start), str(end)))
    return "p-" + hashlib.sha256(text.encode()).hexdigest()[:16]


def select(text: str, start: int, end: int) -> Selector:
    """The selector of a raw span, with some text around it."""
    prefix = text[max(0, start - _CONTEXT) : start]
    return Selector(start, end, text[start:end], prefix, text[end : end + _CONTEXT])


def quotes_its_place(proposal: Proposal, text: str) -> bool:
    """Whether a proposal's quote is what stands at its offsets."""
    selector = proposal.selector
    return bool(selector.exact) and text[selector.start : selector.end] == selector.exact


# --- the proposals file -------------------------------------------------------------------------


def append_proposals(path: Path, proposals: Iterable[Proposal]) -> int:
    """Add the proposals that the file does not hold yet, all or none; how many were added."""
    with appending(path) as file:
        file.add(proposals)
    return file.added


class Appending:
    """A proposals file that grows beside the old one; proposals it holds are not written again."""

    def __init__(self, known: set[str], file: IO[bytes]) -> None:
        self._known = known
        self._file = file
        self.added = 0

    def add(self, proposals: Iterable[Proposal]) -> None:
        """Write the proposals that are not in the file yet."""
        for proposal in proposals:
            if proposal.id not in self._known:
                self._known.add(proposal.id)
                line = json.dumps(proposal.to_json(), ensure_ascii=False, sort_keys=False)
                self._file.write(line.encode() + b"\n")
                self.added += 1


@contextmanager
def appending(path: Path) -> Iterator[Appending]:
    """Add to a proposals file document by document; it changes only when all went well."""
    known = {row["id"] for row in read_rows(path)}
    with replacing(path) as file:
        before = path.read_bytes() if path.exists() else b""
        file.write(before if not before or before.endswith(b"\n") else before + b"\n")
        yield Appending(known, file)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The lines of a proposals file; raises `ValueError` naming the line that is not JSON."""
    if not path.exists():
        return []
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError as error:
            raise ValueError(f"{path}:{number}: not a line of JSON: {error.msg}") from error
    return rows


def read_proposals(path: Path) -> list[Proposal]:
    """The proposals of a file, in order; of several lines with one id the last one counts."""
    found = {row["id"]: _from_json(row) for row in read_rows(path)}
    return list(found.values())


def _from_json(row: Mapping[str, Any]) -> Proposal:
    position, quote = row["selector"]
    return Proposal(
        id=row["id"],
        s=_node(row["s"]),
        p=row["p"],
        o=row["o"]["value"] if "value" in row["o"] else _node(row["o"]),
        source=Source(**row["source"]),
        selector=Selector(
            position["start"], position["end"], quote["exact"], quote["prefix"], quote["suffix"]
        ),
        normalised=row["normalised"],
        rule=row["rule"],
        confidence=row["confidence"],
        status=row["status"],
        steps=tuple(row["steps"]),
        inferred=row["inferred"],
        depends_on=tuple(row["depends_on"]),
        known=tuple(row["known"]),
        agreement=row["agreement"],
    )


def _node(written: Mapping[str, str]) -> Node:
    iri = written.get("iri")
    return Node(written["label"], written.get("new") or (iri or "").partition("/")[0], iri)


@dataclass
class Builder:
    """Collects proposals of one document; equal facts from equal places count once."""

    text: str
    source: Source
    steps: tuple[str, ...] = ()
    made: dict[str, Proposal] = field(default_factory=dict)

    def add(
        self,
        s: Node,
        p: str,
        o: Node | str,
        place: tuple[int, int],
        normalised: str,
        rule: str,
        confidence: float,
        *,
        page: str | None = None,
        depends_on: tuple[str, ...] = (),
        inferred: bool = False,
    ) -> str | None:
        """The id of the proposal; none is made where nothing stands to be quoted."""
        start, end = place
        if end <= start or not self.text[start:end].strip():
            return None
        key = proposal_id(self.source.sha256, s, p, o, start, end)
        self.made.setdefault(
            key,
            Proposal(
                id=key,
                s=s,
                p=p,
                o=o,
                source=replace(self.source, page=page),
                selector=select(self.text, start, end),
                normalised=normalised,
                rule=rule,
                confidence=confidence,
                steps=self.steps,
                inferred=inferred,
                depends_on=depends_on,
            ),
        )
        return key
