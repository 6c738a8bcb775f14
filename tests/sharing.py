"""Shares the tests out to copies of the process that collected them: ``pytest -p tests.sharing --copies=3``.

Each process of pytest-xdist imports and collects all tests anew, which takes it as long as to run 300 of them, and
sends a message for each phase of a test. A copy has what the first process has imported, and begins at once.
"""

from __future__ import annotations

import itertools
import multiprocessing
import warnings
from collections import deque
from contextlib import suppress
from multiprocessing import connection
from multiprocessing.connection import Connection
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--copies", type=int, default=0, help="run the tests in this many copies of the process")


def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run the tests in copies, and report them in this process; pytest does what is to be done without."""
    count = min(session.config.option.copies, len(session.items))
    if count < 2 or session.testsfailed or session.config.option.collectonly:
        return None
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    reporter.showfspath = False  # tests of several files end by turns
    queue = _Queue(session.items)
    copies = [_Copy(session, queue) for _ in range(count)]
    try:
        while busy := [copy for copy in copies if copy.given]:
            ready = connection.wait([copy.messages for copy in busy])
            for copy in busy:
                if copy.messages in ready:
                    copy.receive()
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)
    finally:
        for copy in copies:
            copy.messages.close()  # it ends after the test that it runs
        for copy in copies:
            copy.process.join()
    return True


class _Queue:
    """The tests that no copy was given. Those of a file are for one copy, as they may share what takes long to make."""

    def __init__(self, items: list[pytest.Item]) -> None:
        by_file = itertools.groupby(range(len(items)), lambda number: items[number].path)
        self._files = deque(deque(numbers) for _, numbers in by_file)
        self._of_copies: dict[_Copy, deque[int]] = {}

    def next_for(self, copy: _Copy) -> int | None:
        """Return the number of the next test for a copy, or ``None`` if there are no more."""
        mine = self._of_copies.setdefault(copy, deque())
        if not mine and self._files:
            mine.extend(self._files.popleft())
        elif not mine:  # the second half of what is left for another
            most = max(self._of_copies.values(), key=len)
            mine.extendleft([most.pop() for _ in range((len(most) + 1) // 2)])
        return mine.popleft() if mine else None


class _Copy:
    """A copy of this process. It is given a test more than it can run, as fixtures that the next one needs are kept."""

    def __init__(self, session: pytest.Session, queue: _Queue) -> None:
        self._session, self._queue = session, queue
        self.given: deque[int] = deque()
        """The numbers of the tests that were given and are not reported, the one that runs first."""
        self._start()

    def _start(self) -> None:
        self.messages, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("fork").Process(
            target=_run, args=(self._session, self.messages, theirs)
        )
        self.process.start()
        theirs.close()
        for number in self.given:
            self.messages.send(number)
        while len(self.given) < 2 and self._give():
            pass

    def _give(self) -> bool:
        number = self._queue.next_for(self)
        if number is not None:
            self.given.append(number)
        with suppress(BrokenPipeError):  # to receive shows that it has ended
            self.messages.send(number)
        return number is not None

    def receive(self) -> None:
        """Report the test that was run. If the process ended instead, the test failed, and another goes on."""
        item, hook = self._session.items[self.given.popleft()], self._session.config.hook
        hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        answer = None
        with suppress(EOFError, ConnectionResetError):
            answer = self.messages.recv()
        if answer is None:
            self.process.join()
            text = f"the process ended with status {self.process.exitcode} while it ran {item.nodeid}"
            report = pytest.TestReport(item.nodeid, item.location, {}, "failed", text, "call")
            hook.pytest_runtest_logreport(report=report)
            self.messages.close()
            self._start()
        else:
            reports, recorded = answer
            for each in recorded:
                hook.pytest_warning_recorded.call_historic(kwargs=each)
            for each in reports:
                report = hook.pytest_report_from_serializable(config=self._session.config, data=each)
                hook.pytest_runtest_logreport(report=report)
            self._give()
        hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)


class _Recorder:
    """Keeps what a test reports."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self.reports: list[Any] = []
        self.warnings: list[dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        hook = self._config.hook
        self.reports.append(hook.pytest_report_to_serializable(config=self._config, report=report))

    def pytest_warning_recorded(
        self, warning_message: warnings.WarningMessage, when: str, nodeid: str, location: tuple[str, int, str] | None
    ) -> None:
        given = warning_message
        plain = warnings.WarningMessage(str(given.message), given.category, given.filename, given.lineno)
        facts = {"when": when, "nodeid": nodeid, "location": location}
        self.warnings.append({"warning_message": plain, **facts})

    def take(self) -> tuple[list[Any], list[dict[str, Any]]]:
        """Return what there is, and forget it."""
        taken = (self.reports, self.warnings)
        self.reports, self.warnings = [], []
        return taken


def _run(session: pytest.Session, theirs: Connection, messages: Connection) -> None:
    """Be a copy: run tests by their numbers until there are no more, or nobody listens any more."""
    theirs.close()
    plugins = session.config.pluginmanager
    plugins.unregister(name="terminalreporter")
    capture: Any = plugins.get_plugin("capturemanager")
    capture.stop_global_capturing()  # its files are those of the first process
    capture.start_global_capturing()
    capture.suspend_global_capture()
    recorder = _Recorder(session.config)
    plugins.register(recorder)
    recorder.take()  # what was recorded before
    with suppress(EOFError, ConnectionError, KeyboardInterrupt):
        number = messages.recv()
        while number is not None:
            following = messages.recv()
            item, next_item = (None if each is None else session.items[each] for each in (number, following))
            session.config.hook.pytest_runtest_protocol(item=item, nextitem=next_item)
            messages.send(recorder.take())
            number = following
    session._setupstate.teardown_exact(None)  # what a test that was to come would have needed
