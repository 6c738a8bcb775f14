"""Shows bugs of the program, with a report to copy."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QSysInfo
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget

from es_desktop.app.runtime.crash import Crash
from es_desktop.app.runtime.log import log_exception
from es_desktop.app.text.plain import plain_label, without_secrets
from es_desktop.views.style.dialogs import open_dialog
from es_desktop.views.style.plain_text import message_box

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox


def report_bugs() -> None:
    """Show every uncaught exception of the GUI thread in a box of the window in front, one at a time."""

    def on_exception(error_class: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        log_exception(error_class, error, where)
        if not issubclass(error_class, KeyboardInterrupt):
            show_bug(front_window(), error)

    sys.excepthook = on_exception


def front_window() -> QWidget | None:
    """Return the window that is active, itself or by one of its dialogs; or any that is shown."""
    found = QApplication.activeWindow()
    while found is not None and found.parentWidget() is not None:
        found = found.parentWidget()
    shown = (each for each in QApplication.topLevelWidgets() if isinstance(each, QMainWindow) and each.isVisible())
    return found or next(shown, None)


def show_bug(parent: QWidget | None, error: BaseException) -> None:
    """Show a bug in a box with its report; does nothing without a window, or while such a box is open."""
    import traceback

    if parent is None or parent.findChild(QDialog, "bug") is not None:
        return
    text = "".join(traceback.format_exception_only(error)).strip()
    more = (
        "This is a bug in the program. The failed operation wrote nothing. "
        "The text above may contain values of the store; the report does not."
    )
    box = _box(parent, text, more, bug_report(error))
    _add_copy(box, "Copy it with the text of the error", bug_report(error, with_text=True))
    _open(box)


def show_crash(parent: QWidget, crash: Crash, open_store: Callable[[str], object]) -> None:
    """Show the report of an earlier crash in the box for bugs, and offer what was shown then."""
    text = "The program ended unexpectedly the last time."
    more = "This is a bug in the program. What was written is kept. The report has no values and no names of a store."
    box = _box(parent, text, more, crash.report)
    if crash.store:
        last = box.addButton("Open what was shown", box.ButtonRole.ActionRole)
        last.clicked.connect(lambda: open_store(crash.store))
    _open(box)


def _box(parent: QWidget, text: str, more: str, report: str) -> QMessageBox:
    from PySide6.QtWidgets import QMessageBox  # as in ``message_box``

    box = message_box(parent, QMessageBox.Icon.Critical, "Something went wrong", text, more)
    box.setObjectName("bug")
    box.setDetailedText(report)
    _add_copy(box, "Copy the report", report)
    return box


def _add_copy(box: QMessageBox, title: str, report: str) -> None:
    copy = box.addButton(plain_label(title), box.ButtonRole.ActionRole)
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))


def _open(box: QMessageBox) -> None:
    box.addButton(box.StandardButton.Close)
    open_dialog(box)


def versions() -> str:
    """Return the versions of what a report is about, as one line."""
    import PySide6

    from es_desktop.version import __version__

    system = f"{QSysInfo.kernelType()} {QSysInfo.kernelVersion()} {QSysInfo.currentCpuArchitecture()}"
    program = f"es-desktop {__version__}, Python {sys.version.partition(' ')[0]}, PySide {PySide6.__version__}"
    return f"{program}, {system}"


def bug_report(error: BaseException, *, with_text: bool = False) -> str:
    """Return where an error and its causes were raised, and in which versions.

    Their texts, which may contain values of a store, are there only ``with_text``.
    """
    import traceback

    parts, found = [f"{versions()}\n"], [error]
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
