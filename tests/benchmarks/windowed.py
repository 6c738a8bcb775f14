"""The real window on a store, in a process of its own: what it shows when, what it takes, and whether it ever waits.

``python -m tests.benchmarks.windowed WORK STORE`` does one work and prints what came of it as JSON.
"""

from __future__ import annotations

import gc
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, Final

import msgspec
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication, QTableView

from es_desktop.app.notes.notebook import NotebookFolder
from es_desktop.app.search.lists import EventSearch
from es_desktop.app.search.questions import AskedQuestion
from es_desktop.models.runtime.tasks import TaskRunner
from es_desktop.models.workspace import Workspace
from es_desktop.views.style.theme import Theme
from es_desktop.views.table.rows import ScrollHint, rows_of
from es_desktop.views.window.headless import HeadlessPrompts
from es_desktop.views.window.main_window import MainWindow
from es_desktop.views.window.settings import Settings

SIZE = (1440, 900)
_BEAT_MILLISECONDS: Final = 2
_PATIENCE_SECONDS: Final = 900.0
_ROWS: Final = 50
_DAY: Final = 86_400.0
_FRAME_SECONDS: Final = 0.016
_SWITCH_SECONDS: Final = 0.0005  # as the program sets it


class Heart(QObject):
    """Beats in the GUI thread; between two beats the thread was busy with something else."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._beat)
        self._timer.start(_BEAT_MILLISECONDS)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.waits.append(now - self._last - _BEAT_MILLISECONDS / 1000)
        self._last = now

    def summary(self) -> dict[str, float]:
        """Return the longest wait and the 99.9th of a hundred, in milliseconds."""
        ordered = sorted(self.waits)
        return {"longest": ordered[-1] * 1e3, "p999": ordered[int(len(ordered) * 0.999)] * 1e3, "beats": len(ordered)}


class Sitting:
    """The window on a store, and waiting for what it shows."""

    def __init__(self, folder: Path, indexes: Path) -> None:
        self.app = QApplication.instance() or QApplication([])
        sys.setswitchinterval(_SWITCH_SECONDS)

        def make_workspace() -> Workspace:
            return Workspace(TaskRunner(), NotebookFolder(folder / "notebooks"), indexes=indexes)

        assert isinstance(self.app, QApplication)
        asking = HeadlessPrompts()
        self.window = MainWindow(
            make_workspace, Theme(self.app, "light"), Settings(folder / "s.ini"), folder / "demo.esdb", asking
        )
        self.window.resize(*SIZE)
        self.window.show()
        self.workspace = self.window.workspace
        self.docks = self.window.docks
        self.workspace.runner.crashed.connect(asking.fail)
        gc.freeze()  # as the program does
        self.wait(lambda: True)

    def wait(self, holds: Callable[[], bool]) -> float:
        """Let the window work until something holds; return how long that took, in seconds."""
        began = time.perf_counter()
        loop = QEventLoop()
        look = QTimer()
        look.timeout.connect(lambda: loop.quit() if holds() else None)
        look.start(1)
        QTimer.singleShot(int(_PATIENCE_SECONDS * 1000), lambda: loop.exit(1))
        if loop.exec():
            raise TimeoutError("the window did not come to what was waited for")
        return time.perf_counter() - began

    def rest(self, seconds: float = _FRAME_SECONDS) -> None:
        end = time.perf_counter() + seconds
        self.wait(lambda: time.perf_counter() >= end)

    def settle(self) -> None:
        self.wait(lambda: self.workspace.runner.is_idle and not self.workspace.listing.indexer.is_indexing)

    def open_until_painted(self, store: Path) -> float:
        """Open a store; return the seconds until its first entities are painted."""
        painted = _PaintedRows(self.docks.entities.table)
        began = time.perf_counter()
        self.workspace.open(str(store))
        self.wait(lambda: painted.at is not None)
        return (painted.at or 0.0) - began

    def scroll_until_painted(self, table: QTableView, row: int) -> float:
        """Scroll to a row; return the seconds until what is around it is painted as it was read."""
        painted = _PaintedRows(table)
        began = time.perf_counter()
        rows_of(table).scroll_to(row, ScrollHint.PositionAtCenter)
        self.wait(lambda: painted.at is not None)
        painted.deleteLater()
        return (painted.at or 0.0) - began

    def scroll_to_end(self, table: QTableView) -> None:
        for percent in (25, 50, 75, 100):
            rows_of(table).set_offset(rows_of(table).end * percent // 100)
            self.rest(0.05)
        self.wait(lambda: _is_there(table))

    def close(self) -> None:
        self.window.close()
        self.rest()


class _PaintedRows(QObject):
    """Knows when a table was first painted with rows that are there."""

    def __init__(self, table: QTableView) -> None:
        super().__init__()
        self.at: float | None = None
        self._table = table
        table.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self.at is None and self._table.model().rowCount():
            QTimer.singleShot(0, self._painted)
        return False

    def _painted(self) -> None:
        if self.at is None and _is_there(self._table):
            self.at = time.perf_counter()


def _is_there(table: QTableView) -> bool:
    """Tell whether the row at the top of what is shown is there."""
    top = table.rowAt(2)
    shown = [str(table.model().index(top, column).data()) for column in range(table.model().columnCount())]
    return top >= 0 and "reading…" not in shown


def _resident() -> float:
    """Return the memory of this process, in MB."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def first_rows(sitting: Sitting, store: Path) -> dict[str, float]:
    """From the start of opening to the first painted rows, with nothing indexed before."""
    return {"seconds": sitting.open_until_painted(store)}


