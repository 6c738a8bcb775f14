"""Rows of values as texts for a spreadsheet, as JSON and as Markdown."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from io import StringIO
from typing import Any

import pytest

from es_desktop.app.text.cells import Table, cell_text, json_rows, markdown, safe_cell, tab_separated
from es_desktop.core.json_text import JsonNumber
from es_desktop.replay import ABSENT

LONG_ID = "90071992547409931234"
MOMENT = datetime(2026, 5, 31, 14, 30, 0, 250_000, UTC)


class Channel(Enum):
    WEB = "web"


VALUES: dict[Any, str] = {
    "": "",
    LONG_ID: LONG_ID,
    MOMENT: "2026-05-31T14:30:00.250000+00:00",
    Decimal("19.90"): "19.90",
    JsonNumber("0.10"): "0.10",
    True: "true",
    None: "",
    ABSENT: "",
    -5: "-5",
    1e22: "1e22",
    float("inf"): "Infinity",
    Channel.WEB: "web",
    b"\x00\x01": "AAE=",
    "\ud800": "\N{REPLACEMENT CHARACTER}",
}


@pytest.mark.parametrize(("value", "text"), VALUES.items(), ids=[str(number) for number in range(len(VALUES))])
def test_a_cell_has_the_whole_value(value: Any, text: str) -> None:
    assert cell_text(value) == text


def test_a_list_is_json_and_one_that_holds_itself_a_note() -> None:
    assert cell_text([{"sku": "A", "price": Decimal("1.50")}]) == '[{"sku":"A","price":"1.50"}]'
    endless: list[Any] = []
    endless.append(endless)
    assert cell_text(endless) == "1 item"


def test_no_text_is_taken_for_a_formula_and_numbers_stay_numbers() -> None:
    for text in ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "a;=1"):
        assert safe_cell(text) == (f"'{text}" if text != "a;=1" else "a;'=1")
    assert [safe_cell(each) for each in (-1, -1.5, Decimal("-1.50"), JsonNumber("-1e400"))] == [
        "-1",
        "-1.5",
        "-1.50",
        "-1e400",
    ]


def test_a_spreadsheet_pastes_the_rows_as_they_are() -> None:
    rows = [("a\tb", 'say "no"', "two\nlines"), ("=A1", None, -1)]
    text = tab_separated(Table(["=x", "B", "C"], rows))
    found = list(csv.reader(StringIO(text, newline=""), "excel-tab"))
    assert found == [["'=x", "B", "C"], ["a\tb", 'say "no"', "two\nlines"], ["'=A1", "", "-1"]]
    assert not text.endswith("\n")


def test_json_has_an_object_for_each_row_and_keeps_the_types() -> None:
    table = Table(["Id", "n", "n"], [(LONG_ID, 1, Decimal("1.0")), ("b", None, True)])
    assert json.loads(json_rows(table)) == [
        {"Id": LONG_ID, "n": 1, "n (2)": "1.0"},
        {"Id": "b", "n": None, "n (2)": True},
    ]
    assert json.loads(json_rows(Table(["Id"], []))) == []


def test_markdown_shows_each_text_as_it_is() -> None:
    table = Table(["Id", "Total"], [("a|b_c *d* <i> _e_", 1), ("two\r\nlines", -2.5)])
    assert markdown(table).splitlines() == [
        "| Id | Total |",
        "| --- | ---: |",
        r"| a\|b_c \*d\* \<i> \_e\_ | 1 |",
        "| two<br>lines | -2.5 |",
    ]


def test_a_column_of_mappings_becomes_a_column_for_each_key() -> None:
    table = Table(["Id", "Values", "At"], [("a", {"x": 1}, 3), ("b", {"y": 2, "x": None}, 4), ("c", "broken", 5)])
    wide = table.with_columns_of(1)
    assert wide.headings == ("Id", "x", "y", "At")
    assert list(map(tuple, wide.rows)) == [("a", 1, None, 3), ("b", None, 2, 4), ("c", None, None, 5)]
