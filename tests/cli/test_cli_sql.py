"""``sql`` on the command line: rows for people, JSON, and tables in files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.app.transfer.sheets import sheet_of
from tests.running import ask, fine, refused

STATUS = 'SELECT status, count(*) AS orders FROM "Order" GROUP BY status ORDER BY status'


def test_people_read_columns_and_programs_objects(tmp_path: Path, demo_template: Path) -> None:
    lines = fine(ask(tmp_path, "sql", demo_template, STATUS))
    found = [json.loads(line) for line in fine(ask(tmp_path, "sql", demo_template, STATUS, "--json"))]
    assert lines[0].split() == ["status", "orders"]
    assert [line.split() for line in lines[1:]] == [[each["status"], str(each["orders"])] for each in found]
    assert {"cancelled", "open", "shipped"} == {each["status"] for each in found}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_table_goes_into_a_file(tmp_path: Path, demo_template: Path, ending: str) -> None:
    out = tmp_path / f"orders.{ending}"
    assert fine(ask(tmp_path, "sql", demo_template, STATUS, "--out", out)) == [f"{out}: 3 rows"]
    if ending == "csv":
        assert out.read_text("utf-8").splitlines()[0] == "status,orders"
    else:
        headings, *rows = sheet_of(out)
        assert [each and each[1] for each in headings] == ["status", "orders"] and len(rows) == 3


def test_what_is_wrong_is_said_and_what_to_write(tmp_path: Path, demo_template: Path) -> None:
    reason = refused(ask(tmp_path, "sql", demo_template, "SELECT * FROM evnts"))
    assert "evnts" in reason and "entities, events, changes, states and snapshots" in reason
    reason = refused(ask(tmp_path, "sql", demo_template, "SELECT * FROM ordr"))
    assert "ordr does not exist. The views are" in reason, "no name of DuckDB itself is suggested"
    assert "more than read" in refused(ask(tmp_path, "sql", demo_template, "DROP VIEW events"))
    assert "endings of tables" in refused(ask(tmp_path, "sql", demo_template, STATUS, "--out", tmp_path / "x.txt"))
    assert fine(ask(tmp_path, "sql", demo_template, "FROM events WHERE false")) == ["no rows"]
