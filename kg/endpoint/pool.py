"""The processes that answer: a few, warm, each asked one question at a time, replaced when ended.

A question that takes too long, or that nobody waits for any longer, is ended by ending its process.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kg.endpoint.answering import Question
from kg.endpoint.limits import MEBIBYTE, Limits
from kg.endpoint.worker import Setup
from kg.errors import StoreError

_START = 60.0
"""Seconds within which a process must have opened its store."""
_RETRY = 1.0
"""Seconds after which a process that could not open its store is started again."""


class Fault(Exception):
    """Why there is no answer: `kind` is one of `worker.FAULTS`, or `busy`, `late`, `broken`."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer, in a file that its reader removes; `kind` is `rows` or `graph`."""

    kind: str
    count: int
    file: Path


class Worker:
    """One process, which has opened the store."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def start(cls, setup: Setup) -> Worker:
        """A process that is ready; raises StoreError."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "kg.endpoint.worker",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
        worker = cls(process)
        try:
            async with asyncio.timeout(_START):
                found = await worker._exchange(setup.as_line())
        except (TimeoutError, EOFError) as error:
            await worker.end()
            raise StoreError("a process to answer questions could not be started") from error
        except BaseException:
            await worker.end()
            raise
        if "fault" in found:
            await worker.end()
            raise StoreError(found["message"])
        return worker

    async def ask(self, question: Question) -> Reply:
        """The answer; raises Fault, or EOFError if the process broke."""
        found = await self._exchange(json.dumps(asdict(question)).encode() + b"\n")
        if "fault" in found:
            raise Fault(found["fault"], found["message"])
        return Reply(found["kind"], found["count"], Path(found["file"]))

    async def _exchange(self, line: bytes) -> dict[str, Any]:
        assert self.process.stdin and self.process.stdout
        try:
            self.process.stdin.write(line)
            await self.process.stdin.drain()
        except ConnectionError as error:
            raise EOFError from error
        answer = await self.process.stdout.readline()
        if not answer.endswith(b"\n"):
            raise EOFError
        return dict(json.loads(answer))

    async def end(self) -> None:
        """End the process at once, whatever it is doing."""
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


class Pool:
    """So many processes over one store as questions may be answered at once."""

    def __init__(self, where: str, limits: Limits, services: tuple[str, ...] = ()) -> None:
        self.where, self.limits, self.services = where, limits, services
        self._folder = ""
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._all: set[Worker] = set()
        self._chores: set[asyncio.Task[None]] = set()
        self._trouble = ""

    async def start(self) -> None:
        """Start the processes; raises StoreError if the store cannot be opened."""
        self._folder = tempfile.mkdtemp(prefix="policy-kg-")
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self.limits.at_once):
                    group.create_task(self._add())
        except* StoreError as errors:
            await self.close()
            raise _first(errors) from None

    async def close(self) -> None:
        """End all processes and remove what they left."""
        for chore in self._chores:
            chore.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in self._all))
        self._all.clear()
        self._idle = asyncio.Queue()  # or a pool that is started again would hand out what has ended
        shutil.rmtree(self._folder, ignore_errors=True)

    async def ask(self, question: Question, seconds: float) -> Reply:
        """The answer within so many seconds; raises Fault. If cancelled, the question is ended."""
        worker = await self._taken()
        try:
            async with asyncio.timeout(seconds):
                reply = await worker.ask(question)
        except Fault:
            self._idle.put_nowait(worker)
            raise
        except TimeoutError as error:
            self._replace(worker)
            raise Fault("late", f"no answer within {seconds:g} s; ask for less, such as with a LIMIT "
                        "inside the query") from error
        except EOFError as error:
            self._replace(worker)
            raise Fault("broken", "the query broke off: it needs more than the "
                        f"{self.limits.memory // MEBIBYTE:,} MiB of memory that it may use, or is "
                        "nested too deeply; ask it in smaller parts") from error
        except BaseException:
            self._replace(worker)
            raise
        self._idle.put_nowait(worker)
        return reply

    async def _taken(self) -> Worker:
        try:
            async with asyncio.timeout(self.limits.patience):
                return await self._idle.get()
        except TimeoutError as error:
            raise Fault("busy", self._trouble or f"{self.limits.at_once} questions are being answered "
                        "already; ask again in a moment") from error

    async def _add(self) -> None:
        worker = await Worker.start(self._setup())
        self._all.add(worker)
        self._idle.put_nowait(worker)

    def _setup(self) -> Setup:
        return Setup(self.where, self._folder, self.limits, self.services)

    def _replace(self, worker: Worker) -> None:
        """End a process, and start another in its place."""
        with suppress(ProcessLookupError):
            worker.process.kill()
        self._chore(self._replaced(worker))

    async def _replaced(self, worker: Worker) -> None:
        await worker.end()
        self._all.discard(worker)
        while True:
            try:
                await self._add()
                self._trouble = ""
                return
            except StoreError as error:
                self._trouble = str(error)
                await asyncio.sleep(_RETRY)

    def _chore(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)


def _first(errors: BaseExceptionGroup[StoreError]) -> StoreError:
    found: BaseException = errors
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    assert isinstance(found, StoreError)
    return found
