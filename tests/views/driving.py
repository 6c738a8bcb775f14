"""Drives the window as a person would; prompts are answered by the test."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget
from pytestqt.qtbot import QtBot

from es_desktop.app.runtime.errors import ConflictError, UserError
from es_desktop.app.store.view import StoreView
from es_desktop.app.transfer.export import FormatText
from es_desktop.models.runtime.tasks import Job
from es_desktop.views.panels.window_views import VIEWS
from es_desktop.views.style.dock_frame import Dock, WorkspaceDock
from es_desktop.views.style.fields import PickButton
from es_desktop.views.window.main_window import MainWindow
from es_desktop.views.window.status import StatusBar

W = TypeVar("W", bound=QWidget)


class Answers:
    """Answers prompts in place of a person, and keeps the errors."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Answer as a new one does."""
        self.store: str | None = None
        self.file: str | None = None
        self.offered: str | None = None
        self.agrees = True
        self.goes_to: int | None = None
        self.time_typed: str | None = None
        self.chosen: str | None = None
        """The start of the offer that is chosen."""
        self.offers: list[str] = []
        self.errors: list[UserError] = []
        self.conflicts: list[ConflictError] = []

    def store_to_open(self) -> str | None:
        return self.store

    def address(self, offered: str) -> str | None:
        self.offered = offered
        return offered or None

    def store_to_make(self) -> str | None:
        return self.store

    def store_to_save(self, name: str) -> str | None:
        self.offered = name
        return self.file

    def copy_to_make(self, name: str) -> str | None:
        self.offered = name
        return self.file

    def file_to_write(self, name: str, about: FormatText) -> str | None:
        self.offered = name
        return self.file

    def printer(self) -> QPrinter | None:
        if self.file is None:
            return None
        printer = QPrinter()
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(self.file)
        return printer

    def file_to_import(self) -> str | None:
        return self.file

    def confirm(self, title: str, text: str, yes: str) -> bool:
        return self.agrees

    def retry(self, conflict: ConflictError) -> bool:
        self.conflicts.append(conflict)
        return self.agrees

    def version(self, current: int, first: int, last: int) -> int | None:
        return self.goes_to

    def time(self, offered: str) -> str | None:
        self.offered = offered
        return self.time_typed

    def show_error(self, error: UserError) -> None:
        self.errors.append(error)

    def choose(self, error: UserError, offers: Sequence[str]) -> str | None:
        self.errors.append(error)
        self.offers = list(offers)
        return next((each for each in offers if self.chosen is not None and each.startswith(self.chosen)), None)

    def can_ask(self, error: UserError) -> bool:
        return True


