"""The command `kg`: each command reads its options, asks one library function, and prints."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg import curate

if TYPE_CHECKING:
    from kg.errors import Problem
    from kg.store import Store
    from kg.trace import Trace
    from kg.verdict import Verdict

Command = TypeVar("Command", bound=Callable[..., Any])


class _Commands(click.Group):
    """Commands whose known errors are a message and an exit code, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        from kg.errors import DataError, KgError

        try:
            return super().invoke(ctx)
        except DataError as error:
            click.echo(str(error), err=True)
            ctx.exit(1)
        except KgError as error:
            click.echo(f"kg: {error}", err=True)
            ctx.exit(1)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(0)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog='Example: kg trace 海南 --on 2022-07-01   ·   kg COMMAND --help for each command',
)
@click.option("--store", envvar="KG_STORE", metavar="PATH|URL",
              help="A built store or a SPARQL endpoint; the packaged data if not given.")
@click.option("--lang", envvar="KG_LANG", type=click.Choice(["zh", "en"]), default="zh",
              show_default=True, help="Language of what is printed.")
@click.version_option(package_name="policy-kg", prog_name="kg")
@click.pass_context
def main(ctx: click.Context, store: str | None, lang: str) -> None:
    """Which policies and regulations apply in a place on a date, and why."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    ctx.obj = {"store": store, "lang": lang}


def _store(ctx: click.Context) -> Store:
    from kg.store import open_store

    store = open_store(ctx.obj["store"])
    ctx.call_on_close(store.close)
    return store


def _lang(ctx: click.Context) -> str:
    return str(ctx.obj["lang"])


def _format(*formats: str) -> Callable[[Command], Command]:
    return click.option("--format", "form", type=click.Choice(formats), default=formats[0],
                        show_default=True, help="How to print the answer.")


_out = click.option("-o", "--output", metavar="FILE", help="Write to a file instead of printing.")
_on = click.option("--on", metavar="DATE", help="The day asked about, such as 2022-07-01; today if not given.")
_with = click.option("--with", "partner", metavar="PARTNER",
                     help="The other side, for agreements that are in force pair by pair.")


def _day(text: str | None) -> date:
    from kg.dates import parse_day
    from kg.errors import DateError

    try:
        return parse_day(text) if text else date.today()
    except DateError as error:
        raise click.BadParameter(str(error), param_hint="--on") from error


def _resolve(store: Store, name: str, *classes: str, on: date | None = None) -> str:
    from kg.names import resolve

    return resolve(store, name, classes, on)


def _emit(ctx: click.Context, text: str | bytes, output: str | None) -> None:
    from kg.output import emit

    emit(text, output)
    if output and output != "-":
        click.echo(f"written: {output}", err=True)


def _print(
    ctx: click.Context, form: str, output: str | None, values: Any, rows: list[dict[str, Any]],
    text: Callable[[], str] | None = None,
) -> None:
    """An answer as JSON, CSV, or a table (made by `text`, or of the rows)."""
    from kg.output import as_csv, as_json, as_table, rows_of

    if form == "json":
        _emit(ctx, as_json(values), output)
    elif form == "csv":
        _emit(ctx, as_csv(*rows_of(rows)), output)
    else:
        _emit(ctx, text() if text else as_table(*rows_of(rows)), output)


# Data


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """Are the data files right? Says file:line, what is wrong, and what would be right.

    Example: kg check data
    """
    from kg.check import check, counts
    from kg.errors import DataError
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
    from kg.output import write_whole
    from kg.resources import DATA
    from kg.snapshot import save_snapshot
    from kg.store import write_store

    click.echo("reading and checking …", err=True)
    graph = check(data or DATA)
    click.echo(f"{len(graph.lines):,} triples; writing {output} …", err=True)
    write_store(graph.n_triples(), output, finish=save_snapshot)
    if nt:
        write_whole(nt, graph.n_triples())
    click.echo(f"built {output}", err=True)


# Asking


@main.command()
@click.argument("question", required=False)
@click.option("--list", "listed", is_flag=True, help="Show the shipped questions.")
@_format("table", "json", "csv", "nt")
@_out
@click.pass_context
def query(ctx: click.Context, question: str | None, listed: bool, form: str, output: str | None) -> None:
    """Ask in SPARQL: a file, the text itself, `-`, or the name of a shipped question.

    Example: kg query 'SELECT ?x WHERE { ?x a kg:Agreement }'
    """
    from kg.queries import describe, names

    if listed or not question:
        _print(ctx, form, output, {n: describe(n) for n in names()},
               [{"name": name, "asks": describe(name)} for name in names()])
        return
    answer = _store(ctx).query(_question(question))
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
        _emit(ctx, f"{str(answer).lower()}\n", output)
    elif isinstance(answer, Solutions):
        rows = [{name: str(row[name]) if row[name] is not None else "" for name in answer.variables}
                for row in answer]
        _print(ctx, form, output, rows, rows)
    else:
        lines = [" ".join(map(sparql, triple)) + " ." for triple in answer]
        _emit(ctx, "\n".join(sorted(lines)) + "\n", output)


@main.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", default=20, show_default=True, help="How many nodes at the most.")
@_format("table", "json", "csv")
@_out
@click.pass_context
def search(ctx: click.Context, words: tuple[str, ...], limit: int, form: str, output: str | None) -> None:
    """Find nodes by name, code or number, in any script.

    Example: kg search 数据出境
    """
    from kg.catalogue import search, suggestions

    store, text = _store(ctx), " ".join(words)
    found = search(store, text, limit)
    rows = [{"id": one.id, "class": one.cls, "zh": one.zh, "en": one.en} for one in found]
    if not found:
        near = ", ".join(suggestions(store, text))
        click.echo(f"nothing found{'; near: ' + near if near else ''}", err=True)
    _print(ctx, form, output, rows, rows)


@main.command()
@click.argument("thing")
@_format("table", "json")
@_out
@click.pass_context
def show(ctx: click.Context, thing: str, form: str, output: str | None) -> None:
    """Everything known of one node, with dates and sources.

    Example: kg show RCEP
    """
    from kg.catalogue import node, show_json
    from kg.report import node_text

    store = _store(ctx)
    found = node(store, _resolve(store, thing))
    _print(ctx, form, output, show_json(found), [show_json(found)], lambda: node_text(found, _lang(ctx)))


@main.command("list")
@click.argument("concept")
@click.option("--kind", default="", help="Only nodes of this kind, such as law.")
@click.option("--level", default="", help="Only nodes of this level, such as municipal.")
@_format("table", "json", "csv")
@_out
@click.pass_context
def list_(ctx: click.Context, concept: str, kind: str, level: str, form: str, output: str | None) -> None:
    """All nodes of a concept: instruments, agencies, places, bases, designations, agreements,
    events, documents, lines, indicators, or all dated statements.

    Example: kg list instruments --kind law --format csv
    """
    from kg.catalogue import list_nodes, list_statements, node_json, statement_row

    store = _store(ctx)
    if concept == "statements":
        values = [statement_row(one) for one in list_statements(store)]
    else:
        values = [node_json(one) for one in list_nodes(store, concept, kind=kind, level=level)]
    short = [{k: v for k, v in one.items() if k in _COLUMNS} for one in values]
    _print(ctx, form, output, values, short if form == "table" else values)


_COLUMNS = ("id", "kind", "label", "level", "subject", "predicate", "object", "from", "until")


# Applicability


@main.command()
@click.argument("place")
@_on
@_with
@click.option("--all", "all_", is_flag=True, help="Also what does not apply, and what excludes it.")
@_format("table", "json", "csv")
@_out
@click.pass_context
def trace(
    ctx: click.Context, place: str, on: str | None, partner: str | None, all_: bool, form: str,
    output: str | None,
) -> None:
    """Which measures apply in a place on a date, and why.

    Example: kg trace 海南 --on 2022-07-01
    """
    from kg.report import trace_text
    from kg.trace import trace

    day, store = _day(on), _store(ctx)
    other = _resolve(store, partner, "Place", on=day) if partner else None
    found = trace(store, _resolve(store, place, "Place", on=day), day, other, all_=all_)
    _print(ctx, form, output, _trace_json(found), _trace_rows(found, _lang(ctx)),
           lambda: trace_text(found, _lang(ctx)))


def _trace_json(found: Trace) -> dict[str, Any]:
    from kg.verdict import verdict_json

    return {
        "place": found.place.id, "on": found.on.isoformat(),
        "with": found.partner.id if found.partner else None,
        "verdicts": [verdict_json(one) for one in found.verdicts],
    }


def _trace_rows(found: Trace, lang: str) -> list[dict[str, Any]]:
    return [_verdict_columns(one, lang) for one in found.verdicts]


def _verdict_columns(one: Verdict, lang: str) -> dict[str, Any]:
    reasons = " ".join(reason.text(lang) for reason in one.decisive.reasons)
    return {
        "instrument": one.instrument.id, "label": one.instrument.label(lang),
        "place": one.place.id, "on": one.on.isoformat(),
        "with": one.partner.id if one.partner else "", "verdict": one.verdict,
        "relation": one.relation, "because": reasons,
        "missing": "; ".join(zh if lang == "zh" else en for zh, en in one.missing),
    }


@main.command()
@click.argument("instrument", required=False)
@click.argument("place", required=False)
@_on
@_with
@click.option("--file", "pairs", metavar="PAIRS.csv",
              help="Screen a list with the columns instrument,place,on,with (- for standard input).")
@_format("table", "json", "csv")
@_out
@click.pass_context
def why(
    ctx: click.Context, instrument: str | None, place: str | None, on: str | None,
    partner: str | None, pairs: str | None, form: str, output: str | None,
) -> None:
    """Whether one instrument applies in a place on a date: the five tests with reasons.

    Example: kg why CPTPP 海南 --on 2022-07-01
    """
    from kg.report import verdict_text
    from kg.trace import why
    from kg.verdict import verdict_json

    if pairs:
        _screen(ctx, pairs, form, output)
        return
    if not instrument or not place:
        raise click.UsageError("name an INSTRUMENT and a PLACE, or give --file")
    day, store = _day(on), _store(ctx)
    other = _resolve(store, partner, "Place", on=day) if partner else None
    found = why(store, _resolve(store, instrument, "Instrument"), _resolve(store, place, "Place", on=day), day, other)
    _print(ctx, form, output, verdict_json(found), [_verdict_columns(found, _lang(ctx))],
           lambda: verdict_text(found, _lang(ctx)))


def _screen(ctx: click.Context, path: str, form: str, output: str | None) -> None:
    from kg.errors import KgError
    from kg.trace import screen
    from kg.verdict import verdict_json

    pairs = _read_pairs(path)
    values: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for pair, found in zip(pairs, _progress(screen(_store(ctx), pairs), len(pairs)), strict=True):
        if isinstance(found, KgError):
            values.append({"error": str(found)})
            rows.append({"instrument": pair.instrument, "place": pair.place, "on": pair.on,
                         "with": pair.partner, "verdict": "error", "because": str(found)})
        else:
            values.append(verdict_json(found))
            rows.append(_verdict_columns(found, _lang(ctx)))
    shown = [{k: r.get(k, "") for k in ("instrument", "place", "on", "with", "verdict", "because")}
             for r in rows]
    _print(ctx, form, output, values, shown if form == "table" else rows)
    if any("error" in value for value in values):
        ctx.exit(1)


def _read_pairs(path: str) -> list[Any]:
    import csv

    from kg.errors import KgError
    from kg.trace import Pair

    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KgError(f"{path} cannot be read: {error}") from error
    reader = csv.DictReader(text.splitlines())
    missing = {"instrument", "place", "on"} - set(reader.fieldnames or ())
    if missing:
        raise KgError(f"{path}:1: the columns {', '.join(sorted(missing))} are missing; "
                      "expected instrument,place,on,with")
    return [Pair(*((row.get(key) or "").strip() for key in ("instrument", "place", "on", "with")))
            for row in reader]


def _progress(items: Iterable[Any], total: int) -> Iterable[Any]:
    """The items, with a bar on a terminal's standard error when it takes longer than a second."""
    if not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(items, length=total, file=sys.stderr, label="screening") as bar:
        yield from bar


