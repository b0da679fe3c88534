"""The pages of `docs/` say what the program does: run, made anew, linked, and complete."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg
from docs.make.blocks import read_floors
from docs.make.commands import paths
from docs.make.console import CommandFailed, commands, rerun
from docs.make.pages import DOCS, PAGES, WRITTEN, made
from docs.make.python import examples
from docs.make.python import rerun as rerun_python
from kg.cli import main
from kg.queries import names
from kg.resources import ONTOLOGY

ROOT = DOCS.parent
MARKDOWN = sorted(DOCS.glob("*.md"))
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")


def _read(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


# What is run and made


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_is_so(name: str) -> None:
    assert _read(name) == made(name), f"docs/{name} is out of date: run `make docs`"


def test_pages_run_what_they_show() -> None:
    shown = {name: len(re.findall(r"^\$ ", _read(name), re.MULTILINE)) for name in WRITTEN}
    assert shown["tutorial.md"] >= 20 and shown["applicability.md"] >= 20
    assert shown["documents.md"] >= 10 and shown["country.md"] >= 10
    assert len(examples(_read("python.md"))) >= 30


def test_a_stale_answer_is_made_anew(tmp_path: Path) -> None:
    page = "```console\n$ cat > x <<'END'\n> one\n>\n> two\n> END\nold\n$ wc -l < x\n```\n"
    fresh = rerun(page, tmp_path)
    assert fresh == page.replace("old\n", "").replace("< x\n", "< x\n3\n")
    assert rerun(fresh, tmp_path) == fresh
    assert [one.partition("\n")[0] for one in commands(page)] == ["cat > x <<'END'", "wc -l < x"]


@pytest.mark.parametrize("wrong", ["kg nonsense", "kg show nothing-of-this-name", "exit 3"])
def test_a_command_that_fails_is_no_page(wrong: str, tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match=wrong):
        rerun(f"```console\n$ {wrong}\n```\n", tmp_path)


def test_an_example_is_run_and_a_mistake_in_it_is_no_answer() -> None:
    page = "```pycon\n>>> import kg\n>>> 1 + 1\n3\n>>> kg.rows(1)\n```\n"
    fresh = rerun_python(page)
    assert ">>> 1 + 1\n2\n" in fresh and "KgError: int is no answer" in fresh
    assert rerun_python(fresh) == fresh
    with pytest.raises(NameError):
        rerun_python("```pycon\n>>> nonsense\n```\n")


def test_what_is_out_of_date_can_be_asked() -> None:
    done = subprocess.run([sys.executable, "-m", "docs.make", "--check", "architecture.svg"],
                          cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


# What must be found


@pytest.mark.parametrize("name", [" ".join(path) for path in paths(main)])
def test_each_command_is_described(name: str) -> None:
    assert f"## kg {name}\n" in _read("commands.md")


@pytest.mark.parametrize("name", names())
def test_each_shipped_question_is_described(name: str) -> None:
    assert f"| `{name}` |" in _read("cookbook.md")


def _terms() -> list[str]:
    text = (ONTOLOGY / "kg.ttl").read_text("utf-8")
    return re.findall(r"^(kg:\w+) a ", text, re.MULTILINE)


def _concepts() -> list[str]:
    texts = [path.read_text("utf-8") for path in sorted((ONTOLOGY / "schemes").glob("*.ttl"))]
    return [one for text in texts for one in re.findall(r"^<([\w/-]+)> a skos:Concept ", text,
                                                        re.MULTILINE)]


def test_each_term_and_concept_is_described() -> None:
    page = _read("ontology.md")
    assert len(_terms()) > 100 and len(_concepts()) > 200
    assert not [term for term in _terms() if f"`{term}` |" not in page]
    assert not [concept for concept in _concepts() if f"| `{concept}` |" not in page]


def test_each_class_is_in_the_picture() -> None:
    from docs.make.ontology import RELATED, STATEMENTS, THINGS, vocabulary

    drawn = {*THINGS, *STATEMENTS, "Statement", "Citation", "Document"}
    assert {f"kg:{name}" for name in drawn} == {term for term in _terms() if term[3].isupper()}
    known = {str(term).rpartition("#")[2] for term in vocabulary().subjects()}
    words = {word for _a, _b, label, _c in RELATED for word in re.findall(r"(?<!:)\b\w+\b(?!:)", label)}
    assert words <= known
    assert "prefers-color-scheme: dark" in _read("ontology.svg")


def test_each_public_name_is_described() -> None:
    page = _read("python.md")
    assert not [name for name in kg.__all__ if not re.search(rf"`{name}\b", page)]


def test_each_module_is_in_the_architecture() -> None:
    page = _read("architecture.md")
    for level, modules in enumerate(read_floors()):
        assert not [name for name in modules if f"| {level} | `{name}` |" not in page]


# How pages hang together


def _links(page: Path) -> Iterator[str]:
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for one, other in LINK.findall(text):
        yield one or other


def _anchors(page: Path) -> set[str]:
    """What can be linked to in a page: named places, and headings as GitHub names them."""
    text = page.read_text("utf-8")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", one.lower()).strip().replace(" ", "-") for one in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)">', text))


@pytest.mark.parametrize("page", [*MARKDOWN, ROOT / "README.md"], ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in _links(page):
        if not link.startswith(("http://", "https://")):
            path, _mark, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            assert target.exists(), f"{page.name} links to {link}"
            assert not anchor or anchor in _anchors(target), f"{page.name} links to {link}"


def test_the_index_leads_to_every_page() -> None:
    linked = set(_links(DOCS / "index.md"))
    assert {page.name for page in MARKDOWN} - {"index.md"} <= linked
    assert "docs/index.md" in set(_links(ROOT / "README.md"))


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda p: p.name)
def test_an_anchor_is_given_once(page: Path) -> None:
    given = Counter(re.findall(r'<a id="([^"]+)">', page.read_text("utf-8")))
    assert not [name for name, times in given.items() if times > 1]
