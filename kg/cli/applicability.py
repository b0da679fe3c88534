"""Commands about which measures apply: trace, why, where, compare, changes, rollout."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from kg.cli.base import (
    by_suffix,
    day_of,
    emit_to,
    format_option,
    lang_of,
    main,
    on_option,
    open_asked,
    output_option,
    print_answer,
    resolved,
    with_option,
)

if TYPE_CHECKING:
    from kg.facts import Facts
    from kg.verdict import Verdict

WHY_FORMATS = ("table", "json", "csv", "html")


@main.command()
@click.argument("place")
@on_option
@with_option
@click.option("--all", "all_", is_flag=True, help="Also what does not apply, and what excludes it.")
@format_option("table", "json", "csv")
@output_option
@click.pass_context
def trace(
    ctx: click.Context, place: str, on: str | None, partner: str | None, all_: bool, form: str,
    output: str | None,
) -> None:
    """Which measures apply in a place on a date, and why.

    Example: kg trace 海南 --on 2022-07-01
    """
    from kg.answers import trace_json, trace_rows
    from kg.report import trace_text
    from kg.trace import trace

    day, store = day_of(on), open_asked(ctx)
    other = resolved(store, partner, "Place", on=day) if partner else None
    found = trace(store, resolved(store, place, "Place", on=day), day, other, all_=all_)
    print_answer(ctx, form, output, trace_json(found), trace_rows(found, lang_of(ctx)),
           lambda: trace_text(found, lang_of(ctx)))


@main.command()
@click.argument("instrument", required=False)
@click.argument("place", required=False)
@on_option
@with_option
@click.option("--file", "pairs", metavar="PAIRS.csv|parquet",
              help="Screen a list with the columns instrument,place,on,with (- for standard input).")
@click.option("--engine", metavar="spark[:MASTER]", help="Screen the list on Apache Spark.")
@click.option("--format", "form", type=click.Choice(WHY_FORMATS),
              help="How to print the answer; table if not given, or what the file's name says.")
@output_option
@click.pass_context
def why(
    ctx: click.Context, instrument: str | None, place: str | None, on: str | None,
    partner: str | None, pairs: str | None, engine: str | None, form: str | None, output: str | None,
) -> None:
    """Whether one instrument applies in a place on a date: the five tests with reasons.

    As a page (-o why.html) it draws the chain from the place to the measure.

    Example: kg why CPTPP 海南 --on 2022-07-01
    """
    form = form or by_suffix(output, WHY_FORMATS)
    if pairs:
        _screen(ctx, pairs, engine, form, output)
        return
    if engine or not instrument or not place:
        raise click.UsageError("name an INSTRUMENT and a PLACE, or give --file")
    from kg.trace import Court

    day, store = day_of(on), open_asked(ctx)
    other = resolved(store, partner, "Place", on=day) if partner else None
    court = Court(store)
    found = court.why(resolved(store, instrument, "Instrument", on=day),
                      resolved(store, place, "Place", on=day), day, other)
    _print_verdict(ctx, court.facts, found, form, output)


def _print_verdict(
    ctx: click.Context, facts: Facts, found: Verdict, form: str, output: str | None
) -> None:
    from kg.answers import verdict_row
    from kg.explanation import explain
    from kg.report import verdict_text
    from kg.verdict import verdict_json

    lang = lang_of(ctx)
    if form == "html":
        from kg.pages.explanation import explanation_page

        emit_to(ctx, explanation_page(explain(facts, found), lang), output)
        return
    print_answer(ctx, form, output, verdict_json(found), [verdict_row(found, lang)],
                 lambda: verdict_text(found, lang))


def _screen(
    ctx: click.Context, path: str, engine: str | None, form: str, output: str | None
) -> None:
    from kg.answers import PAIR_COLUMNS, ROW_COLUMNS
    from kg.parquet import is_parquet, write_rows

    if form == "html":
        raise click.UsageError("a list is given as table, json, csv or Parquet, not as a page")
    if engine and is_parquet(output):
        from kg.spark import screen_to_parquet

        rows, errors = screen_to_parquet(ctx.obj["store"], path, engine, lang_of(ctx), str(output))
        click.echo(f"written: {output} ({rows:,} rows, {errors:,} errors)", err=True)
        ctx.exit(1 if errors else 0)
    form = "parquet" if is_parquet(output) else form
    found = list(_screened(ctx, path, engine, form))
    if is_parquet(output):
        write_rows(str(output), found, ROW_COLUMNS)
    elif form == "table":
        print_answer(ctx, form, output, found, [{key: row.get(key, "") for key in PAIR_COLUMNS} for row in found])
    else:
        print_answer(ctx, form, output, found, found)
    if any("error" in row or row.get("verdict") == "error" for row in found):
        ctx.exit(1)


def _screened(ctx: click.Context, path: str, engine: str | None, form: str) -> Iterator[dict[str, Any]]:
    from kg.answers import screened
    from kg.screening import read_pairs, screen

    if engine:
        from kg.spark import screen_rows

        yield from screen_rows(ctx.obj["store"], path, engine, form, lang_of(ctx))
        return
    pairs = read_pairs(path)
    found = _progress(screen(open_asked(ctx), pairs), len(pairs))
    for pair, one in zip(pairs, found, strict=True):
        yield screened(pair, one, form, lang_of(ctx))


def _progress(items: Iterable[Any], total: int) -> Iterable[Any]:
    """The items, with a bar on a terminal's standard error when it takes longer than a second."""
    if not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(items, length=total, file=sys.stderr, label="screening") as bar:
        yield from bar


