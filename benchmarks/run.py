"""`make bench SIZE=1M`: every engine on one made-up graph, side by side, as tables in Markdown.

Engines run one after the other, each in a process of its own. Times are medians in milliseconds;
on a machine with other work the processor's time says more than the clock's, so both are shown.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.engines import ENGINES
from benchmarks.generate import SIZES, write_graph

MOST_FOR_RDFLIB = 1_000_000
ROWS = ("load", "files beside", "validate", "open", "trace", "trace, joins", "trace, steps",
        "trace, elsewhere", "trace, new process", "verdicts only", "why", "where", "timeline", "neighbourhood", "search", "aggregate")
Found = dict[str, dict[str, Any]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", help="10k, 100k, 1M, 10M or a number of triples")
    parser.add_argument("--only", nargs="*", default=list(ENGINES), choices=list(ENGINES))
    parser.add_argument("--work", type=Path, help="keep the graph and the stores in this folder; "
                        "those that are there are not loaded again")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    parser.add_argument("--into", type=Path, metavar="PAGE", help="put the tables into this page, "
                        "between <!-- bench SIZE --> and <!-- end -->")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kg-bench-") as scratch:
        found = measure(SIZES.get(chosen.size) or int(chosen.size), chosen.only,
                        chosen.work or Path(scratch))
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", "utf-8")
    print(report(found))
    if chosen.into:
        put(chosen.into, chosen.size, report(found))


def put(page: Path, size: str, tables: str) -> None:
    """Replace the tables of a size in a page."""
    head, mark, rest = page.read_text("utf-8").partition(f"<!-- bench {size} -->\n")
    _old, end, tail = rest.partition("<!-- end -->")
    if not (mark and end):
        raise SystemExit(f"{page} has no place for the tables of {size}")
    page.write_text(f"{head}{mark}{tables}\n{end}{tail}", "utf-8")


def measure(triples: int, engines: list[str], folder: Path) -> Found:
    """The figures of each engine."""
    folder.mkdir(parents=True, exist_ok=True)
    graph = folder / f"{triples}.nt"
    if not graph.is_file():
        with graph.open("w", encoding="utf-8") as out:
            write_graph(triples, out)
    asked = [one for one in engines if one != "rdflib" or triples <= MOST_FOR_RDFLIB]
    return {one: _measured(one, graph, folder) for one in asked} | {"start-up": _start_up(folder)}


def _measured(engine: str, graph: Path, folder: Path) -> dict[str, Any]:
    print(f"{engine} …", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "benchmarks.engines", engine, str(graph), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{engine} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _start_up(folder: Path) -> dict[str, Any]:
    """Whole commands, from the shell's point of view, on the packaged data."""
    commands = {"kg --help": ["--help"], "kg trace": ["trace", "CN-HI", "--on", "2022-07-01"],
                "kg search": ["search", "数据"]}
    env = os.environ | {"KG_CACHE": str(folder / "cache")}
    subprocess.run(_kg(["stats", "--format", "json"]), env=env, capture_output=True, check=True)
    return {"times": {name: _timed(_kg(words), env) for name, words in commands.items()}, "sizes": {}}


def _kg(words: list[str]) -> list[str]:
    return [sys.executable, "-m", "kg", *words]


def _timed(command: list[str], env: dict[str, str]) -> dict[str, float]:
    walls, owns = [], []
    for _ in range(7):
        wall, before = time.perf_counter(), os.times()
        subprocess.run(command, env=env, capture_output=True, check=True)
        after = os.times()
        walls.append(time.perf_counter() - wall)
        owns.append(after.children_user + after.children_system
                    - before.children_user - before.children_system)
    return {"wall": statistics.median(walls), "cpu": statistics.median(owns)}


# The report


def report(found: Found) -> str:
    """The figures as tables."""
    engines = [name for name in found if name != "start-up"]
    machine = (f"{date.today()} · {platform.platform()} · Python {platform.python_version()} · "
               f"{os.cpu_count()} cores · load {os.getloadavg()[0]:.1f}")
    lines = [machine, ""]
    for name in engines[:1]:
        lines += [f"{found[name]['triples']:,} triples; medians in ms: clock (processor)", ""]
    lines += _table(["", *engines], [_line(row, found, engines) for row in ROWS])
    lines += ["", *_table(["", *engines], _sizes(found, engines))]
    lines += ["", *_table(["start-up", "ms: clock (processor)"], [
        [name, _cell(times)] for name, times in found["start-up"]["times"].items()])]
    return "\n".join([*lines, "", *_ratios(found)])


def _line(row: str, found: Found, engines: list[str]) -> list[str]:
    return [row, *(_cell(found[name]["times"].get(row)) for name in engines)]


def _cell(times: dict[str, float] | None) -> str:
    if times is None:
        return "–"
    return f"{_ms(times['wall'])} ({_ms(times['cpu'])})"


def _ms(seconds: float) -> str:
    value = seconds * 1000
    return f"{value:,.0f}" if value >= 20 else f"{value:.1f}"


def _sizes(found: Found, engines: list[str]) -> list[list[str]]:
    names = ("memory", "oxigraph", "facts.sqlite", "names.sqlite")
    return [[f"{name}, MB", *(f"{found[e]['sizes'][name] / 1e6:,.0f}"
             if name in found[e]["sizes"] else "–" for e in engines)] for name in names]


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    filled = [row for row in rows if any(cell != "–" for cell in row[1:])]
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head),
            *("| " + " | ".join(row) + " |" for row in filled)]


def _ratios(found: Found) -> list[str]:
    """The ratios that are promised, by the processor's time."""
    pairs = (
        ("trace: rdflib / kg-disk", "rdflib", "trace", "kg-disk", "trace"),
        ("trace: rdflib / kg-disk, new process", "rdflib", "trace", "kg-disk", "trace, new process"),
        ("trace: raw-disk / kg-disk, new process", "raw-disk", "trace", "kg-disk",
         "trace, new process"),
        ("trace: raw-disk / kg-disk", "raw-disk", "trace", "kg-disk", "trace"),
        ("verdicts only: raw-disk / kg-disk", "raw-disk", "trace", "kg-disk", "verdicts only"),
        ("verdicts only: raw-memory / kg-disk", "raw-memory", "trace", "kg-disk", "verdicts only"),
        ("bulk load: kg-disk / raw-disk", "kg-disk", "load", "raw-disk", "load"),
        ("search: raw-disk / kg-disk", "raw-disk", "search", "kg-disk", "search"),
    )
    return [f"- {name}: {_time(found, one, row) / _time(found, other, another):.2f}"
            for name, one, row, other, another in pairs
            if row in _times(found, one) and another in _times(found, other)]


def _times(found: Found, engine: str) -> dict[str, Any]:
    return found[engine]["times"] if engine in found else {}


def _time(found: Found, engine: str, row: str) -> float:
    times = found[engine]["times"]
    forms = ("trace", "trace, joins", "trace, steps") if row == "trace" else (row,)
    return min(float(times[form]["cpu"]) for form in forms if form in times)


if __name__ == "__main__":
    main()
