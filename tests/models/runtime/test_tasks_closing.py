"""Closing the task runner: protected tasks are completed, others are cancelled, and no thread or result is left."""

from __future__ import annotations

import threading
from typing import Any

from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from es_desktop.models.runtime.tasks import Job, Queue, TaskRunner
from tests.patience import PATIENCE


def deliver_what_is_posted() -> None:
    """Have Qt deliver the signals between threads."""
    QCoreApplication.sendPostedEvents()


def test_protected_work_is_carried_out_and_other_work_is_not(qtbot: QtBot) -> None:
    runner, started, opened = TaskRunner(), threading.Event(), threading.Event()
    done: list[str] = []

    def first(job: Job) -> None:
        started.set()
        assert opened.wait(PATIENCE)

    runner.run("Running", first)
    assert started.wait(PATIENCE)
    runner.run("Writing", lambda job: done.append("written"), protected=True)
    runner.run("Reading", lambda job: done.append("read"))
    runner.run("Writing", lambda job: done.append("written as well"), protected=True, queue=Queue.SCAN)
    opened.set()
    runner.close()
    assert sorted(done) == ["written", "written as well"]


def test_no_thread_is_left(qtbot: QtBot) -> None:
    runner = TaskRunner()
    for queue in Queue:
        runner.run("Reading", lambda job: None, queue=queue)
    runner.close()
    assert [each.name for each in threading.enumerate() if each.name.startswith("es-")] == []


def test_nothing_is_delivered_after_the_end(qtbot: QtBot) -> None:
    runner, results = TaskRunner(), []
    runner.run("Reading", lambda job: "late", results.append)
    runner.run("Writing", lambda job: "late", results.append, protected=True)
    runner.close()
    deliver_what_is_posted()
    assert results == []


def test_a_result_that_has_to_be_closed_is_dropped_even_then(qtbot: QtBot) -> None:
    runner, started, opened = TaskRunner(), threading.Event(), threading.Event()
    delivered: list[Any] = []
    dropped: list[Any] = []

    def work(job: Job) -> str:
        started.set()
        assert opened.wait(PATIENCE)
        return "an open store"

    runner.run("Opening", work, delivered.append, dropped=dropped.append)
    assert started.wait(PATIENCE)
    opened.set()
    runner.close()
    deliver_what_is_posted()
    assert (delivered, dropped) == ([], ["an open store"])


def test_a_result_that_was_ready_but_not_yet_delivered_is_dropped(qtbot: QtBot) -> None:
    runner = TaskRunner()
    delivered: list[Any] = []
    dropped: list[Any] = []
    ended = threading.Event()
    runner.run("Opening", lambda job: "an open store", delivered.append, dropped=dropped.append)
    runner.run("After it", lambda job: ended.set())
    assert ended.wait(PATIENCE)
    runner.close()
    deliver_what_is_posted()
    assert (delivered, dropped) == ([], ["an open store"])


def test_what_is_asked_for_after_the_end_does_not_run(qtbot: QtBot) -> None:
    runner, called = TaskRunner(), list[object]()
    runner.close()
    job = runner.run("Reading", called.append, called.append)
    deliver_what_is_posted()
    assert job.is_cancelled and runner.is_idle and called == []
