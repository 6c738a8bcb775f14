"""Draws the pictures of the documentation: the real window on stores that anybody can make, without a display."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from es_desktop.app.notes.notebook import NotebookFolder
from es_desktop.app.rules.rule import Rule, RuleForm
from es_desktop.app.search.questions import AskedQuestion
from es_desktop.app.store.demo import make_demo
from es_desktop.examples.story import FALSE_SNAPSHOT, WRONG_TOTAL
from es_desktop.models.runtime.tasks import TaskRunner
from es_desktop.models.workspace import Workspace
from es_desktop.views.ask.sql_dock import SqlDock
from es_desktop.views.process.durations_dock import DurationsDock
from es_desktop.views.quality.shape_dock import ShapeDock
from es_desktop.views.style.theme import STYLE, Mode, Theme
from es_desktop.views.window.main_window import MainWindow
from es_desktop.views.window.settings import Settings
from tests.docs.pages import DOCS, ROOT

FOLDER: Final = DOCS / "pictures"
_LARGE: Final = (1440, 900)
_USUAL: Final = (1280, 800)
_COLOURS: Final = 256
_LIKE: Final = 16
"""How far apart two colours may be that stand for each other, of 255."""
_EVER_OVER: Final = 'Order where ever total > 100 and never status == "paid"'
_KEPT: Final = Rule(
    "Order", RuleForm.ONLY_AFTER, "AttributeChanged only after Paid", event="AttributeChanged", other="Paid"
)
_STATEMENT: Final = """SELECT id, customer, status, total, json_array_length(lines) AS lines FROM "Order"
WHERE total > 400 ORDER BY total DESC"""
_TOTAL_IS_WRONG: Final = "total != sum(line.quantity * line.price for line in lines)"


class Shown:
    """A window on a store."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.workspace = window.workspace
        self.docks = window.docks

    def open(self, store: Path, entity: str | None = None, at: int | None = None) -> None:
        self.workspace.open(str(store), entity=entity, version=at)
        self.settle()

    def act(self, name: str) -> None:
        """Choose an action, as its menu entry does."""
        self.window.actions_by_id[name].trigger()
        self.settle()

    def settle(self) -> None:
        """Wait until no task runs and all is laid out."""
        for _ in range(4):
            while not self.workspace.runner.is_idle:
                QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            self._wait(30)  # what is laid out a little later
            self.window.grab()  # it asks for the rows that it shows

    def _wait(self, milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the documentation."""

    name: str
    show: Callable[[Shown, Path], None]
    """Makes a window show what the picture is of; the folder holds ``demo.esdb`` and the samples."""
    size: tuple[int, int] = _USUAL
    theme: Mode = "light"


def _order(shown: Shown, folder: Path) -> None:
    shown.open(folder / "demo.esdb", "03588f3e", 13)


def _watch(shown: Shown, folder: Path) -> None:
    shown.open(folder / "demo.esdb", str(WRONG_TOTAL), 9)
    shown.workspace.watchpoints.add(_TOTAL_IS_WRONG)
    shown.workspace.watchpoints.add("total")
    shown.docks.watch.raise_()
    shown.settle()


def _compare(shown: Shown, folder: Path) -> None:
    shown.open(folder / "demo.esdb", str(WRONG_TOTAL), 9)
    shown.act("compare-before")


def _what_if(shown: Shown, folder: Path) -> None:
    shown.open(folder / "demo.esdb", str(WRONG_TOTAL), 9)
    shown.act("what-if-skip")


def _false_snapshot(shown: Shown, folder: Path) -> None:
    shown.open(folder / "demo.esdb", str(FALSE_SNAPSHOT), 19)
    shown.act("verify-entity")
    shown.docks.snapshots.raise_()
    shown.settle()


def _columns(shown: Shown, folder: Path) -> None:
    shown.open(folder / "demo.esdb", "42dc74af")
    entities = shown.workspace.entities
    of_orders = replace(entities.filter, types=frozenset({"Order"}), value_paths=("status", "total"))
    entities.use_filter(replace(of_orders, columns={"state total": "> 300"}))
    shown.docks.area.resizeDocks([shown.docks.entities], [760], Qt.Orientation.Horizontal)
    shown.settle()


def _log(shown: Shown, folder: Path) -> None:
    _order(shown, folder)
    shown.docks.log.raise_()
    shown.workspace.log.update_search(text="Lyon")
    shown.settle()


def _inferred(shown: Shown, folder: Path) -> None:
    shown.open(folder / "shop.db", "72e99070", 12)


def _ask(shown: Shown, folder: Path) -> None:
    shown.open(folder / "demo.esdb")
    shown.act("view-ask")
    questioner = shown.workspace.questioner
    questioner.ask(AskedQuestion(_EVER_OVER))
    while questioner.buckets is None or shown.workspace.common.is_comparing:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    shown.settle()


def _process(shown: Shown, folder: Path) -> None:
    shown.open(folder / "demo.esdb")
    shown.act("view-process")
    shown.workspace.rules.keep(_KEPT, True)
    shown.settle()


def _durations(shown: Shown, folder: Path) -> None:
    shown.open(folder / "demo.esdb")
    shown.act("view-process")
    dock = shown.docks.built(DurationsDock)
    dock.raise_()
    shown.settle()
    for box, name in ((dock.before, "Paid"), (dock.after, "Shipped")):
        box.choose(name)
        box.activated.emit(box.currentIndex())
    shown.settle()


def _sql(shown: Shown, folder: Path) -> None:
    shown.open(folder / "demo.esdb")
    shown.act("view-ask")
    dock = shown.docks.built(SqlDock)
    dock.raise_()
    dock.editor.setPlainText(_STATEMENT)
    dock.button.click()
    while shown.workspace.questioner.sql.is_asking:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    shown.settle()


def _quality(shown: Shown, folder: Path) -> None:
    shown.open(folder / "demo.esdb")
    shown.act("view-quality")
    shown.docks.built(ShapeDock).line.setText("commented")
    shown.settle()


PICTURES: Final = (
    Picture("window", _order, _LARGE),
    Picture("dark", _order, theme="dark"),
    Picture("watch", _watch),
    Picture("compare", _compare),
    Picture("what-if", _what_if),
    Picture("columns", _columns),
    Picture("log", _log),
    Picture("ask", _ask),
    Picture("false-snapshot", _false_snapshot),
    Picture("inferred", _inferred),
    Picture("process", _process, _LARGE),
    Picture("durations", _durations),
    Picture("sql", _sql),
    Picture("quality", _quality),
)


def draw(target: Path, names: Sequence[str]) -> None:
    """Draw the pictures with these names into a folder; all if there are no names."""
    app = QApplication.instance() or QApplication(["es-desktop", *STYLE])
    assert isinstance(app, QApplication)
    theme = Theme(app, "light")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        make_demo(folder / "demo.esdb", lambda done, total: None)
        shutil.copy(ROOT / "tests" / "samples" / "es-9.5.6-sqlite-plain.db", folder / "shop.db")
        for each in PICTURES:
            if not names or each.name in names:
                theme.set_mode(each.theme)
                with _window(theme) as window:
                    window.resize(*each.size)
                    window.show()
                    shown = Shown(window)
                    each.show(shown, folder)
                    _save(window.grab().toImage(), target / f"{each.name}.png")


@contextmanager
def _window(theme: Theme) -> Iterator[MainWindow]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        window = MainWindow(
            lambda: Workspace(TaskRunner(), NotebookFolder(folder / "notebooks")),
            theme,
            Settings(folder / "settings.ini"),
            folder / "none.esdb",
        )
        yield window
        window.close()
        window.deleteLater()
        QApplication.processEvents()


def _save(image: QImage, file: Path) -> None:
    """Save a picture with 256 colours, which takes a third of the bytes."""
    pixels = image.convertToFormat(QImage.Format.Format_RGB32)
    plain = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    few = pixels.convertToFormat(QImage.Format.Format_Indexed8, _palette(pixels), plain)
    few.save(str(file), "PNG", 0)
    print(f"{file.name}: {file.stat().st_size // 1000} kB")


def _palette(pixels: QImage) -> list[int]:
    """Return colours that stand for those of a picture: the most frequent ones, and rare ones that are like none."""
    frequent = [colour for colour, _ in Counter(memoryview(pixels.constBits()).cast("I")).most_common()]
    chosen = frequent[: _COLOURS // 2]
    for colour in frequent[_COLOURS // 2 :]:
        if len(chosen) < _COLOURS and all(_distance(colour, other) > _LIKE for other in chosen):
            chosen.append(colour)
    return chosen


def _distance(one: int, other: int) -> int:
    return max(abs((one >> shift & 255) - (other >> shift & 255)) for shift in (0, 8, 16))
