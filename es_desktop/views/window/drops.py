"""Files and folders that are dropped anywhere on a window."""

from __future__ import annotations

import os
from typing import Final
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDropEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget

from es_desktop.models.guard import Guarded

_DRAGS: Final = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)
MOST: Final = 20
"""Files that are taken of one drop: each opens a window."""
_REPLACED: Final = "\N{REPLACEMENT CHARACTER}"


class FileDrops(Guarded, QObject):
    """Takes dropped files before the widgets of a window do: a line would take their names as text."""

    dropped = Signal(object)
    """The paths of files and folders."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._watched: QWindow | None = None

    def watch(self, window: QWindow | None) -> None:
        """Take what is dropped on a window of the system from now on."""
        if window is not None and window is not self._watched:
            self._watched = window
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _DRAGS or not isinstance(event, QDropEvent) or QApplication.activeModalWidget():
            return False
        files = _files(event.mimeData())
        if not files:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() == QEvent.Type.Drop:
            # Later: where the files come from waits until this returns.
            QTimer.singleShot(0, self, lambda: self.dropped.emit(files[:MOST]))
        return True


def _files(data: QMimeData) -> list[str]:
    return [_path_of(url) for url in data.urls() if url.isLocalFile()]


def _path_of(url: QUrl) -> str:
    """Return the path of a file as Python names it: Qt replaces the bytes of a name that are no text."""
    path = url.toLocalFile()
    if _REPLACED not in path:
        return path
    return os.fsdecode(unquote_to_bytes(url.path(QUrl.ComponentFormattingOption.FullyEncoded)))
