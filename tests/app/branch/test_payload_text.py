"""Payloads as text: values keep their types, and the error of a wrong text says where it is wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.branch.edits import payload_text, read_payload
from es_desktop.app.runtime.errors import UserError
from es_desktop.core import KnownClasses, values
from es_desktop.examples import DEMO_MODELS, Order
from es_desktop.replay.edits import FRAME

CLASSES = KnownClasses()
CLASSES.register_model(*DEMO_MODELS)

leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.decimals() | st.uuids() | st.binary()
    | st.datetimes() | st.dates() | st.times() | st.timedeltas() | st.sampled_from(Order.Status)
)  # fmt: skip
trees = st.recursive(
    leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner), max_leaves=8
)
payloads = st.dictionaries(st.text().filter(lambda name: name not in FRAME), trees)


@given(data=payloads)
def test_a_payload_comes_back_as_it_was(data: dict[str, Any]) -> None:
    # The text that is stored differs for values of different types.
    assert values.dumps(read_payload(payload_text(data), CLASSES)) == values.dumps(data)


def test_it_can_be_read_by_a_person() -> None:
    assert payload_text({"name": "Zoë", "paid": Decimal("1.50")}) == (
        '{\n  "name": "Zoë",\n  "paid": {\n    "__decimal__": "1.50"\n  }\n}'
    )
    assert payload_text({}) == "{}"


def test_values_with_types_are_read() -> None:
    text = (
        '{"a": {"__decimal__": "1.50"}, "b": {"ISO8601_datetime": "2026-05-31T14:30:00+00:00"}, '
        '"c": {"UUID": "00000000000000000000000000000001"}, "d": {"ISO8601_date": "2026-05-31"}, '
        '"e": {"__enum__": {"topic": "es_desktop.examples.order#Order.Status", "name": "PAID"}}}'
    )
    assert read_payload(text, CLASSES) == {
        "a": Decimal("1.50"),
        "b": datetime(2026, 5, 31, 14, 30, tzinfo=UTC),
        "c": UUID(int=1),
        "d": date(2026, 5, 31),
        "e": Order.Status.PAID,
    }


def test_what_another_program_keeps_can_at_least_be_shown() -> None:
    assert "object" in payload_text({"a": object()})


def test_a_name_of_the_envelope_can_be_edited_if_events_use_it() -> None:
    assert read_payload('{"timestamp": 5}', CLASSES, ["timestamp"]) == {"timestamp": 5}


@pytest.mark.parametrize(
    ("text", "results"),
    [
        ("", "line 1, column 1: expecting value"),
        ('{\n  "a": 1,\n}', "line 2, column 9: illegal trailing comma before end of object|line 3, column 1"),
        ("{'a': 1}", "line 1, column 2: expecting property name enclosed in double quotes"),
        ('{"a": 1} x', "line 1, column 10: extra data"),
        ('{"a": {"__decimal__": "one"}}', "is not a __decimal__"),
        ('{"a": {"ISO8601_datetime": "31 May"}}', "is not a ISO8601_datetime"),
        ("[1, 2]", "a payload is an object"),
        ("null", "a payload is an object"),
        ('{"timestamp": 1, "a": 2}', "timestamp cannot be edited"),
        ('{"originator_id": 1, "originator_version": 2}', "originator_id and originator_version cannot be edited"),
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "the name 'c' occurs twice"),
        ("[" * 100_000, "cannot be read|nested too deeply"),
        ('{"a": ' + "9" * 5000 + "}", "cannot be read"),
    ],
)
def test_a_wrong_text_says_what_is_wrong_and_where(text: str, results: str) -> None:
    with pytest.raises(UserError, match=results) as refused:
        read_payload(text, CLASSES)
    assert "\n" not in refused.value.text
