"""The events of the chosen entity: a strip, a table, and a popup in which their types are chosen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from es_desktop.app.entity.facts import values_by_type
from es_desktop.app.entity.ids import short_id
from es_desktop.app.entity.view import EntityView, StateView
from es_desktop.app.text.plain import in_sentence, plain_label
from es_desktop.models.entity.event_types_model import COUNT, NAME, TICK, EventTypesModel
from es_desktop.models.workspace import Workspace
from es_desktop.system.counts import count_text, format_number
from es_desktop.views.preferences.keys import with_keys
from es_desktop.views.style.builders import fill, on_key, push_button
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.plain_text import Label, set_tip
from es_desktop.views.style.rows import Column
from es_desktop.views.style.table_setup import TablePopup, TickDelegate, set_up_table, width_for
from es_desktop.views.style.theme import restyle
from es_desktop.views.style.tokens import Tokens
from es_desktop.views.watch.lanes import EntityLanes

from .event_table import EventTable
from .strip import TimelineStrip
from .strip_paint import FAINT_HUE, contains
from .value_menu import Value, offer_values, values_of

_MOST_ROWS: Final = 14
_TICK_WIDTH: Final = 34


class TypeChooser(TablePopup):
    """A check box for each type, with its colour and count; changes apply at once."""

    def __init__(self, types: EventTypesModel, row: int, tokens: Tokens, parent: QWidget) -> None:
        super().__init__("Event types to show", parent)
        # A click on the button that opened the popup only closes it.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self._types = types
        self._set_up_table(tokens)
        self.all_button, self.only_button = (push_button(text, self, "link") for text in ("Show all", "Only this type"))
        self.all_button.clicked.connect(types.show_all)
        self.only_button.clicked.connect(lambda: types.show_only(self._row))
        for key, run in (("Space", self._toggle), ("Return", self._toggle_only), ("Enter", self._toggle_only)):
            on_key(self.table, key, run)
        self.table.clicked.connect(self._on_clicked)
        types.changed.connect(self._on_changed)
        types.modelReset.connect(self.close)  # the types of another entity
        hint = Label("Space shows or hides a type, Enter shows only that type.", self, role="hint")
        hint.setContentsMargins(8, 0, 8, 2)
        links = fill(QHBoxLayout(), self.all_button, self.only_button, (0, 1), margins=(2, 2, 2, 0), spacing=6)
        self.lay_out(self.table, links, hint, spacing=2)
        self._on_changed()
        self.table.setCurrentIndex(types.index(row, NAME))
        self.table.setFocus()

    def open_below(self, widget: QWidget) -> None:
        """Open below a widget, within its window."""
        self.resize(self.sizeHint())
        self.open_inside(widget.window(), widget.mapToGlobal(QPoint(0, widget.height() + 3)))

    @property
    def _row(self) -> int:
        return max(0, self.table.currentIndex().row())

    def _set_up_table(self, tokens: Tokens) -> None:
        table, types = self.table, self._types
        delegate = TickDelegate(table, {NAME: Column(strong=True), COUNT: Column(dim=True)})
        delegate.set_tokens(tokens)
        set_up_table(table, types, delegate, "Event types", stretch=[NAME], several=False)
        texts = [[str(types.index(row, column).data()) for row in range(types.rowCount())] for column in (NAME, COUNT)]
        widths = (
            _TICK_WIDTH,
            width_for(table, texts[0], swatch=True, least=130, most=320),
            width_for(table, [*texts[1], "Events"], least=56),
        )
        for column, width in zip((TICK, NAME, COUNT), widths, strict=True):
            table.horizontalHeader().resizeSection(column, width)
        self.show_rows(min(_MOST_ROWS, types.rowCount()))
        table.setMinimumWidth(max(sum(widths) + 14, 250))

    def _toggle(self) -> None:
        self._types.set_shown(self._row, not self._types.is_shown(self._row))

    def _toggle_only(self) -> None:
        if self._types.is_only(self._row):
            self._types.show_all()
        else:
            self._types.show_only(self._row)

    def _on_clicked(self, index: QModelIndex) -> None:
        self._types.set_shown(index.row(), not self._types.is_shown(index.row()))

    def _on_changed(self) -> None:
        self.all_button.setEnabled(bool(self._types.hidden))


class TimelineDock(WorkspaceDock):
    """Shows the history of an entity, and goes to any version of it."""

    name, title, shows = "timeline", "Timeline", "its events"

    def _fill(self, body: QWidget) -> None:
        workspace, theme = self._workspace, self._theme
        self._inspector = workspace.inspector
        self.strip = TimelineStrip(body)
        self.lanes = EntityLanes(workspace, self.strip, theme, body)
        self.table = EventTable(self._inspector.timeline, theme, body)
        self.history_views = self.strip, self.lanes, self.table
        self._theme = theme
        self._types = push_button("", body, "filter")
        set_tip(self._types, with_keys("Filter events by type ({filter-types})"))
        self._types.clicked.connect(self.choose_types)
        self.title_bar.add_widget(self._types)
        self._hidden = Label(parent=body, role="hint", wraps=True)
        self._hidden.setContentsMargins(13, 3, 13, 3)
        parts = (self.strip, self.lanes, (self.table, 1), self._hidden)
        fill(QVBoxLayout(body), *parts, margins=(1, 0, 1, 1))
        theme.follow(self.strip, self)
        self._connect(workspace)
        for key, count in ((Qt.Key.Key_Left, -1), (Qt.Key.Key_Right, 1)):
            shortcut = QShortcut(QKeySequence(key), body)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda count=count: self._turn_or_step(count))
        self._on_outline(None)

    def _connect(self, workspace: Workspace) -> None:
        self.strip.version_chosen.connect(workspace.selection.go_to)
        self.table.version_chosen.connect(workspace.selection.go_to)
        workspace.times_changed.connect(self.table.fit)
        offer_values(self.table, workspace, self._theme, self._values_at, self._add_types)
        self._inspector.event_types.changed.connect(self._on_types)
        workspace.selection.version_changed.connect(self._on_version)
        self._inspector.outline_changed.connect(self._on_outline)
        self._inspector.state_changed.connect(self._on_state)
        self._inspector.history_changed.connect(lambda history: self.strip.set_failed(list(history.failed)))
        workspace.checker.changed.connect(self._on_checked)
        watchpoints = workspace.watchpoints
        watchpoints.changed.connect(lambda: self.strip.set_flags("crossing", watchpoints.crossed_versions, "amber"))
        workspace.notes.changed.connect(self._on_noted)
        workspace.comparison.changed.connect(self._on_compared)
        workspace.listing.states.changed.connect(self._show_summary)

    def _values_at(self, index: QModelIndex) -> list[Value]:
        """Return what the last event of a row changed."""
        model = self._inspector.timeline
        step = model.step_at(model.at(model.row_number(index)).last)
        return [] if step is None else values_of(step.readable_changes)

    def _add_types(self, index: QModelIndex, menu: QMenu) -> None:
        """Add which event types are shown to the menu of an event."""
        types, timeline = self._inspector.event_types, self._inspector.timeline
        first = timeline.at(timeline.row_number(index)).first
        row, inner = types.row_of(first), menu.addMenu("Event types")
        name = plain_label(str(types.index(row, NAME).data()), 48)
        inner.addAction(f"Only {name}", lambda: types.show_only(row))
        inner.addAction(f"Hide {name}", lambda: types.set_shown(row, False))
        inner.addAction("All event types", types.show_all)

    def choose_types(self) -> None:
        """Open a popup in which the event types to show are chosen."""
        types = self._inspector.event_types
        row = types.row_of(self._workspace.selection.index)
        TypeChooser(types, row, self._theme.tokens, self).open_below(self._types)

    def _turn_or_step(self, direction: int) -> None:
        if self.lanes.hasFocus() or not self.table.turn(direction):
            self._workspace.selection.step(direction)

    def _fit(self, width: int) -> None:
        self.table.set_room(width)
        self.lanes.fit((self.height() - self.strip.height()) * 2 // 5)

    def _on_outline(self, view: EntityView | None) -> None:
        self._types.setVisible(view is not None)
        self._on_types()
        self.table.set_view(view, self.width())
        self._show_summary()
        if view is None:
            return
        self.strip.set_snapshots(view.snapshot_versions)
        self.strip.set_failed([])
        self._on_checked()
        self._on_noted()

    def _show_summary(self) -> None:
        view = self._inspector.view
        if view is None:
            self.title_bar.set_summary("")
            return
        facts = view.facts
        gone = "discarded · " if facts.discarded else ""
        counts = f"{count_text(facts.events, 'event')} · {count_text(len(view.snapshots), 'snapshot')}"
        name, own = self._workspace.listing.name_of(facts), short_id(facts.id)
        named = " · ".join(filter(None, [f"{in_sentence(facts.type)} {in_sentence(name or own)}", own if name else ""]))
        self.title_bar.set_summary(f"{named} · {gone}{counts}")

    def _on_version(self, version: int | None) -> None:
        self.strip.set_position(version)
        self.table.show_event(self._workspace.selection.index)
        self._show_hidden_count()

    def _on_types(self) -> None:
        view, types = self._inspector.view, self._inspector.event_types
        self._types.setText(f"{plain_label(types.summary)} ▾")
        restyle(self._types, state="on" if types.hidden else "")
        self._show_hidden_count()
        if view is not None:
            hidden = types.hidden
            hues = [hue + FAINT_HUE * (number in hidden) for number, hue in enumerate(view.outline.hues)]
            self.strip.set_events(view.outline.versions, values_by_type(view.outline.type_numbers, hues))

    def _show_hidden_count(self) -> None:
        view, rows, index = self._inspector.view, self._inspector.timeline.rows, self._workspace.selection.index
        count = 0 if view is None else len(view.outline.versions) - len(rows.events)
        are, them = ("is", "it") if count == 1 else ("are", "them")
        text = f"{count_text(count, 'event')} of other types {are} hidden, and steps skip {them}."
        if not rows.events:
            text = "All event types are hidden. Press T to choose which to show."
        elif index is not None and not rows.shows(index):
            text += f" The chosen event, {format_number(self._workspace.selection.version or 0)}, is hidden too."
        self._hidden.setText(text)
        self._hidden.setVisible(count > 0)

    def _on_state(self, shown: StateView | None) -> None:
        if shown is not None:
            self.strip.set_rebuild(shown.base.version, self._workspace.selection.first)

    def _on_checked(self) -> None:
        checks = self._workspace.checker.checks_of(self._workspace.selection.entity_id)
        false = sorted(version for version, check in checks.items() if check.ok is False)
        self.strip.set_false_snapshots(false)
        self._inspector.timeline.set_false_snapshots(false)

    def _on_compared(self) -> None:
        view = self._inspector.view
        versions = () if view is None else self._workspace.comparison.search.versions_of(view)
        self.strip.set_flags("differs", versions, "amber")

    def _on_noted(self) -> None:
        view, marks = self._inspector.view, self._workspace.notes.marks_of(self._workspace.selection.entity_id)
        versions = sorted(version for version in marks if version is not None)
        there = [] if view is None else [each for each in versions if contains(view.outline.versions, each)]
        self.strip.set_flags("bookmarked", there, "accent")
