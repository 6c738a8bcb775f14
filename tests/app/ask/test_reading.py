"""Questions read back in words."""

from __future__ import annotations

import pytest

from es_desktop.app.ask.parsing import parse_question
from es_desktop.app.ask.reading import condition_words, read_back, types_words
from es_desktop.replay.conditions import Condition

READ = {
    'Order where ever total > 100 and never status == "paid"': (
        "orders whose total was over 100 at any version, and whose status was paid at none"
    ),
    'status == "open" and total > 100': "entities for which now status is open and total is over 100",
    "Order, Ticket where always total >= 0": "orders and tickets whose total was at least 0 at every version",
    'as of 2026-03-01 status == "in hand"': 'entities whose status was "in hand" as of 2026-03-01',
    "when first total > 100": "entities whose total was over 100 at any version, and shown at the first of these",
    'how long status == "open" > 7 days': "entities whose status was open for more than 7 days in all",
    'how long status == "open" and gift <= 2 h': (
        "entities for which it was true for at most 2 h in all that status was open and gift was set"
    ),
    "how long gift": "entities with the time for which gift was set",
    "how often total > 100 >= 2": "entities whose total became over 100 at least 2 times",
    "how often gift and total > 100 == 1": (
        "entities for which it became true exactly 1 time that gift was set and total was over 100"
    ),
    'how often changed("status")': "entities with the number of times that status changed",
    'changed status from "open" to None': "entities whose status changed from open to nothing",
    'Order where Paid before (status == "shipped")': (
        "orders for which the first Paid came before the first version at which status was shipped"
    ),
    'ever event == "Paid" and never event == "Shipped"': (
        "entities for which at any one version the event was Paid, and for which at no version the event was Shipped"
    ),
    '"shop.Order" where gift': 'entities of type "shop.Order" whose gift is set now',
}
WORDS = {
    "total > 100 or gift and not note": "total is over 100 or (gift is set and note is not set)",
    "not (a or b)": "it is not so that (a is set or b is set)",
    "not not a": "it is not so that a is not set",
    "100 < total": "total is over 100",
    "0 < total <= 9": "total is over 0 and at most 9",
    "a < b < c": "a is under b and b is under c",
    "note is None": "note is missing",
    "note != None": "note is there",
    "gift == True": "gift is true",
    'due < "2026-05-01"': "due is before 2026-05-01",
    'status in ["open", "paid"]': "status is one of open or paid",
    'status not in ("open", "paid", "x")': "status is none of open, paid and x",
    '"x" in tags': "tags contains x",
    '"x" not in tags': "tags does not contain x",
    "len(lines) > 8": "number of lines is over 8",
    "total != sum(line.quantity * line.price for line in lines)": (
        "total is not sum of line.quantity * line.price of every line of lines"
    ),
    "any(line.price > 9 for line in lines if line.gift)": (
        "for any line of lines where line.gift is set, line.price is over 9"
    ),
    "previous.total < total": "the previous total is under total",
    'value("first name") == "Ann"': "first name is Ann",
    "version > 3": "the version is over 3",
    "1 if gift else 0": "“1 if gift else 0” is true",
    "min(a, b) == 1.50": "least of a and b is 1.50",
}


@pytest.mark.parametrize("text", READ)
def test_a_question_is_read_back_in_words(text: str) -> None:
    assert read_back(parse_question(text)) == READ[text]


@pytest.mark.parametrize("text", WORDS)
def test_a_condition_is_read_in_words(text: str) -> None:
    assert condition_words(Condition(text)) == WORDS[text]


def test_types_are_in_the_plural() -> None:
    assert types_words(["BankAccount", "entity", "Box"]) == "bank accounts, entities and boxes"
