"""The menu of one value of the state: who set it, and what can be done with it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from PySide6.QtGui import QActionGroup, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from es_desktop.app.entity.fields import Field
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.json_view import to_json
from es_desktop.app.text.plain import plain_label
from es_desktop.app.watch.watchpoints import expression_of
from es_desktop.models.entity.display_preferences import Aspect
from es_desktop.models.entity.writers_model import EVENT, TIME, VERSION, WHAT
from es_desktop.models.workspace import Workspace
from es_desktop.replay import ABSENT, value_at

_MOST_CHARACTERS = 48


class StateMenu(QMenu):
    """What a person can do with the value at a path. Keys are told, and belong to the actions of the window."""

    def __init__(self, workspace: Workspace, path: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._path = path
        self.setAccessibleName(f"What can be done with {path}")
        self.writers = QMenu(self)
        self._add_writers()
        self.addSeparator()
        self._add_copying()
        self.addSeparator()
        self._do("Watch this value", self._watch, "W")
        self._add_aspect("lanes", "Show as a lane under the timeline", "Remove its lane", "L")
        self._add_aspect("pinned", "Pin to the top", "Pin no longer", "P")
        self._add_aspect("hidden", "Hide", "Hide no longer", "H")
        self._add_setting_back()
        self.aboutToHide.connect(self.deleteLater)

    def _do(self, text: str, run: Callable[[], object], keys: str = "", *, enabled: bool = True) -> None:
        action = self.addAction(f"{text}\t{keys}" if keys else text)
        action.triggered.connect(lambda: run())
        action.setEnabled(enabled)

    # Who set it

    def _add_writers(self) -> None:
        workspace, model = self._workspace, self._workspace.writers
        model.show(self._path)
        self.addMenu(self.writers)
        if not model.rowCount():
            self.writers.setTitle("Nobody set it" if model.is_known else "Looking for who set it…")
            self.writers.setEnabled(False)
            return
        writer = workspace.inspector.writer_of(self._path)
        if writer is not None:
            go = f"Set at {writer:,} · {plain_label(self._type_at(writer))}"
            self._do(go, lambda: workspace.selection.go_to(writer), "Ctrl+Return")
            self.insertAction(self.writers.menuAction(), self.actions()[-1])
        self.writers.setTitle(f"All writers ({model.earlier + model.rowCount() + model.later:,})")
        self._list_writers()
        model.filled.connect(self._on_filled)

    def _list_writers(self) -> None:
        model = self._workspace.writers
        group = QActionGroup(self.writers)
        self._add_note(model.earlier, "earlier")
        for row in range(model.rowCount()):
            action = self.writers.addAction(self._writer_text(row))
            action.setActionGroup(group)
            action.setCheckable(True)
            action.setChecked(row == model.current)
            action.setData(row)
            version = model.version_at(row)
            action.triggered.connect(lambda _, version=version: self._workspace.selection.go_to(version))
        self._add_note(model.later, "later")

    def _add_note(self, count: int, when: str) -> None:
        if count:
            self.writers.addAction(f"{count:,} {when} ones").setEnabled(False)

    def _writer_text(self, row: int) -> str:
        model = self._workspace.writers
        version, event, time, what = (model.index(row, each).data() for each in (VERSION, EVENT, TIME, WHAT))
        return f"{version}  {plain_label(event)}\t{time}  {plain_label(what, _MOST_CHARACTERS)}"

    def _on_filled(self) -> None:
        if self._workspace.writers.path == self._path:
            for action in self.writers.actions():
                if action.data() is not None:
                    action.setText(self._writer_text(action.data()))

    def _type_at(self, version: int) -> str:
        view = self._workspace.inspector.view
        assert view is not None
        return view.outline.type_at(bisect_left(view.outline.versions, version))

    # What can be done with it

    def _add_copying(self) -> None:
        self._do("Copy value as JSON", self._copy_value, enabled=self._value() is not ABSENT)
        self._do("Copy path", lambda: self._copy(self._path, f"The path {self._path} was copied."))

    def _copy_value(self) -> None:
        self._copy(to_json(self._value(), indent=2), f"The value of {self._path} was copied as JSON.")

    def _copy(self, text: str, told: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._workspace.message.emit(told)

    def _watch(self) -> None:
        try:
            self._workspace.watchpoints.add(expression_of(self._path))
        except UserError as error:
            self._workspace.refused.emit(error)
        else:
            self._workspace.message.emit(f"{self._path} is watched: F8 runs to where it changes.")

    def _add_aspect(self, aspect: Aspect, wanted: str, unwanted: str, keys: str) -> None:
        outlook = self._workspace.outlook
        text = unwanted if outlook.has(aspect, self._path) else wanted
        self._do(text, lambda: outlook.toggle(aspect, self._path), keys)

    def _add_setting_back(self) -> None:
        field = self._field()
        if field is not None and not self._workspace.selection.is_at_last:
            self.addSeparator()
            state = self._workspace.inspector.state
            self._do("Set back to this value…", lambda: state.edited.emit(field, self._value()))

    def _field(self) -> Field | None:
        """Return the attribute that the path is, where a person may change it."""
        inspector = self._workspace.inspector
        view = inspector.view
        if view is None or not inspector.can_edit or view.facts.discarded or self._value() is ABSENT:
            return None
        return next((field for field in view.fields if field.name == self._path), None)

    def _value(self) -> object:
        shown = self._workspace.inspector.shown
        return ABSENT if shown is None else value_at(shown.state, self._path)
