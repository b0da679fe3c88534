"""The same list screened by one process, by one Spark worker and by two; run with `--rows N`."""

from __future__ import annotations

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyspark

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from servers import answers, ended, free_ports, wait_until

from kg.store import open_store


def write_pairs(path: Path, rows: int) -> None:
    """A list of instruments, places and days of the packaged data, always the same."""
    chance = random.Random(20221123)
    with open_store() as store:
        measures = sorted(str(row["instrument"]) for row in store.select("instruments"))
        places = sorted({str(row["place"]) for row in store.select("places")})
    days = [f"{year}-07-01" for year in range(2016, 2025)]
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["instrument", "place", "on", "with"])
        writer.writerows([chance.choice(measures), chance.choice(places), chance.choice(days), ""]
                         for _ in range(rows))


@contextmanager
def cluster(workers: int, folder: Path) -> Iterator[str]:
    """The address of a standalone master with so many workers of one core."""
    port, page = free_ports(2)
    run = str(Path(pyspark.__file__).parent / "bin" / "spark-class")
    name = "org.apache.spark.deploy"
    master = [run, f"{name}.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(page)]
    worker = [run, f"{name}.worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1200m",
              "--webui-port", "0", "--work-dir", str(folder), f"spark://127.0.0.1:{port}"]
    with ExitStack() as stack:
        for command in (master, *[worker] * workers):
            stack.enter_context(ended(subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)))
        wait_until(lambda: answers(f"http://127.0.0.1:{page}/"), 120, "Spark")
        time.sleep(5)
        yield f"spark:spark://127.0.0.1:{port}"


def screened(pairs: Path, output: Path, *engine: str) -> float:
    """Seconds that the command takes."""
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "kg", "why", "--file", str(pairs), "-o", str(output), *engine],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return time.monotonic() - start


def main() -> None:
    """Print the three times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    rows = parser.parse_args().rows
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pairs(folder / "pairs.csv", rows)
        print(f"{rows:,} rows", flush=True)
        print(f"one process      {screened(folder / 'pairs.csv', folder / 'alone.parquet'):8.1f} s", flush=True)
        for workers in (1, 2):
            with cluster(workers, folder) as engine:
                took = screened(folder / "pairs.csv", folder / f"{workers}.parquet", "--engine", engine)
            print(f"Spark, {workers} worker{'s' * (workers > 1)}  {took:8.1f} s", flush=True)


if __name__ == "__main__":
    main()
