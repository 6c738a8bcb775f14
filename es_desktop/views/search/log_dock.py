"""The log of the store: all events of all entities, with filters."""

from __future__ import annotations

from functools import partial
from math import inf, nextafter
from typing import Any, Final

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.lists import EventSearch
from es_desktop.app.text.plain import plain_label
from es_desktop.app.text.time_spans import Span, editable_span, parse_span
from es_desktop.app.text.times import calendar_time
from es_desktop.models.presence import Absence
from es_desktop.models.search.event_log import ALL, EVENT, ID, PAYLOAD, TIME, TYPE
from es_desktop.replay.diff import join_path
from es_desktop.system.counts import count_text
from es_desktop.views.entity.value_menu import Value, offer_values
from es_desktop.views.style.builders import fill, on_key, push_button
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.fields import PickButton, line_edit
from es_desktop.views.style.icons import icon
from es_desktop.views.style.plain_text import ElidedLabel, Hint, set_tip
from es_desktop.views.style.theme import SMALL_POINTS, restyle, ui_font
from es_desktop.views.style.tokens import Tokens
from es_desktop.views.style.view_menu import on_heading
from es_desktop.views.table.rows import choose_row, current_row

from .histogram import Histogram
from .log_table import LogTable
from .log_tail import LogTail
from .saved_button import SavedButton

_TYPING_MILLISECONDS: Final = 250
_ROOM_FOR_CAPTION: Final = 480
_MOST_FOR_CAPTION: Final = 1_000
_AROUND_TIMES: Final = 60
"""Pixels in the line of times beside its text."""
_BESIDE_LINES: Final = 100
"""Pixels beside the lines of words and times."""
_TIMES_HELP: Final = "A time range: 2025-03, 2025-03 .. 2025-04, .. 2025-03-01 14:30. Or drag in the bars."


