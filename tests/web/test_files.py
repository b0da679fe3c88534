"""The explorer as files: whole or not at all, the same each time, and every link leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from kg.build import Graph
from kg.errors import StoreError
from kg.store import OxigraphStore, open_store, write_store
from kg.web.desk import Desk
from kg.web.files import write_site

ON = date(2022, 7, 1)


@pytest.fixture(scope="module")
def small(aurelia: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up country in a store on disk."""
    path = tmp_path_factory.mktemp("small") / "store"
    write_store(aurelia.n_triples(), path)
    return path


@pytest.fixture(scope="module")
def site(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up country as files, written by this process alone."""
    folder = tmp_path_factory.mktemp("site") / "public"
    assert write_site(Desk(open_store(small)), folder, "zh", ON) > 50
    return folder


class Refs(HTMLParser):
    """The addresses and the forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.forms = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.forms += tag == "form"
        self.found += [value for key, value in attrs if key in ("href", "src", "action") and value]


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}


def _inner(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every address within the site, with the page that it stands in."""
    for page in sorted(folder.rglob("*.html")):
        for ref in Refs(page.read_text("utf-8")).found:
            if not ref.startswith(("http://", "https://", "#", "data:")):
                yield page, ref


def test_every_link_leads_to_a_file_that_is_there(site: Path) -> None:
    seen = 0
    for page, ref in _inner(site):
        seen += 1
        parts = urlsplit(ref)
        assert not (parts.scheme or parts.netloc or parts.query or parts.path.startswith("/")), (
            f"{page.relative_to(site)}: {ref} needs a server")
        target = (page.parent / unquote(parts.path)).resolve()
        assert target.is_relative_to(site) and target.is_file(), f"{page.relative_to(site)}: {ref}"
    assert seen > 2000


def test_the_pages_are_there_in_both_languages(site: Path) -> None:
    pages = {name for name in _files(site) if name.endswith(".html")}
    assert {name for name in pages if f"en/{name}" in pages} == {
        name for name in pages if not name.startswith("en/")}
    assert '<html lang="zh-Hans">' in (site / "index.html").read_text("utf-8")
    assert '<html lang="en">' in (site / "en/index.html").read_text("utf-8")


def test_no_form_asks_a_server(site: Path) -> None:
    asking = [page.name for page in site.rglob("*.html") if Refs(page.read_text("utf-8")).forms]
    assert asking == []


def test_several_processes_write_the_same_files_as_one(small: Path, site: Path, tmp_path: Path) -> None:
    write_site(Desk(open_store(small)), tmp_path / "again", "zh", ON, processes=2)
    assert _files(tmp_path / "again") == _files(site)


def test_a_store_in_memory_gives_the_same_files(aurelia: Graph, site: Path, tmp_path: Path) -> None:
    store = OxigraphStore.in_memory(aurelia.n_triples())
    write_site(Desk(store), tmp_path / "again", "zh", ON, processes=2)
    assert _files(tmp_path / "again") == _files(site)


def test_a_folder_of_other_files_is_left_alone(small: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(StoreError, match="holds other files"):
        write_site(Desk(open_store(small)), tmp_path, "zh", ON)
    assert _files(tmp_path) == {"letter.txt": b"mine"}


def test_a_broken_off_run_leaves_the_old_site(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "public"
    folder.mkdir()
    (folder / ".policy-kg-site").write_text("")
    (folder / "index.html").write_text("old")

    def breaks(names: Iterable[str], _total: int) -> Iterator[str]:
        yield next(iter(names))
        raise KeyboardInterrupt

    for processes in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            write_site(Desk(open_store(small)), folder, "zh", ON, progress=breaks, processes=processes)
        assert _files(folder) == {".policy-kg-site": b"", "index.html": b"old"}
        assert [path.name for path in tmp_path.iterdir()] == ["public"]


def test_the_old_site_goes_when_the_new_one_is_whole(small: Path, site: Path, tmp_path: Path) -> None:
    folder = tmp_path / "public"
    folder.mkdir()
    (folder / ".policy-kg-site").write_text("")
    (folder / "gone.html").write_text("old")
    write_site(Desk(open_store(small)), folder, "zh", ON)
    assert _files(folder) == _files(site)
    assert [path.name for path in tmp_path.iterdir()] == ["public"]


def test_the_search_page_holds_every_name_of_every_node_with_a_page(site: Path) -> None:
    text = (site / "search.html").read_text("utf-8")
    listed = set(re.findall(r'href="(id/[^"]+)"', text))
    written = {name for name in _files(site) if name.startswith("id/") and name.endswith(".html")}
    assert listed == written
