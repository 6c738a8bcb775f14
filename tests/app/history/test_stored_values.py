"""Values as a segment stores them: the quick ways for most types say what the general way says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings

from es_desktop.app.history.stored_values import LONGEST, stored_value
from es_desktop.app.text.json_view import to_json
from es_desktop.core.values import dumps
from es_desktop.history.segment import ValueKind
from es_desktop.replay.diff import plain
from tests.core.test_values import stored_values


@settings(max_examples=10)
@given(stored_values.map(plain))
@example('a "quoted" \\ text')
@example("a line\nand \x7f")
@example(2**63)
@example(-(2**63))
@example(Decimal("1E+400"))
@example(Decimal("sNaN"))
@example([{"price": Decimal("1.50"), "name": '{"__decimal__":"7"}'}, {"__decimal__": "7"}])
@example(["\ud800"])
@example({"__name": Decimal(1), "b": "\x85é"})
def test_text_and_json_of_any_value(value: Any) -> None:
    stored = stored_value(value)
    text = dumps(value)
    assert stored.text == text
    is_number = stored.kind is ValueKind.NUMBER
    shown = str(value) if is_number and isinstance(value, Decimal) else text if is_number else to_json(value)
    assert (stored.json or text) == shown or stored.kind in (ValueKind.TEXT, ValueKind.NULL, ValueKind.BOOLEAN)
    assert stored.number == (float(value) if is_number or stored.kind is ValueKind.BOOLEAN else None)


@pytest.mark.parametrize("value", ["x" * LONGEST, "é" * LONGEST, ["x" * LONGEST], object()])
def test_what_is_too_long_or_cannot_be_written_is_left_out(value: Any) -> None:
    assert stored_value(value).kind is ValueKind.OMITTED
