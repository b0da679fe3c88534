"""The commands that turn documents into facts: ingest, review, accept."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from kg.ingest import Extraction, Outcome
    from kg.ingest.review import Case


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table",
              show_default=True, help="How to print what was found.")
@click.option("--show-cleaning", is_flag=True, help="Show each cleaning step instead.")
@click.option("--keep", type=click.Path(path_type=Path), metavar="FILE.jsonl",
              help="Add the proposals to this file, for `kg review`.")
@click.option("--extractor", metavar="MODULE:CLASS", help="A further extractor of your own.")
@click.option("--engine", metavar="spark[:MASTER]", help="Read the documents on Apache Spark.")
@click.option("-o", "--output", metavar="FILE", help="Write to a file instead of printing.")
@click.pass_context
def ingest(
    ctx: click.Context, paths: tuple[str, ...], form: str, show_cleaning: bool,
    keep: Path | None, extractor: str | None, engine: str | None, output: str | None,
) -> None:
    """Read documents (files, folders, or - for standard input) into proposed facts.

    Example: kg ingest notice.html --format json
    """
    failed = False
    found: list[Any] = []
    with _kept(keep) as add:
        for one in _outcomes(paths, extractor, engine):
            if one.problem:
                failed = True
                click.echo(f"{one.name}: {one.problem}", err=True)
            if one.extraction is not None:
                add(one.extraction.proposals)
                found += _shown(one.extraction, form, show_cleaning)
                if not one.extraction.proposals:
                    click.echo(f"{one.name}: read, but nothing in it is proposed", err=True)
    _emit(found, form, show_cleaning, output)
    if failed:
        ctx.exit(1)


@contextmanager
def _kept(path: Path | None) -> Iterator[Callable[[Iterable[Any]], None]]:
    """What keeps each document's proposals in the file as it is read, if there is one."""
    from kg.ingest import appending

    if path is None:
        yield lambda proposals: None
        return
    with appending(path) as file:
        yield file.add
    click.echo(f"{file.added} proposals added to {path}", err=True)


def _outcomes(paths: tuple[str, ...], extractor: str | None, engine: str | None) -> Iterator[Outcome]:
    from kg.ingest import ingest, ingest_one, load_extractor, load_facts, load_gazetteer
    from kg.resources import DATA

    gazetteer, facts = load_gazetteer(DATA), load_facts(DATA)
    if engine and paths != ("-",):
        from kg import spark

        return spark.ingest(paths, gazetteer, engine, facts=facts, extractor=extractor)
    more = load_extractor(extractor) if extractor else None
    if paths == ("-",):
        source = sys.stdin.buffer.read()
        return iter([ingest_one(source, gazetteer, facts=facts, extractor=more)])
    return ingest(paths, gazetteer, facts=facts, extractor=more, progress=_progress)


def _progress(done: int, total: int, name: str) -> None:
    if sys.stderr.isatty() and total > 1:
        click.echo(f"\r{done}/{total} {name[-60:]:<60}", nl=done == total, err=True)


def _shown(one: Extraction, form: str, show_cleaning: bool) -> list[Any]:
    """What is printed of a document; its text is not held."""
    from kg.ingest import cleaning_report, extraction_json

    if show_cleaning:
        return [f"{line}\n" for line in cleaning_report(one)]
    return [extraction_json(one)] if form == "json" else [_row(p) for p in one.proposals]


def _emit(found: list[Any], form: str, show_cleaning: bool, output: str | None) -> None:
    from kg.output import as_json, as_table, emit

    if show_cleaning:
        emit("".join(found), output)
    elif form == "json":
        emit(as_json(found[0] if len(found) == 1 else found), output)
    elif found or output:
        emit(as_table(["confidence", "subject", "predicate", "object", "rule"], found), output)


def _row(proposal: Any) -> list[str]:
    shown = proposal.to_json()
    ends = [one if isinstance(one, str) else one.get("label") or one.get("iri") or one.get("value") or ""
            for one in (shown["s"], shown["o"])]
    return [f"{proposal.confidence:.2f}", ends[0], proposal.p, ends[1], proposal.rule]


@click.command()
@click.argument("proposals", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("decisions", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--by", required=True, help="Who decides.")
def review(proposals: Path, decisions: Path, by: str) -> None:
    """Decide on proposed facts, one after the other; decisions are kept in a YAML file.

    Example: kg review proposals.jsonl decisions.yaml --by me
    """
    from kg.ingest import (
        load_gazetteer,
        read_decisions,
        read_proposals,
        review,
        write_decisions,
    )
    from kg.resources import DATA

    known = read_decisions(decisions) if decisions.is_file() else {}
    made = review(read_proposals(proposals), known, load_gazetteer(DATA), _ask, by)
    count = 0
    for decision in made:
        write_decisions(decisions, [decision])
        count += 1
    click.echo(f"{count} decisions written to {decisions}", err=True)


_ANSWERS = {"a": "accepted", "r": "rejected", "d": "deferred", "e": "edited"}


def _ask(case: Case) -> Mapping[str, str | None] | None:
    """Show one case and read the verdict; None to stop."""
    before, quoted, after = case.passage
    click.echo(f"\n…{before}{click.style(quoted, bold=True)}{after}…")
    click.echo(f"{case.band}: {'  '.join(case.fact)}")
    if case.contradicts:
        click.echo(f"contradicts the graph: {', '.join(case.proposal.known)}")
    for near in case.near:
        click.echo(f"  near: {near.entry.label} ({near.entry.iri})")
    answer = click.prompt("[a]ccept [e]dit [r]eject [d]efer [q]uit",
                          type=click.Choice([*_ANSWERS, "q"]), show_choices=False)
    if answer == "q":
        return None
    found: dict[str, str | None] = {"decision": _ANSWERS[answer]}
    if answer in ("a", "e") and case.proposal.is_entity:
        found["iri"] = click.prompt(
            "id of the node", default="", show_default=False, value_proc=_node_id
        )
        found["label_en"] = click.prompt("English label", default="", show_default=False) or None
    if answer == "e":
        found["value"] = click.prompt("value")
    return found


def _node_id(given: str) -> str | None:
    """The id as `kg accept` takes it; nothing to leave it open."""
    from kg.ingest import is_node_id

    if given and not is_node_id(given):
        raise click.BadParameter("write it like instrument/place/short-name, or nothing")
    return given or None


@click.command()
@click.argument("proposals", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("decisions", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--data", type=click.Path(path_type=Path), help="The data folder to write to.")
def accept(proposals: Path, decisions: Path, data: Path | None) -> None:
    """Write what was accepted into data files; never touches a line written by hand.

    Example: kg accept proposals.jsonl decisions.yaml
    """
    from kg.ingest import accept, read_decisions, read_proposals
    from kg.resources import DATA

    found = accept(read_proposals(proposals), read_decisions(decisions), data or DATA)
    for path in found.written:
        click.echo(f"written: {path}")
    for proposal, why in found.left:
        click.echo(f"left to do by hand: {proposal.normalised}: {why}", err=True)