@main.command()
@click.argument("instrument")
@_on
@_with
@_format("table", "json", "csv")
@_out
@click.pass_context
def where(
    ctx: click.Context, instrument: str, on: str | None, partner: str | None, form: str,
    output: str | None,
) -> None:
    """Where an instrument applies on a date; what lies within such a place inherits the answer.

    Example: kg where RCEP --on 2022-07-01
    """
    from kg.trace import Court
    from kg.verdict import verdict_json

    day, store = _day(on), _store(ctx)
    other = _resolve(store, partner, "Place", on=day) if partner else None
    found = Court(store).where(_resolve(store, instrument, "Instrument"), day, other)
    rows = [{"place": one.place.id, "label": one.place.label(_lang(ctx)), "verdict": one.verdict,
             "relation": one.relation} for one in found]
    _print(ctx, form, output, [verdict_json(one) for one in found], rows)


@main.command()
@click.argument("left")
@click.argument("right")
@_on
@_format("table", "json", "csv")
@_out
@click.pass_context
def compare(
    ctx: click.Context, left: str, right: str, on: str | None, form: str, output: str | None
) -> None:
    """What applies in one place and not, or not in the same way, in another.

    Example: kg compare 上海 海南 --on 2023-07-01
    """
    from kg.comparison import compare
    from kg.report import word
    from kg.trace import Court
    from kg.verdict import verdict_json

    day, store, lang = _day(on), _store(ctx), _lang(ctx)
    ends = [_resolve(store, name, "Place", on=day) for name in (left, right)]
    found = compare(Court(store), ends[0], ends[1], day)
    rows = [{"instrument": one.left.instrument.label(lang), left: word(one.left.verdict, lang),
             right: word(one.right.verdict, lang)} for one in found]
    values = [{"left": verdict_json(one.left), "right": verdict_json(one.right)} for one in found]
    _print(ctx, form, output, values, rows)


