"""What is shown of a bug: that there is one, and what to send to those who can mend it."""

from __future__ import annotations

import logging
import sys
from types import TracebackType

from PySide6.QtWidgets import QWidget

_log = logging.getLogger(__name__)


def report_bugs(parent: QWidget) -> None:
    """From now on show what goes wrong in the GUI thread, once at a time."""

    def on_exception(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, where)
            return
        _log.error("a bug", exc_info=(kind, error, where))
        show_bug(parent, error)

    sys.excepthook = on_exception


def show_bug(parent: QWidget, error: BaseException) -> None:
    """Show one bug, with a way to copy its traceback. Nothing where a person is reading one already."""
    import traceback

    from PySide6.QtGui import QGuiApplication
    from PySide6.QtWidgets import QMessageBox

    from es_desktop.views.style.plain_text import message_box

    if parent.findChild(QMessageBox, "bug") is not None:
        return
    told = "".join(traceback.format_exception(error))
    text = f"{type(error).__name__}: {error}"
    more = "This is a fault of the program. Nothing was written by what failed."
    box = message_box(parent, QMessageBox.Icon.Critical, "Something went wrong", text, more)
    box.setObjectName("bug")
    box.setDetailedText(told)
    copy = box.addButton("Copy the details", QMessageBox.ButtonRole.ActionRole)
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(told))
    box.addButton(QMessageBox.StandardButton.Close)
    box.finished.connect(box.deleteLater)
    box.open()
