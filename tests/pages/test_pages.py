"""Pages as files: nothing from outside, nothing that runs but our own, the same every time."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from made_up import made_up_network, made_up_timeline, spoiled_network, spoiled_timeline

from kg.pages.network import network_page, vis_network
from kg.pages.render import embed, environment, messages, own, policy, web_link
from kg.pages.timeline import timeline_page

PAGES: dict[str, Callable[[], str]] = {
    "timeline": lambda: timeline_page(made_up_timeline(40), base="https://example.org/kg/"),
    "timeline in English": lambda: timeline_page(made_up_timeline(40), "en", date(2020, 1, 1)),
    "spoiled timeline": lambda: timeline_page(spoiled_timeline()),
    "network": lambda: network_page(made_up_network(40), base="https://example.org/kg/"),
    "network in English": lambda: network_page(made_up_network(40), "en", date(2020, 1, 1)),
    "spoiled network": lambda: network_page(spoiled_network()),
}


class Elements(HTMLParser):
    """Every start tag with its attributes, and the text of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))
        if tag in ("script", "style"):
            self.texts.append("")
            self.inside = True

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.texts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self.inside = False


@pytest.fixture(scope="module", params=PAGES)
def page(request: pytest.FixtureRequest) -> str:
    return PAGES[request.param]()


def test_a_page_asks_for_nothing(page: str) -> None:
    for tag, attrs in Elements(page).tags:
        assert tag not in ("link", "iframe", "object", "embed", "img", "base"), tag
        assert "src" not in attrs
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style and "url(" not in style[1] and "@import" not in style[1]


def test_a_page_runs_only_what_its_policy_names(page: str) -> None:
    found = Elements(page)
    rule = next(
        a["content"] for t, a in found.tags if a.get("http-equiv") == "Content-Security-Policy"
    )
    assert rule.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in rule and "http" not in rule
    blocks = [(t, a) for t, a in found.tags if t in ("script", "style")]
    for (tag, attrs), text in zip(blocks, found.texts, strict=True):
        if attrs.get("type", "").startswith(("application/json", "text/plain")):
            continue
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in rule, tag


def test_no_markup_comes_from_the_data(page: str) -> None:
    for tag, attrs in Elements(page).tags:
        assert tag != "img"
        assert not [key for key in attrs if key.startswith("on")]
        assert "style" not in attrs
        assert not attrs.get("href", "#").startswith("javascript")


def test_no_mark_turns_the_reading_direction(page: str) -> None:
    packed = re.search(r'id="packed">([^<]*)<', page)
    inside = zlib.decompress(base64.b64decode(packed[1])).decode() if packed else ""
    shown = page[page.index("<body") :].replace(vis_network(), "") + inside
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f\x00-\x08]", shown)


def test_a_page_has_a_language_a_title_and_a_table(page: str) -> None:
    tags = Elements(page).tags
    assert tags[0] == ("html", {"lang": "zh-Hans"}) or tags[0] == ("html", {"lang": "en"})
    assert re.search(r"<title>[^<]+</title>", page)
    assert ("table", {}) in tags


@pytest.mark.parametrize("name", PAGES)
def test_the_same_input_gives_the_same_bytes(name: str) -> None:
    assert PAGES[name]() == PAGES[name]()


def test_two_hundred_items_are_light() -> None:
    assert len(timeline_page(made_up_timeline(200)).encode()) <= 100_000


def test_a_network_of_two_hundred_nodes_is_light() -> None:
    network = made_up_network(180)
    assert len(network.nodes) >= 200
    assert len(network_page(network).encode()) <= 650_000


def test_pages_are_written_where_the_locale_is_plain(tmp_path: Path) -> None:
    code = (
        "from made_up import *; from kg.pages.timeline import timeline_page;"
        "from kg.pages.network import network_page;"
        "print(len(timeline_page(made_up_timeline(9)) + network_page(made_up_network(9))))"
    )
    root = Path(__file__).parents[2]
    paths = os.pathsep.join([str(root), str(Path(__file__).parent)])
    env = {"PYTHONUTF8": "0", "LC_ALL": "C", "PATH": os.environ["PATH"], "PYTHONPATH": paths}
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 500_000
    assert not list(tmp_path.iterdir()), "nothing is copied beside the page"


