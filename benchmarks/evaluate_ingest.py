"""Precision, recall and F1 of the ingest, field by field, against truth written by hand.

`python -m benchmarks.evaluate_ingest` reads the truth in `tests/ingest/truth/`, the documents in
`../shared/corpus/` beside the checkout, and the names in `data/`. An absent value that is proposed
counts as wrong. With `../shared/seeds/` it also measures the report against the curated graph: the
instruments and agreements whose records cite it, and the byte slips mended.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from kg.ingest import Extraction, Gazetteer, extraction_json, ingest_one, load_gazetteer
from kg.ingest.documents import find_documents
from kg.ingest.gazetteer import folded
from kg.records import Items, Record, Text, read_records
from kg.records import Mapping as RecordMapping

ROOT = Path(__file__).resolve().parent.parent
TRUTH = ROOT / "tests" / "ingest" / "truth"
SHARED = ROOT.parent / "shared"
FIELDS = (
    "title", "kind", "number", "issuers", "adopted", "promulgated", "in_force",
    "amended", "repeals", "based_on", "mentions", "regions",
)  # fmt: skip


@dataclass
class Score:
    """Counts of right, wrong and missed values."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        found = self.right + self.wrong
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        there = self.right + self.missed
        return self.right / there if there else 1.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def compare(
    truth: Mapping[str, object], found: Mapping[str, object]
) -> dict[str, tuple[set[str], set[str]]]:
    """For each field the true and the found values, in comparable spelling."""
    return {name: (_values(truth.get(name)), _values(found.get(name))) for name in FIELDS}


def _values(value: object) -> set[str]:
    items = value if isinstance(value, list) else [value] if value else []
    return {folded(str(item)) for item in items}


def count(scores: dict[str, Score], compared: Mapping[str, tuple[set[str], set[str]]]) -> None:
    """Add one document's values to the scores."""
    for name, (true, found) in compared.items():
        score = scores.setdefault(name, Score())
        score.right += len(true & found)
        score.wrong += len(found - true)
        score.missed += len(true - found)


def evaluate(corpus: Path, gazetteer: Gazetteer) -> tuple[dict[str, Score], list[str]]:
    """Scores over every document that has a truth file, with every mistake in words."""
    scores: dict[str, Score] = {}
    mistakes: list[str] = []
    documents = {path.stem: path for path in find_documents([corpus])}
    for truth_file in sorted(TRUTH.glob("*.yaml")):
        truth = yaml.load(truth_file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        outcome = ingest_one(documents[truth_file.stem], gazetteer)
        if outcome.extraction is None:
            raise SystemExit(outcome.problem)
        document = extraction_json(outcome.extraction)["document"]
        assert isinstance(document, dict)
        compared = compare(truth, document)
        count(scores, compared)
        mistakes += _mistakes(truth_file.stem, compared)
    return scores, mistakes


def _mistakes(name: str, compared: Mapping[str, tuple[set[str], set[str]]]) -> Iterator[str]:
    for field, (true, found) in compared.items():
        yield from (f"{name} {field}: wrong {value}" for value in sorted(found - true))
        yield from (f"{name} {field}: missed {value}" for value in sorted(true - found))


def table(scores: Mapping[str, Score]) -> Iterator[str]:
    """The scores as lines of text."""
    yield f"{'field':<12} {'P':>5} {'R':>5} {'F1':>5} {'right':>6} {'wrong':>6} {'missed':>6}"
    for name, s in scores.items():
        yield (
            f"{name:<12} {s.precision:5.2f} {s.recall:5.2f} {s.f1:5.2f}"
            f" {s.right:6} {s.wrong:6} {s.missed:6}"
        )


# --- the report ---------------------------------------------------------------------------------


def curated(records: Iterable[Record], document: str) -> dict[str, str]:
    """The instruments and agreements whose records cite a document, with their labels."""
    found: dict[str, str] = {}
    for record in records:
        if record.cls in ("Instrument", "Agreement") and _cites(record.body, document):
            label = record.body.values.get("label")
            zh = label.values.get("zh") if isinstance(label, RecordMapping) else None
            found[record.id] = zh.value if isinstance(zh, Text) else record.id
    return found


def _cites(value: object, document: str) -> bool:
    if isinstance(value, Text):
        return value.value == document
    if isinstance(value, Items):
        return any(_cites(item, document) for item in value.values)
    return isinstance(value, RecordMapping) and any(
        _cites(v, document) for v in value.values.values()
    )


def report_lines(
    extraction: Extraction, expected: Mapping[str, str], seconds: float
) -> Iterator[str]:
    """How many of the curated instruments were proposed, and what was proposed beside them."""
    nodes = {p.s.key: p.s for p in extraction.proposals if p.is_entity}
    found = {node.iri for node in nodes.values() if node.iri}
    known = len(found & set(expected))
    new = [node.label for node in nodes.values() if node.iri is None]
    yield f"read in {seconds:.1f} s, {len(extraction.proposals)} proposals"
    if expected:
        yield f"curated instruments proposed: {known} of {len(expected)} ({known / len(expected):.2f})"
        yield "not proposed: " + "; ".join(sorted(v for k, v in expected.items() if k not in found))
        yield f"instruments proposed: {len(nodes)}, of which the graph has {len(found)}"
    yield f"new to the graph, to be judged by eye: {'; '.join(sorted(new))}"
    for step in extraction.clean.steps:
        yield f"{step.name}: {len(step.changes)}, {sum(c.inferred for c in step.changes)} inferred"


def main() -> int:
    """Print every table; 1 when the documents are not there."""
    data = ROOT / "data"
    gazetteer = load_gazetteer(data)
    corpus, seeds = SHARED / "corpus", SHARED / "seeds"
    if not corpus.is_dir():
        print(
            f"no documents in {corpus.relative_to(ROOT.parent)}: nothing to measure",
            file=sys.stderr,
        )
        return 1
    scores, mistakes = evaluate(corpus, gazetteer)
    print("\n".join([*table(scores), "", *mistakes]))
    records, _ = read_records(data)
    by_sha = {_sha(r): r.id for r in records if r.cls == "Document"}
    for path in find_documents([seeds]) if seeds.is_dir() else ():
        began = time.perf_counter()
        outcome = ingest_one(path, gazetteer)
        seconds = time.perf_counter() - began
        if outcome.extraction:
            document = by_sha.get(outcome.extraction.clean.raw.sha256, "")
            expected = curated(records, document) if document else {}
            print("\n".join(["", path.name, *report_lines(outcome.extraction, expected, seconds)]))
    return 0


def _sha(record: Record) -> str:
    value = record.body.values.get("sha256")
    return value.value if isinstance(value, Text) else ""


if __name__ == "__main__":
    sys.exit(main())
