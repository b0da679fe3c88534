"""Policy graphs of any size in our own ontology, made up but always the same, as N-Triples.

A country with divisions, zones and dated containment, other countries, agencies, instruments with
kinds, dates, scopes, sources and labels in zh and en, agreements with their parties, designations,
repeals and roll-outs. The same size gives the same bytes. The vocabulary itself comes first.

    python -m benchmarks.generate 1M -o graph.nt
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import TextIO

from benchmarks.vocabulary import (
    LOCAL,
    NATIONAL,
    STATUSES,
    STEPS,
    SUBJECTS,
    SUFFIXES,
    SYLLABLES,
    KindOf,
)
from kg.names import name_key
from kg.terms import BASE, KG, PREFIXES, XSD

SIZES = {"10k": 10_000, "100k": 100_000, "1M": 1_000_000, "10M": 10_000_000}
START, END = date(1995, 1, 1), date(2024, 12, 31)
"""The days between which instruments begin."""

_RDF, _SKOS, _ELI = PREFIXES["rdf"], PREFIXES["skos"], PREFIXES["eli"]
_A, _LABEL = f"<{_RDF}type>", f"<{_SKOS}prefLabel>"
_KEY, _SOURCE = f"<{KG}nameKey>", f"<{PREFIXES['dct']}source>"
_DAY = f"^^<{XSD}date>"
_LEVELS = {"country": "national", "province": "provincial", "prefecture": "municipal",
           "county": "county", "zone": "zone", "site": "zone", "macro-region": "macro-regional"}
_SCALE = 0x9E3779B97F4A7C15
"""An odd number; multiplying by it scatters numbers over 64 bits without a collision."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the made-up world."""

    id: str
    kind: str
    zh: str
    en: str


@dataclass
class World:
    """What has been made so far, to which later things refer."""

    places: dict[str, list[Spot]] = field(default_factory=dict)
    agencies: dict[str, list[str]] = field(default_factory=dict)
    national: list[str] = field(default_factory=list)
    last: dict[str, str] = field(default_factory=dict)  # scope → its latest instrument
    held: set[tuple[str, str]] = field(default_factory=set)  # holders and their statuses


class Writer:
    """Lines of N-Triples on their way out, counted; statements and citations get their ids here."""

    def __init__(self, out: TextIO) -> None:
        self.out, self.count, self.serial = out, 0, 0

    def put(self, *lines: str) -> None:
        """Some triples, each without its closing dot."""
        self.out.write(" .\n".join(lines) + " .\n")
        self.count += len(lines)

    def mint(self, kind: str) -> str:
        """A fresh node whose id, like a digest, says nothing of the order."""
        self.serial += 1
        return f"<{BASE}{kind}/{self.serial * _SCALE & 0xFFFFFFFFFFFFFFFF:016x}>"

    def citation(self, document: str, at: str) -> str:
        """A place in a document."""
        node = self.mint("citation")
        self.put(f"{node} {_A} <{KG}Citation>", f"{node} <{KG}document> {document}",
                 f'{node} <{KG}at> "{at}"', f'{node} <{KG}checked> "source"')
        return node

    def state(self, cls: str, subject: str, predicate: str, obj: str, source: str,
              *more: str) -> None:
        """A dated statement with the plain triple beside it; `more` is said of the statement."""
        node = self.mint("statement")
        self.put(
            f"{subject} <{KG}{predicate}> {obj}",
            f"{node} {_A} <{KG}{cls}>", f"{node} {_A} <{KG}Statement>",
            f"{node} <{_RDF}subject> {subject}", f"{node} <{_RDF}predicate> <{KG}{predicate}>",
            f"{node} <{_RDF}object> {obj}", f"{node} {_SOURCE} {source}",
            *(f"{node} {one}" for one in more),
        )

    def named(self, node: str, cls: str, zh: str, en: str, source: str) -> None:
        """The head of a record: class, labels, keys and source."""
        self.put(f"{node} {_A} <{KG}{cls}>", f'{node} {_LABEL} "{zh}"@zh',
                 f'{node} {_LABEL} "{en}"@en', f'{node} {_KEY} "{name_key(zh)}"',
                 f'{node} {_KEY} "{name_key(en)}"', f"{node} {_SOURCE} {source}")


def write_graph(triples: int, out: TextIO) -> int:
    """Write a graph of at least so many triples; how many it has."""
    writer, world, random = Writer(out), World(), Random(triples)
    writer.put(*vocabulary())
    register = _register(writer)
    _places(writer, world, random, register, _number_of_places(triples))
    _agencies(writer, world, register)
    while writer.count < triples:
        _one(writer, world, random)
    return writer.count


def vocabulary() -> list[str]:
    """The triples of the ontology and its schemes, as `kg build` writes them."""
    from kg.build import Graph, add_ontology
    from kg.schema import load_schema

    graph = Graph()
    add_ontology(graph, load_schema())
    return [line.removesuffix(" .") for line in sorted(graph.lines)]


