"""SQL in tasks: what is asked of an index that is not complete."""

from __future__ import annotations

from pathlib import Path

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
