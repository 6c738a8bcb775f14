"""Conditions: what an expression says of a state."""

from __future__ import annotations

import enum
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given

from es_desktop.examples import Order
from es_desktop.replay.chain import Moment
from es_desktop.replay.conditions import Condition
from tests.replay.moments import moment, value_of
from tests.replay.trees import STATES


class Level(enum.Enum):
    LOW = 1
    HIGH = 2


class Reason(enum.Enum):
    TOO_LATE = "it came too late"


LINES = [
    {"sku": "A", "quantity": 2, "price": Decimal("1.50"), "tags": ["x", "y"]},
    {"sku": "B", "quantity": 1, "price": Decimal("10.00"), "tags": []},
]
STATE = {
    "status": Order.Status.PAID,
    "level": Level.HIGH,
    "lowest": Level.LOW,
    "reason": Reason.TOO_LATE,
    "foreign": {"__enum__": {"topic": "shop#Colour", "name": "DARK_RED"}},
    "total": Decimal("11.00"),
    "discount": 0.1,
    "count": 3,
    "gift": False,
    "note": "Ring twice",
    "due": date(2026, 5, 31),
    "paid_at": datetime(2026, 5, 30, 14, 30, tzinfo=UTC),
    "packed_at": datetime(2026, 5, 30, 9, 0),
    "opens": time(9, 30),
    "customer_id": UUID(int=7),
    "lines": LINES,
    "address": {"city": "Oslo", "lines": ["Karl Johans gate 1"]},
    "prices": {"A": 3, "1": 9},
    "rates": {"full": {"a": 1, "b": 2}, "part": {"a": 1}, "same": {"a": 1.0}},
    "first name": "Ana",
    "missing": None,
    "len": 5,
    "event": "a value of its own",
}
BEFORE = {**STATE, "status": Order.Status.OPEN, "total": Decimal("3.00"), "lines": LINES[:1]}

TRUE = [
    # names, attributes, indexes
    "count == 3",
    "address.city == 'Oslo'",
    "address['city'] == 'Oslo'",
    "address.lines[0] == 'Karl Johans gate 1'",
    "lines[1].sku == 'B'",
    "lines[-1].sku == 'B'",
    "lines[0].tags == ['x', 'y']",
    "lines[:1][0].sku == 'A'",
    "note[:4] == 'Ring'",
    "prices.A == 3 and prices[1] == 9",
    "len == 5 and len(lines) == 2",
    # what is not there is None, and no error
    "nothing is None",
    "nothing.at[3].all is None",
    "lines[9].price is None",
    "lines.price is None",
    "count.real is None",
    "note['x'] is None",
    "lines['x':] is None",
    "missing == None",
    "not (nothing > 3) and not (nothing < 3)",
    "nothing + 1 is None",
    "-nothing is None",
    "sum(nothing) == 0 and not any(nothing) and max(nothing) is None",
    "'x' not in nothing",
    # the step
    "previous.total == 3",
    "previous.lines[1].price is None",
    "version == 7",
    "event == 'Paid'",
    "value('event') == 'a value of its own'",
    "value('first name') == 'Ana'",
    "value('lines[0].none') is None",
    "changed('total')",
    "changed('lines')",
    "changed('lines[1]')",
    "changed('lines[1].price')",
    "not changed('lines[0]')",
    "not changed('note')",
    "not changed('nothing')",
    # numbers
    "total == 11",
    "total == 11.0",
    "total > 10.5",
    "total * 2 + 0.5 == 22.5",
    "discount == 0.1",
    "total * discount == 1.1",
    "total / 4 == 2.75",
    "total // 4 == 2 and total % 4 == 3",
    "count ** 2 == 9",
    "2 ** -1 == 0.5",
    "-count == -3 and +count == 3",
    "1 < count < 5",
    "not (1 < count > 5)",
    "abs(0 - total) == 11",
    "count / 0 is None and total / 0 is None",
    "(0 - 8) ** 0.5 is None",
    "level * 2 == 4",
    # texts
    "'twice' in note",
    "note + '!' == 'Ring twice!'",
    "'ab' * 2 == 'abab' and 2 * 'ab' == 'abab'",
    "'%s' % 'x' is None",
    "not (note > 3)",
    "'9' != 9",
    # enums
    "status == 'paid'",
    "status == 'PAID'",
    "status == 'Paid'",
    "'paid' == status",
    "status != 'open'",
    "status in ('paid', 'shipped')",
    "status in {'PAID'}",
    "status not in ['open']",
    "status is not 'open'",
    "'pai' in status",
    "level == 'high' and level == 2 and level > 1",
    "level != 'it'",
    "lowest < level and level >= level and not (level < lowest)",
    "reason == 'too_late'",
    "reason == 'it came too late'",
    "not (reason == 'It Came Too Late')",
    "foreign == 'dark_red' and 'DARK_RED' == foreign and foreign != 'red'",
    # dates, times, ids
    "due == '2026-05-31'",
    "due > '2026-05-30' and due < '2026-06-01'",
    "'2026-05-30' < due",
    "due < '2026-05-31T10:00'",
    "due in ['2026-05-31']",
    "paid_at == '2026-05-30' and paid_at <= '2026-05-30' and not (paid_at > '2026-05-30')",
    "paid_at < '2026-05-31'",
    "paid_at > '2026-05-30T14:00'",
    "paid_at == '2026-05-30T16:30+02:00'",
    "packed_at == '2026-05-30T09:00+05:00'",
    "opens < '10:00' and opens == '09:30'",
    "due != 'soon' and not (due > 'soon')",
    "customer_id == '00000000-0000-0000-0000-000000000007'",
    "customer_id == '00000000000000000000000000000007'",
    "customer_id != 'x'",
    # lists and functions
    "lines",
    "'x' in lines[0].tags",
    "lines[0] in lines",
    "'city' in address and 'x' not in address",
    "1 in prices",
    "lines == previous.lines + [lines[1]]",
    "any(line.price > 9 for line in lines)",
    "not all(line.price > 9 for line in lines)",
    "all([line.quantity >= 1 for line in lines])",
    "sum(line.price * line.quantity for line in lines) == 13",
    "sum([0.5, total]) == 11.5",
    "sum([1, None, 2]) == 3",
    "max(line.price for line in lines) == 10",
    "min([line.price for line in lines if line.quantity > 1]) == 1.5",
    "max(count, 5, None) == 5 and max(5, count) == 5 and max(None, 5, count) == 5",
    "min(count, 5) == 3 and min(count, None, 5) == 3",
    "min('b', 'a') == 'a'",
    "any(any(tag == 'y' for tag in line.tags) for line in lines)",
    "[count for count in [1, 2]] == [1, 2] and count == 3",
    "any(prices[name] == 9 for name in prices)",
    "len(note) == 10 and len(count) is None",
    "lines[0] == lines[0] and lines[0] != lines[1]",
    "(1, 2) == [1, 2] and (1, 2) != [1, 2, 3] and [1, 2, 3] != (1, 2)",
    "rates.full != rates.part and rates.part != rates.full and rates.part == rates.same",
    # logic
    "not gift",
    "gift or count",
    "(1 if gift else 2) == 2 and (1 if count else 2) == 1",
    "status == 'paid' and total > 10 and changed('total')",
]