@main.command()
@click.argument("instrument")
@on_option
@with_option
@format_option("table", "json", "csv")
@output_option
@click.pass_context
def where(
    ctx: click.Context, instrument: str, on: str | None, partner: str | None, form: str,
    output: str | None,
) -> None:
    """Where an instrument applies on a date; what lies within such a place inherits the answer.

    Example: kg where RCEP --on 2022-07-01
    """
    from kg.answers import where_rows
    from kg.trace import Court
    from kg.verdict import verdict_json

    day, store = day_of(on), open_asked(ctx)
    other = resolved(store, partner, "Place", on=day) if partner else None
    found = Court(store).where(resolved(store, instrument, "Instrument", on=day), day, other)
    print_answer(ctx, form, output, [verdict_json(one) for one in found],
                 where_rows(found, lang_of(ctx)))


@main.command()
@click.argument("left")
@click.argument("right")
@on_option
@format_option("table", "json", "csv")
@output_option
@click.pass_context
def compare(
    ctx: click.Context, left: str, right: str, on: str | None, form: str, output: str | None
) -> None:
    """What applies in one place and not, or not in the same way, in another.

    Example: kg compare 上海 海南 --on 2023-07-01
    """
    from kg.answers import comparison_json, comparison_rows
    from kg.comparison import compare
    from kg.trace import Court

    day, store = day_of(on), open_asked(ctx)
    ends = [resolved(store, name, "Place", on=day) for name in (left, right)]
    found = compare(Court(store), ends[0], ends[1], day)
    print_answer(ctx, form, output, comparison_json(found),
                 comparison_rows(found, left, right, lang_of(ctx)))


@main.command()
@click.argument("place")
@click.option("--from", "first", required=True, metavar="DATE", help="The first day.")
@click.option("--to", "last", required=True, metavar="DATE", help="The last day.")
@format_option("table", "json", "csv")
@output_option
@click.pass_context
def changes(
    ctx: click.Context, place: str, first: str, last: str, form: str, output: str | None
) -> None:
    """What began to apply in a place, ended, or became uncertain, day by day.

    Example: kg changes 海南 --from 2021-06-01 --to 2021-12-31
    """
    from kg.answers import changes_json, changes_rows
    from kg.comparison import changes
    from kg.trace import Court

    start, end, store = day_of(first), day_of(last), open_asked(ctx)
    if end < start:
        raise click.BadParameter("--to comes before --from", param_hint="--to")
    found = changes(Court(store), resolved(store, place, "Place", on=start), start, end)
    print_answer(ctx, form, output, changes_json(found), changes_rows(found, lang_of(ctx)))


@main.command()
@click.argument("instrument")
@format_option("table", "json", "csv")
@output_option
@click.pass_context
def rollout(ctx: click.Context, instrument: str, form: str, output: str | None) -> None:
    """Who carried an instrument out, in what order, after how many days.

    Example: kg rollout RCEP
    """
    from kg.answers import rollout_json, rollout_rows
    from kg.rollout import rollout

    store = open_asked(ctx)
    found = rollout(store, resolved(store, instrument, "Instrument"))
    print_answer(ctx, form, output, rollout_json(found), rollout_rows(found, lang_of(ctx)))
