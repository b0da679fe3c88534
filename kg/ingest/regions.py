"""The places that a document is for: named in its title, its issuer, or a list of pilots."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from kg.ingest.gazetteer import Entry, Gazetteer
from kg.ingest.heading import Heading
from kg.ingest.lines import sentence_bounds
from kg.ingest.rules import alternation, chinese_rules
from kg.ingest.titles import kind_ending
from kg.ingest.values import Value

_DIVISIONS = frozenset(
    (
        "province",
        "special-administrative-region",
        "prefecture",
        "county",
        "macro-region",
        "functional-area",
        "island",
    )
)
_ZONES = frozenset(("zone", "zone-area", "functional-area", "site"))
_BRACKETS = str.maketrans("（）", "()")
_JOINT = r"(?:[0-9一二三四五六七八九十]{1,3}个[省市区县]{1,3})?(?:\s?(?:[、，,]|和|及|与|以及)\s?)"
_DIVISION_END = "(?:特别行政区|自治区|自治州|自治县|新区|省|市|盟|县)"
_DIVISION_NAME = rf"[\u4e00-\u9fff]{{2,7}}?{_DIVISION_END}"
# A district behind its city's name, at the start of its body's name or of a title.
_DISTRICT = (
    r"([\u4e00-\u9fff]{1,4}?(?<![开发高新园技业保税])(?:区(?![域块县分属内级位间])|县(?![级域乡区以])"
    r"|旗(?![下帜舰])|市(?![场民政容区级县内属域直长辖委值])))(?=[\u4e00-\u9fff]{2})"
)
# What may stand right before a place's name, and not in it.
_BEFORE_NAME = "在以将对关于意同持给予、和及与印发转立"


def regions(text: str, heading: Heading, gazetteer: Gazetteer) -> list[Value]:
    """The places a document is for, each once, by the names it uses."""
    found: dict[str, Value] = {}
    sources = [_of_issuers(heading, gazetteer), _of_title(text, heading, gazetteer)]
    if heading.title:
        sources.append(_of_lists(text, heading.body_start, _year_of(heading), gazetteer))
    for value in (v for source in sources for v in source):
        found.setdefault(_stem(value.value), value)
    return list(found.values())


def _stem(name: str) -> str:
    endings = alternation(chinese_rules().words["place_endings"])
    stem = re.sub(rf"(?:{endings})$", "", name)
    return stem if len(stem) >= 2 else name


def _of_issuers(heading: Heading, gazetteer: Gazetteer) -> Iterator[Value]:
    """A local body's own place: the start of its name."""
    for issuer in heading.issuers:
        body = re.sub(r"^中共", "", issuer.value)
        place = _leading_place(body, gazetteer) or _branch_place(body, gazetteer)
        if place:
            yield Value(place, issuer.start, issuer.end, "region.issuer", 0.9, issuer.raw)


def _leading_place(body: str, gazetteer: Gazetteer) -> str | None:
    """The smallest place that a local body's name begins with: 某省某市人民政府 → 某市."""
    found = list(_known_places(body[:12], gazetteer))
    known = [body[start:end] for _, start, end in found if start == 0 and _is_full(body[:end])]
    first = max(known, key=len, default=None)
    if first is None:
        shape = re.match(
            rf"({_DIVISION_NAME})(?=人民|第|委员会|政府|党委|{_DIVISION_NAME}人民|[\u4e00-\u9fff]{{1,12}}(?:[局委厅办部院会]|中心|公司|支队|总队)|委)",
            body,
        )
        first = shape.group(1) if shape and _is_name(shape.group(1)) else None
    if first is None:
        return None
    second = re.match(rf"({_DIVISION_NAME})(?=人民)|{_DISTRICT}", body[len(first) :])
    inner = next((name for name in second.groups() if name), "") if second else ""
    return inner if inner and _is_name(inner) else first


def _branch_place(body: str, gazetteer: Gazetteer) -> str | None:
    """The place of a national body's branch: 某总局某省分局 → 某省."""
    branch = re.compile(chinese_rules().patterns["branch_words"])
    found = (
        name
        for name, start, end in _known_places(body, gazetteer)
        if start >= 3 and branch.match(body, end)
    )
    return next(found, None)


