"""The table that a web page puts around a document: 文号：…, 成文日期：…."""

from __future__ import annotations

import re

from kg.ingest.datewords import find_dates
from kg.ingest.head import NUMBER_LINE, Head
from kg.ingest.rules import chinese_rules
from kg.ingest.titles import squeezed
from kg.ingest.values import Value


def page_text(head: Head, name: str) -> tuple[str, int, int] | None:
    """What a page's table says after one of a field's names, on the same line or the next."""
    names = chinese_rules().page_fields[name]
    named = "|".join(_spaced(n) for n in names)
    label = rf"(?:{named})\s*[：:]|[【\[](?:{named})[】\]]"
    pattern = re.compile(rf"\s*(?:{label})\s*(.*)", re.DOTALL)
    for index, line in enumerate(head.lines[:400]):
        match = pattern.fullmatch(line.text)
        if not match:
            continue
        if match.group(1).strip():
            start = line.start + match.start(1)
            return match.group(1).strip(), start, line.end
        if index + 1 < len(head.lines) and not re.search(
            r"[：:]$|^[【\[]", head.lines[index + 1].text
        ):
            following = head.lines[index + 1]
            return following.text, following.start, following.end
    return None


def _spaced(name: str) -> str:
    return r"[\s\u3000]*".join(map(re.escape, name))


def page_value(head: Head, name: str) -> Value | None:
    found = page_text(head, name)
    if found is None:
        return None
    match = NUMBER_LINE.search(found[0])
    if not match:
        return None
    start = found[1] + match.start()
    return Value(squeezed(match.group()), start, start + len(match.group()), f"{name}.page")


def page_date(head: Head, name: str) -> Value | None:
    found = page_text(head, name)
    if found is None:
        return None
    date = next(iter(find_dates(head.clean.text, found[1], found[2])), None)
    return Value(date.value, date.start, date.end, f"{name}.page") if date else None
