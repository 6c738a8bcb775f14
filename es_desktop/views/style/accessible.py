"""What a screen reader is given of painted things: each part of a painted widget, with name, value, place and actions.

Qt asks for it only while a screen reader, or a test, asks Qt.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleActionInterface,
    QAccessibleEvent,
    QAccessibleInterface,
    QAccessibleValueInterface,
)
from PySide6.QtWidgets import QAbstractScrollArea, QAccessibleWidget, QWidget
from shiboken6 import Shiboken

PRESS: Final = QAccessibleActionInterface.pressAction()
SHOW_MENU: Final = QAccessibleActionInterface.showMenuAction()
REMOVE: Final = "Remove"
_ACTIONS: Final = QAccessible.InterfaceType.ActionInterface
_VALUE: Final = QAccessible.InterfaceType.ValueInterface
_NOWHERE: Final = Shiboken.VoidPtr(0)
"""What ``interface_cast`` returns for an interface that is not there: ``None`` would be taken for an address."""
_TEXTS: Final = {QAccessible.Text.Name: "name", QAccessible.Text.Value: "value"}
R = TypeVar("R")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """A painted thing: ``rect`` is in pixels of what it is painted on."""

    name: str = ""
    rect: QRect = field(default_factory=QRect)
    value: str = ""
    is_chosen: bool = False
    actions: Mapping[str, Callable[[], object]] = field(default_factory=dict)
    """What can be done with it, by Qt's names of actions."""


@dataclass(frozen=True, slots=True)
class Slide:
    """A widget as a slider: its number, the least and the greatest, and what sets it."""

    number: int
    least: int
    most: int
    set: Callable[[int], object]


class Spoken:
    """A mix-in for widgets that give an interface of their own to a screen reader."""

    def accessible_interface(self) -> QAccessibleInterface:
        """Return a new interface; Qt keeps it as long as the widget."""
        raise NotImplementedError


class SpokenDock(Spoken):
    """A mix-in for docks: one that another covers is not there for a screen reader."""

    is_covered = False

    def accessible_interface(self) -> QAccessibleInterface:
        return _DockInterface(self)


class SpokenParts(Spoken):
    """A mix-in for widgets with painted parts: a list of them."""

    def part_count(self) -> int:
        raise NotImplementedError

    def part(self, index: int) -> Part:
        """Return what is painted; ``index`` is from 0 to ``part_count() - 1``."""
        raise NotImplementedError

    def slide(self) -> Slide | None:
        """Return the widget as a slider; ``None`` if it is none."""
        return None

    def accessible_interface(self) -> QAccessibleInterface:
        return _PartsInterface(self)

    def speak_part(self, index: int) -> None:
        """Have a screen reader read a part, because the keyboard or a click has chosen it."""
        if QAccessible.isActive() and isinstance(self, QWidget) and self.hasFocus():
            event = QAccessibleEvent(self, QAccessible.Event.Focus)
            event.setChild(index)
            QAccessible.updateAccessibility(event)


@functools.cache
def offer_interfaces() -> None:
    """Have Qt ask widgets for their ``accessible_interface``; only the first call in a process does something."""
    QAccessible.installFactory(_new_interface)


def _new_interface(class_name: str, thing: QObject | None) -> QAccessibleInterface | None:
    return thing.accessible_interface() if isinstance(thing, Spoken) else None


def _address(interface: Shiboken.Object) -> Shiboken.VoidPtr:
    return Shiboken.VoidPtr(Shiboken.getCppPointer(interface)[0])


class _DockInterface(QAccessibleWidget):
    def __init__(self, dock: SpokenDock) -> None:
        assert isinstance(dock, QWidget)
        super().__init__(dock, QAccessible.Role.Pane, dock.windowTitle())
        self._dock = dock

    def state(self) -> QAccessible.State:
        state = super().state()
        state.invisible = state.invisible or self._dock.is_covered
        return state

    def childCount(self) -> int:
        return 0 if self._dock.is_covered else super().childCount()


