"""Sessions are closed when no task reads from them, and at the latest at the end."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from es_desktop.app.store.session import Session, open_session
from es_desktop.models.runtime.tasks import Queue, TaskRunner
from es_desktop.models.store.sessions import SessionCloser
from tests.models.working import Gate


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The stores whose sessions were closed, in that order."""
    found: list[str] = []
    close = Session.close

    def noted(session: Session) -> None:
        found.append(session.short_name)
        close(session)

    monkeypatch.setattr(Session, "close", noted)
    return found


def test_a_session_is_closed_after_the_work_that_reads_from_it(
    qtbot: QtBot, demo_store: Path, closed: list[str]
) -> None:
    runner = TaskRunner()
    closer, session, gate = SessionCloser(runner), open_session(str(demo_store), writable=False), Gate()
    runner.run("Reading", gate, queue=Queue.SCAN)
    gate.wait_until_started()
    closer.close(session)
    front: list[None] = []
    runner.run("In between", lambda job: None, front.append)
    qtbot.waitUntil(lambda: bool(front))
    assert closed == []
    gate.opened.set()
    qtbot.waitUntil(lambda: runner.is_idle)
    assert closed == ["demo.esdb"]
    runner.close()
    closer.close_all()
    assert closed == ["demo.esdb"], "not twice"


def test_what_is_still_open_is_closed_at_the_end(demo_store: Path, sample: Path, closed: list[str]) -> None:
    runner = TaskRunner()
    closer = SessionCloser(runner)
    for store in (demo_store, sample):
        session = open_session(str(store), writable=False)
        closer.keep(session)
        closer.keep(session)
    runner.close()
    closer.close_all()
    assert closed == ["demo.esdb", sample.name]
