"""The words of reasons in zh and en, from `wording.yaml`."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

import yaml

from kg.things import Thing

LANGUAGES = ("zh", "en")


@cache
def _texts() -> dict[str, dict[str, str]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = Path(__file__).with_suffix(".yaml").read_text("utf-8")
    found: dict[str, dict[str, str]] = yaml.load(text, Loader=loader)
    return found


@lru_cache(maxsize=50_000)
def say(key: str, **parts: Thing | str | tuple[str, str]) -> tuple[str, str]:
    """A reason in (zh, en); a part is a node, the same text for both, or a (zh, en) pair."""
    texts = _texts()[key]
    zh, en = (texts[lang].format(**{k: _part(v, lang) for k, v in parts.items()})
              for lang in LANGUAGES)
    return zh, en[:1].upper() + en[1:] if en.endswith(".") else en


def _part(value: Thing | str | tuple[str, str], lang: str) -> str:
    if isinstance(value, Thing):
        return value.label(lang)
    return value if isinstance(value, str) else value[LANGUAGES.index(lang)]
