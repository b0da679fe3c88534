"""Commands about the data as a whole: check, build, export, stats."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.base import (
    emit_to,
    format_option,
    main,
    open_asked,
    output_option,
)


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """Are the data files right? Says file:line, what is wrong, and what would be right.

    Example: kg check data
    """
    from kg.check import check, counts
    from kg.errors import DataError, Problem
    from kg.resources import DATA

    problems: list[Problem] = []
    for folder in paths or (DATA,):
        try:
            found = counts(check(folder))
            listed = ", ".join(f"{number:,} {name}" for name, number in found.items())
            click.echo(f"{folder}: right — {listed}")
        except DataError as error:
            problems += error.problems
    if problems:
        click.echo(f"{len(problems)} problems", err=True)
        raise DataError(problems)


@main.command()
@click.argument("data", required=False, type=click.Path(path_type=Path))
@click.option("-o", "--output", default="store", show_default=True, type=click.Path(path_type=Path),
              help="Where the store is to lie; one that is there is replaced whole.")
@click.option("--nt", type=click.Path(path_type=Path), help="Also write the graph as N-Triples.")
def build(data: Path | None, output: Path, nt: Path | None) -> None:
    """Make a store from data files, after checking them.

    Example: kg build -o store && kg --store store stats
    """
    from kg.check import check
    from kg.resources import DATA
    from kg.snapshot import snapshot_of
    from kg.store import write_store
    from kg.swap import write_whole

    click.echo("reading and checking …", err=True)
    graph = check(data or DATA)
    click.echo(f"{len(graph.lines):,} triples; writing {output} …", err=True)
    triples = graph.n_triples()
    write_store(triples, output, finish=snapshot_of(triples))
    if nt:
        write_whole(nt, triples)
    click.echo(f"built {output}", err=True)


@main.command()
@click.option("-f", "--format", "form", default="ttl", show_default=True,
              type=click.Choice(["ttl", "nt", "jsonld", "rdfxml", "csv", "graphml"]))
@output_option
@click.pass_context
def export(ctx: click.Context, form: str, output: str | None) -> None:
    """Take the whole graph away.

    Example: kg export -f nt -o graph.nt
    """
    from kg.export import export

    emit_to(ctx, export(open_asked(ctx), form), output)


@main.command()
@format_option("table", "json")
@output_option
@click.pass_context
def stats(ctx: click.Context, form: str, output: str | None) -> None:
    """What is in the graph; coverage of labels, dates and sources; disagreements; orphans.

    Example: kg stats --format json
    """
    from kg.output import as_json, as_table, rows_of
    from kg.queries import describe
    from kg.stats import stats

    found = stats(open_asked(ctx))
    if form == "json":
        emit_to(ctx, as_json(found), output)
        return
    tables = [as_table(*rows_of(rows), title=describe(name)) if rows else f"{describe(name)}\n  —\n"
              for name, rows in found.items()]
    emit_to(ctx, "\n".join(tables), output)
