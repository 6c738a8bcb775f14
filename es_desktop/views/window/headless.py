"""Runs the window without a person: for a screenshot or the self-test."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from es_desktop.app.runtime.errors import ConflictError, UserError
from es_desktop.app.transfer.export import FormatText

from .main_window import MainWindow

_FAILED: Final = 1
_BAD_INPUT: Final = 2


class HeadlessPrompts:
    """Answers prompts without a person; an error ends the program."""

    def __init__(self) -> None:
        self.has_ended = False

    def store_to_open(self) -> str | None:
        return None

    def address(self, offered: str) -> str | None:
        return None

    def store_to_make(self) -> str | None:
        return None

    def copy_to_make(self, name: str) -> str | None:
        return None

    def file_to_write(self, name: str, about: FormatText) -> str | None:
        return None

    def file_to_import(self) -> str | None:
        return None

    def confirm(self, title: str, text: str, yes: str) -> bool:
        return True

    def retry(self, conflict: ConflictError) -> bool:
        return False

    def version(self, current: int, first: int, last: int) -> int | None:
        return None

    def time(self, offered: str) -> str | None:
        return None

    def show_error(self, error: UserError) -> None:
        if not self.has_ended:
            sys.stderr.write(f"es-desktop: {error}\n")
        self.end(_BAD_INPUT)

    def can_ask(self, error: UserError) -> bool:
        self.show_error(error)
        return False

    def fail(self, error: BaseException) -> None:
        """End the program because of a bug."""
        traceback.print_exception(error)
        self.end(_FAILED)

    def end(self, status: int) -> None:
        """End the program; only the first time counts."""
        if not self.has_ended:
            self.has_ended = True
            QApplication.exit(status)


class Screenshot(QObject):
    """Saves a picture of the window once everything is loaded, then ends the program."""

    def __init__(self, window: MainWindow, headless: HeadlessPrompts, target: Path) -> None:
        super().__init__(window)
        self._window = window
        self._headless = headless
        self._target = target

    def start(self) -> None:
        """Save the picture as soon as no task runs."""
        self._window.workspace.runner.idle.connect(self._draw)
        QTimer.singleShot(0, self._draw)

    def _draw(self) -> None:
        runner = self._window.workspace.runner
        if not runner.is_idle or self._headless.has_ended:
            return
        pixmap = self._window.grab()
        if not runner.is_idle:
            return  # painting asked for more rows; ``idle`` is emitted again once they are loaded
        runner.idle.disconnect(self._draw)
        saved = pixmap.save(str(self._target), "PNG")
        if not saved:
            sys.stderr.write(f"es-desktop: {self._target} cannot be written. Choose another folder.\n")
        self._headless.end(0 if saved else _BAD_INPUT)
