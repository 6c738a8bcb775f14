"""Tables as CSV, Excel and Parquet: each value with its type, or as text where the format would round it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from es_desktop.app.runtime.errors import Cancelled, UserError
from es_desktop.app.store.session import open_session
from es_desktop.app.transfer.export import (
    ExportCounts,
    ExportFormat,
    ExportRequest,
    export_rows,
    export_to_file,
    exported_lines,
)
from es_desktop.app.transfer.seen import SeenRows
from es_desktop.app.transfer.xlsx_file import MOST_ROWS, require_room
from es_desktop.core.json_text import JsonNumber
from tests.app.transfer.sheets import Cell, sheet_of

MOMENT = dt.datetime(2026, 5, 31, 16, 30, 0, 250_000, dt.timezone(dt.timedelta(hours=2)))
LONG_ID = "90071992547409931234"


def seen(headings: Sequence[str], *rows: Sequence[Any], wide: int | None = None) -> SeenRows:
    return SeenRows(len(rows), headings, lambda _: iter(rows), wide)


EXCEL: dict[str, tuple[Any, Cell | None]] = {
    "a long id": (LONG_ID, ("inlineStr", LONG_ID, "")),
    "a formula": ("=1+1", ("inlineStr", "=1+1", "")),
    "zeros": ("007", ("inlineStr", "007", "")),
    "nothing": (None, None),
    "a truth": (True, ("b", "1", "")),
    "15 digits": (10**15 - 1, ("n", "999999999999999", "")),
    "16 digits": (10**15, ("inlineStr", "1000000000000000", "")),
    "a float": (-2.5, ("n", "-2.5", "")),
    "no number": (float("nan"), ("inlineStr", "NaN", "")),
    "a price": (Decimal("19.90"), ("n", "19.9", "0.00")),
    "many digits": (Decimal("1234567890.1234567"), ("inlineStr", "1234567890.1234567", "")),
    "a number of JSON": (JsonNumber("0.10"), ("n", "0.1", "0.00")),
    "a time": (MOMENT, ("n", "46173.60416956018", 'yyyy-mm-dd hh:mm:ss.000" UTC"')),
    "a time without a zone": (dt.datetime(2026, 5, 31), ("n", "46173", "yyyy-mm-dd hh:mm:ss")),
    "a day": (dt.date(2026, 5, 31), ("n", "46173", "yyyy-mm-dd")),
    "an early day": (dt.date(1899, 5, 31), ("inlineStr", "1899-05-31", "")),
    "a list": ([{"sku": "A"}], ("inlineStr", '[{"sku":"A"}]', "")),
    "no character": ("a\ufffe\x01", ("inlineStr", "a\N{REPLACEMENT CHARACTER}_x0001_", "")),
}


@pytest.mark.parametrize("name", EXCEL)
def test_excel_gets_each_value_with_its_type(tmp_path: Path, name: str) -> None:
    value, cell = EXCEL[name]
    assert export_rows(tmp_path / "a.xlsx", ExportFormat.XLSX, seen(["Id", "=x"], ["first", value])) == ""
    headings, row = sheet_of(tmp_path / "a.xlsx")
    assert [each and each[1] for each in headings] == ["Id", "=x"]
    assert [*row, None][1] == cell


def test_excel_cuts_what_no_cell_holds_and_says_so(tmp_path: Path) -> None:
    note = export_rows(tmp_path / "a.xlsx", ExportFormat.XLSX, seen(["a"], ["x" * 40_000], ["\U0001f600" * 20_000]))
    assert note == "2 texts cut to 32,767 characters"
    _, (first,), (second,) = sheet_of(tmp_path / "a.xlsx")
    assert first is not None and len(first[1]) == 32_767
    assert second is not None and len(second[1]) == 16_383


def test_too_many_rows_or_columns_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    rows = SeenRows(MOST_ROWS, ["a"], lambda _: iter(()))
    with pytest.raises(UserError, match="holds 1,048,576 rows, and this table has 1,048,577"):
        export_rows(tmp_path / "a.xlsx", ExportFormat.XLSX, rows)
    with pytest.raises(UserError, match="16,384 columns"):
        export_rows(tmp_path / "a.xlsx", ExportFormat.XLSX, seen([str(each) for each in range(16_385)]))
    require_room(MOST_ROWS - 1, 16_384)
    assert not list(tmp_path.iterdir())


PARQUET: dict[str, tuple[list[Any], str, list[Any]]] = {
    "texts": ([LONG_ID, "=1", None], "string", [LONG_ID, "=1", None]),
    "truths": ([True, None], "bool", [True, None]),
    "integers": ([1, -(2**63) + 1], "int64", [1, -(2**63) + 1]),
    "large integers": ([2**64, 1], "decimal128(20, 0)", [Decimal(2**64), Decimal(1)]),
    "floats": ([1, 0.5, float("inf")], "double", [1.0, 0.5, float("inf")]),
    "large integers among floats": ([2**60, 0.5], "decimal128(20, 1)", [Decimal(2**60), Decimal("0.5")]),
    "prices": ([Decimal("19.90"), 5, 0.1], "decimal128(4, 2)", [Decimal("19.90"), Decimal(5), Decimal("0.10")]),
    "numbers of JSON": ([JsonNumber("1e2"), 0.25], "decimal128(5, 2)", [Decimal(100), Decimal("0.25")]),
    "numbers beyond any": ([JsonNumber("1e400"), 1], "string", ["1e400", "1"]),
    "times": ([MOMENT], "timestamp[us, tz=UTC]", [MOMENT]),
    "times without a zone": ([dt.datetime(2026, 5, 31)], "timestamp[us]", [dt.datetime(2026, 5, 31)]),
    "days": ([dt.date(2026, 5, 31)], "date32[day]", [dt.date(2026, 5, 31)]),
    "bytes": ([b"\0\1"], "binary", [b"\0\1"]),
    "several types": ([1, "a", True, MOMENT], "string", ["1", "a", "true", MOMENT.isoformat()]),
    "lists": ([[1, {"a": None}]], "string", ['[1,{"a":null}]']),
    "nothing": ([None, None], "string", [None, None]),
}


@pytest.mark.parametrize("name", PARQUET)
def test_a_column_of_parquet_has_the_type_of_its_values(tmp_path: Path, name: str) -> None:
    values, data_type, expected = PARQUET[name]
    export_rows(tmp_path / "a.parquet", ExportFormat.PARQUET, seen(["n", "n"], *([each, each] for each in values)))
    table = pq.read_table(tmp_path / "a.parquet")
    assert table.column_names == ["n", "n (2)"]
    assert str(table.schema.field(0).type) == data_type
    assert table.column(0).to_pylist() == expected


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
def test_a_column_of_mappings_is_a_column_for_each_key(tmp_path: Path, format: str) -> None:
    rows = seen(["Id", "Payload"], ["a", {"total": Decimal("1.5")}], ["b", {"note": "=x"}], ["c", "broken"], wide=1)
    export_rows(tmp_path / "out", ExportFormat(format), rows)
    expected = [["a", "1.5", ""], ["b", "", "'=x" if format == "csv" else "=x"], ["c", "", ""]]
    if format == "csv":
        headings, *found = csv.reader(io.StringIO((tmp_path / "out").read_text("utf-8"), newline=""))
    elif format == "xlsx":
        headings, *found = (
            [each[1] if each else "" for each in [*row, None, None][:3]] for row in sheet_of(tmp_path / "out")
        )
    else:
        table = pq.read_table(tmp_path / "out")
        headings = table.column_names
        found = [["" if each is None else str(each) for each in row.values()] for row in table.to_pylist()]
    assert headings == ["Id", "total", "note"] and found == expected


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
def test_a_cancelled_export_leaves_the_old_file_and_nothing_else(tmp_path: Path, format: str) -> None:
    (tmp_path / "out").write_text("old")

    def read(checkpoint: object) -> Iterator[Sequence[Any]]:
        for number in range(1_000):
            yield [number]

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        export_rows(tmp_path / "out", ExportFormat(format), SeenRows(1_000, ["n"], read), progress=stop)
    assert [each.name for each in tmp_path.iterdir()] == ["out"] and (tmp_path / "out").read_text() == "old"


def test_the_events_of_a_store_are_tables_too(sample: Path, tmp_path: Path) -> None:
    with closing(open_session(str(sample), writable=False)) as session:
        for format in (ExportFormat.XLSX, ExportFormat.PARQUET):
            done = export_to_file(session, tmp_path / f"out{format.about.ending}", ExportRequest(format))
            with pytest.raises(UserError, match="cannot be printed"):
                exported_lines(session, ExportRequest(format))
        table = pq.read_table(tmp_path / "out.parquet")
        headings, *rows = sheet_of(tmp_path / "out.xlsx")
        text = b"".join(exported_lines(session, ExportRequest(ExportFormat.CSV))).decode()
    lines = list(csv.reader(io.StringIO(text, newline="")))
    assert [each and each[1] for each in headings] == table.column_names == lines[0]
    assert done == ExportCounts(len(lines) - 1, 0) and len(rows) == table.num_rows == len(lines) - 1
    assert [str(each) for each in table.schema.types] == [
        *("string", "string", "int64", "string", "timestamp[us, tz=UTC]", "string")
    ]
    for line, row, cells in zip(lines[1:], table.to_pylist(), rows, strict=True):
        assert [row["entity"], str(row["version"]), row["payload"]] == [line[0], line[2], line[5]]
        assert row["time"].isoformat() == line[4]
        assert [each and each[0] for each in cells[:5]] == ["inlineStr", "inlineStr", "n", "inlineStr", "n"]


def test_parquet_says_what_it_needs_where_that_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import importlib.util

    assert ExportFormat.PARQUET.why_not() == ""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "pip install es-desktop[parquet]" in ExportFormat.PARQUET.why_not()
    with pytest.raises(UserError, match="Parquet cannot be written"):
        export_rows(tmp_path / "a.parquet", ExportFormat.PARQUET, seen(["a"], ["b"]))
    assert not list(tmp_path.iterdir())
