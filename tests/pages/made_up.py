"""A country that does not exist, and as much of its policy as a test asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from kg.dates import PartialDate, Span, parse_date
from kg.network import Edge, Network, Node, build_network
from kg.things import Source, Thing
from kg.timeline import Item, Lane, Mark, Place, Timeline, build_timeline

LEVELS = (
    ("international", "国际", "international", 1),
    ("national", "国家", "national", 2),
    ("provincial", "省级", "provincial", 4),
    ("municipal", "市级", "municipal", 5),
    ("zone", "园区级", "zone", 7),
)
_PLACES = (
    ("world", "世界", "World", ""),
    ("arcadia", "阿卡迪亚", "Arcadia", ""),
    ("arcadia/north", "北川省", "Northriver Province", "place/arcadia"),
    ("arcadia/south", "南屿省", "Southisle Province", "place/arcadia"),
    ("arcadia/north/port", "泊城市", "Harbourton", "place/arcadia/north"),
    ("arcadia/south/hill", "岭安市", "Hillwell", "place/arcadia/south"),
    ("arcadia/zone", "云湾数字园", "Cloudbay Digital Park", "place/arcadia/north/port"),
)
_TOPICS = (
    ("cross-border-data", "跨境数据流动", "cross-border data flows"),
    ("digital-trade", "数字贸易", "digital trade"),
    ("e-signature", "电子签名", "electronic signatures"),
    ("personal-data", "个人信息保护", "personal data protection"),
    ("platforms", "平台经济", "platform economy"),
)
_KINDS = (
    ("agreement", "协定", "agreement"),
    ("law", "法律", "law"),
    ("opinions", "意见", "opinions"),
    ("plan", "规划", "plan"),
    ("measures", "政策措施", "policy measures"),
    ("notice", "通知", "notice"),
)
_SUBJECTS = (
    ("数字贸易高质量发展", "High-quality Development of Digital Trade"),
    ("数据跨境流动安全管理", "Secure Management of Cross-border Data"),
    ("电子签名互认", "Mutual Recognition of Electronic Signatures"),
    ("个人信息保护", "Protection of Personal Information"),
    ("数字经济促进", "Promotion of the Digital Economy"),
    ("公共数据开放利用", "Opening and Use of Public Data"),
    ("跨境电子商务综合试验", "Cross-border E-commerce Trials"),
)
_FORMS = (
    ("协定", "Agreement on the {}"),
    ("法", "Law on the {}"),
    ("若干意见", "Opinions on the {}"),
    ("发展规划", "Plan for the {}"),
    ("若干措施", "Measures for the {}"),
    ("通知", "Notice on the {}"),
)
_EVENTS = {
    "adopted": Thing("milestone/adopted", "通过", "adopted"),
    "promulgated": Thing("milestone/promulgated", "公布、印发", "promulgated"),
    "amended": Thing("milestone/amended", "修正", "amended"),
}
REPORT = Thing(
    "document/report",
    "阿卡迪亚数字贸易报告",
    "Report on Digital Trade",
    "https://example.org/report",
)
GAZETTE = Thing(
    "document/gazette", "阿卡迪亚公报", "Gazette of Arcadia", "https://example.org/gazette?a=1&b=2"
)
IN_FORCE = Thing("status/in-force", "有效", "in force")
ENDED = Thing("status/ended", "失效", "no longer in force")

LANES = tuple(Lane(Thing(f"level/{id}", zh, en), order) for id, zh, en, order in LEVELS)
PLACES = tuple(Place(Thing(f"place/{id}", zh, en), within) for id, zh, en, within in _PLACES)


def made_up_timeline(count: int = 60) -> Timeline:
    """A roll-out of `count` measures over fifteen years, the same on every call."""
    items = [_item(number, count) for number in range(count)]
    title = Thing(
        "timeline", "阿卡迪亚数字贸易政策推进", "Roll-out of digital trade policy in Arcadia"
    )
    return build_timeline(title, LANES, PLACES, items)


def _lane(number: int, count: int) -> int:
    share = number / count
    return next(lane for lane, top in enumerate((0.06, 0.3, 0.62, 0.85, 2)) if share < top)


def _item(number: int, count: int) -> Item:
    lane = _lane(number, count)
    spread = (number * 7919) % 5000
    issued = date(2009 + lane, 3, 1) + timedelta(days=int(spread * (1 - lane * 0.09)))
    place = PLACES[(0, 1, 2 + number % 2, 4 + number % 2, 6)[lane]]
    kind = (0, 1 + number % 3, 3 + number % 2, 4 + number % 2, 5)[lane]
    start, span = _start(number, issued)
    end, span = _end(number, issued, span)
    return Item(
        thing=_name(number, lane, place.thing, kind),
        lane=LANES[lane].thing.id,
        kind=_thing("kind", _KINDS[kind]),
        level=LANES[lane].thing,
        place=place.thing.id,
        start=start,
        end=end,
        span=span,
        marks=_marks(number, issued),
        topics=(_thing("topic", _TOPICS[number % 5]),),
        links=_links(number, lane, count),
        status=ENDED if end else IN_FORCE,
        sources=(Source(REPORT, page=str(10 + number % 40)),),
    )


def _thing(scheme: str, row: tuple[str, str, str]) -> Thing:
    return Thing(f"{scheme}/{row[0]}", row[1], row[2])


def _name(number: int, lane: int, place: Thing, kind: int) -> Thing:
    (zh, en), (form_zh, form_en) = _SUBJECTS[number % 7], _FORMS[kind]
    where = ("" if lane == 0 else place.zh, "" if lane == 0 else place.en + " ")
    return Thing(
        f"instrument/arcadia/m{number}", f"{where[0]}{zh}{form_zh}", where[1] + form_en.format(en)
    )


def _start(number: int, issued: date) -> tuple[PartialDate | None, Span | None]:
    if number % 11 == 10:
        return None, None
    day = issued + timedelta(days=30 + number % 90)
    text = (f"{day:%Y-%m-%d}", f"{day:%Y-%m-%d}", f"{day:%Y-%m}", f"{day:%Y-%m-%d}", f"{day:%Y}")[
        number % 5
    ]
    start = parse_date(text)
    return start, Span(start.earliest, start.latest)


def _end(number: int, issued: date, span: Span | None) -> tuple[PartialDate | None, Span | None]:
    if span is None or number % 3:
        return None, span
    last = issued + timedelta(days=900 + number % 1200)
    end = parse_date(f"{last:%Y-%m}" if number % 2 else f"{last:%Y-%m-%d}")
    return end, Span(span.from_earliest, span.from_latest, end.earliest, end.latest, open_end=False)


def _marks(number: int, issued: date) -> tuple[Mark, ...]:
    event = _EVENTS["adopted" if number % 2 else "promulgated"]
    first = Mark(event, parse_date(f"{issued:%Y-%m-%d}"), (Source(GAZETTE, at=f"no. {number}"),))
    if number % 9 != 4:
        return (first,)
    later = parse_date(f"{issued + timedelta(days=1500):%Y-%m}")
    return (first, Mark(_EVENTS["amended"], later))


def _links(number: int, lane: int, count: int) -> tuple[tuple[str, str], ...]:
    if lane == 0 or number % 4 == 3:
        return ()
    above = [n for n in range(count) if _lane(n, count) == lane - 1]
    relation = "implements" if number % 3 else "based_on"
    return ((relation, f"instrument/arcadia/m{above[number % len(above)]}"),)


CONCEPTS = {
    name: Thing(f"kg:{name.title()}", zh, name)
    for name, zh in (("instrument", "文件"), ("agency", "机构"), ("place", "地方"))
}
_ISSUED, _APPLIES = (
    Thing("kg:issuedBy", "制定机关", "issued by"),
    Thing("kg:appliesTo", "适用于", "applies to"),
)
_WITHIN = Thing("kg:within", "位于", "within")
_LINKED = {
    "implements": Thing("kg:implements", "落实", "implements"),
    "based_on": Thing("kg:basedOn", "依据", "based on"),
}


def made_up_network(count: int = 40) -> Network:
    """The same measures as a network, with their issuers and places."""
    timeline = made_up_timeline(count)
    nodes = [_measure(item) for item in timeline.items]
    nodes += [_place_node(place, number) for number, place in enumerate(PLACES)]
    agencies = [_agency(number, count) for number in range(max(3, count // 12))]
    edges = [edge for item in timeline.items for edge in _edges(item, agencies)]
    edges += [
        Edge(place.thing.id, _WITHIN, place.within, span=Span(always=True))
        for place in PLACES
        if place.within
    ]
    return build_network(timeline.title, [*nodes, *agencies], edges)


def _measure(item: Item) -> Node:
    order = next(lane.order for lane in LANES if lane.thing.id == item.lane)
    return Node(
        item.thing,
        CONCEPTS["instrument"],
        item.kind,
        item.level,
        order,
        item.start,
        item.end,
        item.span,
        item.sources,
    )


def _place_node(place: Place, number: int) -> Node:
    lane = LANES[(0, 1, 2, 2, 3, 3, 4)[number]]
    return Node(place.thing, CONCEPTS["place"], level=lane.thing, order=lane.order)


def _agency(number: int, count: int) -> Node:
    return Node(
        Thing(f"agency/a{number}", f"第{number + 1}贸易局", f"Trade Bureau {number + 1}"),
        CONCEPTS["agency"],
    )


def _edges(item: Item, agencies: list[Node]) -> list[Edge]:
    number = int(item.id.rpartition("/m")[2])
    cite = item.sources
    made = [
        Edge(item.id, _ISSUED, agencies[number % len(agencies)].id, span=Span(always=True)),
        Edge(
            item.id, _APPLIES, item.place, item.start, item.end, item.span, number % 13 != 5, cite
        ),
    ]
    return made + [Edge(item.id, _LINKED[kind], other, sources=cite) for kind, other in item.links]


PAYLOAD = (
    "</script><script>window.hit=1</script><img src=x onerror=window.hit=1> href \u202eabc\u2066"
)


def spoiled_timeline() -> Timeline:
    """A timeline with an attack in every text that can reach a page."""
    item = made_up_timeline(12).items[3]
    thing = Thing("instrument/arcadia/" + PAYLOAD, PAYLOAD, PAYLOAD)
    cite = Source(Thing("document/x", PAYLOAD, PAYLOAD, "javascript:window.hit=1"), at=PAYLOAD)
    spoiled = replace(
        item,
        thing=thing,
        lane="level/x",
        kind=Thing("kind/x", PAYLOAD, PAYLOAD),
        place="place/x",
        topics=(Thing("topic/x", PAYLOAD, PAYLOAD),),
        marks=(Mark(Thing("milestone/x", PAYLOAD, PAYLOAD), parse_date("2020-02"), (cite,)),),
        status=Thing("status/x", PAYLOAD, PAYLOAD),
        links=(),
        sources=(cite,),
    )
    other = replace(
        spoiled, thing=Thing("instrument/y", PAYLOAD, ""), links=(("implements", thing.id),)
    )
    lane = Lane(Thing("level/x", PAYLOAD, PAYLOAD), 1)
    place = Place(Thing("place/x", PAYLOAD, PAYLOAD))
    return build_timeline(Thing("timeline", PAYLOAD, PAYLOAD), [lane], [place], [spoiled, other])


def spoiled_network() -> Network:
    """A network with an attack in every text that can reach a page."""
    cite = Source(Thing("document/x", PAYLOAD, PAYLOAD, "javascript:window.hit=1"), at=PAYLOAD)
    bad = Thing("kg:X", PAYLOAD, PAYLOAD)
    nodes = [
        Node(Thing(id, PAYLOAD, PAYLOAD), bad, bad, replace(bad, id="level/x"), 2, sources=(cite,))
        for id in ("instrument/" + PAYLOAD, "instrument/y")
    ]
    edge = Edge(nodes[0].id, bad, nodes[1].id, span=Span(), sources=(cite,))
    title = Thing("network", PAYLOAD, PAYLOAD)
    return build_network(title, nodes, [edge], focus=nodes[1].id)
