"""Names of bodies as documents write them: in titles, formulas and signatures."""

from __future__ import annotations

import re
from functools import lru_cache

from kg.ingest.gazetteer import Gazetteer
from kg.ingest.rules import alternation, chinese_rules

_GROUP = re.compile(r"等\s?[0-9一二三四五六七八九十]{0,3}\s?(?:个)?(?:部门|单位|部委|机构)?$")

_MAX_RUN = 60


def split_bodies(written: str, gazetteer: Gazetteer) -> list[str]:
    """The bodies that a list of names is made of; nothing when a part is no body.

    >>> split_bodies("某市人民政府办公厅、某市商务局", Gazetteer())
    ['某市人民政府办公厅', '某市商务局']
    """
    if re.fullmatch(r"[\u4e00-\u9fff](?:[ \u3000\u00a0]+[\u4e00-\u9fff])+", written.strip()):
        written = re.sub(r"\s+", "", written)
    parts = [
        piece
        for p in re.split(
            r"[、，,\s\u3000]+|会同|(?<=[部委局署院会])和(?=[\u4e00-\u9fff]{2})", written
        )
        for piece in _unglued(p, gazetteer)
        if piece
    ]
    names = [plain_body(_GROUP.sub("", part)) for part in parts]
    if not names or not all(is_body(name, gazetteer) for name in names):
        return []
    return list(dict.fromkeys(names))


def _unglued(written: str, gazetteer: Gazetteer) -> list[str]:
    """某市甲局某市乙局: bodies of one place that were written without anything between them."""
    place = re.match(r"[\u4e00-\u9fff]{2,6}?[省市区县州盟]", written)
    if not place:
        return _known_run(written, gazetteer) or [written]
    cuts = [m.start() for m in re.finditer(re.escape(place.group()), written)]
    pieces = [written[a:b] for a, b in zip(cuts, [*cuts[1:], len(written)], strict=True)]
    return pieces if all(is_body(piece, gazetteer) for piece in pieces) else [written]


def _known_run(written: str, gazetteer: Gazetteer) -> list[str]:
    """The national bodies of which a run of names is made; nothing when it is none."""
    if len(written) > _MAX_RUN or _is_national(written, gazetteer):
        return []
    for end in range(len(written) - 2, 1, -1):
        if _is_national(written[:end], gazetteer):
            rest = written[end:]
            following = [rest] if _is_national(rest, gazetteer) else _known_run(rest, gazetteer)
            if following:
                return [written[:end], *following]
    return []


def _is_national(name: str, gazetteer: Gazetteer) -> bool:
    shape = chinese_rules().patterns["national_body"]
    return bool(gazetteer.named(name, "agency")) or re.fullmatch(shape, name) is not None


def is_body(name: str, gazetteer: Gazetteer) -> bool:
    """Whether a name is a known body's, or ends as bodies' names do."""
    if not 2 <= len(name) <= 40 or re.search(r"[。；：:《》\d]", name):
        return False
    return bool(gazetteer.named(name, "agency")) or bool(_ending().search(name))


def plain_body(name: str) -> str:
    """A body's name without the state's name before it, its term and its meeting."""
    patterns = chinese_rules().patterns
    name = re.sub(r"[\s\u3000（(]+", "", name)
    name = re.sub(patterns["meeting"], "", name)
    name = re.sub(patterns["term"], "", name)
    name = re.sub(patterns["committees"], "", name)
    for short, full in chinese_rules().full_names.items():
        name = re.sub(rf"{short}$", full, name)
    return re.sub(rf"^{patterns['state_prefix']}(?=[\u4e00-\u9fff]{{2}})", "", name)


@lru_cache(maxsize=1)
def _ending() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternation(chinese_rules().words['body_endings'])})$")


def bodies_of_title(title: str, gazetteer: Gazetteer) -> tuple[list[str], bool]:
    """The bodies that a title begins with, and whether more are meant (等6部门)."""
    cut = re.search(alternation(chinese_rules().words["title_cuts"]), title)
    end = cut.start() if cut else len(title)
    addressed = re.compile(chinese_rules().patterns["addressing"]).search(title, 0, end)
    for at in (addressed.start() if addressed else 0, end if cut else 0):
        written = title[:at].strip()
        bodies = split_bodies(written, gazetteer) if written else []
        if bodies:
            return bodies, bool(_GROUP.search(written))
    return [], bool(cut and _GROUP.search(title[:end].strip()))


def bodies_of_act(written: str, gazetteer: Gazetteer) -> list[str]:
    """The bodies in what stands between a date and its verb: 某院令第3号, 某大会第五次会议."""
    patterns = chinese_rules().patterns
    if patterns["head_of_state_order"] in written:
        return []
    written = re.split(patterns["order"], written)[0].strip(" \u3000，,（(由经")
    names = [plain_body(part) for part in re.split(r"[、，,\s\u3000]+", written) if part]
    return [name for name in dict.fromkeys(names) if is_body(name, gazetteer)]
