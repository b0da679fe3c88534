"""Traces, verdicts and nodes in words and tables, in zh or en, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.catalogue import Node, Statement
from kg.output import as_table
from kg.things import Source, Thing
from kg.trace import Trace
from kg.verdict import TESTS, Reason, Verdict

WORDS = {
    "applies": ("适用", "applies"),
    "in-part": ("部分适用", "in part"),
    "uncertain": ("不能确定", "uncertain"),
    "does-not-apply": ("不适用", "does not apply"),
    "met": ("满足", "met"), "unmet": ("不满足", "unmet"), "unknown": ("不明", "unknown"),
    "existence": ("存在", "existence"), "time": ("时间", "time"),
    "territory": ("地域", "territory"), "standing": ("效力", "standing"),
    "relation": ("关系", "relation"),
    "verdict": ("结论", "verdict"), "instrument": ("文件", "instrument"),
    "because": ("理由", "because"), "source": ("来源", "source"),
    "missing": ("缺少的事实", "missing"), "on": ("日期", "on"), "place": ("地方", "place"),
    "page": ("第{}页", "p. {}"), "binding": ("有约束力", "binding"),
    "addressed": ("针对特定对象", "addressed"), "about": ("仅涉及", "about"),
    "predicate": ("关系", "relation"), "object": ("对象", "object"),
    "from": ("起", "from"), "until": ("止", "until"), "subject": ("主体", "subject"),
    "statements": ("陈述", "statements"), "mentions": ("被提及", "mentioned in"),
    "sources": ("来源", "sources"), "aliases": ("别名", "also called"),
    "codes": ("代码", "codes"), "number": ("文号", "number"), "kind": ("种类", "kind"),
    "level": ("层级", "level"), "note": ("说明", "note"), "always": ("始终", "always"),
    "nothing": ("没有", "none"), "with": ("与", "with"), "counted": ("{}件", "{} instruments"),
}


def word(key: str, lang: str) -> str:
    """A word of the interface."""
    zh, en = WORDS.get(key, (key, key))
    return zh if lang == "zh" else en


def trace_text(found: Trace, lang: str) -> str:
    """A trace as one table for each verdict."""
    parts = [_heading(found.place, found.on.isoformat(), found.partner, lang)]
    for kind in ("applies", "in-part", "uncertain", "does-not-apply"):
        verdicts = found.of(kind)
        if verdicts:
            title = f"{word(kind, lang)} · {word('counted', lang).format(len(verdicts))}"
            header = [word(key, lang) for key in ("instrument", "because", "source")]
            parts.append(as_table(header, [_verdict_row(one, lang) for one in verdicts], title))
    if len(parts) == 1:
        parts.append(word("nothing", lang) + "\n")
    return "\n".join(parts)


def _heading(place: Thing, on: str, partner: Thing | None, lang: str) -> str:
    other = f" · {word('with', lang)} {partner.label(lang)}" if partner else ""
    return f"{place.label(lang)} · {on}{other}\n"


def _verdict_row(one: Verdict, lang: str) -> tuple[str, str, str]:
    reasons = _telling(one)
    cited = list(dict.fromkeys(cite(s, lang) for reason in reasons for s in reason.sources))
    said = "".join if lang == "zh" else " ".join
    return one.instrument.label(lang), said(r.text(lang) for r in reasons), "; ".join(cited[:3])


def _telling(one: Verdict) -> Sequence[Reason]:
    """The reasons a list has room for: the start, then the decisive test."""
    time = one.tests["time"].reasons[:1]
    decisive = one.decisive.reasons
    if one.verdict in ("applies", "in-part"):
        territory = one.tests["territory"].reasons
        shown = (*time, *territory[:1], *(territory[-1:] if one.verdict == "in-part" else ()))
        return tuple(dict.fromkeys((*shown, *(decisive if one.decisive.partly else ())[:2])))
    return decisive[:4]


def cite(source: Source, lang: str) -> str:
    """A source in short: document, then page or place."""
    where = word("page", lang).format(source.page) if source.page else source.at
    return f"{source.document.label(lang)}{' ' if where else ''}{where}"


def verdict_text(one: Verdict, lang: str) -> str:
    """One verdict with its five tests, reasons and sources."""
    lines = [
        _heading(one.place, one.on.isoformat(), one.partner, lang).rstrip(),
        f"{one.instrument.label(lang)} · {one.kind.label(lang)}",
        f"{word('verdict', lang)}: {word(one.verdict, lang)}{_how(one, lang)}",
        "",
    ]
    for name in TESTS:
        test = one.tests[name]
        lines.append(f"{word(name, lang)}: {word(test.result, lang)}")
        lines += [f"  - {_reason_text(reason, lang)}" for reason in test.reasons]
    if one.missing:
        listed = [zh if lang == "zh" else en for zh, en in one.missing]
        lines += ["", f"{word('missing', lang)}: {'; '.join(listed)}"]
    return "\n".join(lines) + "\n"


def _how(one: Verdict, lang: str) -> str:
    """How it applies, where it does."""
    applies = one.verdict in ("applies", "in-part")
    return f" ({word(one.relation, lang)})" if applies else ""


def _reason_text(reason: Reason, lang: str) -> str:
    cited = list(dict.fromkeys(cite(source, lang) for source in reason.sources))
    return reason.text(lang) + (f" [{'; '.join(cited)}]" if cited else "")


def node_text(found: Node, lang: str) -> str:
    """Everything known of a node."""
    other = found.thing.label("en" if lang == "zh" else "zh")
    lines = [f"{found.thing.label(lang)} ({other})", found.thing.id]
    facts = [("kind", found.kind), ("level", found.level), ("number", "; ".join(found.numbers)),
             ("codes", "; ".join(found.codes)), ("aliases", "; ".join(found.aliases)),
             ("note", " ".join(found.notes)), *found.fields,
             ("sources", "; ".join(dict.fromkeys(cite(s, lang) for s in found.sources)))]
    lines += [f"{word(key, lang)}: {value}" for key, value in facts if value]
    parts = ["\n".join(lines) + "\n"]
    parts += _statement_tables(found, lang)
    return "\n".join(parts)


def _statement_tables(found: Node, lang: str) -> Iterable[str]:
    keys = ("predicate", "object", "from", "until", "source")
    if found.statements:
        rows = [_statement_row(one, one.object, lang) for one in found.statements]
        yield as_table([word(key, lang) for key in keys], rows, word("statements", lang))
    if found.mentions:
        rows = [_statement_row(one, one.subject, lang) for one in found.mentions]
        header = [word(key, lang) for key in ("predicate", "subject", "from", "until", "source")]
        yield as_table(header, rows, word("mentions", lang))


def _statement_row(one: Statement, other: Thing, lang: str) -> list[str]:
    marks = [word(mark, lang) for mark in one.qualifiers]
    if one.rank != "normal":
        marks.append(one.rank)
    label = other.label(lang) + (f" ({', '.join(marks)})" if marks else "")
    said = f"{label} — {one.why}" if one.why else label
    cited = "; ".join(dict.fromkeys(cite(source, lang) for source in one.sources))
    until = "" if one.predicate == "dates" else one.until
    return [one.predicate, said, one.since, until, cited]
