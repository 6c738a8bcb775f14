"""Two windows are used at random for long, and then hold no more than they did before.

A round does the same things in another order on stores of several formats, with the real dialogs, and closes the
stores. After some rounds, what is alive then is compared with what is alive at the end: objects of Python and of Qt,
threads, open files, timers that run, temporary files, and memory.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar, Final

from tests.conftest import SAMPLES
from tests.faults.common import Figures, Scratch
from tests.faults.windows import OpenWindow, run_driven
from tests.faults.worker import peak_mib

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QLineEdit

SHORT = 2
LONG = 60
_WARM: Final = 3
"""After one in so many of the rounds, everything was made that is made once."""
_LIMITS: Final = {"MiB that C took": 4, "MiB of memory": 16}
"""What may be more in the end. C took what Qt and SQLite hold; Python's objects are counted by class. Memory has holes,
too, which grow and shrink: see docs/reliability.md. A shortcut sheet that stays costs 1 each."""
_DEEDS: Final = 80
"""How much is done in a round of a long form."""
_TICK: Final = 3
"""Milliseconds after which a person looks for a dialog to answer."""
_FORMATS: Final = (
    "es-3.1.0-sqlalchemy-sqlite.db",
    "es-9.5.6-sqlite-plain.db",
    "emmett-sqlite-0.42.4.db",
    "es-8.2.5-sqlalchemy-sqlite-two-apps.db",
    "blessql-0.1.4-sqlite.db",
)
_TAKEN: Final = [
    "arena",
    "ordblks",
    "smblks",
    "hblks",
    "hblkhd",
    "usmblks",
    "fsmblks",
    "uordblks",
    "fordblks",
    "keepcost",
]
_OTHERS: Final = 3_000
"""Objects of a class that is not ours that may be more in the end: compiled statements, of which so many are kept."""


def run(rounds: int, seed: int) -> Figures:
    """Return the figures; an input is something that a person does."""
    figures = Figures(rounds)
    with Scratch() as home:
        run_driven(_drive, figures, home, rounds, seed)
    return figures


def _drive(home: Path, rounds: int, seed: int, pipe: Any) -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        os.environ[name] = str(home)
    temporary = home / "temporary"
    temporary.mkdir()
    tempfile.tempdir = str(temporary)
    life = Life(home, seed)
    is_long = rounds > SHORT
    deeds = [*life.always(2 + 3 * is_long), *Random(seed).choices(life.deeds(), k=_DEEDS if is_long else 3)]
    warm = max(1, rounds // _WARM)
    before: Counter[str] = Counter()
    for number in range(rounds):
        if number == warm:
            life.alive()  # looking makes objects too
            before = life.alive()
        for name, deed in life.random.sample(deeds, len(deeds)):
            pipe.send(f"round {number} of seed {seed}: {name}")
            life.do(deed)
            pipe.send(life.taken_faults())
        life.tidy()
    after = life.alive()
    pipe.send(f"{rounds} rounds of seed {seed}")
    pipe.send([f"left: {each}" for each in _left(before, after, rounds - warm)])
    pipe.send(peak_mib())


def _left(before: Counter[str], after: Counter[str], rounds: int) -> Iterator[str]:
    """Yield how many of what there are more after some rounds."""
    for name, more in sorted((after - before).items()):
        if name in _LIMITS:
            most = _LIMITS[name]
        elif (name.startswith("es_desktop.") and name not in _KEPT) or " " in name:
            most = max(4, rounds // 4)
        else:
            most = max(_OTHERS, 20 * rounds)
        if more >= most:
            yield f"{more} x {name}"


_KEPT: Final = {
    "es_desktop.models.runtime.messages.Message",
    "es_desktop.stores.foreign.ForeignId",
    "es_desktop.stores.long_values._Readable",
}
"""What is kept on purpose, at most so many: for the list of messages, and as column types with compiled statements."""


class Life:
    """Two windows, and a person who does things at random and answers each dialog."""

    def __init__(self, home: Path, seed: int) -> None:
        from PySide6.QtCore import QTimer, qInstallMessageHandler
        from PySide6.QtWidgets import QApplication

        self.home, self.random = home, Random(seed)
        self._faults: list[str] = []
        self.stores = [home / name for name in _FORMATS]
        self._restore_files()
        self.windows = [OpenWindow(self._folder(number), self.stores[number], has_dialogs=True) for number in range(2)]
        for opened in self.windows:
            for store in self.stores:  # each start page lists all of them from now on
                opened.settings.add_recent(str(store))
        self._main = [each.window for each in self.windows]
        app = self.windows[0].app
        assert isinstance(app, QApplication)
        self.app = app
        for each in self._main:
            each.workspace.runner.crashed.connect(lambda error: self._faults.append(f"report: {error!r}"))
        logging.disable(logging.NOTSET)
        logging.getLogger().addHandler(_Reports(self._faults))
        qInstallMessageHandler(self._on_message)
        self._person = QTimer(interval=_TICK)
        # Not in the timer's own turn: an answer may open a dialog that waits, and the timer would wait too.
        self._person.timeout.connect(lambda: QTimer.singleShot(0, self._answer))
        self._person.start()

    def _folder(self, number: int) -> Path:
        folder = self.home / str(number)
        folder.mkdir(exist_ok=True)
        return folder

    def _restore_files(self) -> None:
        for each in self.stores:
            shutil.copyfile(SAMPLES / each.name, each)

    def _on_message(self, severity: object, context: object, text: str) -> None:
        if "This plugin does not support" not in text:
            self._faults.append(f"Qt says: {text}")

    def taken_faults(self) -> list[str]:
        taken = [*self._faults, *(f"report: {each}" for opened in self.windows for each in opened.failures)]
        self._faults.clear()
        for opened in self.windows:
            opened.failures.clear()
        return taken

    # What a person does

    def do(self, deed: Callable[[], object]) -> None:
        """Do something, and wait until it is done."""
        deed()
        self._settle()

    def always(self, stores: int) -> list[tuple[str, Callable[[], object]]]:
        """Return what is done in each round: so many stores are opened, and all actions are looked at."""
        actions = self._main[0].actions_by_id
        opens = [(f"open {each.name}", partial(self._open, index % 2, each)) for index, each in enumerate(self.stores)]
        return [*opens[:stores], *((name, actions[name].trigger) for name in ("palette", "shortcuts"))]

    def deeds(self) -> list[tuple[str, Callable[[], object]]]:
        """Return everything that can be done, each with its name."""
        from tests.views.driving import every_dock

        found: list[tuple[str, Callable[[], object]]] = []
        for index, window in enumerate(self._main):
            for name, action in window.actions_by_id.items():
                if name not in ("quit", "demo", "reset-demo", "new-window", "close-window"):
                    found.append((name, action.trigger))
            for dock in every_dock(window):
                found += [
                    (f"float {dock.objectName()}", partial(self._float, dock)),
                    (f"show {dock.objectName()}", partial(self._show, dock)),
                ]
            for line in self._lines(index):
                found.append((f"type into {line.accessibleName()}", partial(self._type, line)))
            for deed in (self._choose, self._scrub, self._sort, self._open_any, self._value_menu, self._pick_columns):
                found += [(deed.__name__.strip("_"), partial(deed, index))] * 8
        return found

    def _lines(self, index: int) -> list[QLineEdit]:
        from PySide6.QtWidgets import QLineEdit

        from tests.views.driving import every_dock

        return [
            each
            for dock in every_dock(self._main[index])
            for each in dock.findChildren(QLineEdit)
            if not each.isReadOnly()
        ]

    def _open(self, index: int, store: Path) -> None:
        self._main[index].workspace.open(str(store))

    def _open_any(self, index: int) -> None:
        self._open(index, self.random.choice(self.stores))

    def _choose(self, index: int) -> None:
        rows = self._main[index].workspace.entities.rowCount()
        if rows:
            self._main[index].docks.entities.table.selectRow(self.random.randrange(rows))

    def _scrub(self, index: int) -> None:
        selection = self._main[index].workspace.selection
        if selection.first is not None and selection.last is not None:
            for _ in range(5):
                selection.go_to(self.random.randint(selection.first, selection.last))
                self.app.processEvents()

    def _sort(self, index: int) -> None:
        from PySide6.QtCore import Qt

        order = self.random.choice((Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder))
        self._main[index].docks.entities.table.sortByColumn(self.random.randrange(5), order)

    def _value_menu(self, index: int) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        tree = self._main[index].docks.state.tree
        if tree.model() is not None and tree.model().rowCount():
            tree.setCurrentIndex(tree.model().index(self.random.randrange(tree.model().rowCount()), 0))
            tree.customContextMenuRequested.emit(tree.visualRect(tree.currentIndex()).center())
            QTest.keyClick(tree, Qt.Key.Key_Y)

    def _pick_columns(self, index: int) -> None:
        header = self._main[index].docks.entities.table.horizontalHeader()
        header.customContextMenuRequested.emit(header.rect().center())

    def _float(self, dock: Any) -> None:
        dock.setFloating(not dock.isFloating())

    def _show(self, dock: Any) -> None:
        dock.show()
        dock.raise_()
        dock.window().grab()

    def _type(self, line: QLineEdit) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        line.setText(self.random.choice(("", "a", "name", "version >", "x = 1", "Created", "1")))
        QTest.keyClick(line, Qt.Key.Key_Return)

    # What dialogs are answered

    def _answer(self) -> None:
        """Answer the dialog or menu in front, as likely with yes as with no."""
        from PySide6.QtWidgets import QDialog, QFileDialog, QMenu, QMessageBox

        from es_desktop.views.style.form_dialog import FormDialog

        front = self.app.activePopupWidget() or self.app.activeModalWidget()
        if front is None or not front.isVisible() or self.random.random() < 0.3:
            return
        says_yes = self.random.random() < 0.5
        if isinstance(front, QMenu):
            actions = [each for each in front.actions() if each.isEnabled() and each.menu() is None]
            if says_yes and actions:
                front.close()
                self.random.choice(actions).trigger()
            else:
                front.close()
        elif isinstance(front, QMessageBox):
            if front.objectName() == "bug":
                self._faults.append(f"a bug box: {front.text()}")
            buttons = [each for each in front.buttons() if each.isEnabled() and "etails" not in each.text()]
            self.random.choice(buttons).click()
        elif isinstance(front, QFileDialog):
            front.reject()
        elif isinstance(front, FormDialog) and says_yes and front.agree_button.isEnabled():
            front.agree()
        elif isinstance(front, QDialog):
            front.reject()
        else:
            front.close()

    def _settle(self) -> None:
        from PySide6.QtCore import QCoreApplication, QEvent

        for _ in range(3):
            for opened in self.windows:
                opened.settle()
            while self.app.activePopupWidget() is not None or self.app.activeModalWidget() is not None:
                self.app.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def tidy(self) -> None:
        """Close the stores and put everything back."""
        for index, window in enumerate(self._main):
            window.workspace.close_store()
            for line in self._lines(index):
                line.clear()
            window.actions_by_id["reset-layout"].trigger()
            window.actions_by_id["theme-light"].trigger()
        self._settle()
        self._restore_files()

    # What is alive

    def alive(self) -> Counter[str]:
        """Return how many of everything there are, while no store is open."""
        from PySide6.QtGui import QPixmapCache

        self.app.clipboard().clear()
        QPixmapCache.clear()  # 10 MB at most, of icons as they were last drawn
        self._settle()
        for _ in range(3):
            gc.collect()
        found: Counter[str] = Counter(map(_class_name, gc.get_objects()))
        for each in self._qt_objects():
            found[f"{each.metaObject().className()} of Qt"] += 1
            if each.property("active") and each.property("singleShot") is False and each is not self._person:
                found["repeating timers"] += 1
        found["threads of Python"] = threading.active_count()
        found["temporary files"] = sum(1 for _ in (self.home / "temporary").rglob("*"))
        process = Path("/proc/self")
        if process.is_dir():
            library = ctypes.CDLL(None)
            library.malloc_trim(0)  # what is free, but not given back
            if hasattr(library, "mallinfo2"):  # not in every C library
                library.mallinfo2.restype = _Taken
                taken = library.mallinfo2()
                found["MiB that C took"] = (taken.uordblks + taken.hblkhd) // 2**20
            found["threads"] = sum(1 for _ in (process / "task").iterdir())
            found["open files"] = sum(1 for _ in (process / "fd").iterdir())
            pages = int((process / "statm").read_text().split()[1])
            found["MiB of memory"] = pages * os.sysconf("SC_PAGE_SIZE") // 2**20
        return found

    def _qt_objects(self) -> Iterator[QObject]:
        """Yield all widgets and what they own, and all other objects that Python knows."""
        import shiboken6
        from PySide6.QtCore import QObject

        roots: list[Any] = [self.app, *(each for each in self.app.allWidgets() if each.parent() is None)]
        roots += [
            each for each in shiboken6.getAllValidWrappers() if isinstance(each, QObject) and each.parent() is None
        ]
        seen: set[int] = set()
        for root in roots:
            for each in (root, *root.findChildren(QObject)):
                address = shiboken6.getCppPointer(each)[0]
                if address not in seen:
                    seen.add(address)
                    yield each


class _Taken(ctypes.Structure):
    """What ``mallinfo2`` of the C library returns: bytes in use are ``uordblks``, and ``hblkhd`` in large blocks."""

    _fields_: ClassVar = [(name, ctypes.c_size_t) for name in _TAKEN]


class _Reports(logging.Handler):
    """Keeps what is logged as a warning or worse."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._faults = faults

    def emit(self, record: logging.LogRecord) -> None:
        self._faults.append(f"logged: {record.getMessage()} {record.exc_info and record.exc_info[1]!r}")


def _class_name(value: object) -> str:
    cls = type(value)
    return f"{cls.__module__}.{cls.__qualname__}"
