"""A button with a menu of names that can be checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from es_desktop.app.text.plain import plain_label

from .theme import restyle

_LETTERS: Final = 16
Names = Callable[[], Mapping[str, int]]
"""Returns the names, each with its count."""


class PickButton(QPushButton):
    """Shows the checked names; its menu has an entry for each name. No checked name means all."""

    picked = Signal(object)
    """A frozen set of names, or ``None`` for all."""

    def __init__(self, noun: str, names: Names, parent: QWidget | None = None) -> None:
        """``noun`` is the singular of what is listed, such as ``event type``."""
        super().__init__(parent)
        self._noun = noun
        self._names = names
        self._chosen: frozenset[str] | None = None
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setProperty("role", "filter")
        self.setMenu(self._menu)
        self.show_picked(None)

    def show_picked(self, names: frozenset[str] | None) -> None:
        """Show these names as checked; emits nothing."""
        self._chosen = names
        if names is None:
            text = f"{self._noun}s"
        elif len(names) == 1:
            text = plain_label(next(iter(names)), _LETTERS)
        else:
            text = f"{len(names)} {self._noun}s"
        self.setText(f"{text[:1].upper()}{text[1:]}  " if names is None else f"{text}  ")
        self.setProperty("state", "" if names is None else "on")
        restyle(self)

    def _fill(self) -> None:
        menu = self._menu
        menu.clear()
        every = menu.addAction(f"All {self._noun}s")
        every.triggered.connect(lambda: self._pick(None))
        every.setEnabled(self._chosen is not None)
        menu.addSeparator()
        for name, count in self._names().items():
            action = menu.addAction(f"{plain_label(name)}\t{count:,}")
            action.setCheckable(True)
            action.setChecked(self._chosen is not None and name in self._chosen)
            action.triggered.connect(lambda checked, name=name: self._turn(name))

    def _turn(self, name: str) -> None:
        self._pick(frozenset((self._chosen or frozenset()) ^ {name}) or None)

    def _pick(self, names: frozenset[str] | None) -> None:
        self.show_picked(names)
        self.picked.emit(names)
