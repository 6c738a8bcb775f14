"""All actions: the command palette, in which they are found by typing, and the sheet of shortcuts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QPalette, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLayout,
    QLineEdit,
    QScrollArea,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from es_desktop.app.text.plain import plain_tip
from es_desktop.models.guard import Guarded
from es_desktop.system.text_match import has_words
from es_desktop.views.actions import MENUS, flat
from es_desktop.views.style.builders import fill
from es_desktop.views.style.painted import FocusRing
from es_desktop.views.style.plain_text import Label

_NAME, _REASON, _KEYS = range(3)
"""The columns; the reason is why an action cannot run now."""
_WIDTH: Final = 760
_MOVING: Final = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class Palette(Guarded, QDialog):
    """A line and a list of actions; Enter runs the current one."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName("Command palette")
        self._actions = actions
        self._shown: list[QAction] = []
        self.line = QLineEdit(self)
        self.line.setPlaceholderText("Type the name of an action")
        self.line.setAccessibleName("Command")
        self.list = QTreeWidget(self)
        self.list.setColumnCount(3)
        self.list.setAccessibleName("Commands")
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.header().setStretchLastSection(False)
        for column in (_NAME, _KEYS):
            self.list.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setSectionResizeMode(_REASON, QHeaderView.ResizeMode.Stretch)
        self.nothing = Label("No action has these words. Esc closes the list.", self, role="dim")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        card = QFrame(self)
        card.setProperty("role", "card")
        fill(QVBoxLayout(card), self.line, (self.nothing, 1), (self.list, 1), margins=(10, 10, 10, 10), spacing=6)
        fill(QVBoxLayout(self), card)
        self.line.textChanged.connect(self._filter)
        self.line.returnPressed.connect(self._run)
        self.list.itemClicked.connect(self._run)
        self.line.installEventFilter(self)
        self._filter("")
        frame = parent.geometry()
        self.resize(min(_WIDTH, frame.width()), 380)
        self.move(frame.center().x() - self.width() // 2, frame.top() + 72)
        self.line.setFocus()

    def _filter(self, text: str) -> None:
        self.list.clear()
        found = [each for each in self._actions if has_words(text, _title(each))]
        self._shown = sorted(found, key=lambda each: not each.isEnabled())
        self.list.addTopLevelItems([_item(action, self.palette()) for action in self._shown])
        self.list.setCurrentIndex(self.list.model().index(0, 0))
        self.nothing.setVisible(not self._shown)
        self.list.setVisible(bool(self._shown))

    def _run(self) -> None:
        row = self.list.currentIndex().row()
        action = self._shown[row] if row >= 0 else None
        if action is not None and action.isEnabled():
            self.close()
            action.trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The line keeps the focus and passes the keys that move in the list to it.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _MOVING:
            self.list.event(event)
            return True
        return super().eventFilter(watched, event)


def _title(action: QAction) -> str:
    return action.text().replace("&", "")


def _item(action: QAction, palette: QPalette) -> QTreeWidgetItem:
    """Return the row of an action; one that cannot run is dim, but can be current, so that its reason is read."""
    item = QTreeWidgetItem([_title(action), action.statusTip(), action.shortcut().toString()])
    item.setIcon(0, action.icon() if not action.icon().isNull() else _no_icon())
    for column in (_NAME, _REASON):
        item.setToolTip(column, plain_tip(action.toolTip()))
    if not action.isEnabled():
        item.setForeground(_NAME, palette.brush(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text))
        item.setForeground(_REASON, palette.placeholderText())
    for column in range(item.columnCount()):
        item.setData(column, Qt.ItemDataRole.AccessibleTextRole, item.text(column) or "empty")
    item.setTextAlignment(_KEYS, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item


def _no_icon() -> QIcon:
    """Return an empty icon, so that all titles are aligned."""
    empty = QPixmap(16, 16)
    empty.fill(Qt.GlobalColor.transparent)
    return QIcon(empty)


_COLUMNS: Final = (("Store", "Entity"), ("Go", "View"), ("Debug", "Ask", "What if", "Window", "Help"))
_FRAME: Final = QSize(40, 90)
"""Pixels left free around the sheet on a small screen."""


class ShortcutSheet(QDialog):
    """Lists the shortcuts by menu; scrolls on a small screen."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget) -> None:
        """``actions`` has each action by its id."""
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        assert {menu for column in _COLUMNS for menu in column} == set(MENUS)
        page = QWidget()
        columns = fill(QHBoxLayout(page), margins=(24, 20, 24, 24), spacing=36)
        for menus in _COLUMNS:
            parts = chain(*(_menu_parts(menu, actions) for menu in menus))
            columns.addLayout(fill(QVBoxLayout(), *parts, (0, 1), spacing=14))
        area = QScrollArea(self)
        area.setAccessibleName("Keyboard shortcuts")
        FocusRing(area)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(page)
        fill(QVBoxLayout(self), area)
        wanted = page.sizeHint() + QSize(area.verticalScrollBar().sizeHint().width(), 2)
        self.resize(wanted.boundedTo(parent.screen().availableSize() - _FRAME))


def _menu_parts(menu: str, actions: Mapping[str, QAction]) -> tuple[QWidget | QLayout, ...]:
    """Return the title of a menu, and its shortcuts with what they do."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(7)
    for number, spec in enumerate(spec for _, spec in flat(menu, MENUS[menu]) if actions[spec.id].shortcuts()):
        keys = (each.toString() for each in actions[spec.id].shortcuts())
        grid.addWidget(Label("   ".join(keys), role="pill"), number, 0)
        grid.addWidget(Label(spec.text.rstrip("…")), number, 1)
    grid.setColumnStretch(1, 1)
    return Label(menu, role="title"), grid
