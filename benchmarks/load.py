"""`kg serve` under many clients: `python -m benchmarks.load --clients 50 --seconds 60`.

Each client asks, reads for a moment, and asks again: mostly pages, some SPARQL queries, of which
some take longer than they may. Half of the pages are a few that everybody reads, half are of any
place, day and instrument, seldom the same twice. Reported are the answers by status, the 95th percentile of pages
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
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote

import urllib3

POPULAR = (
    "/", "/search?q=数据", "/trace?place=海南&on=2022-07-01", "/why?instrument=CPTPP&place=海南&on=2022-07-01",
    "/id/agreement/rcep", "/id/place/cn/460000", "/list/agreements", "/timeline?instrument=RCEP",
)
WORDS = ("数据", "贸易", "服务外包", "电子商务", "个人信息", "自由贸易", "digital", "data", "合作", "试验区")
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
    workers: list[int] = field(default_factory=list)

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
        yield (f"memory of the server in MB: second third at most {max(self.memory[third:-third]) >> 20}, "
               f"last third at most {max(self.memory[-third:]) >> 20}; of the processes that answer "
               f"queries at most {max(self.workers) >> 20}")


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


def mixed_pages(url: str, number: int, seed: int) -> list[str]:
    """So many pages of the packaged data: every other one popular, the others of anything."""
    chance = random.Random(seed)
    measures, agreements, places = (
        [one["id"] for one in urllib3.request("GET", f"{url}/list/{concept}.json", timeout=60).json()]
        for concept in ("instruments", "agreements", "places"))

    def anything() -> str:
        on = date(2015, 1, 1) + timedelta(days=chance.randrange(3650))
        measure, place = chance.choice(measures), chance.choice(places)
        return chance.choice((
            f"/id/{place}?on={on}", f"/why?instrument={measure}&place={place}&on={on}",
            f"/id/{measure}?on={on}", f"/id/{chance.choice(agreements)}?on={on}",
            f"/search?q={chance.choice(WORDS)}", f"/timeline?instrument={measure}",
            f"/network?thing={measure}", f"/rollout?instrument={measure}",
        ))

    return [chance.choice(POPULAR) if at % 2 else anything() for at in range(number)]


def run(url: str, process: int, clients: int, seconds: float, think: float,
        pages: Sequence[str], alone: Sequence[str]) -> Report:
    """Ask for some pages alone, then for others with many clients that think `think` seconds on average.

    Pages that everybody reads have been read before; of the others, each is new to the server.
    """
    report = Report()
    pool = urllib3.PoolManager(maxsize=clients, timeout=60, retries=urllib3.Retry(connect=0, read=0, redirect=3))
    for page in sorted({page for page in pages if pages.count(page) > 1}):
        _page(Report(), pool, url, page)
    report.idle = [_page(report, pool, url, page) for page in alone]
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
        report.memory.append(_resident(process))
        report.workers.append(sum(_resident(one) for one in _family(process)[1:]))
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
        report = run(url, process, asked.clients, asked.seconds, asked.think,
                     mixed_pages(url, 5000, 1), mixed_pages(url, 200, 2))
    print("\n".join(report.lines()))
    sys.exit(1 if report.unannounced else 0)


if __name__ == "__main__":
    main()
