"""How much one question may take, and how many are answered at once."""

from __future__ import annotations

import os
from dataclasses import dataclass

MEBIBYTE = 1 << 20


def _at_once() -> int:
    return max(2, min(4, os.cpu_count() or 2))


@dataclass(frozen=True, slots=True)
class Limits:
    """What a question may take before it is ended or refused.

    `seconds` for an answer as a whole; `rows` of it (or triples); `size` of it, and the `memory`
    used on the way (0 for no limit), in bytes; `text` of the question, in bytes.
    `at_once` questions are answered at the same time, others wait `patience` seconds.
    """

    seconds: float = 10.0
    rows: int = 100_000
    size: int = 64 * MEBIBYTE
    memory: int = 1024 * MEBIBYTE
    text: int = 4 * MEBIBYTE
    at_once: int = _at_once()
    patience: float = 1.0