def test_pyvis_is_the_builder_and_none_of_its_html_is_left() -> None:
    page = PAGES["network"]()
    assert "vis-network" in page and "bootstrap" not in page and "cdnjs" not in page
    assert files("pyvis").joinpath("templates/lib/vis-9.1.2/vis-network.min.js").is_file()


def test_importing_the_pages_does_not_import_pyvis() -> None:
    code = "import sys, kg.pages.network; sys.exit('pyvis' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=root).returncode == 0


# The floor that all pages stand on -----------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", " https://a", "//a.org", "ftp://a", "https://a b"],
)
def test_only_web_addresses_are_links(url: str) -> None:
    assert web_link(url) == ""
    assert web_link("https://example.org/a?b=1&c=2#d") == "https://example.org/a?b=1&c=2#d"


def test_embedded_data_cannot_close_their_element() -> None:
    value = {"a": ["</script>", "<!--", "\u2028", "&amp;", "\u202ex"]}
    text = str(embed(value))
    assert "<" not in text and ">" not in text and "\u2028" not in text
    assert json.loads(text) == {"a": ["</script>", "<!--", "\u2028", "&amp;", "x"]}


def test_templates_escape_and_refuse_unknown_names() -> None:
    made = environment().from_string("<b>{{ x }}</b>{{ y }}")
    assert made.render(x="<i>\u202e", y=1) == "<b>&lt;i&gt;</b>1"
    with pytest.raises(UndefinedError):
        made.render(x="")


def test_a_policy_without_scripts_allows_none() -> None:
    assert "script-src 'none'" in policy([], []) and "style-src 'none'" in policy([], [])


def test_every_word_is_there_in_both_languages_and_in_use() -> None:
    folder = files("kg.pages")
    sources = [
        p.read_text("utf-8") for n in ("static", "templates") for p in folder.joinpath(n).iterdir()
    ]
    sources += [p.read_text("utf-8") for n in ("kg.pages", "kg.web") for p in files(n).iterdir()
                if p.name.endswith(".py")]
    families = set(re.findall(r'[([](?:f")?"?([a-z]+_)(?:" ~|\{)', "".join(sources)))
    quoted = set(re.findall(r"""["'`]([a-z][a-z0-9_]*)["'`]""", "".join(sources)))
    for key, words in messages().items():
        assert set(words) == {"zh", "en"} and all(words.values()), key
        fields = [set(re.findall(r"\{(\w+)\}", text)) for text in words.values()]
        assert fields[0] == fields[1], key
        said = {key, key.removeprefix("all_"), key.removesuffix("_back")} & quoted
        assert said or key.startswith(tuple(families)), f"{key} is unused"


def test_every_word_that_a_page_names_exists() -> None:
    folder = files("kg.pages")
    for template in folder.joinpath("templates").iterdir():
        for key in re.findall(r'data-(?:t|label|hint)="([a-z_]+)"', template.read_text("utf-8")):
            assert key in messages(), key
    for script in folder.joinpath("static").iterdir():
        if script.name.endswith(".js"):
            for key in re.findall(r'\bt\("([a-z_]+)"[,)]', script.read_text("utf-8")):
                assert key in messages(), key


@pytest.mark.parametrize("name", ["common.js", "timeline.js", "network.js"])
def test_scripts_make_no_markup_and_ask_for_nothing(name: str) -> None:
    text = files("kg.pages").joinpath("static", name).read_text("utf-8")
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "fetch(",
        "XMLHttpRequest",
        "import(",
        "WebSocket",
    ):
        assert word not in text, word


@pytest.mark.parametrize("name", ["common.js", "timeline.js", "network.js"])
def test_stripping_blanks_leaves_the_strings_alone(name: str) -> None:
    strings = re.compile(r'"(?:[^"\\\n]|\\.)*"|`[^`]*`')
    text = files("kg.pages").joinpath("static", name).read_text("utf-8")
    bare = "\n".join(line for line in text.split("\n") if not line.strip().startswith("//"))
    assert strings.findall(own(name)) == strings.findall(bare)
