"""The rows of the state in the window: found, chosen, and their menus."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from es_desktop.models.entity.state_model import NAME
from es_desktop.models.table.model import PATH_ROLE
from es_desktop.views.entity.value_menu import ValueMenu
from tests.views.driving import Driver


def go_to(driver: Driver, version: int) -> None:
    driver.workspace.selection.go_to(version)
    driver.settle()


def row_of(driver: Driver, path: str, parent: QModelIndex | None = None) -> QModelIndex:
    """The row of a path in the state's tree, unfolded down to it."""
    tree, parent = driver.window.docks.state.tree, parent or QModelIndex()
    model = tree.model()
    for row in range(model.rowCount(parent)):
        index = model.index(row, NAME, parent)
        found = str(index.data(PATH_ROLE))
        if found == path:
            return index
        if path.startswith(found) and path[len(found)] in ".[":
            tree.expand(index)
            return row_of(driver, path, index)
    raise AssertionError(f"there is no row of {path}")


def take(driver: Driver, path: str) -> None:
    """Choose a value, as clicking its name does."""
    tree = driver.window.docks.state.tree
    index = row_of(driver, path)
    tree.scrollTo(index)
    driver.qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualRect(index).center())
    tree.setFocus()


def names(driver: Driver) -> list[str]:
    model = driver.window.docks.state.tree.model()
    return [str(model.index(row, NAME).data()) for row in range(model.rowCount())]


def writers(driver: Driver, path: str) -> list[int]:
    return driver.workspace.inspector.history.blame.writers(path)


def menu_at(driver: Driver, path: str) -> ValueMenu:
    for menu in driver.dialogs(ValueMenu):
        menu.close()
    tree = driver.window.docks.state.tree
    index = row_of(driver, path)
    tree.scrollTo(index)
    right_click(tree.viewport(), tree.visualRect(index).center())
    return driver.dialogs(ValueMenu)[-1]


def right_click(widget: QWidget, point: QPoint) -> None:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, widget.mapToGlobal(point))
    QApplication.sendEvent(widget, event)


def plain(action: QAction) -> str:
    return action.text().replace("&", "")


def entry(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.findChildren(QAction) if plain(action).startswith(text))


def messages_of(driver: Driver) -> list[str]:
    messages: list[str] = []
    driver.workspace.message.connect(messages.append)
    return messages
