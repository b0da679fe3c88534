"""The words of the made-up graphs: names of places, topics and kinds of instrument in zh and en."""

from __future__ import annotations

from dataclasses import dataclass

SYLLABLES = (
    ("云", "Yun"), ("川", "Chuan"), ("山", "Shan"), ("河", "He"), ("林", "Lin"), ("宁", "Ning"),
    ("平", "Ping"), ("安", "An"), ("德", "De"), ("兴", "Xing"), ("昌", "Chang"), ("阳", "Yang"),
    ("江", "Jiang"), ("湖", "Hu"), ("海", "Hai"), ("泉", "Quan"), ("石", "Shi"), ("金", "Jin"),
    ("玉", "Yu"), ("青", "Qing"), ("白", "Bai"), ("清", "Qi"), ("永", "Yong"), ("和", "Huo"),
    ("丰", "Feng"), ("台", "Tai"), ("城", "Cheng"), ("桥", "Qiao"), ("松", "Song"), ("梅", "Mei"),
)
SUFFIXES = {
    "country": ("国", "Republic"), "province": ("省", "Province"), "prefecture": ("市", "City"),
    "county": ("县", "County"), "zone": ("开发区", "Zone"), "macro-region": ("片", "Region"),
    "site": ("园", "Park"),
}
SUBJECTS = (
    ("数据出境", "outbound data", "cross-border-data-flows"),
    ("个人信息保护", "personal information", "personal-information-protection"),
    ("数字贸易", "digital trade", "digital-trade"),
    ("数字经济", "the digital economy", "digital-economy"),
    ("电子商务", "electronic commerce", "e-commerce"),
    ("网络安全", "cybersecurity", "cybersecurity"),
    ("数据安全", "data security", "data-security"),
    ("人工智能", "artificial intelligence", "artificial-intelligence"),
    ("公共数据", "public data", "public-data"),
    ("服务贸易", "trade in services", "services-trade"),
    ("服务外包", "service outsourcing", "service-outsourcing"),
    ("外商投资", "foreign investment", "foreign-investment"),
    ("市场准入", "market access", "market-access"),
    ("知识产权", "intellectual property", "intellectual-property"),
    ("电子支付", "electronic payments", "e-payments"),
    ("区块链", "blockchain", "blockchain"),
    ("海关监管", "customs supervision", "customs"),
    ("税收优惠", "tax relief", "taxation"),
    ("人才引进", "talent", "talent"),
    ("密码应用", "cryptography", "cryptography"),
)
STEPS = (("促进", "promotion of"), ("管理", "administration of"), ("试点", "trial of"),
         ("监督", "supervision of"), ("发展", "development of"), ("规范", "regulation of"))


@dataclass(frozen=True, slots=True)
class KindOf:
    """A kind of instrument: its words, its concept, and the date by which it begins."""

    zh: str
    en: str
    concept: str
    event: str


NATIONAL = (
    KindOf("法", "Law on the", "law", "in-force"),
    KindOf("条例", "Regulations on the", "administrative-regulation", "in-force"),
    KindOf("规定", "Rules on the", "departmental-rule", "in-force"),
    KindOf("意见", "Opinions on the", "opinion", "published"),
    KindOf("通知", "Notice on the", "notice", "published"),
    KindOf("战略", "Strategy for the", "strategy", "published"),
)
LOCAL = (
    KindOf("条例", "Regulations on the", "local-regulation", "in-force"),
    KindOf("办法", "Rules on the", "local-government-rule", "in-force"),
    KindOf("若干措施", "Measures on the", "measures", "published"),
    KindOf("实施方案", "Plan for the", "implementation-plan", "published"),
    KindOf("通知", "Notice on the", "notice", "published"),
    KindOf("白皮书", "White paper on the", "white-paper", "published"),
)
STATUSES = (
    "pilot-free-trade-zone", "service-trade-pilot-1", "service-trade-pilot-2",
    "cross-border-ecommerce-zone-1", "cross-border-ecommerce-zone-2", "service-opening-pilot",
    "national-digital-service-export-base", "computing-hub-node", "outsourcing-demonstration-city",
)
"""The last is a list that the data do not close, so that what lies outside it stays uncertain."""
