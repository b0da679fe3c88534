"""`kg serve` as a process: the explorer and the endpoint together, and what is left when it ends."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from servers import kg_serve, wait_until
from serving import get

HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def _children(pid: int) -> set[int]:
    """The processes that a process started, where the system tells."""
    tasks = Path(f"/proc/{pid}/task")
    if not tasks.is_dir():
        pytest.skip("this system does not list the children of a process")
    return {int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()}


def _gone(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    with suppress(OSError):
        return status.read_text().rpartition(")")[2].split()[0] == "Z"
    return True


def test_the_page_and_the_data_at_one_address(store_folder: Path) -> None:
    with kg_serve(store_folder, "--rows", "7") as (url, _process):
        browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        hostile = "</textarea><script>alert(1)</script>"
        page = get(url + "/sparql", params={"query": hostile}, headers={"Accept": browser})
        assert page.headers["content-type"].startswith("text/html") and hostile not in page.text
        assert "connect-src &#39;self&#39;" in page.text and "default-src &#39;none&#39;" in page.text
        asked = {"query": "ASK { ?s ?p ?o }", "format": "json"}
        assert get(url + "/sparql", params=asked, headers={"Accept": browser}).json()["boolean"] is True
        assert get(url + "/sparql", params={"query": "SELECT * { ?s ?p ?o }"}).status_code == 422
        assert get(url + "/").status_code == 200
        assert get(url + "/sparql", headers={"Host": "elsewhere.example"}).status_code == 400


def test_service_is_asked_only_where_the_operator_allows(store_folder: Path) -> None:
    with kg_serve(store_folder) as (other, _), \
            kg_serve(store_folder, "--allow-service", other + "/sparql") as (url, _):
        query = "SELECT ?x { SERVICE <ADDRESS> { SELECT (41 + 1 AS ?x) {} } }"
        allowed = get(url + "/sparql", params={"query": query.replace("ADDRESS", other + "/sparql")})
        assert allowed.json()["results"]["bindings"][0]["x"]["value"] == "42"
        refused = get(url + "/sparql", params={"query": query.replace("ADDRESS", other + "/else")})
        assert refused.status_code == 400 and f"allows only {other}/sparql" in refused.text


def _ask_in_vain(url: str) -> None:
    with suppress(httpx.HTTPError):
        get(url + "/sparql", params={"query": HEAVY})


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=["interrupted", "ended", "killed"])
def test_nothing_runs_on_when_the_server_is_gone(store_folder: Path, how: signal.Signals) -> None:
    with kg_serve(store_folder, "--timeout", "8") as (url, process):
        workers = _children(process.pid)
        assert len(workers) == 2
        before = {pid: _ticks(pid) for pid in workers}
        threading.Thread(target=_ask_in_vain, args=(url,), daemon=True).start()
        wait_until(lambda: any(_ticks(pid) > before[pid] + 5 for pid in workers), 10, "a heavy query")
        os.kill(process.pid, how)
        process.wait(20)
        wait_until(lambda: all(map(_gone, workers)), 30, "the end of the processes")
        said = process.stderr.read().decode() if process.stderr else ""
        assert "Traceback" not in said, said


def _ticks(pid: int) -> int:
    """The time of the processor that a process has spent, in hundredths of a second as a rule."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])
    return 0
