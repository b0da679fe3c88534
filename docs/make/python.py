"""The examples of a page in Python, run again as doctests, and their answers written anew."""

from __future__ import annotations

import doctest
import re
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from kg.errors import KgError

BLOCK = re.compile(r"^```pycon\n(.*?)^```$", re.MULTILINE | re.DOTALL)
Raised = tuple[type[BaseException], BaseException, TracebackType]


class _Recorder(doctest.DocTestRunner):
    """Runs examples and keeps what each printed, whatever the page says.

    An error that a user can mend is an answer too; any other is a mistake in the page.
    """

    def __init__(self) -> None:
        super().__init__(verbose=False)
        self.answers: list[str] = []

    def report_start(self, out: Any, test: doctest.DocTest, example: doctest.Example) -> None:
        return

    def report_success(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str
    ) -> None:
        self.answers.append(example.want)

    def report_failure(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str
    ) -> None:
        self.answers.append(got if example.exc_msg is None else _raised(got.splitlines()[-1]))

    def report_unexpected_exception(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, exc_info: Raised
    ) -> None:
        if not isinstance(exc_info[1], KgError):
            raise exc_info[1]
        self.answers.append(_raised(traceback.format_exception_only(exc_info[1])[-1]))


def _raised(said: str) -> str:
    """An error as an example shows it."""
    return f"Traceback (most recent call last):\n  ...\n{said.rstrip()}\n"


def examples(page: str) -> list[doctest.Example]:
    """Every example of a page, in order."""
    parser = doctest.DocTestParser()
    return [one for block in BLOCK.findall(page) for one in parser.get_examples(block)]


def rerun(page: str) -> str:
    """A page with every example run anew; names last from one example to the next."""
    recorder = _Recorder()
    test = doctest.DocTest(examples(page), {"__name__": "__main__"}, "page", None, 0, None)
    recorder.run(test, out=lambda _text: None)
    answers = iter(recorder.answers)
    return BLOCK.sub(lambda found: f"```pycon\n{_block(found.group(1), answers)}```", page)


def _block(block: str, answers: Iterator[str]) -> str:
    pieces = doctest.DocTestParser().parse(block)
    return "".join(piece if isinstance(piece, str) else _prompted(piece.source) + next(answers)
                   for piece in pieces)


def _prompted(source: str) -> str:
    first, *rest = source.splitlines()
    return "".join([f">>> {first}\n", *(f"... {line}\n" if line else "...\n" for line in rest)])
