"""The report and the shape, as text, JSON and a page; and by the API."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import es_desktop as es
from es_desktop.app.runtime.errors import UserError
from tests.app.storing import sql
from tests.running import ask, refused


def test_the_report_says_what_how_many_why_and_where(small_demo: Path, tmp_path: Path) -> None:
    answer = ask(tmp_path, "quality", small_demo)
    assert (answer.returncode, answer.stderr) == (1, "")
    lines = answer.stdout.splitlines()
    assert lines[1] == "41 entities, 623 events, 40 snapshots: 2 faults, 1 doubt"
    at = lines.index("fault  Snapshots are false: 1 snapshot (Account 1)")
    assert lines[at + 1].strip() == "balance is 3832.98, replayed 3770.02; they part at event 19"
    assert lines[at + 3].strip() == "at cce1c12a@19"


def test_without_snapshots_they_are_not_checked(small_demo: Path, tmp_path: Path) -> None:
    answer = ask(tmp_path, "quality", small_demo, "--no-snapshots")
    assert "note: snapshots were not checked" in answer.stdout
    assert "Snapshots are false" not in answer.stdout


def test_the_shape_is_shown_for_one_type(small_demo: Path, tmp_path: Path) -> None:
    options = ("--no-snapshots", "--shape", "--type", "Commented")
    answer = ask(tmp_path, "quality", small_demo, *options)
    assert "Commented with schema_version 2 is first seen in 2026-08." in answer.stdout
    assert "object 1" in answer.stdout
    assert "Deposited" not in answer.stdout
    shape = json.loads(ask(tmp_path, "quality", small_demo, *options, "--json").stdout)["shape"]
    assert [each["event_type"] for each in shape["types"]] == ["Commented"]
    assert shape["types"][0]["versions"][0]["value"] == "2"
    assert "there is no type Comented" in refused(ask(tmp_path, "quality", small_demo, "--type", "Comented"))


def test_the_page_holds_no_markup_of_the_store(small_demo: Path, tmp_path: Path) -> None:
    page = tmp_path / "quality.html"
    sql(
        small_demo,
        """UPDATE integer_sequenced_items SET data = replace(data, '"sku"', '"<script>alert()</script>"')""",
    )
    answer = ask(tmp_path, "quality", small_demo, "--html", page)
    assert answer.stdout.splitlines()[-1] == str(page)
    html = page.read_text()
    assert "&lt;script&gt;alert()" in html
    assert "<script" not in html
    assert "prefers-color-scheme: dark" in html


def test_a_page_that_cannot_be_written_is_an_error(small_demo: Path, tmp_path: Path) -> None:
    assert "missing" in refused(ask(tmp_path, "quality", small_demo, "--html", tmp_path / "missing" / "a.html"))


def test_the_api_gives_the_same(small_demo: Path) -> None:
    with es.open(small_demo) as store:
        found = store.quality()
        assert [each["name"] for each in found.findings.to_dicts()] == ["not-applied", "false-snapshot", "type-flip"]
        assert repr(found).endswith("2 faults, 1 doubt)")
        shape = store.shape("Ticket")
        assert {each["entity_type"] for each in shape.paths.to_dicts()} == {"Ticket"}
        assert [each["month"] for each in shape.changes.to_dicts()] == ["2026-08", "2026-08"]
        assert "author" in shape._repr_html_()
        with pytest.raises(UserError, match="no type Nobody"):
            store.shape("Nobody")