def memory(sitting: Sitting, store: Path) -> dict[str, float]:
    """Resident after opening, scrolling to the ends, and choosing the longest entity."""
    before = _resident()
    sitting.open_until_painted(store)
    sitting.settle()
    opened = _resident()
    _look_around(sitting)
    return {"before": before, "opened": opened, "after": _resident()}


def rows(sitting: Sitting, store: Path) -> dict[str, float]:
    """From asking for any row of the log until it is painted as it was read, while the index is filled beside."""
    sitting.open_until_painted(store)
    sitting.wait(lambda: sitting.workspace.log.model.count() > 0)
    sitting.docks.log.raise_()
    sitting.rest(0.1)
    table, chance = sitting.docks.log.table, Random(1)
    count = rows_of(table).count
    wanted = [count - 1, *(chance.randrange(count) for _ in range(_ROWS - 1))]
    seconds = [sitting.scroll_until_painted(table, row) for row in wanted]
    return {"longest": max(seconds), "median": statistics.median(seconds)}


def frames(sitting: Sitting, store: Path) -> dict[str, float]:
    """How long the GUI thread is ever busy while a store is opened, indexed, looked through, and found in."""
    heart = Heart()
    sitting.open_until_painted(store)
    for _ in _while_indexing(sitting):
        pass
    sitting.settle()
    _look_around(sitting)
    log = sitting.workspace.log
    sitting.docks.log.raise_()  # a panel behind another one reads no rows
    for search in (
        EventSearch(text="Porto"),
        EventSearch(text="XX00"),
        EventSearch(event_types=frozenset({"Cancelled"})),
    ):
        log.set_search(search)
        sitting.wait(lambda: not log.is_finding)
        sitting.scroll_to_end(sitting.docks.log.table)
    _brush_find_and_scrub(sitting)
    return heart.summary()


def _brush_find_and_scrub(sitting: Sitting) -> None:
    """A month of events, entities by their state until there are some, and the longest entity at any versions."""
    workspace, activity = sitting.workspace, sitting.workspace.overview.activity
    assert activity is not None and activity.bars is not None
    begin = activity.bars.begin + 60 * _DAY
    workspace.log.set_search(EventSearch(since=begin, until=begin + 30 * _DAY))
    sitting.wait(lambda: not workspace.log.is_finding)
    questioner = workspace.questioner
    questioner.ask(AskedQuestion('status == "shipped" and total > 100'))
    sitting.wait(lambda: questioner.answers.rowCount() > 100 or not questioner.is_asking)
    questioner.stop()
    rng, last = Random(1), workspace.selection.last or 0
    for _ in range(40):
        workspace.selection.go_to(rng.randrange(last + 1))
        sitting.rest(0.05)
    sitting.settle()


def _while_indexing(sitting: Sitting) -> Iterator[None]:
    """Scroll up and down in the lists while the index is being filled."""
    tables = (sitting.docks.log.table, sitting.docks.entities.table)
    sitting.docks.log.raise_()
    step = 0
    while sitting.workspace.listing.indexer.is_indexing:
        rows = rows_of(tables[step % 2])
        rows.set_offset(rows.end * (step * 37 % 100) // 100)
        sitting.rest(0.04)
        step += 1
        yield


def _look_around(sitting: Sitting) -> None:
    docks, workspace = sitting.docks, sitting.workspace
    docks.log.raise_()
    sitting.rest(0.1)
    sitting.scroll_to_end(docks.log.table)
    sitting.scroll_to_end(docks.entities.table)
    activity = workspace.overview.activity
    assert activity is not None
    docks.timeline.raise_()
    longest = activity.longest[0]
    workspace.choose(longest.id)
    sitting.wait(lambda: workspace.inspector.state_view is not None and workspace.selection.entity_id == longest.id)
    sitting.settle()
    sitting.scroll_to_end(docks.timeline.table)


WORKS: Final[dict[str, Callable[[Sitting, Path], dict[str, Any]]]] = {
    "first-rows": first_rows,
    "memory": memory,
    "frames": frames,
    "rows": rows,
}


def main() -> None:
    work, store = sys.argv[1:]
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        sitting = Sitting(Path(folder), Path(folder) / "indexes")
        found = WORKS[work](sitting, Path(store))
        print(msgspec.json.encode(found).decode(), flush=True)
        sitting.close()


if __name__ == "__main__":
    main()