@main.command()
@click.argument("place")
@click.option("--from", "first", required=True, metavar="DATE", help="The first day.")
@click.option("--to", "last", required=True, metavar="DATE", help="The last day.")
@_format("table", "json", "csv")
@_out
@click.pass_context
def changes(
    ctx: click.Context, place: str, first: str, last: str, form: str, output: str | None
) -> None:
    """What began to apply in a place, ended, or became uncertain, day by day.

    Example: kg changes 海南 --from 2021-06-01 --to 2021-12-31
    """
    from kg.comparison import changes
    from kg.report import word
    from kg.trace import Court
    from kg.verdict import verdict_json

    start, end, store, lang = _day(first), _day(last), _store(ctx), _lang(ctx)
    if end < start:
        raise click.BadParameter("--to comes before --from", param_hint="--to")
    found = changes(Court(store), _resolve(store, place, "Place", on=start), start, end)
    rows = [{"on": one.on.isoformat(), "instrument": one.after.instrument.label(lang),
             "before": word(one.before, lang), "after": word(one.after.verdict, lang)}
            for one in found]
    values = [{"on": one.on.isoformat(), "before": one.before, "after": verdict_json(one.after)}
              for one in found]
    _print(ctx, form, output, values, rows)


@main.command()
@click.argument("instrument")
@_format("table", "json", "csv")
@_out
@click.pass_context
def rollout(ctx: click.Context, instrument: str, form: str, output: str | None) -> None:
    """Who carried an instrument out, in what order, after how many days.

    Example: kg rollout RCEP
    """
    from kg.rollout import rollout
    from kg.things import as_label
    from kg.verdict import source_json

    store, lang = _store(ctx), _lang(ctx)
    found = rollout(store, _resolve(store, instrument, "Instrument"))
    rows = [{"instrument": one.instrument.label(lang), "relation": one.relation, "level": one.level,
             "date": one.date, "days": one.lag} for one in found.steps]
    steps = [{"instrument": {"id": one.instrument.id, "label": as_label(one.instrument)},
              "relation": one.relation, "level": one.level, "date": one.date or None,
              "days": {"least": one.least, "most": one.most},
              "sources": source_json(one.sources)} for one in found.steps]
    value = {"instrument": found.instrument.id, "date": found.date or None, "steps": steps}
    _print(ctx, form, output, value, rows)


