"""Creates the window and runs it: on a screen, into a picture, or for the self-test."""

from __future__ import annotations

import argparse
import gc
import io
import logging
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import PySide6
from PySide6.QtCore import (
    QEvent,
    QMessageLogContext,
    QObject,
    QSocketNotifier,
    QTimer,
    QtMsgType,
    QUrl,
    qInstallMessageHandler,
)
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from es_desktop.app.preferences.table import FONT, FONT_SIZE, THEME
from es_desktop.app.runtime import places
from es_desktop.app.runtime.crash import reports_crash, take_crashes
from es_desktop.app.runtime.display import DisplayProblem, unsupported_pyside
from es_desktop.app.runtime.errors import UserError
from es_desktop.cli.ending import BAD_INPUT, OK, stop_signal
from es_desktop.models.guard import Guarded
from es_desktop.views.style.theme import STYLE, Mode, Theme
from es_desktop.views.window.bug_dialog import front_window, report_bugs, show_bug, show_crash, versions
from es_desktop.views.window.main_window import MainWindow
from es_desktop.views.window.settings import Settings

from .version import __version__

if TYPE_CHECKING:
    from es_desktop.app.store.opening import Opener
    from es_desktop.models.workspace import Workspace
    from es_desktop.views.window.hand_over import Request
    from es_desktop.views.window.windows import StoreWindow

_UNSEEN_PICTURE: Final = "es-desktop.png"
_CLOSE_AGAIN: Final = 500
"""Milliseconds after which windows are closed again that a signal should have closed."""
_SWITCH_SECONDS: Final = 0.0005
"""How long a thread may keep the interpreter: short, so that the window stays smooth while another one decodes."""


def run(args: argparse.Namespace, unseen: DisplayProblem | None) -> int:
    """Run the window and return the exit status.

    ``unseen`` says why no window can be shown; then it is drawn into a file in the current folder.
    """
    refusal = unsupported_pyside(PySide6.__version__, sys.version_info[:2])
    if refusal is not None:
        print(f"es-desktop: {refusal}", file=sys.stderr)
        return BAD_INPUT
    sys.setswitchinterval(_SWITCH_SECONDS)
    qInstallMessageHandler(_log_qt_message)
    app = _Application([places.NAME, *STYLE])
    app.setApplicationName(places.NAME)
    app.setApplicationVersion(__version__)
    app.setDesktopFileName(places.NAME)
    watch = _SignalWatch(app)
    try:
        # A run that was ended while Qt was loaded makes no window.
        return run_in(app, args, unseen) if stop_signal() is None else BAD_INPUT
    finally:
        watch.end()


def run_in(app: QApplication, args: argparse.Namespace, unseen: DisplayProblem | None) -> int:
    """Run the window in an application that is there, and return the exit status; ``unseen`` as in ``run``."""
    if args.command == "selftest":
        return _unseen(app, args, None)
    if args.view is not None:
        from es_desktop.views.panels.window_views import view_named

        try:
            view_named(args.view)
        except UserError as error:
            print(f"es-desktop: {error}", file=sys.stderr)
            return BAD_INPUT
    if args.screenshot is None and unseen is None:
        return _window(app, args)
    status = _unseen(app, args, Path(args.screenshot or _UNSEEN_PICTURE))
    if unseen is not None and status == 0:
        print(f"{unseen.reason} The window was drawn to {_UNSEEN_PICTURE} instead.\n{unseen.remedy}")
    return status


