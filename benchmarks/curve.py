"""How a trace grows with its answer and not with the graph, from the figures of several sizes.

    python -m benchmarks.curve 10k.json 100k.json 1M.json 10M.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any


def curve(found: Iterable[dict[str, Any]], engine: str = "kg-disk") -> Iterator[str]:
    """A table in Markdown: the size of the graph, of the answer, and what each costs."""
    yield "| triples | verdicts | trace, ms | µs a verdict | verdicts only, ms | why, ms |"
    yield "|---|---|---|---|---|---|"
    for figures in found:
        times, rows = figures[engine]["times"], figures[engine]["times"]["trace"]["rows"]
        trace, only, why = (1000 * times[name]["wall"] for name in ("trace", "verdicts only", "why"))
        yield (f"| {figures[engine]['triples']:,} | {rows:,} | {trace:.1f} | {1000 * trace / rows:.0f} "
               f"| {only:.2f} | {why:.2f} |")


if __name__ == "__main__":
    print("\n".join(curve(json.loads(Path(name).read_text("utf-8")) for name in sys.argv[1:])))