# Pages


@main.command()
@click.option("--place", help="Only what applies in this place.")
@click.option("--instrument", help="Only this instrument, what it carries out and what does so.")
@click.option("--topic", help="Only instruments about this topic.")
@click.option("--on", metavar="DATE", help="The day marked on the page.")
@click.option("--format", "form", type=click.Choice(["html", "svg", "csv", "json", "ics"]),
              help="How to draw it; html if not given, or what the file's name says.")
@_out
@click.pass_context
def timeline(
    ctx: click.Context, place: str | None, instrument: str | None, topic: str | None,
    on: str | None, form: str | None, output: str | None,
) -> None:
    """The roll-out of policy over time, as a page, picture, table or calendar.

    Example: kg timeline --place 海南 -o timeline.html
    """
    from kg.timeline import timeline, timeline_csv, timeline_ics, timeline_json, timeline_svg

    store, lang = _store(ctx), _lang(ctx)
    found = timeline(
        store, _resolve(store, place, "Place") if place else "",
        _resolve(store, instrument, "Instrument") if instrument else "",
        _resolve(store, topic, "Concept") if topic else "",
    )
    kind = form or _by_suffix(output, ("html", "svg", "csv", "json", "ics"))
    if kind == "html":
        from kg.pages.timeline import timeline_page

        _emit(ctx, timeline_page(found, lang, _day(on) if on else None), output)
    else:
        writers: dict[str, Callable[[], str]] = {
            "svg": lambda: timeline_svg(found, lang), "csv": lambda: timeline_csv(found),
            "json": lambda: timeline_json(found), "ics": lambda: timeline_ics(found, lang),
        }
        _emit(ctx, writers[kind](), output)


