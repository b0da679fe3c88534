"""The extraction rules of one language, as its data file gives them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True)
class KindRule:
    """Titles with these endings, issued by such a body, are of this kind."""

    issuer: str
    ends: tuple[str, ...]
    national: str | None
    local: str | None
    title: str | None
    special: str | None
    city: str | None


@dataclass(frozen=True)
class ChineseRules:
    """Words and shapes of Chinese-language official documents."""

    kinds: Mapping[str, str]
    issuer_kinds: tuple[KindRule, ...]
    words: Mapping[str, tuple[str, ...]]
    history: Mapping[str, tuple[str, ...]]
    page_fields: Mapping[str, tuple[str, ...]]
    local_kinds: Mapping[str, str]
    full_names: Mapping[str, str]
    patterns: Mapping[str, str]

    @property
    def kind_endings(self) -> tuple[str, ...]:
        return tuple(sorted(self.kinds, key=len, reverse=True))


@dataclass(frozen=True)
class EnglishRules:
    """Words and shapes of English-language official documents."""

    kinds: Mapping[str, str]
    record_kinds: Mapping[str, str]
    formulas: Mapping[str, str]
    seats: Mapping[str, str]
    tagged: Mapping[str, str]
    spellings: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]
    patterns: Mapping[str, str]


def alternation(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return _alternation(tuple(words))


@lru_cache(maxsize=256)
def _alternation(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w)))


@lru_cache(maxsize=1)
def chinese_rules() -> ChineseRules:
    data = _load("zh.yaml")
    return ChineseRules(
        kinds=data["kinds"],
        issuer_kinds=tuple(_kind_rule(row) for row in data["issuer_kinds"]),
        words={
            key: tuple(value)
            for key, value in data.items()
            if isinstance(value, list) and key != "issuer_kinds"
        },
        history={key: tuple(value) for key, value in data["history"].items()},
        page_fields={key: tuple(value) for key, value in data["page_fields"].items()},
        local_kinds=data["local_kinds"],
        full_names=data["full_names"],
        patterns={key: value for key, value in data.items() if isinstance(value, str)},
    )


@lru_cache(maxsize=1)
def english_rules() -> EnglishRules:
    data = _load("en.yaml")
    return EnglishRules(
        kinds=data["kinds"],
        record_kinds=data["record_kinds"],
        formulas={kind: "|".join(shapes) for kind, shapes in data["formulas"].items()},
        seats=data["seats"],
        tagged=data["tagged"],
        spellings=data["spellings"],
        words={key: tuple(value) for key, value in data.items() if isinstance(value, list)},
        patterns={key: value for key, value in data.items() if isinstance(value, str)},
    )


def _kind_rule(row: Mapping[str, Any]) -> KindRule:
    return KindRule(
        row["issuer"],
        tuple(row["ends"]),
        row.get("national"),
        row.get("local"),
        row.get("title"),
        row.get("special"),
        row.get("city"),
    )


def _load(name: str) -> dict[str, Any]:
    text = files("kg.ingest").joinpath("rules", name).read_text(encoding="utf-8")
    # Text until typed: a plain loader would read the words "on" and "no" as truth values.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    data: dict[str, Any] = yaml.load(text, Loader=loader)
    return data
