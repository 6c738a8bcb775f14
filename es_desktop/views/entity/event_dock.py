"""The event of the chosen version, decoded, and the raw record that it was decoded from."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QPlainTextEdit,
    QSplitter,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from es_desktop.app.entity.view import StateView
from es_desktop.app.text.times import exact_time
from es_desktop.core import RecordedEvent
from es_desktop.models.entity.state_model import NAME, SET_AT, VALUE, StateModel
from es_desktop.models.presence import Absence
from es_desktop.replay import plain_state
from es_desktop.system.counts import format_number
from es_desktop.system.limits import limit_met
from es_desktop.views.style.builders import fill, push_button
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.fields import text_page
from es_desktop.views.style.plain_text import ElidedLabel, Hint, Label
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_tree

from .value_menu import Value, offer_values

_MOST_CHARACTERS: Final = 100_000
"""Most characters of a raw record that are shown; laying out more is too slow."""


class EventDock(WorkspaceDock):
    name, title, shows = "event", "Event", "its events one by one"

    limit_met = Signal(object)
    """A person wants to raise the limit of this name, which the event met."""

    def _fill(self, body: QWidget) -> None:
        workspace, theme = self._workspace, self._theme
        self._facts = {
            name: ElidedLabel(parent=body, cut=cut)
            for name, cut in (
                ("Topic", Qt.TextElideMode.ElideLeft),  # its end is most useful
                ("Time", Qt.TextElideMode.ElideRight),
                ("Sequence", Qt.TextElideMode.ElideMiddle),
            )
        }
        self._note = self._failure = ""
        self.error = Label(parent=body, role="error", wraps=True)
        self.raise_limit = push_button("Raise the limit…", body, "link")
        self.raise_limit.clicked.connect(lambda: self.limit_met.emit(limit_met(self._failure)))
        self._no_fields = Hint("This event has no fields: that it happened is all it says.", body)
        self._data = StateModel(self)
        self.tree = QTreeView(body)
        self.record = text_page("Raw record", body)
        self.traceback = text_page("Where the model's code failed", body)
        self.traceback.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        delegate = RowDelegate(self.tree, {VALUE: Column(mono=True)}, theme=theme)
        set_up_tree(self.tree, self._data, delegate, "Payload of the event", VALUE)
        self.tree.hideColumn(SET_AT)
        offer_values(self.tree, workspace, theme, self._values_at)
        self.tree.header().resizeSection(NAME, 118)
        self._lay_out(body)
        theme.follow(self)
        workspace.inspector.event_changed.connect(self._on_event)
        workspace.inspector.state_changed.connect(self._on_state)
        self._on_event(*workspace.inspector.event_shown)
        self._on_state(workspace.inspector.state_view)

    def _absence(self) -> Absence | None:
        problem = self._workspace.inspector.event_problem
        return super()._absence() or (None if problem is None else Absence.of(problem))

    def _lay_out(self, body: QWidget) -> None:
        form = QFormLayout()
        form.setContentsMargins(13, 10, 13, 8)
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(4)
        for name, label in self._facts.items():
            title = Label(name, body, role="dim")
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(title, label)
        form.addRow(self.error)
        form.addRow(self.raise_limit)
        split = QSplitter(Qt.Orientation.Vertical, body)
        for part in (self._no_fields, self.tree, self.traceback, self.record):
            split.addWidget(part)
        split.setChildrenCollapsible(False)
        split.setSizes([40, 200, 110, 120])
        fill(QVBoxLayout(body), form, (split, 1), margins=(1, 0, 1, 1))

    def _values_at(self, index: QModelIndex) -> list[Value]:
        path = self._data.path_at(index)
        return [] if path is None else [(path, self._data.value_at(index))]

    def _on_event(self, event: RecordedEvent | None, record: Any) -> None:
        self._note = "" if event is None else event.note
        self._show_reasons()
        self.show_absence()
        if event is None:
            self.title_bar.set_title("Event")
            self._show(["", "", ""], {}, "")
            return
        sequence_id, position, topic, data, *more = record
        self.title_bar.set_title(f"Event {format_number(event.version)} · {event.type}")
        at = format_number(position) if isinstance(position, int) else position
        facts = [topic, (exact_time(event.timestamp) or "–").replace("\n", " · "), f"{sequence_id} at {at}"]
        columns = {name: value for name, value in zip(record._fields[4:], more, strict=True) if value is not None}
        raw = "\n\n".join([_shown(data), *(f"{name}: {_shown(value)}" for name, value in columns.items())])
        self._show(facts, plain_state(event.data), raw)

    def _on_state(self, shown: StateView | None) -> None:
        step = None if shown is None else shown.step
        self._failure = "" if step is None else step.error or ""
        self._show_reasons()
        self.traceback.setPlainText("" if step is None else step.traceback)
        self.traceback.setVisible(step is not None and bool(step.traceback))

    def _show_reasons(self) -> None:
        """Show why the event could not be applied, and what is odd about its record."""
        text = "\n".join(filter(None, (self._failure, self._note)))
        self.error.setText(text)
        self.error.setVisible(bool(text))
        self.raise_limit.setVisible(bool(limit_met(self._failure)))

    def _show(self, facts: list[str], data: dict[str, Any], record: str) -> None:
        for label, text in zip(self._facts.values(), facts, strict=True):
            label.set_whole_text(text)
        self._data.set_state(data, (), {})
        self.record.setPlainText(record)
        self._no_fields.setVisible(not data)
        self.tree.setVisible(bool(data))


def _shown(data: Any) -> str:
    text = data.hex(" ") if isinstance(data, bytes) else str(data)
    if len(text) <= _MOST_CHARACTERS:
        return text
    return f"{text[:_MOST_CHARACTERS]}\n… {format_number(len(text) - _MOST_CHARACTERS)} more characters are not shown"