def _number_of_places(triples: int) -> int:
    """Places grow slower than texts: about 50, 250, 1,100 and 5,000 at the four sizes."""
    return int(50 * (triples / 10_000) ** (2 / 3))


def node_of(name: str) -> str:
    """An id as N-Triples."""
    return f"<{BASE}{name}>"


# Places


def _register(writer: Writer) -> str:
    """The document that states places and agencies, as a citation of it."""
    node = node_of("document/register")
    source = writer.citation(node, "the whole")
    writer.named(node, "Document", "登记簿", "Register", source)
    writer.put(f"{node} <{KG}kind> {node_of('kind/dataset')}")
    return source


def _places(writer: Writer, world: World, random: Random, source: str, number: int) -> None:
    home = _place(writer, world, "place/x", "country", 0, source, ())
    for index in range(1, 25):
        _place(writer, world, f"place/c{index}", "country", index, source, ())
    provinces = max(3, min(31, number // 16))
    regions = [_place(writer, world, f"place/x/region/{i}", "macro-region", i, source,
                      (_inside(home),)) for i in range(max(1, provinces // 6))]
    for index in range(provinces):
        uppers = (_inside(home), _inside(regions[index % len(regions)]))
        _place(writer, world, f"place/x/{index:02}", "province", index, source, uppers)
    _lower(writer, world, random, source, number)


def _lower(writer: Writer, world: World, random: Random, source: str, number: int) -> None:
    """Prefectures, counties, zones and sites, some of them moved or spread over two counties."""
    shares = (("prefecture", "province", 0.12), ("county", "prefecture", 0.62),
              ("zone", "prefecture", 0.08), ("site", "county", 0.15))
    for kind, upper, share in shares:
        for index in range(max(2, int(number * share))):
            hosts = world.places[upper]
            host = hosts[index % len(hosts)]
            other = random.choice(hosts)
            uppers = _uppers(random, kind, host, other)
            _place(writer, world, f"{host.id}/{kind[0]}{index}", kind, index, source, uppers)


def _uppers(random: Random, kind: str, host: Spot, other: Spot) -> tuple[tuple[str, ...], ...]:
    """What a place lies in: one host, two in turn, or two at once in part."""
    chance = random.random()
    if host == other or chance > 0.12:
        return (_inside(host),)
    if kind == "site":
        part = f"<{KG}extent> {node_of('extent/part')}"
        return (_inside(host, part), _inside(other, part))
    day = _some_day(random)
    before = date.fromordinal(day.toordinal() - 1)
    return (_inside(other, *_until(before)), (node_of(host.id), *_from(day)))


def _inside(host: Spot, *more: str) -> tuple[str, ...]:
    return (node_of(host.id), f"<{KG}from> <{KG}always>", *more)


def _from(day: date) -> tuple[str, ...]:
    return tuple(f'<{KG}{name}> "{day}"{_DAY}' for name in ("from", "fromEarliest", "fromLatest"))


def _until(day: date) -> tuple[str, ...]:
    return tuple(f'<{KG}{name}> "{day}"{_DAY}' for name in ("until", "untilEarliest", "untilLatest"))


def _place(writer: Writer, world: World, name: str, kind: str, index: int, source: str,
           uppers: tuple[tuple[str, ...], ...]) -> Spot:
    zh, en = _place_name(index, kind)
    node, spot = node_of(name), Spot(name, kind, zh, en)
    code = name.removeprefix("place/").replace("/", "")
    writer.named(node, "Place", zh, en, source)
    writer.put(f"{node} <{KG}kind> {node_of('kind/' + kind)}", f'{node} <{_SKOS}notation> "{code}"',
               f'{node} {_KEY} "{name_key(code)}"')
    for upper, *more in uppers:
        writer.state("Containment", node, "within", upper, source, *more)
    world.places.setdefault(kind, []).append(spot)
    return spot


def _place_name(index: int, kind: str) -> tuple[str, str]:
    """A name of two or three syllables; different for every number."""
    zh_end, en_end = SUFFIXES[kind]
    size, parts = len(SYLLABLES), []
    number = index + size
    while number:
        number, digit = divmod(number, size)
        parts.append(SYLLABLES[digit])
    return ("".join(zh for zh, _en in parts) + zh_end,
            "".join(en for _zh, en in parts).capitalize() + " " + en_end)


# Agencies


def _agencies(writer: Writer, world: World, source: str) -> None:
    bodies = (("政府", "Government", "government"), ("商务厅", "Commerce Department", "department"),
              ("网信办", "Cyberspace Office", "regulator"))
    for spot in (world.places["country"][0], *world.places["province"], *world.places["prefecture"]):
        for index, (zh, en, kind) in enumerate(bodies):
            name = f"agency/{spot.id.removeprefix('place/')}/{index}"
            writer.named(node_of(name), "Agency", spot.zh + zh, f"{en} of {spot.en}", source)
            writer.put(f"{node_of(name)} <{KG}kind> {node_of('kind/' + kind)}")
            world.agencies.setdefault(spot.id, []).append(name)


def _issuer(world: World, random: Random, spot: Spot) -> str:
    """A body of the place, or of the nearest place around it that has any."""
    name = spot.id
    while name not in world.agencies:
        name = name.rpartition("/")[0]
        name = name if name.count("/") else "place/x"
    return random.choice(world.agencies[name])


# Instruments


def _one(writer: Writer, world: World, random: Random) -> None:
    """One more instrument, agreement or designation."""
    chance = random.random()
    if chance < 0.03:
        _designation(writer, world, random)
    elif chance < 0.04:
        _agreement(writer, world, random)
    else:
        _instrument(writer, world, random)


def _some_day(random: Random) -> date:
    return START + timedelta(days=random.randrange((END - START).days))


@dataclass(frozen=True, slots=True)
class Text:
    """An instrument being written: its id, node, citation, first day, and where it applies."""

    name: str
    node: str
    source: str
    day: date
    target: str


def _instrument(writer: Writer, world: World, random: Random) -> None:
    spot, target = _scope_of(world, random)
    national = spot.kind == "country"
    kind = random.choice(NATIONAL if national else LOCAL)
    subject, step = random.choice(SUBJECTS), random.choice(STEPS)
    day, serial = _some_day(random), writer.serial
    zh = f"{spot.zh}{subject[0]}{step[0]}{kind.zh}({day.year}年第{serial}号)"
    en = f"{kind.en} {step[1]} {subject[1]}, {spot.en}, {day.year} No. {serial}"
    name = f"instrument/{spot.id.removeprefix('place/')}/{serial}"
    text = Text(name, node_of(name), _document(writer, name, zh, en, day), day, target)
    writer.named(text.node, "Instrument", zh, en, text.source)
    number = f"{spot.zh}发〔{day.year}〕{serial}号"
    writer.put(f"{text.node} <{KG}kind> {node_of('kind/' + kind.concept)}",
               f"{text.node} <{KG}level> {node_of('level/' + _LEVELS[spot.kind])}",
               f"{text.node} <{_ELI}is_about> {node_of('topic/' + subject[2])}",
               f'{text.node} <{KG}number> "{number}"', f'{text.node} {_KEY} "{name_key(number)}"')
    _dates(writer, random, text, kind)
    _applies(writer, text)
    _relations(writer, world, random, text, spot)
    if national:
        world.national.append(text.node)


def _scope_of(world: World, random: Random) -> tuple[Spot, str]:
    """Who speaks, and for where: a division and itself, or the country and a status or region."""
    chance = random.random()
    home = world.places["country"][0]
    if chance < 0.02:
        return home, node_of(home.id)
    if chance < 0.05:
        return home, node_of("status/" + random.choice(STATUSES))
    if chance < 0.06:
        region = random.choice(world.places["macro-region"])
        return region, node_of(region.id)
    kind = ("province" if chance < 0.20 else "prefecture" if chance < 0.48 else
            "county" if chance < 0.88 else "zone" if chance < 0.95 else "site")
    spot = random.choice(world.places[kind])
    return spot, node_of(spot.id)


def _document(writer: Writer, name: str, zh: str, en: str, day: date) -> str:
    """The official text of an instrument, as a citation of it."""
    node = node_of("document/" + name.partition("/")[2])
    source = writer.citation(node, "title")
    writer.named(node, "Document", zh + "文本", en + ", text", source)
    writer.put(f"{node} <{KG}kind> {node_of('kind/official-text')}", f'{node} <{KG}date> "{day}"{_DAY}',
               f'{node} <{KG}earliest> "{day}"{_DAY}', f'{node} <{KG}latest> "{day}"{_DAY}')
    return source


def _dates(writer: Writer, random: Random, text: Text, kind: KindOf) -> None:
    """When it was promulgated and began, sometimes known by its month only; some texts end."""
    issued = text.day - timedelta(days=random.randrange(120))
    _milestone(writer, text, "promulgated", issued)
    if random.random() < 0.05:
        _milestone(writer, text, kind.event, text.day, month=True)
    else:
        _milestone(writer, text, kind.event, text.day)
    if random.random() < 0.15:
        _milestone(writer, text, "expired", text.day + timedelta(days=365 * random.randint(1, 9)))
    writer.put(f'{text.node} <{_ELI}date_document> "{issued}"{_DAY}')


def _milestone(writer: Writer, text: Text, event: str, day: date, month: bool = False) -> None:
    first, last, shown = day, day, f'"{day}"{_DAY}'
    if month:
        first = day.replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        shown = f'"{day:%Y-%m}"^^<{XSD}gYearMonth>'
    writer.state(
        "Milestone", text.node, "hasMilestone", node_of("milestone/" + event), text.source,
        f"<{KG}date> {shown}", f'<{KG}earliest> "{first}"{_DAY}', f'<{KG}latest> "{last}"{_DAY}')


def _applies(writer: Writer, text: Text) -> None:
    document = node_of("document/" + text.name.partition("/")[2])
    writer.state(
        "Scope", text.node, "appliesTo", text.target, writer.citation(document, "art. 2"),
        f"<{KG}from> <{KG}inForce>", f"<{KG}force> {node_of('force/binding')}")


def _relations(
    writer: Writer, world: World, random: Random, text: Text, spot: Spot
) -> None:
    """Who issued it, what it carries out, and which older text of the same scope it replaces."""
    always = f"<{KG}from> <{KG}always>"
    issuer = node_of(_issuer(world, random, spot))
    writer.state("Relation", text.node, "issuedBy", issuer, text.source, always)
    if spot.kind != "country" and world.national and random.random() < 0.4:
        upper = random.choice(world.national)
        writer.state("Relation", text.node, "implements", upper, text.source, always)
    older = world.last.get(text.target)
    if older and random.random() < 0.15:
        writer.state("Displacement", text.node, "replaces", older, text.source,
                     f"<{KG}from> <{KG}inForce>")
    world.last[text.target] = text.node


# Agreements and designations


def _agreement(writer: Writer, world: World, random: Random) -> None:
    """An agreement between the country and some others, each a party from its own day."""
    subject, day, serial = random.choice(SUBJECTS), _some_day(random), writer.serial
    name = f"agreement/{serial}"
    zh, en = f"{subject[0]}合作协定第{serial}号", f"Agreement on {subject[1]} No. {serial}"
    source = _document(writer, f"text/agreement-{serial}", zh, en, day)
    node = node_of(name)
    writer.named(node, "Instrument", zh, en, source)
    writer.put(f"{node} {_A} <{KG}Agreement>",
               f"{node} <{KG}kind> {node_of('kind/trade-agreement')}",
               f"{node} <{KG}level> {node_of('level/international')}",
               f'{node} <{KG}partiesComplete> "true"^^<{XSD}boolean>',
               f"{node} <{_ELI}is_about> {node_of('topic/' + subject[2])}")
    _milestone(writer, Text(name, node, source, day, ""), "signed", day)
    home, *others = world.places["country"]
    with_home = [home] if random.random() < 0.5 else []
    for side in (*with_home, *random.sample(others, random.randint(1, 8))):
        start = day + timedelta(days=random.randrange(1, 900))
        role = "party" if random.random() < 0.85 else "signatory"
        writer.state("Participation", node, "hasSide", node_of(side.id), source, *_from(start),
                     f"<{KG}role> {node_of('role/' + role)}")


def _designation(writer: Writer, world: World, random: Random) -> None:
    """A status held by a zone or prefecture from some day."""
    spot = random.choice(world.places[random.choice(("zone", "prefecture", "site"))])
    status, day, serial = random.choice(STATUSES), _some_day(random), writer.serial
    node, held = node_of(f"designation/{serial}"), node_of("status/" + status)
    source = _document(writer, f"text/designation-{serial}", f"第{serial}号批复",
                       f"Reply No. {serial}", day)
    writer.named(node, "Designation", f"{spot.zh}称号{serial}", f"Status {serial} of {spot.en}", source)
    ends = _until(day + timedelta(days=1500)) if random.random() < 0.2 else ()
    writer.put(f"{node} {_A} <{KG}Statement>", f"{node} <{_RDF}subject> {node_of(spot.id)}",
               f"{node} <{_RDF}predicate> <{KG}holdsStatus>", f"{node} <{_RDF}object> {held}",
               *(f"{node} {one}" for one in (*_from(day), *ends)))
    if (spot.id, status) not in world.held:
        world.held.add((spot.id, status))
        writer.put(f"{node_of(spot.id)} <{KG}holdsStatus> {held}")


def main(arguments: Iterator[str] | None = None) -> None:
    """Write a graph to a file or to standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", help="10k, 100k, 1M, 10M or a number of triples")
    parser.add_argument("-o", "--output", type=Path)
    chosen = parser.parse_args(list(arguments) if arguments else None)
    triples = SIZES.get(chosen.size) or int(chosen.size)
    if chosen.output is None:
        write_graph(triples, sys.stdout)
        return
    with chosen.output.open("w", encoding="utf-8") as out:
        print(f"{write_graph(triples, out):,} triples in {chosen.output}", file=sys.stderr)


if __name__ == "__main__":
    main()
