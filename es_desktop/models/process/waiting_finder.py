"""Reads in a task how long the entities of the view Process take from an event type to another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from es_desktop.app.process.counting import ProcessQuery
from es_desktop.app.process.process import Process, read_waiting
from es_desktop.app.process.selections import OfWaiting
from es_desktop.app.process.waiting import Waiting, WaitingBar
from es_desktop.app.runtime.errors import UserError
from es_desktop.models.runtime.tasks import LatestRequest, Queue, TaskRunner

if TYPE_CHECKING:
    from es_desktop.models.search.indexer import Indexer

    from .process_finder import ProcessFinder


class WaitingFinder(QObject):
    """The waiting times between two event types. They are read when they are first asked for, and with each new map."""

    changed = Signal()
    """``waiting`` is another one, or is being read, or other types are asked for."""

    def __init__(self, runner: TaskRunner, indexer: Indexer, finder: ProcessFinder) -> None:
        super().__init__(finder)
        self._request = LatestRequest(runner)
        self._indexer = indexer
        self._finder = finder
        self._query: ProcessQuery | None = None
        self._of: Process | None = None
        """The process whose types are offered."""
        self._is_wanted = False
        self.before = ""
        """The event type from which the time runs; empty until the types are known."""
        self.after = ""
        """The event type until which it runs."""
        self.waiting: Waiting | None = None
        finder.changed.connect(self._on_process)
        self._on_process()

    @property
    def types(self) -> list[str]:
        """The event types of the map, the most frequent first."""
        shown = self._finder.shown
        return [] if shown is None else [each.type for each in shown.process.map.nodes]

    @property
    def is_reading(self) -> bool:
        return self._request.is_running

    @property
    def problem(self) -> UserError | None:
        """Why nothing could be read."""
        return self._request.problem

    def want(self) -> None:
        """Read the waiting times from now on; until then nobody sees them."""
        if not self._is_wanted:
            self._is_wanted = True
            self._read()

    def ask(self, before: str, after: str) -> None:
        """Read the waiting times between two event types."""
        if (before, after) != (self.before, self.after):
            self.before, self.after = before, after
            self._read()

    def choose(self, bar: WaitingBar) -> None:
        """Choose the entities that wait for so long, which are listed then."""
        self._finder.choose(OfWaiting(self.before, self.after, bar.least, bar.below))

    def _on_process(self) -> None:
        shown = self._finder.shown
        if shown is None:
            self._request.cancel()
            self._query, self.before, self.after, self.waiting = None, "", "", None
            self.changed.emit()
        elif shown.process is not self._of:
            self._query, self._of = shown.process.query, shown.process
            if {self.before, self.after} - set(self.types):
                self._take_whole()
            self._read()

    def _take_whole(self) -> None:
        """Ask for the whole way: from the type that most entities begin with to the one that most end with."""
        shown = self._finder.shown
        assert shown is not None, "it was tested"
        nodes = shown.process.map.nodes
        self.before = max(nodes, key=lambda each: each.starts).type
        ends = [each for each in nodes if each.type != self.before] or nodes
        self.after = max(ends, key=lambda each: each.ends).type

    def _read(self) -> None:
        index, query, before, after = self._indexer.index, self._query, self.before, self.after
        self.waiting = None
        if index is not None and query is not None and self._is_wanted:
            self._request.start(
                "Reading waiting times",
                lambda job: read_waiting(index.database, query, before, after, job.check),
                self._show,
                failed=lambda error: self.changed.emit(),
                stopped=self.changed.emit,
                queue=Queue.SCAN,
            )
        self.changed.emit()

    def _show(self, found: Waiting) -> None:
        self.waiting = found
        self.changed.emit()