@pytest.mark.parametrize("expression", TRUE)
def test_it_is_so(expression: str) -> None:
    assert value_of(expression, STATE, BEFORE)


def test_its_value_is_any_value() -> None:
    assert value_of("total", STATE) == Decimal("11.00")
    assert value_of("gift and count", STATE) is False
    assert value_of("nothing or count", STATE) == 3
    assert value_of("lines", STATE) is LINES


def test_before_any_event_nothing_is_there() -> None:
    base = Moment(None, None, None, None)
    for expression in ("status", "previous", "previous.total", "version", "event", "value('total')"):
        assert Condition(expression).run()(base) is None
    assert Condition("changed('total')").run()(base) is False


def test_a_zone_that_is_missing_is_the_other_ones() -> None:
    east = timezone(timedelta(hours=5))
    assert value_of("at == '2026-05-30T09:00'", {"at": datetime(2026, 5, 30, 9, 0, tzinfo=east)})
    assert value_of("at == '09:00'", {"at": time(9, 0, tzinfo=east)})


def test_values_that_cannot_be_compared_are_not_alike_and_have_no_order() -> None:
    class Odd:
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            raise RuntimeError

        __hash__ = None  # type: ignore[assignment] # what a class with __eq__ alone has

    state = {"odd": Odd(), "nan": Decimal("sNaN"), "day": date(2026, 1, 1), "at": datetime(2026, 1, 1), "text": "x"}
    for left in state:
        for right in ("3", "'x'", "None", *(other for other in state if other != left)):
            assert value_of(f"{left} < {right}", state) in (True, False)
            assert value_of(f"{left} == {right}", state) is (f"{left} {right}" == "text 'x'")


@given(state=STATES)
def test_a_condition_can_be_evaluated_on_any_state(state: Any) -> None:
    for expression in (
        "a",
        "a.b",
        "a[0]",
        "a > 1",
        "a + b",
        "a == b",
        "a in b",
        "sum(a)",
        "any(x for x in a)",
        "len(a)",
    ):
        Condition(expression).run()(moment(state, state))


def test_one_line_is_made_of_several() -> None:
    assert Condition(" total\n  > 100 ").expression == "total   > 100"
    assert repr(Condition("a")) == "Condition('a')"


def test_runs_do_not_know_of_each_other() -> None:
    condition = Condition("[x for x in numbers]")
    first, second = condition.run(), condition.run()
    assert first(moment({"numbers": [1]})) == [1]
    assert second(moment({"numbers": [2]})) == [2]
    assert first(moment({"numbers": [3]})) == [3]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("total == 12345678901234567890.12", True),
        ("total < 12345678901234567890.13", True),
        ("total == 12_345_678_901_234_567_890.12", True),
        ("total == 12345678901234567890.1", False),
        ("huge == 1e400", True),
        ("rate == 0.10", True),
        ("rate + 0.5 == 0.6", True),
    ],
)
def test_a_number_has_the_digits_that_are_written(expression: str, expected: bool) -> None:
    state = {"total": Decimal("12345678901234567890.12"), "huge": Decimal("1e400"), "rate": Decimal("0.1000")}
    assert value_of(expression, state) is expected
