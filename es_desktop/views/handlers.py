"""What each action does: asks a person where it has to, and lets the workspace do the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QMessageBox, QWidget

from es_desktop import __version__
from es_desktop.app.commands import Commands
from es_desktop.app.entity_view import StateView
from es_desktop.app.fields import Field
from es_desktop.app.jsonview import to_json
from es_desktop.models.player import SPEEDS
from es_desktop.models.workspace import Workspace

from .asking import Asking
from .change_dialog import ChangeDialog
from .discard_dialog import DiscardDialog
from .docks import Docks
from .new_entity_dialog import NewEntityDialog
from .settings import Settings
from .theme import Mode, Theme


class Surroundings(Protocol):
    """What the handlers need of the window around them."""

    asking: Asking
    docks: Docks
    theme: Theme
    settings: Settings
    demo_path: Path

    def show_palette(self) -> None: ...

    def show_shortcuts(self) -> None: ...


class Handlers:
    """One method an action. It only asks and delegates; nothing here waits."""

    def __init__(self, window: QWidget, around: Surroundings, workspace: Workspace) -> None:
        self._window = window
        self._around = around
        self._workspace = workspace
        self._selection = workspace.selection
        workspace.inspector.state.edited.connect(self._on_edited)

    # Store

    def open(self) -> None:
        store = self._around.asking.store_to_open()
        if store is not None:
            self._workspace.open(store)

    def new_store(self) -> None:
        store = self._around.asking.store_to_make()
        if store is not None:
            self._workspace.create(store)

    def demo(self) -> None:
        self._workspace.open_demo(self._around.demo_path)

    def fresh_demo(self) -> None:
        text = "The demo store is made anew; what you changed in it is lost."
        if self._around.asking.confirm("Start the demo afresh", text, "Start afresh"):
            self._workspace.open_demo(self._around.demo_path, afresh=True)

    def refresh(self) -> None:
        self._workspace.refresh()

    def close_store(self) -> None:
        self._workspace.close_store()

    def quit(self) -> None:
        self._window.close()

    # Entity

    def new_entity(self) -> None:
        session = self._workspace.session
        if session is None:
            return
        dialog = NewEntityDialog(session.models, self._window)

        def accepted() -> None:
            model, arguments = dialog.model, dialog.arguments
            self._workspace.run_command("Making the entity", lambda commands: commands.create(model, arguments))

        _open(dialog, accepted)

    def change(self) -> None:
        self._change(None)

    def snapshot_latest(self) -> None:
        self._take_snapshot(self._selection.last)

    def snapshot_here(self) -> None:
        self._take_snapshot(self._selection.version)

    def discard(self) -> None:
        view = self._workspace.inspector.view
        if view is not None:
            dialog = DiscardDialog(self._workspace, view, self._window)
            _open(dialog, lambda: self._workspace.run_on_entity("Discarding the entity", Commands.discard))

    def set_back(self) -> None:
        shown = self._workspace.inspector.shown
        if shown is not None and shown.state is not None:
            self._open_change(shown.state, None, f"Set back to a value at version {shown.version}")

    def copy_id(self) -> None:
        QGuiApplication.clipboard().setText(str(self._selection.entity_id))
        self._workspace.message.emit("The id was copied.")

    def copy_state(self) -> None:
        shown = self._workspace.inspector.shown
        if shown is not None:
            QGuiApplication.clipboard().setText(to_json(shown.state, indent=2))
            self._workspace.message.emit(f"The state at version {shown.version} was copied as JSON.")

    # Go

    def first(self) -> None:
        self._selection.go_to(self._selection.first)

    def back(self) -> None:
        self._selection.step(-1)

    def forward(self) -> None:
        self._selection.step(1)

    def last(self) -> None:
        self._selection.go_to(self._selection.last)

    def play(self) -> None:
        self._workspace.player.toggle()

    def play_slowly(self) -> None:
        self._workspace.player.set_speed(SPEEDS[0])

    def play_steadily(self) -> None:
        self._workspace.player.set_speed(SPEEDS[1])

    def play_fast(self) -> None:
        self._workspace.player.set_speed(SPEEDS[2])

    def play_very_fast(self) -> None:
        self._workspace.player.set_speed(SPEEDS[3])

    def play_in_rhythm(self) -> None:
        self._workspace.player.set_speed(None)

    def previous_snapshot(self) -> None:
        self._go_to_snapshot(-1)

    def next_snapshot(self) -> None:
        self._go_to_snapshot(1)

    def go_to_version(self) -> None:
        selection = self._selection
        if selection.version is not None and selection.first is not None and selection.last is not None:
            wanted = self._around.asking.version(selection.version, selection.first, selection.last)
            if wanted is not None:
                selection.go_to(wanted)

    def find(self) -> None:
        self._around.docks.entities.focus_filter()

    # Rebuild, View, Help

    def from_snapshot(self) -> None:
        self._workspace.inspector.set_from_snapshot(True)
        self._around.docks.rebuild.show_choice()

    def from_zero(self) -> None:
        self._workspace.inspector.set_from_snapshot(False)
        self._around.docks.rebuild.show_choice()

    def verify_entity(self) -> None:
        session, view = self._workspace.session, self._workspace.inspector.view
        if session is not None and view is not None:
            self._workspace.checker.check_entity(session, view.facts)

    def verify_store(self) -> None:
        if self._workspace.session is not None:
            self._workspace.checker.check_store(self._workspace.session)

    def theme_system(self) -> None:
        self._set_theme("system")

    def theme_light(self) -> None:
        self._set_theme("light")

    def theme_dark(self) -> None:
        self._set_theme("dark")

    def reset_layout(self) -> None:
        self._around.docks.restore_default()

    def palette(self) -> None:
        self._around.show_palette()

    def shortcuts(self) -> None:
        self._around.show_shortcuts()

    def about(self) -> None:
        text = (
            f"<b>Event Stream Explorer</b> {__version__}<p>Opens an event store and shows its entities, their events "
            "and snapshots, and how each state came to be.</p>"
        )
        QMessageBox.about(self._window, "About", text)

    # What is shared

    def _set_theme(self, mode: Mode) -> None:
        self._around.theme.set_mode(mode)
        self._around.settings.theme = mode

    def _take_snapshot(self, version: int | None) -> None:
        entity_id = self._selection.entity_id
        if entity_id is not None:
            self._workspace.run_command(
                "Taking a snapshot", lambda commands: commands.take_snapshot(entity_id, version)
            )

    def _on_edited(self, field: Field, value: Any) -> None:
        # The editor is still closing; a dialog that opens now would steal its focus half-way.
        QTimer.singleShot(0, lambda: self._change((field, value)))

    def _change(self, chosen: tuple[Field, Any] | None) -> None:
        """Offer the values of the last version, whichever is shown: that is what a change goes on from."""

        def with_state(last: StateView) -> None:
            self._open_change(last.state or {}, chosen, "Change an attribute")

        self._workspace.inspector.read_last_state(with_state)

    def _open_change(self, state: Mapping[str, Any], chosen: tuple[Field, Any] | None, title: str) -> None:
        view = self._workspace.inspector.view
        if view is None or not view.fields:
            return
        dialog = ChangeDialog(self._workspace, view.fields, state, chosen, self._window, title)

        def accepted() -> None:
            name, value = dialog.field.name, dialog.value
            self._workspace.run_on_entity(
                f"Changing {name}",
                lambda commands, entity_id, version: commands.change_attribute(entity_id, name, value, version),
            )

        _open(dialog, accepted)

    def _go_to_snapshot(self, direction: int) -> None:
        view, version = self._workspace.inspector.view, self._selection.version
        if view is None or version is None:
            return
        found = [each for each in view.snapshot_versions if (each - version) * direction > 0]
        if found:
            self._selection.go_to(min(found) if direction > 0 else max(found))
        else:
            self._workspace.message.emit("There is no further snapshot in that direction.")


def _open(dialog: QDialog, accepted: Callable[[], None]) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(accepted)
    dialog.open()
