"""The explorer as files in a folder: the same pages, for any web host or none at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kg.catalogue import CONCEPTS
from kg.errors import StoreError
from kg.network import network
from kg.pages.network import network_page
from kg.pages.shell import Shell
from kg.pages.timeline import timeline_page
from kg.timeline import timeline
from kg.web.amounts import figures_page
from kg.web.ask import Ask
from kg.web.desk import Desk
from kg.web.finding import SHOWN_CONCEPTS, home_page, index_page, list_page
from kg.web.page import Page
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


@dataclass(frozen=True, slots=True)
class Site:
    """What is written: the languages with their folders, the day the pages speak of, the nodes."""

    desk: Desk
    langs: tuple[str, ...]
    on: date
    things: tuple[str, ...]

    def folder(self, lang: str) -> str:
        """The folder of a language; the first language has the top."""
        return "" if lang == self.langs[0] else f"{lang}/"

    def ask(self, lang: str) -> Ask:
        """What every page is asked for."""
        return Ask({"lang": lang, "on": self.on.isoformat()}, self.langs[0], self.on)


def write_site(
    desk: Desk, folder: Path, lang: str, on: date, all_places: bool = False,
    progress: Callable[[Iterable[str]], Iterable[str]] = iter,
) -> int:
    """The explorer as files in a folder, swapped in whole; the number of nodes that have a page.

    Places that no policy, body or event speaks of have no page of their own unless `all_places`.
    """
    langs = (lang, *(other for other in ("zh", "en") if other != lang))
    site = Site(desk, langs, on, tuple(sorted(_things(desk, all_places))))
    folder = folder.absolute()
    if folder.exists() and not _ours(folder):
        raise StoreError(f"{folder} holds other files; name a new folder, or one of an earlier site")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            _write_all(site, beside, progress)
            _swap(beside, folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror or error}") from error
    return len(site.things)


_MARK = ".policy-kg-site"


def _ours(folder: Path) -> bool:
    return folder.is_dir() and ((folder / _MARK).is_file() or not any(folder.iterdir()))


def _swap(beside: Path, folder: Path) -> None:
    beside.chmod(0o755)
    if folder.exists():
        shutil.rmtree(folder)
    os.replace(beside, folder)


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
    site: Site, folder: Path, progress: Callable[[Iterable[str]], Iterable[str]]
) -> None:
    (folder / _MARK).write_text("")
    for lang in site.langs:
        for name, html in _overviews(site, lang):
            _write(folder, site.folder(lang) + name, html)
    for name in progress(site.things):
        for path, text in _thing_files(site, name):
            _write(folder, path, text)


def _write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _shell(site: Site, lang: str, name: str, here: str) -> Shell:
    """The frame of the file `name` (within its language's folder)."""
    depth = name.count("/")
    other = next(one for one in site.langs if one != lang)
    top = "../" * (depth + (1 if site.folder(lang) else 0))
    links = FileLinks(depth, frozenset(site.things))
    return Shell(links, lang, lang, here, f"{top}{site.folder(other)}{name}", answers=False)


def _overviews(site: Site, lang: str) -> Iterator[tuple[str, str]]:
    """Every file that is not of one node: its name and its text."""
    ask = site.ask(lang)
    pages: Mapping[str, Page] = {
        "index.html": home_page(site.desk, ask),
        "search.html": index_page(site.desk, ask),
        "figures.html": figures_page(site.desk, replace(ask, size=_WHOLE)),
        **{f"list/{concept}.html": list_page(site.desk, replace(ask, size=_WHOLE), concept)
           for concept in SHOWN_CONCEPTS},
    }
    for name, page in pages.items():
        yield name, as_html(page, _shell(site, lang, name, page.here), site.desk, ask)
    yield "timeline.html", timeline_page(
        timeline(site.desk.store), lang, site.on, "", shell=_shell(site, lang, "timeline.html", "timeline"))
    yield "network.html", network_page(
        network(site.desk.store, "", 1, _CAP), lang, site.on, "",
        shell=_shell(site, lang, "network.html", "network"))


def _thing_files(site: Site, name: str) -> Iterator[tuple[str, str]]:
    """The page of a node in each language, and its JSON once."""
    page = thing_page(site.desk, site.ask(site.langs[0]), name)
    thing = page.shown["node"].thing
    for lang in site.langs:
        shell = _shell(site, lang, f"id/{name}.html", "")
        said = replace(page, title=thing.label(lang))
        shell = replace(shell, others=[("JSON", _json_of(site, lang, name))])
        yield f"{site.folder(lang)}id/{name}.html", as_html(said, shell, site.desk, site.ask(lang))
    yield f"id/{name}.json", as_values(page)


def _json_of(site: Site, lang: str, name: str) -> str:
    """The address of the JSON beside the page of the first language, from a language's page."""
    if not site.folder(lang):
        return f"{name.rpartition('/')[2]}.json"
    return "../" * (name.count("/") + 2) + f"id/{name}.json"

