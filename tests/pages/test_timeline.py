"""The timeline: its order, its filters and what its writers say."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from datetime import date
from xml.etree import ElementTree as Xml

import pytest
from made_up import LANES, PAYLOAD, made_up_timeline, spoiled_timeline

from kg.dates import Span, parse_date
from kg.things import Source, Thing
from kg.timeline import (
    Item,
    Timeline,
    build_timeline,
    chain,
    extent,
    holds,
    keep_items,
    pack_rows,
    ticks,
    timeline_csv,
    timeline_ics,
    timeline_json,
    timeline_svg,
)


def item(id: str, start: str = "", end: str = "", **more: object) -> Item:
    first, last = (parse_date(text) if text else None for text in (start, end))
    span = Span(
        first.earliest if first else None,
        first.latest if first else None,
        last.earliest if last else None,
        last.latest if last else None,
        open_end=last is None,
    )
    thing = Thing(id, f"名 {id}", f"name {id}")
    return Item(thing, LANES[1].thing.id, start=first, end=last, span=span, **more)  # type: ignore[arg-type]


def of(*items: Item) -> Timeline:
    return build_timeline(Thing("timeline", "题", "title"), LANES, [], items)


def test_items_stand_by_first_day_and_lanes_by_level() -> None:
    made = of(item("b", "2021"), item("a", "2020-05-01"))
    assert [it.id for it in made.items] == ["a", "b"]
    assert [lane.thing.id for lane in made.lanes] == ["level/national"]


def test_links_to_what_is_not_shown_are_left_out() -> None:
    made = of(item("a", "2020", links=(("implements", "b"), ("implements", "gone"))), item("b"))
    assert made.items[0].links == (("implements", "b"),)


def test_the_chain_runs_up_and_down_but_not_sideways() -> None:
    made = of(
        item("plan"),
        item("province", links=(("implements", "plan"),)),
        item("sister", links=(("implements", "plan"),)),
        item("city", links=(("based_on", "province"),)),
        item("amendment", links=(("amends", "province"),)),
    )
    assert chain(made, "province") == {"plan", "province", "city"}
    assert chain(made, "plan") == {"plan", "province", "sister", "city"}


def test_a_filter_keeps_lanes_that_are_in_use() -> None:
    made = keep_items(made_up_timeline(60), lambda it: it.lane == "level/zone")
    assert [lane.thing.id for lane in made.lanes] == ["level/zone"]
    assert made.items


def test_a_partial_date_is_uncertain_within_its_span() -> None:
    law = item("law", "2021-11", "2023")
    days = ("2021-10-31", "2021-11-15", "2021-11-30", "2022-12-31", "2023-01-01", "2024-01-01")
    found = [int(holds(law, date.fromisoformat(day))) for day in days]
    assert found == [0, 1, 2, 2, 2, 0]
    assert holds(law, date(2023, 6, 1)) == 1


def test_extent_covers_marks_and_spans() -> None:
    first, last = extent(made_up_timeline(60)) or (None, None)
    assert first == date(2009, 3, 1)
    assert last is not None and last.year >= 2020
    assert extent(of()) is None


@pytest.mark.parametrize("count", [1, 7, 40])
def test_nothing_in_a_row_meets(count: int) -> None:
    extents = [((n * 37) % 100, (n * 37) % 100 + 5 + n % 23) for n in range(count)]
    extents.sort()
    rows = pack_rows(extents, gap=2)
    for row in set(rows):
        inside = [extents[n] for n in range(count) if rows[n] == row]
        assert all(a[1] + 2 <= b[0] for a, b in itertools.pairwise(inside))


def test_ticks_are_years_that_find_room() -> None:
    assert [label for _, label in ticks(date(2000, 5, 1), date(2003, 1, 1), 10)] == [
        "2001",
        "2002",
        "2003",
    ]
    assert len(ticks(date(1900, 1, 1), date(2024, 1, 1), 13)) <= 13


def test_json_keeps_the_text_of_dates_beside_their_bounds() -> None:
    found = json.loads(timeline_json(of(item("law", "2021-11"))))["items"][0]
    assert found["from"] == {"text": "2021-11", "earliest": "2021-11-01", "latest": "2021-11-30"}
    assert found["until"] is None and found["open"] is True


def test_csv_has_one_row_an_item_and_survives_commas() -> None:
    cite = Source(Thing("document/x"), page="20")
    made = of(item("a,b", "2021-11", "2023-05-01", sources=(cite,)), item("c"))
    rows = list(csv.DictReader(io.StringIO(timeline_csv(made))))
    assert [row["id"] for row in rows] == ["a,b", "c"]
    assert rows[0]["from"] == "2021-11" and rows[0]["from_latest"] == "2021-11-30"
    assert rows[0]["until"] == "2023-05-01" and rows[0]["open"] == "false"
    assert rows[0]["sources"] == "document/x p. 20"


def test_the_calendar_gives_a_partial_date_its_whole_span() -> None:
    text = timeline_ics(of(item("law", "2021-11", "2023-05-01")), "en")
    assert "DTSTART;VALUE=DATE:20211101\r\nDTEND;VALUE=DATE:20211201" in text
    assert "SUMMARY:Last day: name law" in text and "DTSTART;VALUE=DATE:20230501" in text
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == 2


def test_the_calendar_names_what_it_leaves_out() -> None:
    text = timeline_ics(of(item("law", "..2021")), "en")
    assert "BEGIN:VEVENT" not in text
    assert "X-KG-COMMENT:no usable date: law ..2021" in text


def test_the_calendar_is_well_formed() -> None:
    text = timeline_ics(made_up_timeline(60))
    lines = text.split("\r\n")
    assert lines[-1] == "" and "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in lines)
    uids = re.findall(r"UID:(.*)\r\n", text)
    assert len(uids) == len(set(uids)) > 60


def test_the_picture_is_xml_with_a_caption_for_every_item() -> None:
    made = made_up_timeline(30)
    text = timeline_svg(made, "en", on=date(2020, 1, 1))
    root = Xml.fromstring(text)
    captions = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert all(it.thing.en in captions for it in made.items)
    assert "2020-01-01" in captions


def test_an_attack_in_the_picture_is_text() -> None:
    root = Xml.fromstring(timeline_svg(spoiled_timeline()))
    assert not [node for node in root.iter() if node.tag.endswith(("script", "img", "image"))]
    assert "\u202e" in PAYLOAD and "\u202e" not in timeline_svg(spoiled_timeline())


@pytest.mark.parametrize("write", [timeline_json, timeline_csv, timeline_ics, timeline_svg])
def test_writers_say_the_same_twice(write: object) -> None:
    first, second = (write(made_up_timeline(80)) for _ in range(2))  # type: ignore[operator]
    assert first == second