def _by_suffix(output: str | None, known: tuple[str, ...]) -> str:
    suffix = Path(output).suffix.removeprefix(".") if output else ""
    return suffix if suffix in known else known[0]


@main.command()
@click.argument("thing", required=False)
@click.option("--hops", default=1, show_default=True, help="How far from THING.")
@click.option("--on", metavar="DATE", help="The day that the page opens with.")
@click.option("--format", "form", type=click.Choice(["html", "json", "graphml"]),
              help="How to give it; html if not given, or what the file's name says.")
@_out
@click.pass_context
def graph(
    ctx: click.Context, thing: str | None, hops: int, on: str | None, form: str | None,
    output: str | None,
) -> None:
    """The network around a node (or the busiest part of the whole), as a page or as data.

    Example: kg graph RCEP --hops 1 -o network.html
    """
    from kg.network import network, network_graphml, network_json

    store, lang = _store(ctx), _lang(ctx)
    found = network(store, _resolve(store, thing) if thing else "", hops)
    kind = form or _by_suffix(output, ("html", "json", "graphml"))
    if kind == "html":
        from kg.pages.network import network_page

        _emit(ctx, network_page(found, lang, _day(on) if on else None), output)
    else:
        _emit(ctx, network_json(found) if kind == "json" else network_graphml(found), output)


# Figures, export, statistics


@main.command()
@click.argument("subject", required=False)
@click.option("--indicator", default="", help="Only this indicator (an id or a name).")
@click.option("--period", default="", help="Only this period, such as 2022.")
@_format("table", "json", "csv")
@_out
@click.pass_context
def figures(
    ctx: click.Context, subject: str | None, indicator: str, period: str, form: str,
    output: str | None,
) -> None:
    """The figures: who, what, when, how much, and where it is printed.

    Example: kg figures 中国 --period 2022
    """
    from kg.figures import figure_json, figures

    store = _store(ctx)
    found = figures(store, _resolve(store, subject) if subject else "",
                    _resolve(store, indicator, "Indicator") if indicator else "", period)
    values = [figure_json(one) for one in found]
    lang = _lang(ctx)
    rows = [{"subject": one.subject.label(lang), "indicator": one.indicator.label(lang),
             "period": one.period, "value": one.value, "unit": one.unit,
             "page": one.sources[0].page if one.sources else "", "flag": one.flag} for one in found]
    _print(ctx, form, output, values, rows)


@main.command()
@click.option("-f", "--format", "form", default="ttl", show_default=True,
              type=click.Choice(["ttl", "nt", "jsonld", "rdfxml", "csv", "graphml"]))
@_out
@click.pass_context
def export(ctx: click.Context, form: str, output: str | None) -> None:
    """Take the whole graph away.

    Example: kg export -f nt -o graph.nt
    """
    from kg.export import export

    _emit(ctx, export(_store(ctx), form), output)


@main.command()
@_format("table", "json")
@_out
@click.pass_context
def stats(ctx: click.Context, form: str, output: str | None) -> None:
    """What is in the graph; coverage of labels, dates and sources; disagreements; orphans.

    Example: kg stats --format json
    """
    from kg.output import as_json, as_table, rows_of
    from kg.queries import describe
    from kg.stats import stats

    found = stats(_store(ctx))
    if form == "json":
        _emit(ctx, as_json(found), output)
        return
    tables = [as_table(*rows_of(rows), title=describe(name)) if rows else f"{describe(name)}\n  —\n"
              for name, rows in found.items()]
    _emit(ctx, "\n".join(tables), output)


for _command in (curate.ingest, curate.review, curate.accept):
    main.add_command(_command)
