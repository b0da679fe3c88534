"""A process that writes until it is killed. Run as: victim.py stores PATH ONE.nt OTHER.nt, or
victim.py accept DATA PROPOSALS DECISIONS. It says `ready`; `accept` begins when told to."""

from __future__ import annotations

import sys
from itertools import cycle
from pathlib import Path

from kg.ingest import accept, read_decisions, read_proposals
from kg.snapshot import save_snapshot
from kg.store import write_store


def stores(path: str, *graphs: str) -> None:
    """One graph after the other, in turn, for ever."""
    print("ready", flush=True)
    for graph in cycle(graphs):
        write_store(Path(graph), Path(path), finish=save_snapshot)


def accepted(data: str, proposals: str, decisions: str) -> None:
    """All that was decided, once."""
    found = read_proposals(Path(proposals)), read_decisions(Path(decisions))
    print("ready", flush=True)
    sys.stdin.readline()
    accept(*found, Path(data))
    print("done", flush=True)


if __name__ == "__main__":
    {"stores": stores, "accept": accepted}[sys.argv[1]](*sys.argv[2:])
