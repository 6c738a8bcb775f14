"""Reads the window as a screen reader does: the tree of names, roles and values that Qt offers to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface


@dataclass(frozen=True, slots=True)
class Node:
    """What a screen reader is given for one part of the window."""

    path: tuple[str, ...]
    role: QAccessible.Role
    name: str
    value: str
    description: str
    rect: QRect
    is_shown: bool
    is_offscreen: bool
    is_focusable: bool
    interface: QAccessibleInterface

    def __str__(self) -> str:
        return " / ".join(self.path)


def nodes(top: QObject, most_children: int = 30) -> Iterator[Node]:
    """Yield what is below a widget, it first."""
    interface = QAccessible.queryAccessibleInterface(top)
    assert interface is not None
    yield from _walk(interface, (), most_children)


def node_of(interface: QAccessibleInterface, above: tuple[str, ...] = ()) -> Node:
    """Return what a screen reader is given; ``above`` is the path of what holds it."""
    state, text = interface.state(), QAccessible.Text
    name, role, number = interface.text(text.Name), interface.role(), interface.valueInterface()
    return Node(
        (*above, f"{role.name} {name!r}" if name else f"{role.name} {_class(interface)}"),
        role,
        name,
        interface.text(text.Value) if number is None else str(number.currentValue()),
        interface.text(text.Description),
        interface.rect(),
        not state.invisible,
        bool(state.offscreen),
        bool(state.focusable),
        interface,
    )


def _walk(interface: QAccessibleInterface, above: tuple[str, ...], most_children: int) -> Iterator[Node]:
    here = node_of(interface, above)
    yield here
    for index in range(min(interface.childCount(), most_children)):
        child = interface.child(index)
        if child is not None:
            yield from _walk(child, here.path, most_children)


def _class(interface: QAccessibleInterface) -> str:
    found = interface.object()
    return "" if found is None else f"{type(found).__name__} {found.objectName()}".strip()


def part(painted: QObject, start: str) -> QAccessibleInterface:
    """Return the first painted part of a widget whose name starts so."""
    interface = QAccessible.queryAccessibleInterface(painted)
    parts = (interface.child(index) for index in range(interface.childCount()))
    return next(each for each in parts if each.text(QAccessible.Text.Name).startswith(start))
