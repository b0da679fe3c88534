"""The bodies that issue a document, by its title, acts, order, page or signature."""

from __future__ import annotations

import re

from kg.ingest.bodies import bodies_of_title, split_bodies
from kg.ingest.head import ORDER_LINE, Head
from kg.ingest.pagetable import page_text
from kg.ingest.rules import chinese_rules
from kg.ingest.signature import Signature
from kg.ingest.titles import squeezed
from kg.ingest.values import Value


def issuers(head: Head, signature: Signature) -> tuple[Value, ...]:
    """Who issued it: named in the title, the acts, the order, the page's table, the signature."""
    named, more = bodies_of_title(head.title.value, head.gazetteer) if head.title else ([], False)
    if named and head.title and not more:
        return tuple(_in_title(head.title, name) for name in named)
    if head.title and head.title.rule == "title.headline":
        return _headline_bodies(head, head.title)
    by_acts = _act_bodies(head)
    if by_acts:
        return by_acts
    if more and len(signature.bodies) > len(named):
        return signature.bodies
    if named and head.title:
        return tuple(_in_title(head.title, name) for name in named)
    return _order_bodies(head) or _page_bodies(head) or signature.bodies


def _headline_bodies(head: Head, title: Value) -> tuple[Value, ...]:
    """Who issued what a headline names: 甲厅　乙厅印发《…》."""
    line = head.lines[head.title_last]
    written = re.split("印发|发布|公布", head.clean.text[line.start : title.start])[0]
    names = split_bodies(written, head.gazetteer)
    return tuple(Value(n, line.start, title.start - 1, "issuer.headline") for n in names)


def _in_title(title: Value, name: str) -> Value:
    """A body's place inside the title, when the title stands on one line."""
    at = title.value.find(name)
    fits = at >= 0 and not title.raw and title.end - title.start == len(title.value)
    start, end = (
        (title.start + at, title.start + at + len(name)) if fits else (title.start, title.end)
    )
    return Value(name, start, end, "issuer.title", raw=title.raw)


def _act_bodies(head: Head) -> tuple[Value, ...]:
    """A legislature adopts; others issue what they promulgate or, failing that, adopt."""
    legislature = chinese_rules().patterns["legislature"]
    acts = [act for act in head.history if act.bodies]
    adopted = [a for a in acts if a.event == "adopted"]
    by_law = [a for a in adopted if any(legislature in body for body in a.bodies)]
    promulgated = [a for a in acts if a.event == "promulgated"]
    amended = [a for a in acts if a.event == "amended"]
    for group in (by_law, promulgated, adopted, amended):
        if group:
            act = group[0]
            return tuple(
                Value(b, act.start, act.number_end or act.end, "issuer.history") for b in act.bodies
            )
    return ()


def _order_bodies(head: Head) -> tuple[Value, ...]:
    """The bodies whose order it is: 甲部 / 乙部 / 令."""
    if chinese_rules().patterns["head_of_state_order"] in squeezed(
        "".join(l.text for l in head.lines[:2])
    ):
        return ()
    first = max(head.title_last + 1, 0)
    for line in [*head.lines[:4], *head.lines[first : first + 4]]:
        order = ORDER_LINE.fullmatch(
            re.sub(r"[（(]?第?\s?[\d〇一二三四五六七八九十百]+\s?号[）)]?$", "", line.text).strip()
        )
        if order:
            names = split_bodies(order.group(1), head.gazetteer)
            return tuple(Value(name, line.start, line.end, "issuer.order") for name in names)
    return ()


def _page_bodies(head: Head) -> tuple[Value, ...]:
    found = page_text(head, "issuers")
    if found is None:
        return ()
    names = split_bodies(re.sub(r"[（(][^（）()]*[）)]", "", found[0]), head.gazetteer)
    return tuple(Value(name, found[1], found[2], "issuer.page") for name in names)