class LogDock(WorkspaceDock):
    """Shows the events of the store in order, filtered by text, id, types and time range."""

    name, title = "log", "Log"

    timeline_requested = Signal()
    """The timeline of the chosen event's entity should be shown."""

    def _fill(self, body: QWidget) -> None:
        workspace, theme = self._workspace, self._theme
        self._log = workspace.log
        self.text = line_edit("Find events by words in their payload", "words in the payload…", body, can_clear=True)
        self._lens = self.text.addAction(icon("search", theme.tokens), QLineEdit.ActionPosition.LeadingPosition)
        self._lens.setText("Find")
        self.times = line_edit("Find events by time, from .. to", "from .. to", body, can_clear=True)
        self.id_prefix = line_edit("Find events by the start of the entity's id", "id prefix…", body, can_clear=True)
        self.id_prefix.setFixedWidth(110)
        self.types = PickButton("event type", self._names_of_types, body)
        self.entity_types = PickButton("entity type", self._names_of_entity_types, body)
        self.clear = push_button("Clear", body, "link")
        self._actions["clear"] = QAction("Show all events again", self)
        self._actions["clear"].triggered.connect(lambda: workspace.log.set_search(ALL))
        set_tip(self.clear, self._actions["clear"].text())
        self.histogram = Histogram(compact=True, parent=body)
        self.caption = ElidedLabel(parent=body)
        self.caption.setObjectName("bars")
        self.caption.setFont(ui_font(SMALL_POINTS))
        self.table = LogTable(self._log.model, theme, lambda: workspace.session, body)
        self.tail = LogTail(self.table, self._log, body)
        self.hint = Hint(parent=body, top=10)
        self._typed = QTimer(self, singleShot=True, interval=_TYPING_MILLISECONDS)
        self._goes_to_rows = False
        self._span: Span = (None, None)
        """The time range that its line stands for."""
        self._lay_out(body)
        self._connect()
        theme.follow(self.histogram, self)
        self._show_overview()

    def _values_at(self, index: QModelIndex) -> list[Value]:
        """Return the values in the payload of an event."""
        row = self._log.model.row_at(index)
        return [] if row is None else [(join_path("", name), value) for name, value in row.event.data.items()]

    def _add_filters(self, index: QModelIndex, menu: QMenu) -> None:
        """Add what an event can be gone to and filtered by to its menu."""
        menu.addAction("Go to its timeline", self.timeline_requested.emit)
        row, update = self._log.model.row_at(index), self._log.update_search
        if row is None:
            return
        event, time = row.event, row.event.timestamp
        entries: list[tuple[str, dict[str, Any]]] = [
            (f"Only {event.type}", {"event_types": frozenset({event.type})}),
            (f"Only {event.entity_type}", {"entity_types": frozenset({event.entity_type})}),
            ("Only this entity", {"id_prefix": str(row.entity_id)}),
        ]
        if time is not None:
            entries += [("From this time on", {"since": time}), ("Until this time", {"until": nextafter(time, inf)})]
        filters = menu.addMenu("Filter")
        for text, change in entries:
            filters.addAction(plain_label(text, 48), partial(update, **change))
        filters.addAction("Clear the filter", partial(self._log.set_search, ALL)).setEnabled(
            not self._log.search.is_for_all
        )

    def _heading_menu(self, column: int) -> QMenu:
        """Return the ways to filter by a column."""
        lines, picks = {TIME: self.times, ID: self.id_prefix, PAYLOAD: self.text}, {TYPE: self.entity_types}
        menu, pick = QMenu(self.table), {**picks, EVENT: self.types}.get(column)
        if column in lines:
            menu.addAction("Filter by it", lines[column].setFocus)
        elif pick is not None:
            menu.addAction("Filter by it", pick.showMenu)
        clear = menu.addAction("Clear the filter", partial(self._log.set_search, ALL))
        clear.setEnabled(not self._log.search.is_for_all)
        return menu

    def follow(self) -> None:
        """Show the dock, and keep the newest events in view; or stop that."""
        self.bring_forward(self.table)
        self.tail.follow.toggle()

    def focus_text(self) -> None:
        """Show the dock with the focus in its search line."""
        self.bring_forward(self.text)
        self.text.selectAll()

    def set_tokens(self, tokens: Tokens) -> None:
        super().set_tokens(tokens)
        self._lens.setIcon(icon("search", tokens, tokens.dim))

    def _lay_out(self, body: QWidget) -> None:
        for each in (self.clear, self.tail.follow):
            self.title_bar.add_widget(each)
        saved = SavedButton("log", self._workspace, body)
        lines = (self.text, 1), (self.times, 1)
        self._first_row = fill(QHBoxLayout(), *lines, saved, margins=(9, 9, 9, 0), spacing=6)
        picks = (self.id_prefix, 4, self.types, self.entity_types, 4, (self.caption, 1))
        fill(
            QVBoxLayout(body),
            self._first_row,
            fill(QHBoxLayout(), *picks, margins=(9, 6, 9, 4), spacing=4),
            self.histogram,
            self.hint,
            (self.table, 1),
            margins=(1, 0, 1, 1),
        )

    def _connect(self) -> None:
        workspace, log = self._workspace, self._log
        for line in self._lines:
            line.textEdited.connect(self._on_typed)
            line.textChanged.connect(lambda text, line=line: self._on_text_changed(line))
            line.returnPressed.connect(self._on_return)
            on_key(line, Qt.Key.Key_Escape, self.table.setFocus)
        self.times.textChanged.connect(lambda: self._fit(self.width()))
        self._typed.timeout.connect(self._search)
        self.types.picked.connect(lambda names: log.update_search(event_types=names))
        self.entity_types.picked.connect(lambda names: log.update_search(entity_types=names))
        self.clear.clicked.connect(self._actions["clear"].trigger)
        self.histogram.range_chosen.connect(lambda since, until: log.update_search(since=since, until=until))
        self.histogram.time_chosen.connect(lambda time: log.go_to_time(time, among_found=True))
        self.table.event_chosen.connect(lambda logged: workspace.choose(logged.entity_id, logged.event.version))
        self.table.doubleClicked.connect(lambda index: self.timeline_requested.emit())
        log.row_wanted.connect(self.table.show_row)
        offer_values(self.table, workspace, self._theme, self._values_at, self._add_filters)
        on_heading(self.table, self._heading_menu)
        self.histogram.caption_changed.connect(self.caption.set_whole_text)
        workspace.overview.bars_changed.connect(self._show_bars)
        for changed in (workspace.overview.changed, workspace.times_changed):
            changed.connect(self._show_overview)
        workspace.listing.indexer.grown.connect(self._show_summary)
        workspace.typing_ends.connect(self._on_typing_ends)
        for signal in (log.changed, workspace.listing.indexer.paused_changed, workspace.store_changed):
            signal.connect(self._show)

    @property
    def _lines(self) -> tuple[QLineEdit, QLineEdit, QLineEdit]:
        return self.text, self.times, self.id_prefix

    def _search(self) -> None:
        self._typed.stop()
        search = self._log.search
        since, until = search.since, search.until
        try:
            if self.times.text() != editable_span(since, until):
                self._span = since, until = parse_span(self.times.text())
        except UserError as error:
            self._show_times(str(error))
        else:
            self._show_times("")
        text, prefix = self.text.text().strip(), self.id_prefix.text().strip()
        self._log.update_search(text=text, id_prefix=prefix, since=since, until=until)

    def _show_times(self, problem: str) -> None:
        restyle(self.times, state="error" if problem else "on" if self.times.text() else "")
        set_tip(self.times, problem or _TIMES_HELP)

    def _on_typed(self) -> None:
        self._goes_to_rows = False
        self._typed.start()

    def _on_typing_ends(self) -> None:
        """Search for what was just typed: it belongs to this store, not to the next one."""
        if self._typed.isActive():
            self._search()

    def _on_text_changed(self, line: QLineEdit) -> None:
        """Search again when a line was cleared by its button, which does not emit ``textEdited``."""
        search = self._log.search
        if not line.text() and dict(zip(self._lines, self._texts(search), strict=True))[line]:
            self._typed.start()

    def _texts(self, search: EventSearch) -> tuple[str, str, str]:
        """Return what the lines say for a search."""
        return search.text, editable_span(search.since, search.until), search.id_prefix

    def _on_return(self) -> None:
        self._search()
        self._goes_to_rows = True
        self._go_to_rows()

    def _go_to_rows(self) -> None:
        """After Enter, focus the first result when there is one, unless the focus moved elsewhere."""
        if self._goes_to_rows and self._log.model.rowCount():
            self._goes_to_rows = False
            if not any(line.hasFocus() for line in self._lines):
                return
            self.table.setFocus()
            if current_row(self.table) is None:
                choose_row(self.table, 0)

    def _names_of_types(self) -> dict[str, int]:
        activity = self._workspace.overview.activity
        return {} if activity is None else activity.totals.event_types

    def _names_of_entity_types(self) -> dict[str, int]:
        activity = self._workspace.overview.activity
        return {} if activity is None else activity.totals.entity_types

    def _show_overview(self) -> None:
        activity = self._workspace.overview.activity
        if activity is not None:
            self.table.fit(activity)
            totals = activity.totals
            days = (None if each is None else calendar_time(each) for each in (totals.first_time, totals.last_time))
            self.times.setPlaceholderText(" .. ".join(f"{each:%Y-%m-%d}" for each in days if each) or "from .. to")
        self._fit(self.width())
        self._show_bars()
        self._show()

    def _show_bars(self) -> None:
        bars = self._workspace.overview.bars
        self.histogram.set_bars(bars)
        for each in (self.histogram, self.caption):
            each.setVisible(bars is not None)

    def _fit(self, width: int) -> None:
        self.caption.setMaximumWidth(_MOST_FOR_CAPTION if width >= _ROOM_FOR_CAPTION else 0)
        text = self.times.text() or self.times.placeholderText()
        needed = self.times.fontMetrics().horizontalAdvance(text) + _AROUND_TIMES
        for place, share in enumerate((max(width - needed - _BESIDE_LINES, needed // 3), needed)):
            self._first_row.setStretch(place, share)

    def _show(self) -> None:
        search = self._log.search
        for line, text in zip(self._lines, self._texts(search), strict=True):
            if line.text().strip() != text and not self._typed.isActive() and line is not self.times:
                line.setText(text)
        if self._span != (search.since, search.until):  # otherwise it stands there as it was typed
            self._span = search.since, search.until
            self.times.setText(editable_span(*self._span))
            self._show_times("")
        self.types.show_picked(search.event_types)
        self.entity_types.show_picked(search.entity_types)
        self.histogram.set_range(search.since, search.until)
        self.clear.setVisible(not search.is_for_all)
        is_empty = self._log.model.rowCount() == 0
        self._explain(self.hint, self._why_empty() if is_empty or self._log.problem is not None else None)
        self.table.setVisible(not is_empty)
        self._go_to_rows()
        self._show_summary()

    def _show_summary(self) -> None:
        session, count = self._workspace.session, self._log.model.count()
        if session is None:
            self.title_bar.set_summary("")
        elif self._log.search.is_for_all:
            self.title_bar.set_summary(count_text(count, "event"))
        else:
            so_far = " so far…" if self._log.is_finding else ""
            self.title_bar.set_summary(f"{count_text(count, 'event')} found{so_far}")
        indexer = self._workspace.listing.indexer
        self.title_bar.set_badge("index waits" if indexer.waits_for_lock else "")
        set_tip(self.title_bar.badge, str(indexer.problem or ""))

    def _why_empty(self) -> Absence:
        log = self._log
        if log.problem is not None:
            found = Absence.of(log.problem)
            return found if log.search.is_for_all else Absence(found.text, "clear")
        if log.is_finding or log.is_counting:
            return Absence("The events are being read…" if log.search.is_for_all else "Searching…")
        if self._workspace.listing.indexer.is_paused:
            return Absence("Indexing is paused, and no indexed event matches.", "pause-index", "Resume indexing")
        none = self._presence.nothing_yet("events")
        return none if log.search.is_for_all else Absence("No event matches.", "clear")
