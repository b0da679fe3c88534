"""A full disk, a limit on files, a folder that cannot be written: a message, and the old store."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from country import AURELIA

from kg.build import Graph
from kg.snapshot import save_snapshot
from kg.store import FORMAT, open_store, write_store

LIMITS = (0, 500, 2_000, 30_000, 100_000)


def kg(*args: object, limit: int | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, which may write files of at most `limit` bytes."""
    def confine() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-B", "-m", "kg", *map(str, args)], capture_output=True, text=True, check=False,
        env={**os.environ, **environment}, preexec_fn=confine)


@pytest.fixture
def old(aurelia: Graph, tmp_path: Path) -> Path:
    """A store that is to stay as it is."""
    path = tmp_path / "stores" / "s"
    write_store(aurelia.n_triples(), path, finish=save_snapshot)
    return path


def _is_old(path: Path) -> bool:
    with open_store(path) as store:
        return len(store.select("scopes")) > 10 and [one.name for one in path.parent.iterdir()] == ["s"]


@pytest.mark.parametrize("limit", LIMITS)
def test_files_of_limited_size(old: Path, limit: int) -> None:
    found = kg("build", AURELIA, "-o", old, limit=limit)
    assert found.returncode == 1 and "Traceback" not in found.stderr, found.stderr
    assert f"{old} cannot be written" in found.stderr
    assert _is_old(old)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte, where this machine lets us mount one."""
    path = tmp_path / "small"
    path.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", path],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no small file system can be mounted here: {done.stderr.strip()}")
    yield path
    subprocess.run(["umount", path], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    store = small_disk / "s"
    write_store(b"<urn:a> <urn:b> <urn:c> .\n", store)
    filler = small_disk / "filler"
    with filler.open("wb") as out:
        out.write(b"x" * 300_000)
    found = kg("build", AURELIA, "-o", store)
    assert found.returncode == 1 and "Traceback" not in found.stderr, found.stderr
    assert f"{store} cannot be written" in found.stderr
    with open_store(store) as kept:
        assert kept.query("ASK { <urn:a> <urn:b> <urn:c> }") is True
    assert sorted(one.name for one in small_disk.iterdir()) == ["filler", "s"]


def _unwritable(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "file").write_text("")
    yield tmp_path / "file" / "s"
    if Path("/proc/self").exists():
        yield Path("/proc/s")
    if os.geteuid():
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine").chmod(0o555)
        yield tmp_path / "mine" / "s"


def test_folders_that_cannot_be_written(tmp_path: Path) -> None:
    for path in _unwritable(tmp_path):
        for command in (["build", AURELIA, "-o", path], ["stats", "-o", path / "x"],
                        ["timeline", "-o", path / "t.html"]):
            found = kg(*command)
            assert found.returncode == 1 and "Traceback" not in found.stderr, found.stderr
            assert "cannot be written" in found.stderr


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = kg("why", "RCEP", "海南", KG_CACHE=str(tmp_path / "file"))
    assert found.returncode == 1 and "Traceback" not in found.stderr, found.stderr
    assert "KG_CACHE" in found.stderr


def test_a_cached_store_of_another_layout_is_built_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, aurelia: Graph
) -> None:
    from kg import packaged

    monkeypatch.setenv("KG_CACHE", str(tmp_path))
    monkeypatch.setattr(packaged, "DATA", AURELIA)
    with packaged.packaged_store() as first:
        assert len(first.select("scopes")) > 10
    stamp = tmp_path / "store" / "policy-kg.json"
    stamp.write_text(stamp.read_text().replace(f'"format": "{FORMAT}"', '"format": "0"'))
    assert '"0"' in stamp.read_text()
    with packaged.packaged_store() as again:
        assert len(again.select("scopes")) > 10


@pytest.mark.parametrize("damage", ["stamp", "manifest", "table", "empty", "facts", "labels"])
def test_a_damaged_store_is_a_message_or_an_answer_from_the_rest(old: Path, damage: str) -> None:
    whole = kg("--store", old, "why", "DA", "港市", "--on", "2022-01-01", "--format", "json").stdout
    if damage == "stamp":
        (old / "policy-kg.json").write_text("{")
    elif damage == "empty":
        for one in (old / "oxigraph").iterdir():
            one.unlink()
    else:
        wanted = {"manifest": "oxigraph/MANIFEST*", "table": "oxigraph/*.sst", "facts": "facts*",
                  "labels": "labels*"}[damage]
        for one in old.glob(wanted):
            one.write_bytes(b"damaged" * 100)
    found = kg("--store", old, "why", "DA", "港市", "--on", "2022-01-01", "--format", "json")
    assert "Traceback" not in found.stderr, found.stderr
    assert found.stdout == whole if damage in ("facts", "labels") else found.returncode == 1
