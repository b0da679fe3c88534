"""Commands that make pages: timeline, graph, serve, site."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.base import (
    by_suffix,
    day_of,
    emit_to,
    lang_of,
    main,
    open_asked,
    output_option,
    resolved,
)

if TYPE_CHECKING:
    from kg.web.reviewing import Reviewing


@main.command()
@click.option("--place", help="Only what applies in this place.")
@click.option("--instrument", help="Only this instrument, what it carries out and what does so.")
@click.option("--topic", help="Only instruments about this topic.")
@click.option("--on", metavar="DATE", help="The day marked on the page.")
@click.option("--format", "form", type=click.Choice(["html", "svg", "csv", "json", "ics"]),
              help="How to draw it; html if not given, or what the file's name says.")
@output_option
@click.pass_context
def timeline(
    ctx: click.Context, place: str | None, instrument: str | None, topic: str | None,
    on: str | None, form: str | None, output: str | None,
) -> None:
    """The roll-out of policy over time, as a page, picture, table or calendar.

    Example: kg timeline --place 海南 -o timeline.html
    """
    from kg.timeline import timeline, timeline_csv, timeline_ics, timeline_json, timeline_svg

    store, lang = open_asked(ctx), lang_of(ctx)
    found = timeline(
        store, resolved(store, place, "Place") if place else "",
        resolved(store, instrument, "Instrument") if instrument else "",
        resolved(store, topic, "Concept") if topic else "",
    )
    kind = form or by_suffix(output, ("html", "svg", "csv", "json", "ics"))
    if kind == "html":
        from kg.pages.timeline import timeline_page

        emit_to(ctx, timeline_page(found, lang, day_of(on) if on else None), output)
    else:
        writers: dict[str, Callable[[], str]] = {
            "svg": lambda: timeline_svg(found, lang), "csv": lambda: timeline_csv(found),
            "json": lambda: timeline_json(found), "ics": lambda: timeline_ics(found, lang),
        }
        emit_to(ctx, writers[kind](), output)


@main.command()
@click.argument("thing", required=False)
@click.option("--hops", default=1, show_default=True, help="How far from THING.")
@click.option("--on", metavar="DATE", help="The day that the page opens with.")
@click.option("--format", "form", type=click.Choice(["html", "json", "graphml"]),
              help="How to give it; html if not given, or what the file's name says.")
@output_option
@click.pass_context
def graph(
    ctx: click.Context, thing: str | None, hops: int, on: str | None, form: str | None,
    output: str | None,
) -> None:
    """The network around a node (or the busiest part of the whole), as a page or as data.

    Example: kg graph RCEP --hops 1 -o network.html
    """
    from kg.network import network, network_graphml, network_json

    store, lang = open_asked(ctx), lang_of(ctx)
    found = network(store, resolved(store, thing) if thing else "", hops)
    kind = form or by_suffix(output, ("html", "json", "graphml"))
    if kind == "html":
        from kg.pages.network import network_page

        emit_to(ctx, network_page(found, lang, day_of(on) if on else None), output)
    else:
        emit_to(ctx, network_json(found) if kind == "json" else network_graphml(found), output)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--allow-host", multiple=True, metavar="NAME",
              help="A further host name under which the server may be asked; repeatable.")
@click.option("--timeout", default=10.0, show_default=True, type=click.FloatRange(0.1, 3600),
              help="Seconds that a SPARQL query may take.")
@click.option("--rows", default=100_000, show_default=True, type=click.IntRange(1),
              help="Rows that a SPARQL query may give.")
@click.option("--at-once", default=2, show_default=True, type=click.IntRange(1, 64),
              help="SPARQL queries answered at the same time.")
@click.option("--allow-service", multiple=True, metavar="URL",
              help="An address that SERVICE clauses may ask; repeatable, none if not given.")
@click.option("--proposals", metavar="FILE.jsonl", help="Proposed facts to decide on at /review.",
              type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--decisions", metavar="FILE.yaml", help="Where the decisions are kept.",
              type=click.Path(dir_okay=False, path_type=Path))
@click.option("--by", metavar="NAME", help="Who decides.")
@click.option("--review-anywhere", is_flag=True,
              help="Let whoever reaches the server decide, not this machine alone.")
@click.pass_context
def serve(
    ctx: click.Context, host: str, port: int, allow_host: tuple[str, ...], timeout: float, rows: int,
    at_once: int, allow_service: tuple[str, ...], proposals: Path | None, decisions: Path | None,
    by: str | None, review_anywhere: bool,
) -> None:
    """The explorer and the SPARQL endpoint, as a web server on this machine.

    Example: kg serve --port 8000
    """
    from kg.endpoint.limits import Limits
    from kg.web.server import Serving, serve

    review = _reviewing(proposals, decisions, by, host, review_anywhere)
    limits = Limits(seconds=timeout, rows=rows, at_once=at_once)
    click.echo(f"http://{host}:{port}/  (Ctrl-C stops it)", err=True)
    serve(open_asked(ctx), Serving(host, port, lang_of(ctx), allow_host, limits, allow_service,
                                   review))


def _reviewing(
    proposals: Path | None, decisions: Path | None, by: str | None, host: str, anywhere: bool
) -> Reviewing | None:
    """What is to be reviewed; None if nothing is."""
    from kg.web.reviewing import Reviewing, checked

    if proposals and decisions and by:
        return checked(Reviewing(proposals, decisions, by), host, anywhere)
    if proposals or decisions or by or anywhere:
        raise click.UsageError("to review, give --proposals, --decisions and --by together")
    return None


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--on", metavar="DATE", help="The day that the pages speak of; today if not given.")
@click.option("--all-places", is_flag=True,
              help="Also pages of places of which only their position is told (thousands).")
@click.pass_context
def site(ctx: click.Context, folder: Path, on: str | None, all_places: bool) -> None:
    """The explorer as files, for a folder or any web host; no server is needed to read them.

    Everything has a page in both languages but for places of which only their position is told and
    what only a server answers: SPARQL, two places compared, another day than the one given.

    Example: kg site public --on 2022-07-01
    """
    from kg.web.desk import Desk
    from kg.web.files import write_site

    desk = Desk(open_asked(ctx))
    count = write_site(desk, folder, lang_of(ctx), day_of(on), all_places, _with_bar, os.cpu_count() or 1)
    click.echo(f"written: {folder} ({count:,} nodes); open {folder / 'index.html'}", err=True)


def _with_bar(items: Iterable[str], total: int) -> Iterable[str]:
    """The items, with a bar on a terminal's standard error."""
    if not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(items, length=total, file=sys.stderr, label="pages") as bar:
        yield from bar
