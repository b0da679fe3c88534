"""`kg serve` under many clients: `python -m benchmarks.load --clients 50 --seconds 60`.

Each client asks, reads for a moment, and asks again: mostly pages, some SPARQL queries, of which
some take longer than they may. Reported are the answers by status, the 95th percentile of pages
alone and under load, and the memory of the server with its workers along the way.
"""

from __future__ import annotations

import argparse
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import urllib3

PAGES = (
    "/", "/search?q=数据", "/trace?place=海南&on=2022-07-01", "/why?instrument=CPTPP&place=海南&on=2022-07-01",
    "/id/agreement/rcep", "/id/place/cn/460000", "/list/agreements", "/timeline?instrument=RCEP",
)
QUICK = "SELECT ?s WHERE { ?s a <https://w3id.org/policykg/ontology#Agreement> }"
COUNT = "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
QUERIES = (QUICK, QUICK, QUICK, COUNT, ENDLESS)
ANNOUNCED = {503, 504}
"""What a query may be refused with when there are too many, or it takes too long."""


@dataclass
class Report:
    """What the clients saw, and what the server took."""

    idle: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)

    @property
    def unannounced(self) -> list[str]:
        """Answers that nobody should get, each in words."""
        wrong = [f"{kind}: {status}" for kind, status in self.statuses
                 if status != 200 and not (kind == "query" and status in ANNOUNCED)]
        return sorted(wrong) + self.failures

    def lines(self) -> Iterator[str]:
        """The report in words."""
        yield from (f"{kind} {status}: {count:,}" for (kind, status), count in sorted(self.statuses.items()))
        yield f"failures: {len(self.failures)} {self.failures[:3]}"
        yield f"pages, 95th percentile: alone {p95(self.idle) * 1000:.0f} ms, under load {p95(self.pages) * 1000:.0f} ms"
        third = len(self.memory) // 3
        yield (f"memory in MB: first third at most {max(self.memory[:third]) >> 20}, "
               f"last third at most {max(self.memory[-third:]) >> 20}")


def p95(times: Sequence[float]) -> float:
    """The 95th percentile of some seconds."""
    return sorted(times)[int(len(times) * 0.95)]


@contextmanager
def server(store: Path | None, seconds: float) -> Iterator[tuple[str, int]]:
    """The address and process id of a `kg serve` whose queries may take so many seconds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "kg", *(["--store", str(store)] if store else []), "serve",
               "--port", str(port), "--timeout", str(seconds)]
    process = subprocess.Popen(command)
    try:
        url, end = f"http://127.0.0.1:{port}", time.monotonic() + 60
        while not _is_up(url):
            if time.monotonic() > end or process.poll() is not None:
                raise SystemExit("kg serve did not start")
            time.sleep(0.1)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(20)


def _is_up(url: str) -> bool:
    try:
        return urllib3.request("GET", url, retries=False, timeout=5).status == 200
    except urllib3.exceptions.HTTPError:
        return False


def run(url: str, process: int, clients: int, seconds: float, think: float,
        pages: Sequence[str] = PAGES) -> Report:
    """Ask alone for a while, then with many clients that think `think` seconds on average."""
    report = Report()
    pool = urllib3.PoolManager(maxsize=clients, timeout=60, retries=urllib3.Retry(connect=0, read=0, redirect=3))
    for _ in range(4):
        report.idle += [_page(report, pool, url, page) for page in pages]
    report.idle = report.idle[len(pages):]
    end = time.monotonic() + seconds
    with ThreadPoolExecutor(clients + 1) as threads:
        done = [threads.submit(_client, report, pool, url, number, end, think, pages)
                for number in range(clients)]
        threads.submit(_watch, report, process, end).result()
        for one in done:
            one.result()
    return report


def _client(report: Report, pool: urllib3.PoolManager, url: str, number: int, end: float, think: float,
            pages: Sequence[str]) -> None:
    chance = random.Random(number)
    time.sleep(chance.uniform(0, think))
    while time.monotonic() < end:
        if chance.random() < 0.8:
            report.pages.append(_page(report, pool, url, chance.choice(pages)))
        else:
            _ask(report, pool, "query", f"{url}/sparql?format=json&query={quote(chance.choice(QUERIES))}")
        time.sleep(chance.expovariate(1 / think))


def _page(report: Report, pool: urllib3.PoolManager, url: str, page: str) -> float:
    start = time.monotonic()
    _ask(report, pool, "page", url + quote(page, safe="/?&=%"))
    return time.monotonic() - start


def _ask(report: Report, pool: urllib3.PoolManager, kind: str, url: str) -> None:
    try:
        answer = pool.request("GET", url)
        report.statuses[kind, answer.status] += 1
    except urllib3.exceptions.HTTPError as error:
        report.failures.append(f"{kind}: {error}")


def _watch(report: Report, process: int, end: float) -> None:
    while time.monotonic() < end:
        report.memory.append(sum(_resident(one) for one in _family(process)))
        time.sleep(0.5)


def _family(process: int) -> list[int]:
    """A process and all that it started."""
    found = [process]
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += [one for child in path.read_text().split() for one in _family(int(child))]
        except OSError:
            continue
    return found


def _resident(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4096
    except OSError:
        return 0


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=3.0, help="seconds between two requests of a client")
    asked = parser.parse_args()
    with server(None, 2.0) as (url, process):
        report = run(url, process, asked.clients, asked.seconds, asked.think)
    print("\n".join(report.lines()))
    sys.exit(1 if report.unannounced else 0)


if __name__ == "__main__":
    main()