class _PartsInterface(QAccessibleWidget):
    """A painted widget, with its parts as children."""

    def __init__(self, widget: SpokenParts) -> None:
        assert isinstance(widget, QWidget)
        slide = widget.slide()
        super().__init__(widget, QAccessible.Role.List if slide is None else QAccessible.Role.Slider)
        self._parts = widget
        self._slide = None if slide is None else _SlideInterface(widget)
        self._children: dict[int, tuple[_PartInterface, int]] = {}
        widget.destroyed.connect(self._forget)

    def _forget(self) -> None:
        for _, number in self._children.values():
            QAccessible.deleteAccessibleInterface(number)
        self._children.clear()

    def childCount(self) -> int:
        return _count(self._parts)

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        if not 0 <= index < self.childCount():
            return None
        if index not in self._children:
            child = _PartInterface(self._parts, index)
            self._children[index] = child, QAccessible.registerAccessibleInterface(child)
        return self._children[index][0]

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        children = map(self.child, range(self.childCount()))
        return next((each for each in children if each is not None and each.rect().contains(x, y)), None)

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return child.index if isinstance(child, _PartInterface) else -1

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        children = map(self.child, range(self.childCount()))
        return next((each for each in children if each is not None and each.state().focused), None)

    def interface_cast(self, kind: QAccessible.InterfaceType) -> Any:
        if kind == _VALUE and self._slide is not None:
            return _address(self._slide)
        found = super().interface_cast(kind)
        return _NOWHERE if found is None else found


class _SlideInterface(QAccessibleValueInterface):
    """The number of a painted widget, which a screen reader can set."""

    def __init__(self, widget: SpokenParts) -> None:
        super().__init__()
        self._widget = widget

    def _slide(self) -> Slide:
        return _answer(self._widget, self._widget.slide, None) or Slide(0, 0, 0, int)

    def currentValue(self) -> Any:
        return self._slide().number

    def minimumValue(self) -> Any:
        return self._slide().least

    def maximumValue(self) -> Any:
        return self._slide().most

    def minimumStepSize(self) -> Any:
        return 1

    def setCurrentValue(self, value: Any) -> None:
        _answer(self._widget, lambda: self._slide().set(int(value)), None)


class _PartInterface(QAccessibleInterface):
    """One painted part."""

    def __init__(self, parts: SpokenParts, index: int) -> None:
        super().__init__()
        assert isinstance(parts, QWidget)
        self._parts: SpokenParts = parts
        self._widget: QWidget = parts
        self.index = index
        self._actions = _PartActions(self)

    def part(self) -> Part:
        """Return what is painted now; an empty part where there is nothing anymore."""
        return _answer(self._parts, lambda: self._parts.part(self.index), Part()) if self.isValid() else Part()

    def isValid(self) -> bool:
        return Shiboken.isValid(self._widget) and self.index < _count(self._parts)

    def object(self) -> QObject | None:  # type: ignore[override]
        return None

    def parent(self) -> QAccessibleInterface | None:  # type: ignore[override]
        return QAccessible.queryAccessibleInterface(self._widget) if Shiboken.isValid(self._widget) else None

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    def rect(self) -> QRect:
        rect = self.part().rect
        return QRect(_surface(self._widget).mapToGlobal(rect.topLeft()), rect.size()) if self.isValid() else rect

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        if not self.isValid():
            state.invalid = True
            return state
        part, surface = self.part(), _surface(self._widget)
        state.invisible = not surface.isVisible()
        state.offscreen = not surface.rect().intersects(part.rect)
        state.selectable = True
        state.selected = part.is_chosen
        state.focused = part.is_chosen and self._widget.hasFocus()
        state.focusable = self._widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        return state

    def text(self, kind: QAccessible.Text) -> str:
        return str(getattr(self.part(), _TEXTS[kind])) if kind in _TEXTS else ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """A painted thing has no text that can be set."""

    def interface_cast(self, kind: QAccessible.InterfaceType) -> Any:
        return _address(self._actions) if kind == _ACTIONS else _NOWHERE


class _PartActions(QAccessibleActionInterface):
    """What can be done with a painted part."""

    def __init__(self, interface: _PartInterface) -> None:
        super().__init__()
        self._interface = interface

    def actionNames(self) -> list[str]:
        return list(self._interface.part().actions)

    def doAction(self, name: str) -> None:
        action = self._interface.part().actions.get(name)
        if action is not None:
            _answer(self._interface, action, None)

    def keyBindingsForAction(self, name: str) -> list[str]:
        return []


def _count(parts: SpokenParts) -> int:
    return _answer(parts, parts.part_count, 0)


def _surface(widget: QWidget) -> QWidget:
    """Return what a widget paints on."""
    return widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget


def _answer(asked: object, function: Callable[[], R], otherwise: R) -> R:
    """Return what a function returns. Qt cannot go on after an exception: it is logged, and the answer is another."""
    try:
        return function()
    except Exception as error:
        _log.error("%s could not be read aloud", type(asked).__name__, exc_info=error)
        return otherwise
