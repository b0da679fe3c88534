"""What users type finds the node meant; what is unknown or ambiguous says so."""

from __future__ import annotations

from datetime import date

import pytest

from kg.errors import NameAmbiguous, NameUnknown
from kg.names import name_key, resolve
from kg.store import Store


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("海南", "place/cn/460000"), ("海南省", "place/cn/460000"), ("460000", "place/cn/460000"),
        ("CN-HI", "place/cn/460000"), ("Hainan", "place/cn/460000"), ("HAINAN ", "place/cn/460000"),
        ("place/cn/460000", "place/cn/460000"),
        ("四川省成都市", "place/cn/510100"), ("廣東省深圳市", "place/cn/440300"),
        ("河北省保定市雄县", "place/cn/130638"), ("青岛", "place/cn/370200"),
        ("青島", "place/cn/370200"), ("香港", "place/cn/810000"), ("Hong Kong", "place/cn/810000"),
        ("中国(大陆)", "place/cn-mainland"), ("中国（大陆）", "place/cn-mainland"),
        ("韩国", "place/kr"), ("韓國", "place/kr"), ("Republic of Korea", "place/kr"),
        ("Viet Nam", "place/vn"), ("Myanmar", "place/mm"),
        ("RCEP", "agreement/rcep"), ("区域全面经济伙伴关系协定", "agreement/rcep"),
        ("區域全面經濟夥伴關係協定", "agreement/rcep"), ("《数据安全法》", "instrument/china/data-security-law"),
        ("L02 中华人民共和国数据安全法", "instrument/china/data-security-law"),
        ("个人信息保护法", "instrument/china/pipl"), ("PIPL", "instrument/china/pipl"),
        ("国发〔2023〕9号", "instrument/china/ftz-institutional-opening-measures"),
        ("国发[2023]9号", "instrument/china/ftz-institutional-opening-measures"),
        ("商务部", "agency/cn/mofcom"), ("中央网信办", "agency/cn/cac"),
        ("中关村产业园", "place/cn/site/zhongguancun-software-park"),
        ("中国(新疆)自由贸易试验区乌鲁木齐片区", "place/cn/zone/xinjiang-ftz/urumqi"),
    ],
)
def test_a_name_finds_its_node(packaged: Store, typed: str, found: str) -> None:
    assert resolve(packaged, typed) == found


def test_a_name_borne_in_turn_is_that_of_the_day(packaged: Store) -> None:
    assert resolve(packaged, "莱芜市", ["Place"], date(2010, 1, 1)) == "place/cn/371200"
    assert resolve(packaged, "莱芜市", ["Place"], date(2022, 1, 1)) == "place/cn/371200"
    assert resolve(packaged, "重庆市", ["Place"], date(2022, 1, 1)) == "place/cn/500000"


def test_an_unknown_name_has_candidates(packaged: Store) -> None:
    with pytest.raises(NameUnknown, match="did you mean"):
        resolve(packaged, "中华人民共和国数据安全发", ["Instrument"])


def test_an_ambiguous_name_lists_what_it_may_be(packaged: Store) -> None:
    with pytest.raises(NameAmbiguous) as caught:
        resolve(packaged, "鼓楼区", ["Place"])
    assert len(caught.value.candidates) >= 3


def test_brackets_width_and_case_are_forgiven() -> None:
    assert name_key("《A 法》(2021)") == name_key("a法（２０２１）")


@pytest.mark.parametrize(
    ("typed", "on", "found"),
    [
        ("对外贸易法", date(2004, 6, 30), "instrument/china/foreign-trade-law-1994"),
        ("对外贸易法", date(2022, 12, 29), "instrument/china/foreign-trade-law-2016"),
        ("中华人民共和国对外贸易法", date(2022, 12, 30), "instrument/china/foreign-trade-law-2022"),
        ("市场准入负面清单", date(2022, 3, 25), "instrument/china/market-access-list-2022"),
        ("自贸区负面清单", date(2018, 7, 29), "instrument/china/ftz-negative-list-2017"),
    ],
)
def test_of_editions_of_one_line_the_day_decides(
    packaged: Store, typed: str, on: date, found: str
) -> None:
    assert resolve(packaged, typed, ["Instrument"], on) == found


@pytest.mark.parametrize(
    ("typed", "on"),
    [
        ("对外贸易法", None), ("对外贸易法", date(1990, 1, 1)),
        ("市场准入负面清单", date(2022, 3, 20)),  # dated but not yet public
        ("主席令第57号", date(2023, 1, 1)),  # a number borne by acts of several lines
    ],
)
def test_where_the_day_does_not_decide_the_editions_are_listed(
    packaged: Store, typed: str, on: date | None
) -> None:
    with pytest.raises(NameAmbiguous) as caught:
        resolve(packaged, typed, ["Instrument"], on)
    assert len(caught.value.candidates) >= 2
