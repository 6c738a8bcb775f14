"""Shows bugs of the program, with a traceback to copy."""

from __future__ import annotations

import sys
from types import TracebackType

from PySide6.QtWidgets import QWidget

from es_desktop.app.runtime.log import log_exception
from es_desktop.app.text.plain import without_secrets


def report_bugs(parent: QWidget) -> None:
    """Show every uncaught exception of the GUI thread in a box, one at a time."""

    def on_exception(error_class: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        log_exception(error_class, error, where)
        if not issubclass(error_class, KeyboardInterrupt):
            show_bug(parent, error)

    sys.excepthook = on_exception


def show_bug(parent: QWidget, error: BaseException) -> None:
    """Show a bug in a box with its traceback; does nothing while such a box is open."""
    import traceback

    from PySide6.QtGui import QGuiApplication
    from PySide6.QtWidgets import QMessageBox

    from es_desktop.views.style.dialogs import open_dialog
    from es_desktop.views.style.plain_text import message_box

    if parent.findChild(QMessageBox, "bug") is not None:
        return
    details = without_secrets("".join(traceback.format_exception(error)))
    text = "".join(traceback.format_exception_only(error)).strip()
    more = "This is a bug in the program. The failed operation wrote nothing."
    box = message_box(parent, QMessageBox.Icon.Critical, "Something went wrong", text, more)
    box.setObjectName("bug")
    box.setDetailedText(details)
    copy = box.addButton("Copy details", QMessageBox.ButtonRole.ActionRole)
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(details))
    box.addButton(QMessageBox.StandardButton.Close)
    open_dialog(box)
