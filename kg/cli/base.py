"""The command `kg` itself, and the options and ways of printing that its commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from kg.store import Store

Command = TypeVar("Command", bound=Callable[..., Any])
LANGUAGES = ("zh", "en")


def _also_here(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is not None and param.name:
        ctx.obj[param.name] = value


class _Command(click.Command):
    """A command that also takes the options of the whole program after its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += [
            click.Option(["--store"], hidden=True, expose_value=False, callback=_also_here),
            click.Option(["--lang"], type=click.Choice(LANGUAGES), hidden=True,
                         expose_value=False, callback=_also_here),
        ]


class _Commands(click.Group):
    """Commands whose known errors are a message and an exit code, never a traceback."""

    command_class = _Command

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
@click.option("--lang", envvar="KG_LANG", type=click.Choice(LANGUAGES), default="zh",
              show_default=True, help="Language of what is printed.")
@click.version_option(package_name="policy-kg", prog_name="kg")
@click.pass_context
def main(ctx: click.Context, store: str | None, lang: str) -> None:
    """Which policies and regulations apply in a place on a date, and why."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    ctx.obj = {"store": store, "lang": lang}


def open_asked(ctx: click.Context) -> Store:
    """The store that the user named, closed when the command ends."""
    from kg.store import open_store

    store = open_store(ctx.obj["store"])
    ctx.call_on_close(store.close)
    return store


def lang_of(ctx: click.Context) -> str:
    """The language to print in: `zh` or `en`."""
    return str(ctx.obj["lang"])


def format_option(*formats: str) -> Callable[[Command], Command]:
    """The option `--format`, whose first choice is the default."""
    return click.option("--format", "form", type=click.Choice(formats), default=formats[0],
                        show_default=True, help="How to print the answer.")


output_option = click.option("-o", "--output", metavar="FILE", help="Write to a file instead of printing.")
on_option = click.option("--on", metavar="DATE", help="The day asked about, such as 2022-07-01; today if not given.")
with_option = click.option("--with", "partner", metavar="PARTNER",
                     help="The other side, for agreements that are in force pair by pair.")


def day_of(text: str | None) -> date:
    """The day that the user typed, or today."""
    from kg.dates import parse_day
    from kg.errors import DateError

    try:
        return parse_day(text) if text else date.today()
    except DateError as error:
        raise click.BadParameter(str(error), param_hint="--on") from error


def resolved(store: Store, name: str, *classes: str, on: date | None = None) -> str:
    """The id of what the user named."""
    from kg.names import resolve

    return resolve(store, name, classes, on)


def emit_to(ctx: click.Context, text: str | bytes, output: str | None) -> None:
    """Write text to standard output, or to a file and say so."""
    from kg.output import emit

    emit(text, output)
    if output and output != "-":
        click.echo(f"written: {output}", err=True)


def print_answer(
    ctx: click.Context, form: str, output: str | None, values: Any, rows: list[dict[str, Any]],
    text: Callable[[], str] | None = None,
) -> None:
    """An answer as JSON, CSV, or a table (made by `text`, or of the rows)."""
    from kg.output import as_csv, as_json, as_table, rows_of

    if form == "json":
        emit_to(ctx, as_json(values), output)
    elif form == "csv":
        emit_to(ctx, as_csv(*rows_of(rows)), output)
    else:
        emit_to(ctx, text() if text else as_table(*rows_of(rows)), output)


def by_suffix(output: str | None, known: tuple[str, ...]) -> str:
    """The format that a file's name says, among those known; else the first of them."""
    suffix = Path(output).suffix.removeprefix(".") if output else ""
    return suffix if suffix in known else known[0]
