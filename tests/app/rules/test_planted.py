"""Rules that are planted in generated histories are found, with just the exceptions that are planted."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from es_desktop.app.rules.rule import RuleForm

from .histories import History, mined, name_of

COUNT = 80
WRONG = (17, 42)


def shop(number: int, *, wrong: frozenset[str] = frozenset()) -> History:
    """Return an order: its lines, then it is paid and sent. What is ``wrong`` breaks a rule."""
    rng = Random(number)
    state: dict[str, Any] = {
        "number": f"N-{number if 'twice' not in wrong else 0}",
        "customer": f"c{rng.randint(1, 9)}",
        "status": "open",
        "lines": [],
        "total": Decimal(0),
        "discount": Decimal(rng.choice((0, 0, 5, 10))),
        "limit": rng.randint(1, 60),
        "paid": None,
        "level": rng.randint(1, 3),
        "visits": 0,
    }
    history: list[tuple[str, Any]] = [("Created", state)]

    def step(event: str, **changes: Any) -> None:
        history.append((event, {**history[-1][1], **changes}))

    if "early" in wrong:
        step("Paid", status="paid", paid=Decimal(1))
    for _ in range(rng.randint(2, 6)):
        now = history[-1][1]
        line = {"price": Decimal(rng.randint(11, 999)) / 10, "count": rng.randint(1, 4)}
        lines = [*now["lines"], line]
        total = sum((each["price"] * each["count"] for each in lines), Decimal(0)) - now["discount"]
        visits = now["visits"] + rng.randint(1, 3)
        step("Added", lines=lines, total=total, visits=visits)
    if rng.random() < 0.4:
        step("Noted", limit=rng.randint(1, 60), customer="c0" if "customer" in wrong else history[-1][1]["customer"])
    now = history[-1][1]
    if "early" not in wrong:
        part = now["total"] * Decimal(rng.randint(30, 100)) / 100
        step("Paid", status="paid", paid=now["total"] + 1 if "paid" in wrong else part)
    if "total" in wrong:
        step("Noted", total=now["total"] + 7, paid=Decimal(1))
        return history
    if rng.random() < 0.7:
        step(
            "Sent",
            status="lost" if "status" in wrong else "sent",
            paid=None if "missing" in wrong else now["total"] / 2,
        )
    if "after" in wrong:
        step("Sent", status="sent", paid=Decimal(2))
        step("Noted", limit=3, visits=0)
    return history


def orders(*wrong: str) -> list[History]:
    """Return orders of which two are wrong in some way."""
    return [shop(number, wrong=frozenset(wrong) if number in WRONG else frozenset()) for number in range(COUNT)]


def test_what_is_planted_is_found() -> None:
    found = mined(orders())
    wanted = {
        "total = sum of lines (price × count) − discount",
        "Paid only after Added",
        "Sent only after Paid",
        "Added never after Paid",
        "nothing after Sent",
        "paid ≤ total",
        "status paid or sent means paid is there",
        "status open means paid is not there",
        "status is one of open, paid or sent",
        "visits never falls",
        "customer never changes",
        "level between 1 and 3",
        "no two have the same number",
        "Paid at most once",
    }
    assert wanted <= found.keys(), wanted - found.keys()
    assert all(found[each].exception_count == 0 for each in wanted)
    assert found["total = sum of lines (price × count) − discount"].entities == COUNT


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("total", "total = sum of lines (price × count) − discount"),
        ("early", "Paid only after Added"),
        ("after", "nothing after Sent"),
        ("paid", "paid ≤ total"),
        ("missing", "status paid or sent means paid is there"),
        ("status", "status is one of open, paid or sent"),
        ("after", "visits never falls"),
        ("customer", "customer never changes"),
        ("twice", "no two have the same number"),
    ],
)
def test_what_breaks_it_is_found(wrong: str, sentence: str) -> None:
    histories = orders(wrong)
    support = mined(histories)[sentence]
    names = {name_of(each) for each in WRONG}
    breaking = {each.entity for each in support.exceptions}
    assert breaking <= names
    assert breaking
    assert support.holds_in + support.exception_count == support.entities


def test_an_exception_has_its_version_and_values() -> None:
    histories = orders("total")
    (first, _) = mined(histories)["total = sum of lines (price × count) − discount"].exceptions
    number = WRONG[0]
    version = len(histories[number]) - 1
    state = histories[number][-1][1]
    assert state is not None
    assert (first.entity, first.version, first.is_over) == (name_of(number), version, False)
    assert list(first.values.values()) == [state["total"], state["total"] - 7]


def test_a_bound_in_time() -> None:
    rng = Random(3)
    histories: list[History] = [[("Begun", {"a": 1}), ("Ended", {"a": 2})] for _ in range(60)]
    day = dt.timedelta(days=1).total_seconds()
    times = [[0.0, 60 * day if number == 5 else rng.uniform(4, 8) * day] for number in range(60)]
    found = [each for each in mined(histories, times).values() if each.rule.form is RuleForm.WITHIN]
    assert [(each.rule.sentence, each.holds_in, each.exception_count) for each in found] == [
        ("Ended within 8 days of Begun", 59, 1)
    ]
    assert found[0].exceptions[0].values["seconds"] == 60 * day


def test_floats_are_summed_to_the_hundredth() -> None:
    def bill(number: int) -> History:
        rng = Random(number)
        amounts = [rng.randint(1, 999) / 100 for _ in range(rng.randint(2, 9))]
        return [("Created", {"amounts": [], "total": 0.0}), ("Filled", {"amounts": amounts, "total": sum(amounts)})]

    found = mined(map(bill, range(30)))
    assert found["total = sum of amounts"].holds_in == 30