def _log_qt_message(severity: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Log a message of Qt, unless it is the needless one of each offscreen window."""
    if "propagateSizeHints" not in text:
        level = logging.DEBUG if severity in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) else logging.WARNING
        logging.getLogger("qt").log(level, text)


def _why_not_handed_over(address: str, args: argparse.Namespace) -> str | None:
    """Hand what the command line asks for to the program that runs; ``None`` if that took it, or why it did not.

    The reason is empty if none runs, or the arguments want a process of its own.
    """
    if args.new_window or args.limit or args.theme or not (sys.platform == "win32" or Path(address).exists()):
        return ""
    from es_desktop.app.store.opening import from_anywhere

    try:
        from es_desktop.views.window.hand_over import Answer, Request, hand_over
    except ImportError:  # as in ``_listen``
        return ""
    paths = {name: str(Path(value).absolute()) for name in ("key_file", "map") if (value := vars(args)[name])}
    try:
        store, scope = (None, None) if args.store is None else from_anywhere(args.store)
        request = Request(store, args.entity, args.at, args.scope or scope, demo=args.demo, view=args.view, **paths)
        answer = hand_over(address, request)
    except UserError:
        return ""  # the window will say it
    silent = "The program runs already, but does not answer: this window is of another process."
    return {Answer.TAKEN: None, Answer.NOBODY: "", Answer.SILENT: silent}[answer]


def _listen(address: str, window: MainWindow) -> None:
    """Open what later starts of the program hand over."""
    try:
        from es_desktop.views.window.hand_over import Listener
    except ImportError:  # Qt's network library needs Kerberos, which not every machine has
        return
    windows = window.windows

    def take(request: Request) -> None:
        if not windows.all:
            return  # the program ends
        if request.demo and not window.demo_path.exists():
            free = windows.free.workspace
            free.open_demo(window.demo_path, entity=request.entity, version=request.at, view=request.view)
        elif request.demo or request.store is not None:
            wanted = replace(request, store=str(window.demo_path)) if request.demo else request
            _open_store(windows.all[-1], wanted, windows.open)
        else:
            windows.all[-1].come_forward()

    listener = Listener(address, window.theme)
    listener.requested.connect(take)


def _window(app: QApplication, args: argparse.Namespace) -> int:
    address = places.meeting_address()
    why_not = _why_not_handed_over(address, args)
    if why_not is None:
        return OK
    settings = Settings(places.settings_file())
    preferences = settings.preferences
    if args.theme:
        preferences.give(THEME, args.theme)
    theme = Theme(
        app,
        cast("Mode", preferences.text(THEME)),
        has_system_font=preferences.text(FONT) == "system",
        pixels=preferences.number(FONT_SIZE),
    )

    def make_workspace() -> Workspace:
        from es_desktop.app.store.credentials import SystemKeyring
        from es_desktop.app.store.opening import MapFolder, Opener

        workspace = _workspace(places.notebooks(), Opener(SystemKeyring(), MapFolder(places.maps())))
        workspace.runner.crashed.connect(lambda error: show_bug(front_window(), error))
        workspace.store_changed.connect(lambda: note_store(window.windows.last_store))
        return workspace

    window = MainWindow(make_workspace, theme, settings, places.demo_store())
    report_bugs()
    window.ready.connect(_collect_garbage)
    window.ready.connect(lambda: _open(window, args))
    if args.demo and not (args.entity or args.at):
        window.ready.connect(window.offer_tour)
    window.ready.connect(lambda: _listen(address, window))
    window.ready.connect(lambda: _offer_registration(window))
    if isinstance(app, _Application):
        window.ready.connect(lambda: app.open_with(lambda wanted: _open_wanted(window, wanted)))
    for why in filter(None, (places.why_nothing_is_kept(), why_not)):
        logging.getLogger(__name__).warning(why)
        window.ready.connect(lambda why=why: window.workspace.message.emit(why))
    window.ready.connect(lambda: _show_earlier_crash(window))
    with reports_crash(places.crashes(), versions()) as note_store:
        window.show()
        return app.exec()


def _offer_registration(window: MainWindow) -> None:
    from es_desktop.views.desktop.offer import offer_registration

    offer_registration(window.start_page, window.settings, window.workspace.runner)


def _collect_garbage() -> None:
    """Collect garbage from now on, but what is there by now stays: looking through it again holds the window up."""
    gc.freeze()
    gc.enable()


def _show_earlier_crash(window: MainWindow) -> None:
    """Show what the last of the processes left that crashed, once."""
    earlier = take_crashes(places.crashes())
    if earlier:
        show_crash(window, earlier[-1], window.open_recent)


class _Application(Guarded, QApplication):
    """Keeps what the system asks it to open until there is a window for it: macOS does for each double click."""

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self._wanted: list[str] = []
        self._open: Callable[[str], object] | None = None

    def open_with(self, open_: Callable[[str], object]) -> None:
        """Open what was asked for until now, and all that follows, with a function. It takes a file, or an address."""
        self._open = open_
        self._open_wanted()

    def event(self, event: QEvent) -> bool:
        if not isinstance(event, QFileOpenEvent):
            return super().event(event)
        self._wanted.append(event.file() or event.url().toString(QUrl.ComponentFormattingOption.FullyEncoded))
        self._open_wanted()
        return True

    def _open_wanted(self) -> None:
        while self._open is not None and self._wanted:
            self._open(self._wanted.pop(0))


class _SignalWatch(QObject):
    """Has a signal close the window as a person does. Signals are held: they only note that the run ends.

    Python notes one only when the GUI thread runs Python again, so each signal wakes it through a pipe. Its ends stay
    open as long as Python writes to them: a file that was opened under the number of a closed one would be written to.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._here, self._there = _pipe()
        self._notifier = QSocketNotifier(self._here.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        # Not at once: whatever the GUI thread does now is finished first.
        self._closing = QTimer(self, singleShot=True, interval=0)
        self._closing.timeout.connect(self._close)
        signal.set_wakeup_fd(self._there.fileno(), warn_on_full_buffer=False)

    def end(self) -> None:
        """Stop watching, once no event loop runs."""
        signal.set_wakeup_fd(-1)
        self._notifier.setEnabled(False)
        for end in (self._here, self._there):
            end.close()

    def _read(self) -> None:
        self._here.read(16)
        if stop_signal() is not None and not self._closing.isActive():
            self._closing.start()

    def _close(self) -> None:
        self._app.closeAllWindows()
        self._app.exit(BAD_INPUT)  # not what is returned
        self._closing.start(_CLOSE_AGAIN)  # where a dialog stayed, or the event loop starts after this


def _pipe() -> tuple[io.RawIOBase, io.RawIOBase]:
    """Return the end to read from and the one to write to; neither blocks."""
    if sys.platform == "win32":  # Qt watches nothing but sockets there; importing them takes 4 ms
        from socket import socketpair

        here, there = socketpair()
        with here, there:  # each is closed with its file
            here.setblocking(False)
            there.setblocking(False)
            return here.makefile("rb", 0), there.makefile("wb", 0)
    read, write = os.pipe()
    for end in (read, write):
        os.set_blocking(end, False)
    return io.FileIO(read, "rb"), io.FileIO(write, "wb")


def _unseen(app: QApplication, args: argparse.Namespace, picture: Path | None) -> int:
    """Draw the window into a picture, or without one try it, with its files in a temporary folder."""
    import tempfile

    from es_desktop.views.window.headless import HeadlessPrompts, Screenshot, SelfTest

    wanted: Mode = "light" if vars(args).get("theme") in (None, "system") else args.theme
    prompts, theme = HeadlessPrompts(), Theme(app, wanted)

    with tempfile.TemporaryDirectory(prefix="es-desktop-", ignore_cleanup_errors=True) as name:
        folder = Path(name)

        def make_workspace() -> Workspace:
            workspace = _workspace(folder / "notebooks", None)
            workspace.stores.asks = False
            workspace.runner.crashed.connect(prompts.fail)
            return workspace

        window = MainWindow(make_workspace, theme, Settings(folder / "settings.ini"), folder / "demo.esdb", prompts)
        window.ready.connect(_collect_garbage)
        if picture is None:
            window.show()
            test = SelfTest(window, folder)
            test.start()
            return app.exec()
        window.resize(*args.size)
        screenshot = Screenshot(window, prompts, picture)
        window.show()
        _open(window, args)
        screenshot.start()
        status = app.exec()
        window.close()
        return status


def _workspace(notebooks: Path, opener: Opener | None) -> Workspace:
    from es_desktop.app.notes.notebook import NotebookFolder
    from es_desktop.models.runtime.tasks import TaskRunner
    from es_desktop.models.workspace import Workspace

    return Workspace(TaskRunner(), NotebookFolder(notebooks), opener)


def _open(window: MainWindow, args: argparse.Namespace) -> None:
    """Open what the command line asks for; nothing where it names no store."""
    workspace = window.workspace
    if args.demo:
        workspace.open_demo(window.demo_path, entity=args.entity, version=args.at, view=args.view)
    elif args.store is not None:
        _open_store(window, args, workspace.open)


def _open_wanted(window: MainWindow, wanted: str) -> None:
    """Open a file or an address that the system asks for, beside what is open."""
    from es_desktop.app.notes.address import Address

    try:
        address = Address.parse(wanted)
    except UserError as error:
        window.workspace.refused.emit(error)
    else:
        parts = {"store": address.store, "entity": address.entity, "at": address.version, "scope": address.scope}
        asked = argparse.Namespace(**parts, key_file=None, map=None, view=None)
        _open_store(window.windows.all[-1], asked, window.windows.open)


def _open_store(window: StoreWindow, asked: argparse.Namespace | Request, open_: Callable[..., None]) -> None:
    """Open the store that is asked for, as ``Workspace.open`` does."""
    from es_desktop.app.store.opening import given_options

    files = (None if each is None else Path(each) for each in (asked.key_file, asked.map))
    try:
        options = given_options(asked.scope, *files)
    except UserError as error:
        window.workspace.refused.emit(error)
    else:
        open_(asked.store, entity=asked.entity, version=asked.at, options=options, view=asked.view)
