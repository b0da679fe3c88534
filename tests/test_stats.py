"""What the packaged data promise: no orphan, labels in both languages, counts that do not shrink."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kg.check import check
from kg.errors import DataError
from kg.resources import DATA
from kg.schema import FOLDERS
from kg.stats import stats
from kg.store import Store


def test_nothing_stands_alone_and_all_have_labels(packaged: Store) -> None:
    found = stats(packaged)
    assert found["orphans"] == []
    assert found["count_labels"]
    for row in found["count_labels"]:
        assert row["nodes"] == row["zh"] == row["en"], row


def test_disagreements_have_reasons(packaged: Store) -> None:
    rows = stats(packaged)["count_disagreements"]
    assert len(rows) >= 6
    assert all(row.get("why") for row in rows if row["rank"].endswith("disputed"))


def test_every_record_is_stated_somewhere(packaged: Store) -> None:
    rows = {row["checked"]: row for row in stats(packaged)["count_checked"]}
    assert set(rows) == {"source", "reference"} and int(rows["source"]["facts"]) > 3000
    assert 2000 < int(rows["source"]["withPage"]) < int(rows["source"]["facts"])


def test_records_that_vanish_fail_the_build(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "lines").mkdir(parents=True)
    (folder / "dataset.yaml").write_text("expected:\n  lines: 3\n")
    with pytest.raises(DataError, match="expected at least 3 lines, found 0"):
        check(folder)


def test_the_expected_counts_stand_in_the_packaged_data() -> None:
    expected = yaml.safe_load((DATA / "dataset.yaml").read_text("utf-8"))["expected"]
    assert expected["instruments"] >= 225 and expected["places"] >= 6900
    assert set(expected) == set(FOLDERS)
