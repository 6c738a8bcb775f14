"""Working copies in a task: made and opened, cancelled and continued, and checked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.app.store.session import open_session
from tests.models.working import Working, cancelled_at


@pytest.fixture
def messages(working: Working) -> list[str]:
    messages: list[str] = []
    working.workspace.message.connect(messages.append)
    return messages


def copy(working: Working, path: Path) -> None:
    session = working.workspace.session
    assert session is not None
    working.workspace.copier.copy(session, path)


def test_a_copy_is_opened_when_it_is_made(working: Working, messages: list[str], sample: Path, tmp_path: Path) -> None:
    working.open(sample)
    copy(working, tmp_path / "copy.esdb")
    working.wait_until(lambda: getattr(working.workspace.session, "is_writable", False))
    working.settle()
    left_out = "not in it: 6 records of no entity (such as logs)"
    assert messages == [f"11 entities; 112 events and 7 snapshots written; each as in the store; {left_out}."]
    assert len(working.entities()) == 11
    view = working.choose("User")
    working.change(view.fields[0].name, "Ada")
    assert working.state_view.state[view.fields[0].name] == "Ada"


def test_a_cancelled_copy_reports_its_progress_and_can_be_continued(
    working: Working, messages: list[str], demo_store: Path, tmp_path: Path
) -> None:
    working.open(demo_store)
    path, runner = tmp_path / "copy.esdb", working.workspace.runner
    with cancelled_at(runner) as seen:
        copy(working, path)
        working.settle()
    assert seen
    (message,) = messages
    with closing(open_session(str(path))) as half:
        there = half.facts().entities
    assert message == f"copy.esdb holds {there} of 300 entities; copying to it again continues there."
    copy(working, path)
    working.wait_until(lambda: len(messages) > 1)
    assert messages[1].startswith("300 entities")
    assert messages[1].endswith("each as in the store.")
    working.settle()


def test_a_wrong_copy_is_reported_and_not_opened(
    working: Working, messages: list[str], sample: Path, tmp_path: Path
) -> None:
    working.open(sample)
    path = tmp_path / "copy.esdb"
    copy(working, path)
    working.wait_until(lambda: getattr(working.workspace.session, "is_writable", False))
    working.open(sample)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE integer_sequenced_items SET data = '{}' WHERE position = 0")
    copy(working, path)
    working.settle()
    (error,) = working.refused
    assert "the copy is not right: the entity" in error.text
    assert "and so are 10 more" in error.text
    assert working.workspace.session is not None
    assert not working.workspace.session.is_writable
    with closing(open_session(str(path))) as kept:
        assert kept.facts().events == 112
