"""SQL in tasks: what is asked of an index that is not complete."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtTest import QAbstractItemModelTester

from es_desktop.models.ask.sql_asker import MOST
from tests.models.working import Working, hold_indexing

COUNT = "SELECT count(*) FROM entities"


def test_no_rows_are_shown_of_an_index_that_is_paused_before_it_is_complete(working: Working, small_demo: Path) -> None:
    working.workspace.listing.indexer.opened.connect(lambda index: working.workspace.listing.indexer.pause())
    working.open(small_demo)
    asker, indexer = working.workspace.questioner.sql, working.workspace.listing.indexer
    working.wait_until(lambda: indexer.is_paused)
    asker.ask(COUNT)
    working.wait_until(lambda: not asker.is_asking)
    assert asker.found is None and asker.problem is not None
    assert "indexing is paused" in asker.problem.text and asker.problem.hint == "Resume indexing, and ask again."
    indexer.resume()
    asker.ask(COUNT)
    working.wait_until(lambda: not asker.is_asking)
    assert asker.problem is None and asker.rows.count() == 1


def test_a_statement_that_waits_for_the_index_says_so_once_indexing_is_paused(
    working: Working, small_demo: Path
) -> None:
    gate = hold_indexing(working.workspace.listing.indexer, working.workspace.runner)
    working.workspace.open(str(small_demo))
    working.wait_until(gate.started.is_set)
    asker = working.workspace.questioner.sql
    asker.ask(COUNT)
    assert asker.is_asking
    working.workspace.listing.indexer.pause()
    gate.opened.set()
    working.wait_until(lambda: not asker.is_asking)
    assert asker.problem is not None and "indexing is paused" in asker.problem.text


def test_a_complete_index_is_asked_also_while_indexing_is_paused(working: Working, small_demo: Path) -> None:
    working.open(small_demo)
    working.settle()
    working.workspace.listing.indexer.pause()
    asker = working.workspace.questioner.sql
    asker.ask(COUNT)
    working.wait_until(lambda: not asker.is_asking)
    assert asker.problem is None and asker.rows.count() == 1


def test_the_rows_keep_the_rules_of_item_models_and_ten_thousand_are_listed(working: Working, small_demo: Path) -> None:
    working.open(small_demo)
    asker = working.workspace.questioner.sql
    QAbstractItemModelTester(asker.rows, QAbstractItemModelTester.FailureReportingMode.Fatal, working.workspace)
    for statement, columns, count in [
        ("SELECT range AS number, 'text' AS word, NULL AS none FROM range(10001)", 3, MOST),
        (COUNT, 1, 1),
        ("SELECT 1 WHERE false", 1, 0),
        ("SELECT nosuch", 0, 0),
    ]:
        asker.ask(statement)
        working.wait_until(lambda: not asker.is_asking)
        assert (asker.rows.columnCount(), asker.rows.rowCount()) == (columns, count)


def test_the_history_of_a_small_store_is_kept_until_the_store_is_closed(
    working: Working, small_demo: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "passing"))
    (tmp_path / "passing").mkdir()
    working.open(small_demo)
    asker = working.workspace.questioner.sql

    def folders() -> list[Path]:
        asker.ask(COUNT)
        working.wait_until(lambda: not asker.is_asking)
        assert asker.found is not None and asker.found.rows
        return list((tmp_path / "passing").iterdir())

    kept = folders()
    assert kept and folders() == kept
    working.workspace.close_store()
    working.wait_until(lambda: not any((tmp_path / "passing").iterdir()))