def _is_full(name: str) -> bool:
    """A local body's name begins with its place's full name, kind word included."""
    return name.endswith(chinese_rules().words["place_endings"])


def _is_name(name: str) -> bool:
    if re.search(alternation(chinese_rules().words["no_place_words"]), name):
        return False
    return not name.endswith(chinese_rules().words["no_places"]) and not name.startswith(
        ("国家", "全国", "各", "本")
    )


def _is_of(entry: Entry, kinds: frozenset[str]) -> bool:
    return entry.kind in kinds or (entry.kind is None and kinds is _DIVISIONS)


def _of_title(text: str, heading: Heading, gazetteer: Gazetteer) -> Iterator[Value]:
    """Places in the title, beyond those that are part of an issuer's name."""
    title = heading.title
    if title is None or kind_ending(title.value) in chinese_rules().words["told_to_all"]:
        return
    shown = title.value
    for issuer in heading.issuers:
        shown = shown.replace(issuer.value, "□" * len(issuer.value))
    is_national = heading.issuers and not any(_of_issuers(heading, gazetteer))
    found = (
        _zones_first(shown, text, heading, gazetteer)
        if is_national
        else _places_in(shown, gazetteer)
    )
    for name, start, end in found:
        fits = not title.raw and title.end - title.start == len(title.value)
        place = (title.start + start, title.start + end) if fits else (title.start, title.end)
        yield Value(name, *place, "region.title", 0.9, title.raw)


def _zones_first(
    title: str, text: str, heading: Heading, gazetteer: Gazetteer
) -> Iterator[tuple[str, int, int]]:
    """Zones that the graph or the text knows; a place in front of one, or in its name, is none."""
    places = [p for p in _places_in(title, gazetteer) if not _is_one_of_many(title, p[2])]
    zones = [*_known_zones(title, gazetteer)]
    for _, start, end in _known_places(title, gazetteer):
        shape = _zone_shape().match(title, end)
        if shape and text.find(title[start : shape.end()], heading.title_end) >= 0:
            zones.append((title[start : shape.end()], start, shape.end()))
    yield from zones
    for name, start, end in places:
        if not any(first <= end and start < last for _, first, last in zones):
            yield name, start, end


def _is_one_of_many(title: str, at: int) -> bool:
    """Whether a place only begins a list of other things: 甲南某山等6处保护区."""
    return re.compile(chinese_rules().patterns["one_of_many"]).match(title, at) is not None


@lru_cache(maxsize=1)
def _zone_shape() -> re.Pattern[str]:
    words = chinese_rules().words
    inside = f"(?:(?!{alternation(words['zone_breaks'])})[\u4e00-\u9fff])"
    return re.compile(f"{inside}{{1,18}}?(?:{alternation(words['zone_endings'])})")


def _known_zones(title: str, gazetteer: Gazetteer) -> Iterator[tuple[str, int, int]]:
    """The graph's zones in a title, as the title writes them."""
    shown = title.translate(_BRACKETS)
    for _, start, end in _known_places(shown, gazetteer, _ZONES):
        if shown[start:end].endswith(chinese_rules().words["zone_endings"]):
            yield title[start:end], start, end


def _places_in(text: str, gazetteer: Gazetteer) -> Iterator[tuple[str, int, int]]:
    """Known divisions by full or unambiguous short name; unknown ones by their shape."""
    known = list(_known_places(text, gazetteer))
    starts = {start for _, start, _ in known}
    for name, start, end in known:
        inner = re.compile(_DISTRICT).match(text, end)
        if inner and _is_name(inner.group(1)):
            yield inner.group(1), inner.start(1), inner.end(1)
        elif end not in starts:
            yield name, start, end
    pattern = re.compile(
        rf"(?:^|(?<=[{_BEFORE_NAME}]))((?:(?![{_BEFORE_NAME}])[\u4e00-\u9fff]){{2,7}}?{_DIVISION_END})(?!场|民|政)"
    )
    for match in pattern.finditer(text):
        overlaps = any(s < match.end(1) and match.start(1) < e for _, s, e in known)
        if not overlaps and _is_name(match.group(1)):
            yield match.group(1), match.start(1), match.end(1)


