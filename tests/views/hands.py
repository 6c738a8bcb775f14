"""A mouse and a keyboard that count: events come to the window as from a display, so that what covers a part is hit."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QMenu, QMenuBar, QTabBar, QWidget

from es_desktop.views.style.dock_frame import Dock
from tests.views.driving import Driver

KEY = Qt.Key
CTRL, ALT, SHIFT = (getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("Control", "Alt", "Shift"))
_NONE = Qt.KeyboardModifier.NoModifier
_MOST = 80
"""Presses of a key that are enough to come to any part."""


def name_of(text: str) -> str:
    """Return the text of a menu entry or button as a person reads it."""
    return text.replace("&", "").split("\t")[0]


def entry(menu: QMenuBar | QMenu, name: str) -> QAction:
    """Return the entry of a menu with a text; it can be chosen."""
    found = next(each for each in menu.actions() if name_of(each.text()) == name)
    assert found.isEnabled(), f"{name} cannot be chosen: {found.toolTip()}"
    return found


def innermost_menu(driver: Driver) -> QMenu:
    """Return the menu that is open, once there is one; of menus inside of others the last."""
    menu, last = driver.dialog(QMenu), QApplication.activePopupWidget()
    return last if isinstance(last, QMenu) else menu


class Mouse:
    """Clicks on what is seen. Texts are typed with a keyboard beside it."""

    def __init__(self, driver: Driver) -> None:
        self.clicks = 0
        self._driver = driver

    def click(self, widget: QWidget, at: QPoint | None = None, *, right: bool = False) -> None:
        """Click a part of a widget, in its middle if no point is given; wait for what that does."""
        assert widget.isVisible() and widget.isEnabled()
        top = widget.window()
        point = widget.mapTo(top, widget.rect().center() if at is None else at)
        hit = top.childAt(point) or top
        assert hit is widget or widget.isAncestorOf(hit), f"{hit} covers it"
        self.clicks += 1
        handle = top.windowHandle()
        assert handle is not None
        QTest.mouseMove(handle, point)
        QTest.mouseClick(handle, Qt.MouseButton.RightButton if right else Qt.MouseButton.LeftButton, _NONE, point)
        self._driver.settle()

    def button(self, top: QWidget, name: str) -> None:
        """Click the button with a text or an accessible name, once it can be pressed."""
        buttons = [each for each in top.findChildren(QAbstractButton) if each.isVisible()]
        found = next(each for each in buttons if name in (name_of(each.text()), each.accessibleName()))
        self._driver.qtbot.waitUntil(found.isEnabled)
        self.click(found)

    def cell(self, view: QAbstractItemView, row: int, column: int, *, right: bool = False) -> None:
        """Click a cell of a table or tree, after the wheel has brought it into view."""
        view.scrollTo(view.model().index(row, column))
        self.click(view.viewport(), view.visualRect(view.model().index(row, column)).center(), right=right)

    def tab(self, dock: Dock) -> None:
        """Click the tab of a dock."""
        bars = [each for each in self._driver.window.findChildren(QTabBar) if each.isVisible()]
        tabs = [(bar, index) for bar in bars for index in range(bar.count())]
        bar, index = next(each for each in tabs if each[0].tabText(each[1]) == dock.windowTitle())
        self.click(bar, bar.tabRect(index).center())

    def menu(self, *names: str) -> None:
        """Click entries of the menus of the window, one menu after another."""
        self.entries(self._driver.window.menuBar(), *names)

    def popup(self, *names: str) -> None:
        """Click entries of the menu that is open."""
        self.entries(innermost_menu(self._driver), *names)

    def entries(self, where: QMenuBar | QMenu, *names: str) -> None:
        for name in names:
            action = entry(where, name)
            inner = action.menu()
            self.click(where, where.actionGeometry(action).center())
            if isinstance(inner, QMenu):
                self._driver.qtbot.waitUntil(inner.isVisible)
                where = inner
        self._driver.activate()


class Keyboard:
    """Presses keys as they come from a display: to what has the focus, or to the menu that is open."""

    def __init__(self, driver: Driver) -> None:
        self.keys = 0
        self.letters = 0
        """Those of texts, counted apart."""
        self._driver = driver

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = _NONE, *, times: int = 1) -> None:
        """Press a key, or several together; wait for what that does."""
        for _ in range(times):
            self.keys += 1
            self._driver.activate()
            QTest.keyClick(QApplication.focusWindow(), key, modifier)
        self._driver.settle()

    def type(self, text: str) -> None:
        """Type a text into what has the focus."""
        self.letters += len(text)
        self._driver.qtbot.keyClicks(QApplication.focusWidget(), text)
        self._driver.settle()

    def press_until(self, key: Qt.Key, is_there: Callable[[], bool]) -> None:
        """Press a key until a person is where they want to be."""
        for _ in range(_MOST):
            if is_there():
                return
            self.press(key)
        raise AssertionError(f"{key.name} does not lead there")

    def tab_to(self, widget: QWidget, *, back: bool = False) -> None:
        self.press_until(KEY.Key_Backtab if back else KEY.Key_Tab, widget.hasFocus)

    def menu(self, *names: str) -> None:
        """Press the underlined letters of entries of the menu that is open, and of those inside it."""
        where = innermost_menu(self._driver)
        for name in names:
            action = entry(where, name)
            inner, text = action.menu(), action.text()
            self.press(KEY(ord(text[text.index("&") + 1].upper())))
            if isinstance(inner, QMenu):
                self._driver.qtbot.waitUntil(inner.isVisible)
                where = inner
