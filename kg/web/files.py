"""The explorer as files in a folder: the same pages, for any web host or none at all."""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path

from kg.catalogue import CONCEPTS
from kg.errors import StoreError
from kg.network import network
from kg.pages.network import network_page
from kg.pages.shell import Shell
from kg.pages.timeline import timeline_page
from kg.store import open_store
from kg.swap import folder_beside, swap_in
from kg.timeline import timeline
from kg.web.amounts import figures_page
from kg.web.ask import Ask
from kg.web.desk import Desk
from kg.web.finding import SHOWN_CONCEPTS, home_page, index_page, list_page
from kg.web.page import Page
from kg.web.server import location
from kg.web.thing import thing_page
from kg.web.view import as_html, as_values

_PAGES = {"home": "index.html", "browse": "list/instruments.html", "figures": "figures.html",
          "timeline": "timeline.html", "network": "network.html", "search": "search.html"}
_CAP = 150
_WHOLE = 10**6


@dataclass(frozen=True, slots=True)
class FileLinks:
    """Addresses relative to a file `depth` folders down; only of pages that are written."""

    depth: int
    written: frozenset[str]

    def page(self, name: str, **asked: str) -> str:
        """The file of a page; none for what only a server can answer."""
        known = name in _PAGES or name.removeprefix("list/") in SHOWN_CONCEPTS
        return self._up() + _PAGES.get(name, f"{name}.html") if known else ""

    def thing(self, name: str, **asked: str) -> str:
        """The file of a node, if it has one."""
        return f"{self._up()}id/{name}.html" if name in self.written else ""

    def _up(self) -> str:
        return "../" * self.depth


@dataclass(frozen=True)
class Plan:
    """What is written: the languages with their folders, the day the pages speak of, the nodes."""

    langs: tuple[str, ...]
    on: date
    things: tuple[str, ...]

    @cached_property
    def written(self) -> frozenset[str]:
        """The nodes that have a page."""
        return frozenset(self.things)

    def folder(self, lang: str) -> str:
        """The folder of a language; the first language has the top."""
        return "" if lang == self.langs[0] else f"{lang}/"

    def ask(self, lang: str) -> Ask:
        """What every page is asked for."""
        return Ask({"lang": lang, "on": self.on.isoformat()}, self.langs[0], self.on)


@dataclass
class Site:
    """A plan and the store that it is carried out from."""

    desk: Desk
    plan: Plan
    folder: Path

    def __post_init__(self) -> None:
        self.desk.court.prepare_all()

    def write(self, name: str) -> str:
        """Write the files of one node; its name."""
        for path, text in _thing_files(self.desk, self.plan, name):
            _write(self.folder, path, text)
        return name


def write_site(
    desk: Desk, folder: Path, lang: str, on: date, all_places: bool = False,
    progress: Callable[[Iterable[str], int], Iterable[str]] = lambda names, _total: names,
    processes: int = 1,
) -> int:
    """The explorer as files in a folder, swapped in whole; the number of nodes that have a page.

    Places that no policy, body or event speaks of have no page of their own unless `all_places`.
    More than one of `processes` needs a store that others can open, by path or URL.
    """
    langs = (lang, *(other for other in ("zh", "en") if other != lang))
    folder = folder.absolute()
    if folder.exists() and not _ours(folder):
        raise StoreError(f"{folder} holds other files; name a new folder, or one of an earlier site")
    plan = Plan(langs, on, tuple(sorted(set(_things(desk, all_places)))))
    try:
        beside = folder_beside(folder)
        try:
            _write_all(Site(desk, plan, beside), processes, progress)
            beside.chmod(0o755)
            swap_in(beside, folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror or error}") from error
    return len(plan.things)


_MARK = ".policy-kg-site"


def _ours(folder: Path) -> bool:
    return folder.is_dir() and ((folder / _MARK).is_file() or not any(folder.iterdir()))


def _things(desk: Desk, all_places: bool) -> Iterator[str]:
    """The nodes that have a page: all but places of which nothing but their position is told."""
    for concept in CONCEPTS:
        if concept != "places" or all_places:
            yield from (one.thing.id for one in desk.listed(concept))
    if not all_places:
        yield from _spoken_of(desk)
    yield from (name for name in desk.words if "/" in name)


