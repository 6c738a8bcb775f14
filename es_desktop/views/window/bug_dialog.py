"""Shows bugs of the program, with a report to copy."""

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
    """Show a bug in a box with its report; does nothing while such a box is open."""
    import traceback

    from PySide6.QtGui import QGuiApplication
    from PySide6.QtWidgets import QMessageBox

    from es_desktop.views.style.dialogs import open_dialog
    from es_desktop.views.style.plain_text import message_box

    if parent.findChild(QMessageBox, "bug") is not None:
        return
    text = "".join(traceback.format_exception_only(error)).strip()
    more = (
        "This is a bug in the program. The failed operation wrote nothing. "
        "The text above may contain values of the store; the report does not."
    )
    box = message_box(parent, QMessageBox.Icon.Critical, "Something went wrong", text, more)
    box.setObjectName("bug")
    report, whole = bug_report(error), bug_report(error, with_text=True)
    box.setDetailedText(report)
    copy = box.addButton("Copy the report", QMessageBox.ButtonRole.ActionRole)
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
    copy_whole = box.addButton("Copy it with the text of the error", QMessageBox.ButtonRole.ActionRole)
    copy_whole.clicked.connect(lambda: QGuiApplication.clipboard().setText(whole))
    box.addButton(QMessageBox.StandardButton.Close)
    open_dialog(box)


def bug_report(error: BaseException, *, with_text: bool = False) -> str:
    """Return where an error and its causes were raised, and in which versions.

    Their texts, which may contain values of a store, are there only ``with_text``.
    """
    import platform
    import traceback

    import PySide6

    from es_desktop import __version__

    versions = f"es-desktop {__version__}, Python {platform.python_version()}, PySide {PySide6.__version__}"
    parts, found = [f"{versions}, {platform.platform()}\n"], [error]
    while (earlier := found[-1].__cause__ or found[-1].__context__) is not None and earlier not in found:
        found.append(earlier)
    for each in reversed(found):
        parts += [
            "\n",
            *traceback.format_tb(each.__traceback__),
            f"{type(each).__module__}.{type(each).__qualname__}\n",
        ]
    if with_text:
        parts += ["\n", *traceback.format_exception_only(error)]
    return without_secrets("".join(parts))
