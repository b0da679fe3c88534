"""Search finds every name that holds the words, with the file of names beside the store or without."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from kg.build import Graph
from kg.catalogue import search
from kg.labels import all_labels, containing
from kg.names import name_key
from kg.snapshot import save_snapshot
from kg.store import OxigraphStore, Store, open_store, write_store


@pytest.fixture(scope="module")
def bare(packaged: Store) -> Store:
    """The packaged data with nothing beside them."""
    assert isinstance(packaged, OxigraphStore)
    return OxigraphStore(packaged._store)


@pytest.fixture(scope="module")
def keys(bare: Store) -> list[tuple[str, str]]:
    """Every name as it is compared, and the node that bears it."""
    return [(name_key(str(row["label"])), str(row["thing"])) for row in bare.select("labels")]


def _by_hand(keys: list[tuple[str, str]], words: str) -> list[str]:
    """The nodes that a look at every name finds, the shortest name first."""
    wanted = [name_key(word) for word in words.split()]
    rows = {(len(key), thing) for key, thing in keys if all(one in key for one in wanted)}
    return list(dict.fromkeys(thing for _length, thing in sorted(rows)))


def test_any_part_of_a_name_is_found(
    packaged: Store, bare: Store, keys: list[tuple[str, str]]
) -> None:
    random = Random(1)
    names = sorted({name_key(one.text) for one in all_labels(packaged, "")})
    assert len(names) > 5000
    for name in random.sample([one for one in names if len(one) > 4], 15):
        start = random.randrange(len(name) - 3)
        part = name[start : start + random.randint(1, 4)]
        expected = _by_hand(keys, part)
        assert list(dict.fromkeys(one.thing for one in containing(packaged, part))) == expected, part
        assert list(dict.fromkeys(one.thing for one in containing(bare, part))) == expected, part


@pytest.mark.parametrize("words", ["数据", "数据 出境", "digital trade", "DIGITAL TRADE", "RCEP", "x%\"*"])
def test_words_are_found_the_same_with_and_without_the_file(
    packaged: Store, bare: Store, keys: list[tuple[str, str]], words: str
) -> None:
    assert search(packaged, words) == search(bare, words)
    found = dict.fromkeys(one.thing for one in containing(packaged, words))
    assert list(found) == _by_hand(keys, words)


@pytest.mark.parametrize(("words", "first"), [
    ("460000", "place/cn/460000"), ("CN-HI", "place/cn/460000"),
    ("RCEP", "agreement/rcep"), ("個人信息保護法", "instrument/china/pipl"),
])
def test_codes_short_names_and_traditional_characters_lead(
    packaged: Store, words: str, first: str
) -> None:
    assert search(packaged, words)[0].id == first


def test_traditional_characters_find_parts_too(packaged: Store) -> None:
    assert {one.id for one in search(packaged, "數據出境")} == {
        one.id for one in search(packaged, "数据出境")}


def test_names_of_another_revision_are_left_alone(aurelia: Graph, tmp_path: Path) -> None:
    write_store(aurelia.n_triples(), tmp_path / "old", finish=save_snapshot)
    more = b'<https://w3id.org/policykg/place/aurelia> <urn:b> "c" .\n'
    write_store(aurelia.n_triples() + more, tmp_path / "new")
    (tmp_path / "old" / "names.sqlite").rename(tmp_path / "new" / "names.sqlite")
    with open_store(tmp_path / "new") as store, open_store(tmp_path / "old") as old:
        assert search(store, "Aurelia") == search(old, "Aurelia") != []
