"""Runs the window without a person: for a screenshot, or for the self-test on the demo and a copy of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QObject, QTimer
from PySide6.QtWidgets import QApplication

from es_desktop.app.entity.commands import Commands
from es_desktop.app.entity.view import History, history_elsewhere
from es_desktop.app.runtime.errors import ConflictError, StoreDamaged, UserError
from es_desktop.app.runtime.log import complain, log_exception
from es_desktop.app.transfer.store_file import new_file
from es_desktop.views.table.rows import rows_of

from .main_window import MainWindow

_FAILED: Final = 1
_BAD_INPUT: Final = 2


class HeadlessPrompts:
    """Answers prompts without a person; an error ends the program."""

    def __init__(self) -> None:
        self.has_ended = False
        self._damage: UserError | None = None

    def _nothing(self, *_: object, **__: object) -> None:
        """Answer nothing."""

    store_to_open = address = store_to_make = store_to_save = copy_to_make = file_to_write = _nothing
    file_to_import = printer = version = time = _nothing

    def confirm(self, title: str, text: str, yes: str) -> bool:
        return True

    def retry(self, conflict: ConflictError) -> bool:
        return False

    def show_error(self, error: UserError) -> None:
        if not self.has_ended:
            complain(str(error))
        self.end(_BAD_INPUT)

    def choose(self, error: UserError, offers: Sequence[str]) -> None:
        if isinstance(error, StoreDamaged):  # what can be read is drawn; otherwise the error is all that is said
            self._damage = error
        else:
            self.show_error(error)

    def can_ask(self, error: UserError) -> bool:
        self.show_error(error)
        return False

    def fail(self, error: BaseException) -> None:
        """End the program because of a bug."""
        log_exception(type(error), error, error.__traceback__)
        self.end(_FAILED)

    def end(self, status: int) -> None:
        """End the program; only the first time counts."""
        if not self.has_ended:
            self.has_ended = True
            if status == 0 and self._damage is not None:
                complain(str(self._damage))
            QTimer.singleShot(0, lambda: QApplication.exit(status))  # the loop may not run yet


class Screenshot(QObject):
    """Saves a picture of the window once everything is loaded, then ends the program."""

    def __init__(self, window: MainWindow, headless: HeadlessPrompts, target: Path) -> None:
        super().__init__(window)
        self._window = window
        self._headless = headless
        self._target = target
        self._saving = QTimer(self, singleShot=True, interval=0)
        self._saving.timeout.connect(self._save)

    def start(self) -> None:
        """Save the picture as soon as no task runs."""
        self._window.workspace.runner.idle.connect(self._draw)
        QTimer.singleShot(0, self, self._draw)

    def _draw(self) -> None:
        """Paint it, so that it asks for the rows that it shows, and save it once they are read and all is laid out."""
        if self._is_ready():
            self._window.grab()
            self._saving.start()

    def _is_ready(self) -> bool:
        return self._window.workspace.runner.is_idle and not self._headless.has_ended and self._window.isVisible()

    def _save(self) -> None:
        if not self._is_ready():
            return  # ``idle`` is emitted again
        runner, pixmap = self._window.workspace.runner, self._window.grab()
        runner.idle.disconnect(self._draw)
        buffer = QBuffer()  # libpng would print why it cannot write a file
        pixmap.save(buffer, "PNG")
        try:
            if self._target.exists() and not self._target.is_file():
                raise UserError(f"{self._target} is no file", "Choose another name.")
            with new_file(self._target, replaces=True) as unfinished:
                unfinished.write_bytes(buffer.data().data())
        except UserError as error:
            complain(str(error))
            self._headless.end(_BAD_INPUT)
        else:
            self._headless.end(0)


class SelfTest(QObject):
    """Runs its steps one after another, each when no task runs."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        super().__init__(window)
        self._window = window
        self._folder = folder
        self._script = self._steps()

    def start(self) -> None:
        """Start; the program ends with status 0, or with 1 and a traceback."""
        self._window.workspace.runner.idle.connect(lambda: QTimer.singleShot(0, self, self._go_on))
        QTimer.singleShot(0, self, self._go_on)

    def _go_on(self) -> None:
        if not (self._window.workspace.runner.is_idle and self._window.isVisible()):
            return
        try:
            print(f"selftest: {next(self._script)}", flush=True)
        except StopIteration:
            self._end(0)
        except Exception as error:
            log_exception(type(error), error, error.__traceback__)
            self._end(1)
        else:
            # A step that started no task causes no ``idle`` signal.
            QTimer.singleShot(0, self, self._go_on)

    def _end(self, status: int) -> None:
        self._window.close()
        QApplication.exit(status)

    def _steps(self) -> Iterator[str]:
        window, workspace = self._window, self._window.workspace
        selection, timeline = workspace.selection, workspace.inspector.timeline
        workspace.open_demo(window.demo_path)
        yield "made and opened the demo"
        facts = workspace.facts
        _expect(facts is not None and facts.entities >= 200 and facts.events >= 4000, f"the demo holds {facts}")
        longest = max(workspace.entities.loaded_entities(), key=lambda each: each.events)
        workspace.choose(longest.id)
        yield f"chose the longest entity, {longest.events} events"
        timeline.set_collapses_runs(False)  # so that each event has a row to page to
        for row in range(0, timeline.count(), 100):
            rows_of(window.docks.timeline.table).scroll_to(row)
            window.grab()
        yield "paged through its events"
        _expect(all(timeline.step_at(row) is not None for row in range(timeline.count())), "a page is missing")
        for version in (0, longest.version, longest.version // 2, 1):
            selection.go_to(version)
            yield f"scrubbed to version {version}"
            shown = workspace.inspector.state_view
            _expect(shown is not None and shown.version == version, f"the state at {version} is not shown")
        view, histories = workspace.inspector.view, list[History]()
        assert view is not None
        workspace.runner.run("Walking", lambda job: history_elsewhere(view, job.check), histories.append)
        yield "walked through its history in a process of its own"
        _expect([each.failures for each in histories] == [{}], "the process returned another history")
        workspace.log.update_search(text="transfer")
        yield "searched for a word"
        _expect(0 < workspace.log.model.rowCount() < 5000, f"{workspace.log.model.rowCount()} events were found")
        yield from self._edit_a_copy()

    def _edit_a_copy(self) -> Iterator[str]:
        workspace = self._window.workspace
        workspace.close_store()
        yield "closed the demo"
        copy = self._folder / "copy.esdb"
        shutil.copyfile(self._window.demo_path, copy)
        workspace.open(str(copy))
        yield "opened a copy"
        living = next(each for each in workspace.entities.loaded_entities() if not each.discarded)
        workspace.choose(living.id)
        yield f"chose {living.type} {living.id}"
        view = workspace.inspector.view
        assert view is not None
        field = next(field for field in view.fields if field.value_type.name == "TEXT")
        workspace.commander.run_on_entity(
            "Changing", lambda commands, entity_id, at: commands.change_attribute(entity_id, field.name, "tried", at)
        )
        yield f"changed {field.name}"
        shown = workspace.inspector.state_view
        _expect(shown is not None and shown.state[field.name] == "tried", "the change does not show")
        workspace.commander.run("Snapshot", lambda commands: commands.take_snapshot(living.id))
        yield "took a snapshot"
        view = workspace.inspector.view
        _expect(view is not None and view.facts.version in view.snapshot_versions, "the snapshot does not show")
        workspace.commander.run_on_entity("Discarding", Commands.discard)
        yield "discarded it"
        shown = workspace.inspector.state_view
        _expect(shown is not None and shown.state is None and shown.step is not None, "it is not discarded")
        workspace.close_store()
        yield "closed the copy"
        _expect(not list(self._folder.glob("copy.esdb-*")), "files were left beside the store")
        yield "passed"


def _expect(holds: bool, what: str) -> None:
    if not holds:
        raise AssertionError(what)
