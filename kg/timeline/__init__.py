"""The roll-out of policy over time: what was issued at each level, when it holds, what it follows.

A `Timeline` is plain data; the pages draw it, and the writers give it as JSON, CSV, SVG and as a
calendar (iCalendar) of the days on which something comes into force or ends.
"""

from kg.timeline.calendar import timeline_ics
from kg.timeline.data import timeline_csv, timeline_json
from kg.timeline.drawing import pack_rows, slot, text_width, ticks, timeline_svg
from kg.timeline.items import (
    LEADING,
    RELATIONS,
    Item,
    Lane,
    Mark,
    Place,
    Timeline,
    build_timeline,
    chain,
    days,
    extent,
    first_day,
    holds,
    keep_items,
)
from kg.timeline.reading import narrowed, timeline, whole_timeline

__all__ = [
    "LEADING", "RELATIONS", "Item", "Lane", "Mark", "Place", "Timeline", "build_timeline", "chain",
    "days", "extent", "first_day", "holds", "keep_items", "narrowed", "pack_rows", "slot", "text_width",
    "ticks", "timeline", "timeline_csv", "timeline_ics", "timeline_json", "timeline_svg",
    "whole_timeline",
]
