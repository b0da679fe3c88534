"""A process that answers questions one at a time until its input ends; it may be killed at any moment.

It is told once, in a line of JSON, which store to open and within which limits to stay; then each
line is a question, and each is answered by a line that names the file with the answer, or the fault.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from kg.endpoint.answering import Asked, Embedded, NoFormat, Question, Remote, TooMuch, answer
from kg.endpoint.limits import Limits
from kg.errors import KgError, QueryError, StoreError
from kg.remote import HttpStore
from kg.store import OxigraphStore, open_store

FAULTS = ((TooMuch, "too-much"), (NoFormat, "no-format"), (QueryError, "query"), (StoreError, "store"))
"""What may be wrong → its name between the processes; the first that fits."""
_ORPHAN = 5.0
"""Seconds after which a question that should have been ended ends its process by itself."""


@dataclass(frozen=True, slots=True)
class Setup:
    """The store (a path or a URL), the folder for answers, the limits, the addresses SERVICE may ask."""

    where: str
    folder: str
    limits: Limits
    services: tuple[str, ...] = ()

    def as_line(self) -> bytes:
        """The setup as a line of JSON."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Setup:
        """The setup that a line of JSON says."""
        found = json.loads(line)
        return cls(found["where"], found["folder"], Limits(**found["limits"]), tuple(found["services"]))


def main() -> None:
    """Open the store, say so, and answer until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends its workers
    said = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not disturb the conversation
    setup = Setup.from_line(sys.stdin.buffer.readline())
    _stand_back()
    try:
        asked = _opened(setup)
    except KgError as error:
        _say(said, {"fault": "store", "message": str(error)})
        return
    _limit_memory(setup.limits.memory)
    _say(said, {"ready": True})
    for line in sys.stdin.buffer:
        _say(said, _reply(asked, setup, Question(**json.loads(line))))


def _say(said: IO[bytes], value: dict[str, Any]) -> None:
    said.write(json.dumps(value).encode() + b"\n")
    said.flush()


def _stand_back() -> None:
    """Leave the processor to the pages, where the system can be told."""
    if hasattr(os, "nice"):
        os.nice(10)


def _limit_memory(more: int) -> None:
    """Allow so many bytes more than are in use now (0 for no limit); a breach ends the process.

    Only Linux says how much is in use; elsewhere there is no limit.
    """
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except (ImportError, OSError):
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if more:
        most = pages * resource.getpagesize() + more
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _opened(setup: Setup) -> Asked:
    store = open_store(setup.where)
    if isinstance(store, OxigraphStore):
        return Embedded(store, setup.services)
    return Remote(HttpStore(setup.where, setup.limits.seconds), setup.where, setup.limits.seconds,
                  setup.services)


def _reply(asked: Asked, setup: Setup, question: Question) -> dict[str, Any]:
    """Where the answer lies, or what is wrong."""
    last = threading.Timer(setup.limits.seconds + _ORPHAN, os._exit, [3])
    last.daemon = True
    last.start()
    try:
        found = answer(asked, question, setup.limits)
        return {"kind": found.kind, "count": found.count, "file": _kept(setup.folder, found.body)}
    except KgError as error:
        fault = next(name for kind, name in FAULTS if isinstance(error, kind))
        return {"fault": fault, "message": str(error)[:2000]}
    except MemoryError:
        return {"fault": "too-much", "message": "the answer needs more memory than is allowed"}
    finally:
        last.cancel()


def _kept(folder: str, body: bytes) -> str:
    handle, name = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
    except OSError as error:
        Path(name).unlink()
        raise StoreError(f"the answer cannot be kept: {error.strerror or error}") from error
    return name


if __name__ == "__main__":
    main()
