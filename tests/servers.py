"""Real SPARQL servers for the tests: each on free loopback ports, in a folder of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest

WITHOUT_VIRTUOSO = "Virtuoso 7 is not installed here; tests/stores/install.sh installs it"
_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DirsAllowed = {folder}
NumberOfBuffers = 20000
MaxDirtyBuffers = 12000
MaxQueryMem = 1G
CaseMode = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 4
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = 60
"""


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 on which nothing listens."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def wait_until(ready: Callable[[], bool], seconds: float, what: str) -> None:
    """Come back once it is ready; fail if it is not within so many seconds."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise RuntimeError(f"{what} did not answer within {seconds:g} seconds")
        time.sleep(0.05)


def answers(url: str) -> bool:
    """Whether something answers at an address."""
    try:
        urlopen(url, timeout=1).close()
        return True
    except OSError:
        return False


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended, by its own id, when the block is left."""
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)


@contextmanager
def oxigraph(store: Path) -> Iterator[str]:
    """The address of an `oxigraph serve` over a store on disk."""
    (port,) = free_ports(1)
    program = Path(sys.executable).with_name("oxigraph")
    command = [program, "serve-read-only", "--location", store / "oxigraph",
               "--bind", f"127.0.0.1:{port}", "--timeout-s", "30"]
    with ended(subprocess.Popen(command, stderr=subprocess.DEVNULL)):
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/"), 20, "oxigraph")
        yield f"http://127.0.0.1:{port}/query"


@contextmanager
def kg_serve(folder: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address and the process of a `kg serve` over a store on disk."""
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "kg", "--store", str(folder), "serve", "--port", str(port), *options]
    with ended(subprocess.Popen(command, stderr=subprocess.PIPE)) as process:
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: answers(url + "/sparql") or process.poll() is not None, 60, "kg serve")
        assert process.poll() is None, process.stderr and process.stderr.read().decode()
        yield url, process


@contextmanager
def virtuoso(folder: Path, graphs: Mapping[str, bytes], rows: int = 1_000_000) -> Iterator[dict[str, str]]:
    """The addresses of graphs (given as N-Triples) in a Virtuoso that gives at most so many rows."""
    program, client = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if not program or not client:
        pytest.skip(WITHOUT_VIRTUOSO)
    sql, http = free_ports(2)
    (folder / "virtuoso.ini").write_text(_INI.format(folder=folder, sql=sql, http=http, rows=rows))
    command = [program, "+configfile", str(folder / "virtuoso.ini"), "+foreground"]
    with ended(subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)):
        isql = [client, f"127.0.0.1:{sql}", "dba", "dba", "ERRORS=STDOUT"]
        wait_until(lambda: _said(isql, "status();") is not None, 60, "Virtuoso")
        for name, triples in graphs.items():
            (folder / f"{name}.nt").write_bytes(triples)
            _load(isql, folder, name)
        yield {name: f"http://127.0.0.1:{http}/sparql?default-graph-uri={quote(_graph(name))}"
               for name in graphs}


def _graph(name: str) -> str:
    return f"https://example.org/{name}"


def _load(isql: list[str], folder: Path, name: str) -> None:
    said = _said(isql, f"ld_dir('{folder}','{name}.nt','{_graph(name)}'); rdf_loader_run(); "
                 "checkpoint; select count(*) from DB.DBA.load_list where ll_error is not null;")
    assert said and "\n0\n" in said, f"Virtuoso did not load {name}: {said}"


def _said(isql: list[str], statements: str) -> str | None:
    """What the client printed; None if it could not connect."""
    done = subprocess.run([*isql, f"exec={statements}"], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None
