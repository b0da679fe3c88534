"""Commands that find and show: query, search, show, list, figures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kg.cli.base import (
    emit_to,
    format_option,
    lang_of,
    main,
    open_asked,
    output_option,
    print_answer,
    resolved,
)


@main.command()
@click.argument("question", required=False)
@click.option("--list", "listed", is_flag=True, help="Show the shipped questions.")
@click.option("--allow-service", multiple=True, metavar="URL",
              help="An address that SERVICE clauses may ask; repeatable, none if not given.")
@format_option("table", "json", "csv", "nt")
@output_option
@click.pass_context
def query(
    ctx: click.Context, question: str | None, listed: bool, allow_service: tuple[str, ...],
    form: str, output: str | None,
) -> None:
    """Ask in SPARQL: a file, the text itself, `-`, or the name of a shipped question.

    Example: kg query 'SELECT ?x WHERE { ?x a kg:Agreement }'
    """
    from kg.guard import check
    from kg.queries import describe, names

    if listed or not question:
        print_answer(ctx, form, output, {n: describe(n) for n in names()},
               [{"name": name, "asks": describe(name)} for name in names()])
        return
    store, text = open_asked(ctx), _question(question)
    check(text, store, allow_service)
    answer = store.query(text)
    _print_answer(ctx, answer, form, output)


def _question(text: str) -> str:
    from kg.queries import names, read_query, with_prefixes

    if text == "-":
        return with_prefixes(sys.stdin.read())
    if text in names():
        return read_query(text)
    if len(text) < 250 and "{" not in text and Path(text).is_file():
        return with_prefixes(Path(text).read_text("utf-8"))
    return with_prefixes(text)


def _print_answer(ctx: click.Context, answer: Any, form: str, output: str | None) -> None:
    from kg.store import Solutions
    from kg.terms import sparql

    if isinstance(answer, bool):
        emit_to(ctx, f"{str(answer).lower()}\n", output)
    elif isinstance(answer, Solutions):
        rows = [{name: str(row[name]) if row[name] is not None else "" for name in answer.variables}
                for row in answer]
        print_answer(ctx, form, output, rows, rows)
    else:
        lines = [" ".join(map(sparql, triple)) + " ." for triple in answer]
        emit_to(ctx, "\n".join(sorted(lines)) + "\n", output)


@main.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", default=20, show_default=True, help="How many nodes at the most.")
@format_option("table", "json", "csv")
@output_option
@click.pass_context
def search(ctx: click.Context, words: tuple[str, ...], limit: int, form: str, output: str | None) -> None:
    """Find nodes by name, code or number, in any script.

    Example: kg search 数据出境
    """
    from kg.catalogue import search, suggestions

    store, text = open_asked(ctx), " ".join(words)
    found = search(store, text, limit)
    rows = [{"id": one.id, "class": one.cls, "zh": one.zh, "en": one.en} for one in found]
    if not found:
        near = ", ".join(suggestions(store, text))
        click.echo(f"nothing found{'; near: ' + near if near else ''}", err=True)
    print_answer(ctx, form, output, rows, rows)


@main.command()
@click.argument("thing")
@format_option("table", "json")
@output_option
@click.pass_context
def show(ctx: click.Context, thing: str, form: str, output: str | None) -> None:
    """Everything known of one node, with dates and sources.

    Example: kg show RCEP
    """
    from kg.catalogue import node, show_json
    from kg.report import node_text

    store = open_asked(ctx)
    found = node(store, resolved(store, thing))
    print_answer(ctx, form, output, show_json(found), [show_json(found)], lambda: node_text(found, lang_of(ctx)))


@main.command("list")
@click.argument("concept")
@click.option("--kind", default="", help="Only nodes of this kind, such as law.")
@click.option("--level", default="", help="Only nodes of this level, such as municipal.")
@format_option("table", "json", "csv")
@output_option
@click.pass_context
def list_(ctx: click.Context, concept: str, kind: str, level: str, form: str, output: str | None) -> None:
    """All nodes of a concept: instruments, agencies, places, bases, designations, agreements,
    events, documents, lines, indicators, or all dated statements.

    Example: kg list instruments --kind law --format csv
    """
    from kg.catalogue import list_nodes, list_statements, node_json, statement_row

    store = open_asked(ctx)
    if concept == "statements":
        values = [statement_row(one) for one in list_statements(store)]
    else:
        values = [node_json(one) for one in list_nodes(store, concept, kind=kind, level=level)]
    short = [{k: v for k, v in one.items() if k in _COLUMNS} for one in values]
    print_answer(ctx, form, output, values, short if form == "table" else values)


_COLUMNS = ("id", "kind", "label", "level", "subject", "predicate", "object", "from", "until")


@main.command()
@click.argument("subject", required=False)
@click.option("--indicator", default="", help="Only this indicator (an id or a name).")
@click.option("--period", default="", help="Only this period, such as 2022.")
@format_option("table", "json", "csv")
@output_option
@click.pass_context
def figures(
    ctx: click.Context, subject: str | None, indicator: str, period: str, form: str,
    output: str | None,
) -> None:
    """The figures: who, what, when, how much, and where it is printed.

    Example: kg figures 中国 --period 2022
    """
    from kg.figures import figure_json, figures

    store = open_asked(ctx)
    found = figures(store, resolved(store, subject) if subject else "",
                    resolved(store, indicator, "Indicator") if indicator else "", period)
    values = [figure_json(one) for one in found]
    lang = lang_of(ctx)
    rows = [{"subject": one.subject.label(lang), "indicator": one.indicator.label(lang),
             "period": one.period, "value": one.value, "unit": one.unit,
             "page": one.sources[0].page if one.sources else "", "flag": one.flag} for one in found]
    print_answer(ctx, form, output, values, rows)
