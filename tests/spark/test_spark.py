"""On a Spark of one master and two workers of this machine: the answers of the single process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result
from servers import ended, free_ports, oxigraph, wait_until
from test_applicability import AURELIA_CASES

from kg.build import Graph
from kg.cli import main
from kg.snapshot import save_snapshot
from kg.store import write_store

pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'policy-kg[spark]'")
pyspark = pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'policy-kg[spark]'")
if not shutil.which("java"):
    pytest.skip("Java is not installed here; tests/spark/install.sh installs it", allow_module_level=True)

WRONG = [("nothing", "港市", "2022-01-01", ""), ("DA", "港市", "2022-13-01", ""), ("DA", "", "2022-01-01", "")]
PAIRS = [(c.instrument, c.place, c.on, c.partner) for c in AURELIA_CASES]
PAIRS = [*PAIRS[:20], *WRONG, *PAIRS[20:]]
NAMES = ("instrument", "place", "on", "with")


@dataclass(frozen=True)
class Cluster:
    """A standalone master: its engine name for `--engine`, and its page."""

    engine: str
    page: str

    def applications(self) -> list[dict[str, object]]:
        with urlopen(f"{self.page}/json/", timeout=5) as page:
            return list(json.load(page)["completedapps"])

    def workers(self) -> int:
        try:
            with urlopen(f"{self.page}/json/", timeout=5) as page:
                return int(json.load(page)["aliveworkers"])
        except (OSError, ValueError):  # its page is not ready
            return 0


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One master and two workers, each with one core, ended by their process ids."""
    folder = tmp_path_factory.mktemp("spark")
    port, page = free_ports(2)
    run = Path(pyspark.__file__).parent / "bin" / "spark-class"
    deploy = "org.apache.spark.deploy"
    local = {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m"}
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    found = Cluster(f"spark:spark://127.0.0.1:{port}", f"http://127.0.0.1:{page}")
    master = [run, f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", port, "--webui-port", page]
    worker = [run, f"{deploy}.worker.Worker", "--host", "127.0.0.1", "--cores", 1, "--memory", "1200m",
              "--webui-port", 0, "--work-dir", folder, f"spark://127.0.0.1:{port}"]
    with ExitStack() as stack:
        for command in (master, worker, worker):
            stack.enter_context(ended(subprocess.Popen(
                list(map(str, command)), cwd=folder, env={**os.environ, **local},
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)))
        wait_until(lambda: found.workers() == 2, 120, "Spark")
        yield found


@pytest.fixture(scope="module")
def built(aurelia: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "aurelia"
    write_store(aurelia.n_triples(), path, finish=save_snapshot)
    return path


def why(store: object, *args: object) -> Result:
    return CliRunner().invoke(main, ["--store", str(store), "why", *map(str, args)])


def _csv(path: Path) -> Path:
    rows = (",".join(f'"{cell}"' for cell in row) for row in (NAMES, *PAIRS))
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def _table(pairs: list[tuple[str, ...]]) -> object:
    return pyarrow.table({name: [row[i] or None for row in pairs] for i, name in enumerate(NAMES)})


def test_the_verdicts_of_one_process_in_the_same_order(
    cluster: Cluster, built: Path, tmp_path: Path
) -> None:
    pairs = _csv(tmp_path / "pairs.csv")
    alone = why(built, "--file", pairs, "--format", "json")
    spread = why(built, "--file", pairs, "--format", "json", "--engine", cluster.engine)
    assert alone.exit_code == spread.exit_code == 1
    assert spread.stdout == alone.stdout, spread.stderr
    assert [i for i, one in enumerate(json.loads(alone.stdout)) if "error" in one] == [20, 21, 22]
    assert cluster.applications()[0]["cores"] == 2


def test_parquet_in_and_out(cluster: Cluster, built: Path, tmp_path: Path) -> None:
    from pyarrow import parquet

    pairs, alone, spread = tmp_path / "pairs.parquet", tmp_path / "a.parquet", tmp_path / "b.parquet"
    parquet.write_table(_table(PAIRS), pairs)
    assert why(built, "--file", pairs, "-o", alone).exit_code == 1
    said = why(built, "--file", pairs, "-o", spread, "--engine", cluster.engine)
    assert f"{len(PAIRS)} rows, {len(WRONG)} errors" in said.stderr
    assert parquet.read_table(spread).to_pylist() == parquet.read_table(alone).to_pylist()
    again = why(built, "--file", pairs, "-o", spread, "--engine", cluster.engine)
    assert again.exit_code == 1 and "already exists" in again.stderr and "Traceback" not in again.output
    assert parquet.read_table(spread).num_rows == len(PAIRS)


def test_workers_read_many_files_in_their_order_and_ask_an_endpoint(
    cluster: Cluster, built: Path, tmp_path: Path
) -> None:
    from pyarrow import parquet

    folder = tmp_path / "many.parquet"
    folder.mkdir()
    for i in range(0, 40, 10):
        parquet.write_table(_table(PAIRS[i : i + 10]), folder / f"part-{i:05}.parquet", row_group_size=4)
    alone = why(built, "--file", folder, "--format", "csv")
    with oxigraph(built) as url:
        spread = why(url, "--file", folder.as_uri(), "--format", "csv", "--engine", cluster.engine)
    assert spread.stdout == alone.stdout and alone.stdout.count("\n") == 41, spread.stderr


def test_documents_are_read_as_by_one_process(cluster: Cluster, tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / f"{number}.txt").write_text(
            f"海南省数字贸易促进办法\n\n第一条 本办法自2021年{number + 1}月1日起施行。\n", "utf-8")
    (tmp_path / "empty.txt").write_text("")
    ingest = ["ingest", str(tmp_path), "--format", "json"]
    alone = CliRunner().invoke(main, ingest)
    spread = CliRunner().invoke(main, [*ingest, "--engine", cluster.engine])
    assert alone.exit_code == spread.exit_code == 1
    assert spread.stdout, spread.stderr
    assert json.loads(spread.stdout) == json.loads(alone.stdout) and len(json.loads(alone.stdout)) == 12
    assert "empty.txt: " in spread.stderr


@pytest.mark.parametrize(("engine", "said"), [
    ("flink", "no engine 'flink'; use spark"),
    ("spark:nonsense", "Spark could not do it: "),
])
def test_an_engine_that_is_none(built: Path, tmp_path: Path, engine: str, said: str) -> None:
    found = why(built, "--file", _csv(tmp_path / "p.csv"), "--engine", engine)
    assert (found.exit_code, "Traceback" in found.output) == (1, False)
    assert said in found.stderr


def test_without_java_it_says_so(built: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kg", "--store", built, "why", "--file", _csv(tmp_path / "p.csv"),
               "--engine", "spark"]
    environment = {k: v for k, v in os.environ.items() if k != "JAVA_HOME"} | {"PATH": str(tmp_path)}
    found = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert found.returncode == 1 and "Java 17" in found.stderr and "Traceback" not in found.stderr


@pytest.mark.parametrize("module", ["pyspark", "pyarrow"])
def test_without_the_extra_it_says_so(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    from pyarrow import parquet

    parquet.write_table(_table(PAIRS[:2]), tmp_path / "p.parquet")
    for name in [one for one in sys.modules if one.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    engine = ["--engine", "spark"] if module == "pyspark" else []
    found = why(built, "--file", tmp_path / "p.parquet", *engine)
    assert found.exit_code == 1 and "pip install 'policy-kg[spark]'" in found.stderr


@pytest.mark.parametrize(("columns", "said"), [
    (["instrument", "on"], "the columns place are missing"), (["a"], "the columns instrument, on, place are")])
def test_columns_that_are_missing(built: Path, tmp_path: Path, columns: list[str], said: str) -> None:
    from pyarrow import parquet

    parquet.write_table(pyarrow.table({name: ["x"] for name in columns}), tmp_path / "p.parquet")
    found = why(built, "--file", tmp_path / "p.parquet")
    assert found.exit_code == 1 and said in found.stderr


def test_a_file_that_is_no_parquet(built: Path, tmp_path: Path) -> None:
    (tmp_path / "p.parquet").write_text("instrument,place,on\n")
    found = why(built, "--file", tmp_path / "p.parquet")
    assert found.exit_code == 1 and "cannot be read" in found.stderr