def _spoken_of(desk: Desk) -> set[str]:
    """The places that something is said of beside where they lie, and what contains them."""
    rows = desk.store.select("places_spoken_of")
    found = {str(row["place"]) for row in rows}
    waiting = sorted(found)
    while waiting:
        around = {said.object for name in waiting for said in desk.court.facts.place(name).within}
        waiting = sorted(around - found)
        found |= around
    return found


def _write_all(
    site: Site, processes: int, progress: Callable[[Iterable[str], int], Iterable[str]]
) -> None:
    (site.folder / _MARK).write_text("")
    for lang in site.plan.langs:
        for name, html in _overviews(site.desk, site.plan, lang):
            _write(site.folder, site.plan.folder(lang) + name, html)
    with _writers(site, processes) as written:
        for _name in progress(written, len(site.plan.things)):
            pass


@contextmanager
def _writers(site: Site, processes: int) -> Iterator[Iterable[str]]:
    """The nodes as their files are written, here or by several processes."""
    if processes < 2 or (where := _where(site.desk)) is None:
        yield map(site.write, site.plan.things)
        return
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _begin,
                               (where, site.plan, site.folder))
    try:
        yield pool.map(_write_one, site.plan.things, chunksize=_CHUNK)
    finally:
        pool.shutdown(cancel_futures=True)


def _where(desk: Desk) -> str | None:
    """Where other processes find the store; None for one in memory."""
    try:
        return location(desk.store)
    except StoreError:
        return None


_CHUNK = 8
_here: list[Site] = []
"""In a process that helps to write: the site, opened once."""


def _begin(where: str, plan: Plan, folder: Path) -> None:
    _here.append(Site(Desk(open_store(where)), plan, folder))


def _write_one(name: str) -> str:
    return _here[0].write(name)


def _write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _shell(plan: Plan, lang: str, name: str, here: str) -> Shell:
    """The frame of the file `name` (within its language's folder)."""
    depth = name.count("/")
    other = next(one for one in plan.langs if one != lang)
    top = "../" * (depth + (1 if plan.folder(lang) else 0))
    links = FileLinks(depth, plan.written)
    return Shell(links, lang, lang, here, f"{top}{plan.folder(other)}{name}", answers=False)


def _overviews(desk: Desk, plan: Plan, lang: str) -> Iterator[tuple[str, str]]:
    """Every file that is not of one node: its name and its text."""
    ask, frame = plan.ask(lang), partial(_shell, plan, lang)
    pages: Mapping[str, Page] = {
        "index.html": home_page(desk, ask),
        "search.html": index_page(desk, ask),
        "figures.html": figures_page(desk, replace(ask, size=_WHOLE)),
        **{f"list/{concept}.html": list_page(desk, replace(ask, size=_WHOLE), concept)
           for concept in SHOWN_CONCEPTS},
    }
    for name, page in pages.items():
        yield name, as_html(page, frame(name, page.here), desk, ask)
    yield "timeline.html", timeline_page(
        timeline(desk.store), lang, plan.on, "", shell=frame("timeline.html", "timeline"))
    yield "network.html", network_page(
        network(desk.store, "", 1, _CAP), lang, plan.on, "", shell=frame("network.html", "network"))


def _thing_files(desk: Desk, plan: Plan, name: str) -> Iterator[tuple[str, str]]:
    """The page of a node in each language, and its JSON once."""
    page = thing_page(desk, plan.ask(plan.langs[0]), name)
    thing = page.shown["node"].thing
    for lang in plan.langs:
        shell = _shell(plan, lang, f"id/{name}.html", "")
        said = replace(page, title=thing.label(lang))
        shell = replace(shell, others=[("JSON", _json_of(plan, lang, name))])
        yield f"{plan.folder(lang)}id/{name}.html", as_html(said, shell, desk, plan.ask(lang))
    yield f"id/{name}.json", as_values(page)


def _json_of(plan: Plan, lang: str, name: str) -> str:
    """The address of the JSON beside the page of the first language, from a language's page."""
    if not plan.folder(lang):
        return f"{name.rpartition('/')[2]}.json"
    return "../" * (name.count("/") + 2) + f"id/{name}.json"