def _known_places(
    text: str, gazetteer: Gazetteer, kinds: frozenset[str] = _DIVISIONS
) -> Iterator[tuple[str, int, int]]:
    """Place names in reading order, the longest at each place."""
    names, lengths = gazetteer.place_names, gazetteer.place_lengths
    at = 0
    while at < len(text):
        for size in lengths.get(text[at : at + 2], ()):
            entry = names.get(text[at : at + size])
            if entry is not None and _is_of(entry, kinds) and _fits(text, at, at + size, entry):
                yield _full_name(text[at : at + size], entry), at, at + size
                at += size
                break
        else:
            at += 1


def _fits(text: str, start: int, end: int, entry: Entry) -> bool:
    """A county's short name alone is too weak; so is a name inside a longer place name."""
    name = text[start:end]
    if entry.kind == "county" and (name != entry.label or not _stands_apart(text, start, end)):
        return False
    if start and name in chinese_rules().words["no_places"]:
        return False
    return not text.startswith(chinese_rules().words["not_places_before"], end)


def _stands_apart(text: str, start: int, end: int) -> bool:
    """A name of two characters may be the end of a word: 高新区, 提高县级."""
    if end - start > 2 or start == 0 or text[start - 1] in "省市州盟":
        return True
    return text[end - 1] == "县" and text[start - 1] in _BEFORE_NAME


def _full_name(written: str, entry: Entry) -> str:
    return entry.label if entry.label.startswith(written) else written


def _year_of(heading: Heading) -> int | None:
    """The year of a document: that of its promulgation or of its number."""
    said = (v.value for v in (heading.promulgated, heading.number) if v)
    found = (re.search(r"(?:19|20)\d\d", value) for value in said)
    return next((int(year.group()) for year in found if year), None)


def _is_told(before: str, year: int | None, *, strong: bool) -> bool:
    """Whether a sentence tells of an earlier choice: 2021年，某院部署在…."""
    dated = re.search(r"(?:19|20)\d\d(?=年)", before)
    if dated and year and strong:
        return int(dated.group()) < year
    return not strong and bool(re.search(chinese_rules().patterns["scope_past"], before))


def _of_lists(text: str, start: int, year: int | None, gazetteer: Gazetteer) -> Iterator[Value]:
    """选择甲、乙、丙等3个城市开展试点: the pilots that the text itself lists."""
    words = chinese_rules().words
    verbs = re.compile(rf"(?:{alternation(words['scope_verbs'])})$")
    goals = re.compile(alternation(words["scope_goals"]))
    for run in _runs(text, start, gazetteer):
        first, last = run[0][1], run[-1][2]
        sentence_start, sentence_end = sentence_bounds(text, first)
        verb = verbs.search(text[max(sentence_start, first - 8) : first])
        counted = re.match(
            rf"\s?{chinese_rules().patterns['scope_counts']}", text[last : last + 16]
        )
        goal = goals.search(text, last, min(sentence_end, last + 40))
        strong = verb is not None and verb.group() not in words["scope_weak"]
        before = text[sentence_start:first]
        if verb and verb.group() in words["scope_of_itself"] and "本" not in before:
            continue
        is_counted = bool(counted and re.search(r"\d|[一二三四五六七八九十]|等", counted.group()))
        is_exact = bool(counted and re.search(r"\d|[一二三四五六七八九十]", counted.group()))
        is_chosen = verb and (
            (goal and (is_counted or (strong and len(run) >= 2))) or (strong and is_exact)
        )
        if is_chosen and not _is_told(before, year, strong=strong):
            for name, begin, end in run:
                yield Value(name, begin, end, "region.list", 0.85)


def _runs(text: str, start: int, gazetteer: Gazetteer) -> Iterator[Sequence[tuple[str, int, int]]]:
    """Place names that follow one another with nothing but joints between them."""
    run: list[tuple[str, int, int]] = []
    for place in _known_places(text[start : start + 60_000], gazetteer):
        shifted = (place[0], place[1] + start, place[2] + start)
        gap = re.sub(r"[（(][^（）()]*[）)]", "", text[run[-1][2] : shifted[1]]) if run else ""
        if run and run[-1][2] == shifted[1]:  # a city behind its province's name
            run[-1] = shifted
            continue
        if run and re.fullmatch(_JOINT, gap):
            run.append(shifted)
            continue
        if run:
            yield run
        run = [shifted]
    if run:
        yield run
