"""``process`` on the command line: the map, the variants, and which entities fit a pattern; as the API has them."""

from __future__ import annotations

import json
from pathlib import Path

import es_desktop as es
from es_desktop.app.text.json_view import to_json
from tests.conftest import SAMPLES
from tests.running import ask, fine, refused

ORDERS = ("--type", "Order")


def test_the_map_is_that_of_the_api_and_its_counts_add_up(tmp_path: Path, demo_template: Path) -> None:
    answer = ask(tmp_path, "process", demo_template, *ORDERS, "--at-least", 9, "--json")
    with es.open(demo_template) as store:
        found = store.process("Order", at_least=9)
        assert answer.stdout.splitlines() == [to_json(found.to_dict())]
        loop = next(each for each in found.edges if each.is_loop and each.before == "ItemAdded")
        paid = next(each for each in found.nodes if each.type == "Paid")
        assert len(found.entities_with(paid).to_list()) == paid.entities == 119
        assert len(found.entities_with(loop).to_list()) == loop.entities
        variant = found.variants.first()
        assert variant is not None
        entities = found.entities_with(variant).to_list()
        assert len(entities) == variant.entities and {each.type for each in entities} == {"Order"}
        fitting = found.conformance(variant)
        assert fitting.fitting == variant.entities
        assert {each.id for each in fitting.entities_with(None)} == {each.id for each in entities}
        differing = fitting.deviations[0]
        assert len(fitting.entities_with(differing).to_list()) == differing.entities
        assert repr(found) == "<process of Order: 136 entities, 25 variants>"
        assert repr(fitting).startswith(f"<{variant.entities} of 136 entities fit Created+ > ")
        assert found._repr_html_().startswith("<svg") and "<table" in fitting._repr_html_()
    made = json.loads(answer.stdout)
    for node in made["nodes"]:
        into = [each["times"] for each in made["edges"] if each["after"] == node["type"] != each["before"]]
        assert node["starts"] + sum(into) + node["hidden_into"] == node["visits"]


def test_people_read_nodes_edges_and_what_is_hidden(tmp_path: Path, demo_template: Path) -> None:
    lines = fine(ask(tmp_path, "process", demo_template, *ORDERS, "--at-least", 9))
    assert lines[0] == "Order: 136 entities, 1,262 events"
    assert "Created                       136       136      136        0" in lines
    assert "ItemAdded > ItemAdded                             118       398       36.8 s" in lines
    assert lines[-1] == "hidden, as fewer than 9 entities have them: 6 edges, taken 19 times"


def test_a_kept_rule_is_named_at_the_edges_that_break_it(tmp_path: Path, demo_template: Path) -> None:
    rule = "AttributeChanged only after Paid"
    fine(ask(tmp_path, "rules", demo_template, *ORDERS, "--keep", rule))
    words = "process", demo_template, *ORDERS, "--repeats", "first", "--at-least", 100
    lines = fine(ask(tmp_path, *words))
    at = next(number for number, line in enumerate(lines) if line.startswith("AddressChanged > AttributeChanged "))
    assert lines[at + 1] == f"    breaks in 2: {rule}"
    edges = json.loads(ask(tmp_path, *words, "--json").stdout)["edges"]
    assert [each["breaks"] for each in edges if each["breaks"]] == [[{"rule": rule, "entities": 2}]]


def test_variants_are_listed_with_their_share_and_duration(tmp_path: Path, demo_template: Path) -> None:
    lines = fine(ask(tmp_path, "process", demo_template, *ORDERS, "--variants", "--at-least", 32))
    assert lines == [
        "Order: 136 entities, 25 variants",
        "      35   26 %      1 d 4 h  Created > ItemAdded > AddressChanged > Paid > AttributeChanged > Shipped",
        "      32   24 %      1 d 4 h  Created > ItemAdded > AddressChanged > Paid > Shipped",
        "23 more variants",
    ]
    first = json.loads(fine(ask(tmp_path, "process", demo_template, *ORDERS, "--variants", "--json"))[0])
    assert list(first) == ["entities", "share", "median", "length", "types"]


def test_conformance_ends_with_1_if_an_entity_does_not_fit(tmp_path: Path, demo_template: Path) -> None:
    pattern = "Created > ItemAdded+ > ... > Paid > ... > Shipped"
    answer = ask(tmp_path, "process", demo_template, *ORDERS, "--conforms", pattern)
    assert answer.returncode == 1
    assert answer.stdout.splitlines() == [
        f"116 of 136 Orders fit {pattern}",
        "      17   12 %  ends without Paid",
        "       3    2 %  ends without Shipped",
    ]
    found = json.loads(ask(tmp_path, "process", demo_template, *ORDERS, "--conforms", pattern, "--json").stdout)
    assert [each["fault"] for each in found["deviations"]] == ["missing", "missing"]
    assert fine(ask(tmp_path, "process", demo_template, *ORDERS, "--conforms", "Created > ..."))


def test_waiting_times_are_those_of_the_api(tmp_path: Path, demo_template: Path) -> None:
    types = "Created", "Shipped"
    lines = fine(ask(tmp_path, "process", demo_template, *ORDERS, "--waiting", *types))
    assert lines[:5] == [
        "Created > Shipped: 116 Orders",
        "Shipped never came after Created: 20 Orders",
        "median 1 d 6 h",
        "nine of ten within 3 d 2 h",
        "longest 15 d 16 h",
    ]
    assert lines[-1] == "         14 d – 30 d        1  █"
    with es.open(demo_template) as store:
        found = store.process("Order").waiting(*types)
        answer = ask(tmp_path, "process", demo_template, *ORDERS, "--waiting", *types, "--json")
        assert answer.stdout.splitlines() == [to_json(found.to_dict())]
        assert [len(found.entities_with(each).to_list()) for each in found.bars[-2:]] == [1, 1]
        assert found.median is not None and found.p90 is not None and found.median < found.p90
        assert repr(found) == "<116 waiting times from Created to Shipped>"


def test_what_is_not_there_or_no_pattern_is_refused(tmp_path: Path, demo_template: Path) -> None:
    for words, text in (
        (("--type", "Oder"), "there is no entity type Oder. Did you mean Order?"),
        ((*ORDERS, "--without", "Payd"), "there is no event type Payd. Did you mean Paid?"),
        ((*ORDERS, "--conforms", "Created > Payd"), "there is no event type Payd"),
        ((*ORDERS, "--conforms", "Created Paid"), "'CreatedPaid' in the pattern cannot be understood"),
    ):
        assert text in refused(ask(tmp_path, "process", demo_template, *words))


def test_the_type_may_be_left_out_where_there_is_one(tmp_path: Path, demo_template: Path) -> None:
    (only, *_) = fine(ask(tmp_path, "process", SAMPLES / "eventflow-sqlite.db"))
    assert only == "Order: 4 entities, 40 events"
    said = refused(ask(tmp_path, "process", demo_template))
    assert said.endswith("Give --type T. There are: Account, Example, Order, Ticket.")
    both = refused(ask(tmp_path, "process", demo_template, *ORDERS, "--variants", "--conforms", "Created"))
    assert "not allowed with argument --variants" in both