class _Screen(QObject):
    """Has a window painted when its work is done: each answer to a task would paint it anew.

    A display paints at most every 16 milliseconds; the platform of the tests paints after each event.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self._is_due = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        held = event.type() == QEvent.Type.UpdateRequest and not self._window.workspace.runner.is_idle
        self._is_due |= held
        return held

    def paint(self) -> None:
        """Have painted what was held back."""
        if self._is_due:
            self._is_due = False
            QApplication.postEvent(self._window, QEvent(QEvent.Type.UpdateRequest))


def every_dock(window: MainWindow) -> list[WorkspaceDock]:
    """Return the docks of all views of a window, which are made if need be. To see one, call its ``raise_``."""
    return [dock for view in VIEWS for dock in window.docks.of_view(view.name).all]


class Driver:
    """A window, and what a person does to it."""

    def __init__(self, window: MainWindow, qtbot: QtBot, answers: Answers) -> None:
        self.window = window
        self.workspace = window.workspace
        self.qtbot = qtbot
        self.answers = answers
        self.crashes: list[BaseException] = []
        window.workspace.runner.crashed.connect(self._on_crashed)
        self._screen = _Screen(window)
        self._running: list[Job] = []
        session = window.workspace.session
        self._kept = "" if session is None else session.absolute_name
        """The store that is open since the test before, until this one opens a store."""
        window.workspace.runner.started.connect(self._on_started)
        window.workspace.runner.ended.connect(self._on_ended)

    def settle(self) -> None:
        """Wait until no task runs but looking for changes, and paint the window then.

        While a test holds up a queue by a task with the title ``Waiting``, quiet tasks may wait there.
        """
        self.window.installEventFilter(self._screen)
        try:
            self.qtbot.waitUntil(lambda: self._is_settled())
        finally:
            self.window.removeEventFilter(self._screen)
            self._screen.paint()
        assert not self.crashes, self.crashes

    def _on_crashed(self, error: BaseException) -> None:
        self.crashes.append(error)

    def _on_started(self, job: Job) -> None:
        self._running.append(job)

    def _on_ended(self, job: Job) -> None:
        if job in self._running:  # it may have started before
            self._running.remove(job)

    def _is_idle(self) -> bool:
        titles = {each.title for each in self._running}
        return self.workspace.runner.is_idle and ("Waiting" in titles or titles <= {"Looking for changes"})

    def _is_settled(self) -> bool:
        if not self._is_idle():
            return False
        self._screen.paint()
        for _ in range(2):  # what waits to be laid out is painted next, and painting asks for the rows that are in view
            QApplication.processEvents()
        return self._is_idle()

    def act(self, name: str) -> None:
        """Choose an action, as its menu entry does."""
        action = self.window.actions_by_id[name]
        assert action.isEnabled(), f"{name}: {action.toolTip()}"
        action.trigger()

    def open(self, store: Path) -> None:
        """Open a store, unless it is open since the test before: see ``one_store``."""
        kept, self._kept = self._kept, ""
        session = self.workspace.session
        if kept != str(store) or session is None or session.absolute_name != kept:  # a test may have closed it
            self.workspace.open(str(store))
        self.settle()

    def every_dock(self) -> list[WorkspaceDock]:
        """Return the docks of all views, which are made if need be. To see one, call its ``raise_``."""
        return every_dock(self.window)

    def show_as_opened(self) -> None:
        """Show the open store like one that opens for the first time, but with the same entity, at its last version."""
        workspace, docks, view = self.workspace, self.window.docks, StoreView()
        workspace.what_if.clear()
        workspace.comparison.stop()
        workspace.entities.use_filter(view.entities)
        workspace.log.set_search(view.log)
        workspace.questioner.set_session(workspace.session)
        docks.entities.columns.use_layout(view.columns)
        docks.bring_to_front(view.in_front)
        workspace.shown_view.show_for_store(view.view)
        workspace.selection.go_to(workspace.selection.last)

    def choose(self, type_name: str) -> None:
        """Choose the entity of a type that has the most events and is not discarded."""
        entities = self.workspace.entities
        rows = [entities.at(row) for row in range(entities.rowCount())]
        of_type = [each for each in rows if each.type == type_name and not each.discarded]
        self.workspace.choose(max(of_type, key=lambda each: each.events).id)
        self.settle()

    def dialog(self, dialog_class: type[W]) -> W:
        """Return the open dialog of a class, once there is one."""
        self.qtbot.waitUntil(lambda: bool(self.dialogs(dialog_class)))
        return self.dialogs(dialog_class)[-1]

    def dialogs(self, widget_class: type[W]) -> list[W]:
        """Return the open dialogs, popups or menus of a class."""
        return [each for each in QApplication.topLevelWidgets() if isinstance(each, widget_class) and each.isVisible()]

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        self.activate()
        target = QApplication.focusWidget() or self.window
        self.qtbot.keyClick(target, key, modifier)

    def activate(self) -> None:
        """Have the window in front if none is, as a window manager does when a dialog or a menu closes."""
        if QApplication.activeWindow() is None or QApplication.focusWindow() is None:
            self.window.activateWindow()
            self.qtbot.waitUntil(lambda: self.window.isActiveWindow() and QApplication.focusWindow() is not None)

    def go_to_history(self) -> None:
        """Go from the list of entities to the events of the chosen one, where plain keys are shortcuts."""
        self.window.docks.entities.table.setFocus()
        self.press(Qt.Key.Key_Return)

    def type_into(self, widget: QWidget, text: str) -> None:
        """Replace the text of a line, key by key."""
        widget.setFocus()
        self.qtbot.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.qtbot.keyClicks(widget, text)

    def click_cell(self, view: QAbstractItemView, row: int, column: int, *, double: bool = False) -> None:
        """Click a cell of a table or tree."""
        index = view.model().index(row, column)
        view.scrollTo(index)
        at: QPoint = view.visualRect(index).center()
        self.qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
        if double:
            self.qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)

    def last_message(self) -> str:
        """Return what the status bar said last; it shows that for some seconds only."""
        bar = self.window.statusBar()
        assert isinstance(bar, StatusBar)
        return bar.messages.rows[0].text if bar.messages.rows else ""

    def state(self) -> dict[str, str]:
        """Return what the state panel shows: each name at the top with its text."""
        model = self.window.docks.state.tree.model()
        return {str(model.index(row, 0).data()): str(model.index(row, 1).data()) for row in range(model.rowCount())}

    def timeline(self, column: int) -> list[str]:
        """Return what a column of the timeline shows."""
        model = self.window.docks.timeline.table.model()
        return [str(model.index(row, column).data()) for row in range(model.rowCount())]

    def pick(self, button: PickButton, *names: str) -> None:
        """Pick names in a button's menu, one after the other: it closes with each of them."""
        menu = button.menu()
        for name in names:
            menu.popup(button.mapToGlobal(QPoint(0, button.height())))
            action = next(each for each in menu.actions() if each.text().split("\t")[0] == name)
            self.qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
            self.dismiss(menu)

    def dismiss(self, popup: QWidget) -> None:
        """Close a menu, or a list of what could be typed, if that did not close yet."""
        popup.hide()
        self.window.activateWindow()  # as a window manager does then
        self.qtbot.waitUntil(self.window.isActiveWindow)

    @staticmethod
    def is_in_front(dock: Dock) -> bool:
        """Return whether a dock is in front of its tabs."""
        return not dock.widget().visibleRegion().isEmpty()
