"""Kept rules on the order of events: the edges of the map at which entities break them, in every way of counting."""

from __future__ import annotations

from pathlib import Path

import pytest

from es_desktop.app.process.broken_rules import is_wrong_way
from es_desktop.app.process.counting import ProcessQuery, Repeats
from es_desktop.app.process.process import read_process
from es_desktop.app.process.words import broken_words, edge_text
from es_desktop.app.rules.rule import Rule, RuleForm

from .processing import every, index_of, runs_of

PAID_AFTER_ITEM = Rule("Order", RuleForm.ONLY_AFTER, "Paid only after ItemAdded", event="Paid", other="ItemAdded")
NOTHING_AFTER = Rule("Order", RuleForm.LAST, "nothing after Shipped", event="Shipped")
SOON = Rule("Order", RuleForm.WITHIN, "Shipped within 2 s of Paid", event="Shipped", other="Paid", seconds=2.0)
OF_VALUES = Rule("Order", RuleForm.AT_MOST, "a ≤ b", "a <= b")
OF_TICKETS = Rule("Ticket", RuleForm.LAST, "nothing after Created", event="Created")
RULES = PAID_AFTER_ITEM, NOTHING_AFTER, SOON, OF_VALUES, OF_TICKETS
ORDERS = {
    **{f"order-{at}": every(1, "Created", "ItemAdded", "ItemAdded", "Paid", "Shipped") for at in range(3)},
    "no item": every(1, "Created", "Paid", "Shipped"),
    "paid": every(1, "Paid"),
    "more": every(1, "Created", "ItemAdded", "Paid", "Shipped", "ItemAdded"),
    "late": every(3, "Created", "ItemAdded", "Paid", "Shipped"),
}


@pytest.mark.parametrize("most", [2, 100], ids=["in parts", "whole"])
@pytest.mark.parametrize("repeats", list(Repeats))
def test_each_rule_is_broken_at_the_edge_that_leads_to_its_exception(
    tmp_path: Path, repeats: Repeats, most: int
) -> None:
    with runs_of(most), index_of(tmp_path, ORDERS) as database:
        found = read_process(database, ProcessQuery("Order", repeats), rules=RULES)
    last = ("ItemAdded", "ItemAdded") if repeats is Repeats.FIRST else ("Shipped", "ItemAdded")
    broken = {edge: [(each.rule, each.entities) for each in rules] for edge, rules in found.broken.items()}
    assert broken == {
        ("Created", "Paid"): [(PAID_AFTER_ITEM, 1)],
        ("", "Paid"): [(PAID_AFTER_ITEM, 1)],
        ("Paid", "Shipped"): [(SOON, 1)],
        last: [(NOTHING_AFTER, 1)],
    }


def test_what_breaks_a_rule_is_shown_at_any_number_and_said(tmp_path: Path) -> None:
    with index_of(tmp_path, ORDERS) as database:
        found = read_process(database, ProcessQuery("Order"), rules=RULES)
        plain = read_process(database, ProcessQuery("Order"))
    assert ("Created", "Paid") not in {(each.before, each.after) for each in plain.shown(3).edges}
    edges = {(each.before, each.after): each for each in found.shown(3).edges}
    wrong, partly = edges["Created", "Paid"], edges["Paid", "Shipped"]
    of_wrong, of_partly = found.broken["Created", "Paid"], found.broken["Paid", "Shipped"]
    assert is_wrong_way(wrong, of_wrong) and not is_wrong_way(partly, of_partly)
    assert (broken_words(wrong, of_wrong), broken_words(partly, of_partly)) == ("", "✕ 1")
    assert edge_text(wrong, "Order", of_wrong).endswith("1 Order breaks here what is kept: Paid only after ItemAdded")


def test_variants_say_which_rule_they_break(tmp_path: Path) -> None:
    with index_of(tmp_path, ORDERS) as database:
        found = read_process(database, ProcessQuery("Order"), rules=RULES)
    wrong = found.broken_variants()
    broken = {" ".join(each.types): wrong[each.key] for each in found.variants.variants if each.key in wrong}
    assert broken == {
        "Created Paid Shipped": PAID_AFTER_ITEM,
        "Paid": PAID_AFTER_ITEM,
        "Created ItemAdded Paid Shipped ItemAdded": NOTHING_AFTER,
    }
