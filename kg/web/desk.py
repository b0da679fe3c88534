"""What the explorer works with: one store, with what is read from it once and kept."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from kg.catalogue import Node, list_nodes
from kg.names import resolve
from kg.store import OxigraphStore, Store
from kg.things import Thing
from kg.timeline import Timeline, whole_timeline
from kg.trace import Court
from kg.vocabulary import vocabulary


@dataclass
class Desk:
    """A store and what is known of it; one request at a time works with it, under `lock`."""

    store: Store
    lock: threading.Lock = field(default_factory=threading.Lock)
    _listed: dict[str, list[Node]] = field(default_factory=dict)

    @property
    def stays(self) -> bool:
        """Whether the graph is the same for as long as the store is open."""
        return isinstance(self.store, OxigraphStore)

    @cached_property
    def court(self) -> Court:
        """Judges with all facts at hand."""
        return Court(self.store)

    @cached_property
    def words(self) -> dict[str, Thing]:
        """The vocabulary's words by id."""
        return vocabulary(self.store)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many nodes there are of each class."""
        rows = self.store.select("count_nodes")
        return {str(row["class"]).rpartition(":")[2]: int(str(row["nodes"])) for row in rows}

    @cached_property
    def roll_out(self) -> Timeline:
        """The roll-out of all that the graph holds."""
        return whole_timeline(self.court.facts)

    @cached_property
    def disagreements(self) -> int:
        """On how many matters sources disagree."""
        return len(self.store.select("count_disagreements"))

    def listed(self, concept: str) -> list[Node]:
        """All nodes of a concept, read when they are first asked for."""
        if concept not in self._listed:
            self._listed[concept] = list_nodes(self.store, concept)
        return self._listed[concept]

    def word(self, key: str, lang: str) -> str:
        """What a word of the vocabulary is called; the word itself if it is not known."""
        found = self.words.get(key)
        return found.label(lang) if found else key

    def resolve(self, name: str, cls: str = "", on: date | None = None) -> str:
        """The id of what is named; raises NameUnknown or NameAmbiguous."""
        return resolve(self.store, name, [cls] if cls else [], on)
