"""The timeline and the network as the graph fills them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kg.build import Graph
from kg.commencement import begun, ended, lasting
from kg.dates import Truth
from kg.errors import NameUnknown
from kg.facts import Facts
from kg.lifespan import lifespan
from kg.network import network
from kg.pages.network import network_page
from kg.pages.timeline import timeline_page
from kg.said import Instrument
from kg.store import OxigraphStore, Store
from kg.timeline import chain, timeline


@pytest.fixture(scope="module")
def made_up(aurelia: Graph) -> Store:
    return OxigraphStore.in_memory(aurelia.n_triples())


@pytest.fixture(scope="module", params=["made_up", "packaged"])
def store(request: pytest.FixtureRequest) -> Store:
    found: Store = request.getfixturevalue(request.param)
    return found


def _own_truth(instrument: Instrument, on: date) -> Truth:
    """The judgement of a single day by the instrument's own dates."""
    lasts, over = lasting(instrument, on), ended(instrument, on)
    parts = [begun(instrument, on).truth]
    parts += [lasts.truth] if lasts else []
    parts += [Truth(2 - over.truth)] if over else []
    return min(parts)


def test_a_lifespan_agrees_with_the_judgement_of_every_day(store: Store) -> None:
    facts = Facts(store)
    days = [date(1990, 1, 15) + timedelta(days=61 * n) for n in range(240)]
    checked = 0
    for instrument in facts.instruments():
        if instrument.displacements or _ever_unbound(instrument):
            continue
        span = lifespan(facts, instrument).span
        for day in days:
            assert span.holds(day) == _own_truth(instrument, day), (instrument.id, day, span)
            checked += 1
    assert checked > 1000


def _ever_unbound(instrument: Instrument) -> bool:
    """Sides that leave make gaps which one span does not show."""
    return any(side.bound and not side.said.span.open_end for side in instrument.sides)


def test_what_displaces_a_text_ends_its_lifespan(store: Store) -> None:
    facts = Facts(store)
    seen = 0
    for instrument in facts.instruments():
        for one in instrument.displacements:
            whole = one.how in ("repeals", "replaces") and one.said.extent == "whole"
            if whole and one.starts_with_instrument and not one.within:
                first = lifespan(facts, facts.instrument(one.by)).span
                if first.from_latest and not one.said.uncertain:
                    span = lifespan(facts, instrument).span
                    assert span.holds(first.from_latest) is Truth.NO, instrument.id
                    seen += 1
    assert seen


def test_every_instrument_is_on_the_timeline(store: Store) -> None:
    made = timeline(store)
    assert {item.id for item in made.items} == {one.id for one in Facts(store).instruments()}
    assert all(item.thing.zh and item.thing.en for item in made.items)
    orders = [lane.order for lane in made.lanes]
    assert orders == sorted(orders)


def test_a_chain_is_kept_whole(store: Store) -> None:
    made = timeline(store)
    linked = next(item for item in made.items if any(r == "implements" for r, _ in item.links))
    found = {item.id for item in timeline(store, instrument=linked.id).items}
    assert chain(made, linked.id) <= found < {item.id for item in made.items}


def test_a_place_keeps_what_reaches_it(store: Store) -> None:
    made = timeline(store)
    place = next(
        item.place for item in made.items if item.place and item.lane == "level/provincial"
    )
    kept = timeline(store, place=place)
    assert {item.id for item in made.items if item.place == place} <= {it.id for it in kept.items}
    assert len(kept.items) < len(made.items)
    assert kept.title.zh != made.title.zh


def test_a_place_has_no_bar_of_an_agreement_that_its_side_only_applies_for(packaged: Store) -> None:
    shown = {item.id for item in timeline(packaged, place="place/cn/460000").items}
    assert "agreement/rcep" in shown and not shown & {"agreement/cptpp", "agreement/depa"}
    outside = {item.id for item in timeline(packaged, place="place/cn/810000").items}
    assert "agreement/wto-agreement" in outside and "agreement/rcep" not in outside


def test_a_topic_keeps_its_own(store: Store) -> None:
    made = timeline(store)
    topic = next((topic.id for item in made.items for topic in item.topics), "")
    if not topic:
        pytest.skip("no topics in these data")
    kept = timeline(store, topic=topic)
    assert kept.items and all(topic in [it.id for it in item.topics] for item in kept.items)


def test_a_network_has_labels_dates_and_sources(store: Store) -> None:
    found = network(store)
    assert found.nodes and found.edges
    assert all(edge.relation.zh and edge.relation.en for edge in found.edges)
    assert all(node.concept.zh and node.concept.en for node in found.nodes)
    assert any(edge.start for edge in found.edges) and any(edge.sources for edge in found.edges)


def test_around_a_node_one_step_is_less_than_two(store: Store) -> None:
    whole = network(store)
    thing = next(node.id for node in whole.nodes if node.id.startswith("agreement/"))
    near, far = network(store, thing, 1), network(store, thing, 2)
    assert {thing} < {node.id for node in near.nodes} <= {node.id for node in far.nodes}
    assert near.focus == thing and near.title.en != whole.title.en
    assert network(store, thing, 2, cap=3).more == len(network(store, thing, 2, cap=9999).nodes) - 3


def test_an_unknown_node_is_an_error(store: Store) -> None:
    with pytest.raises(NameUnknown):
        network(store, "agreement/never-heard-of")


def test_pages_of_the_graph_are_the_same_twice(store: Store) -> None:
    assert timeline_page(timeline(store)) == timeline_page(timeline(store))
    assert network_page(network(store)) == network_page(network(store))
