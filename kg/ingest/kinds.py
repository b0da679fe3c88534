"""The kind of an instrument, judged by its title and its issuers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.ingest.rules import KindRule, chinese_rules, english_rules
from kg.ingest.titles import kind_ending

_LOCAL = re.compile(r"(?:省|市|自治区|自治州|区|县|盟|旗)")


def kind_of(title: str, issuers: Sequence[str] = (), *, is_local: bool = False) -> str | None:
    """The concept of the kinds scheme that fits, or None when nothing shows.

    `issuers` are the bodies that issue or approve it; `is_local` tells of a title that begins
    with a place when they are not known.

    >>> kind_of("某市数据条例", ["某市人民代表大会常务委员会"])
    'local-regulation'
    """
    ending = kind_ending(title)
    if ending is None:
        return _english_kind(title)
    for rule in chinese_rules().issuer_kinds:
        by_rule = _by_issuer(rule, title, ending, issuers)
        if by_rule:
            return by_rule
    if is_local and not issuers:
        for word, kind in chinese_rules().local_kinds.items():
            if ending.endswith(word):
                return kind or None
    return chinese_rules().kinds[ending] or None


def kind_of_text(text: str) -> str | None:
    """The kind that a text without a title gives itself: 现通知如下, 特此公告."""
    said = re.search(chinese_rules().patterns["called"], text)
    word = next((w for w in said.groups() if w), "") if said else ""
    return chinese_rules().kinds.get(word) or None


def _by_issuer(rule: KindRule, title: str, ending: str, issuers: Sequence[str]) -> str | None:
    named = next((name for name in issuers if rule.issuer in name), None)
    if named is None or not ending.endswith(rule.ends):
        return None
    if rule.special and rule.title and rule.title in title:
        return rule.special
    place = named.split(rule.issuer)[0]
    is_approved = any(name != named and rule.issuer in name for name in issuers)
    if rule.city and place.endswith("市") and is_approved:
        return rule.city
    return rule.local if _LOCAL.search(place) else rule.national


def english_kind(title: str, text: str) -> str | None:
    """The kind that an English text has: by the first words of its title, by its formulas."""
    rules = english_rules()
    called = re.match(rules.patterns["order_title"], title.removeprefix("A "))
    ordained = [kind for kind, formula in rules.formulas.items() if re.search(formula, text)]
    if called and called.group() != "Proclamation":
        return _english_kind(called.group())
    return (ordained[0] or None) if ordained else _english_kind(title)


def _english_kind(title: str) -> str | None:
    case = re.IGNORECASE if title.isupper() else re.NOFLAG
    for word, kind in english_rules().kinds.items():
        if re.search(rf"\b{re.escape(word)}\b", title, case):
            return kind or None
    return "trade-agreement" if " - " in title else None
