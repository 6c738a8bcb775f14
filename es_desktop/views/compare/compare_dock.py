"""What differs between two states: versions of an entity, two entities, or the same one in two stores."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QHeaderView, QSizePolicy, QTableView, QVBoxLayout, QWidget

from es_desktop.app.compare.compare import Compared
from es_desktop.models.compare.compare_model import LEFT_COLUMN, PATH_COLUMN, RIGHT_COLUMN, SET_AT
from es_desktop.models.compare.comparison import Heading
from es_desktop.replay import Exactness
from es_desktop.system.counts import count_text, format_number
from es_desktop.views.entity.value_menu import Value, offer_values
from es_desktop.views.preferences.keys import with_keys
from es_desktop.views.style.builders import fill, on_key, push_button
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.pill import Pill
from es_desktop.views.style.plain_text import ElidedLabel, Hint, Label, set_tip
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table, share_width, width_for
from es_desktop.views.style.theme import Theme
from es_desktop.views.style.view_menu import arrange_column

_PATIENCE_MILLISECONDS: Final = 120
_ROOM_FOR_WRITERS: Final = 300
_AROUND: Final = 14
"""Pixels of the dock beside the columns: its outline and the scroll bar."""
_PATHS: Final = 55
"""Percent of the width that paths take at most: a value that is cut says more than a path that is."""
_SAMPLE: Final = 200
"""Rows whose texts are measured."""
_EMPTY: Final = (
    "Press {compare-mark} to compare from the chosen version, then go to another one: the differences are listed here. "
    "{compare-before} compares each version with the previous one, {compare-other} with another entity or store."
)
_FROM_ZERO: Final = "Press {from-zero} to rebuild from zero."
_COLUMNS: Final = {
    PATH_COLUMN: Column(paths=True),
    LEFT_COLUMN: Column(mono=True),
    RIGHT_COLUMN: Column(mono=True),
    SET_AT: Column(pill=True),
}


class CompareHeadings(QWidget):
    """The names of both sides, with a badge if a state is not exact."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[tuple[ElidedLabel, ElidedLabel, Pill]] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        layout = QGridLayout(self)
        layout.setContentsMargins(13, 9, 12, 9)
        layout.setHorizontalSpacing(8)
        layout.setVerticalSpacing(4)
        layout.setColumnStretch(2, 1)
        for row, side in enumerate(("left", "right")):
            title = Label(side, self, role="dim")
            text = ElidedLabel(parent=self, cut=Qt.TextElideMode.ElideMiddle)  # type and version are most useful
            text.setProperty("role", "plain")
            note = ElidedLabel(parent=self)
            note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            pill = Pill(parent=self)
            for column, widget in enumerate((title, text, note, pill)):
                layout.addWidget(widget, row, column)
            self._lines.append((text, note, pill))

    def show_headings(self, headings: tuple[Heading, Heading]) -> None:
        """Show the headings of the left and the right side."""
        for (text, note, pill), heading in zip(self._lines, headings, strict=True):
            text.set_whole_text(heading.text)
            note.set_whole_text(heading.note)
            # An exact state is the normal case and needs no badge.
            pill.show_verdict(heading.side.verdict)
            pill.setVisible(heading.side.verdict.exactness is not Exactness.EXACT)

    def texts(self) -> tuple[str, str]:
        """Return the full text of both lines."""
        left, right = (f"{text.whole_text()} {note.whole_text()}".strip() for text, note, _ in self._lines)
        return left, right


class _CompareDelegate(RowDelegate):
    """Paints the new value of a difference in another colour than the old one."""

    marks_rows = False
    """Whether differing rows have a background of their own: only if other rows are shown too."""

    def _background(self, tone: object, selected: bool, hovered: bool) -> QColor | None:
        return super()._background(tone if self.marks_rows else None, selected, hovered)

    def _ink(self, column: Column, tone: object, index: QModelIndex | QPersistentModelIndex) -> QColor:
        if tone == "changed" and index.column() == LEFT_COLUMN:
            return self._colors["dim"]
        if tone == "changed" and index.column() == RIGHT_COLUMN:
            return self._colors["amber_text"]
        return super()._ink(column, tone, index)


class CompareDock(WorkspaceDock):
    """Two states side by side, and the first difference of two histories."""

    name, title, shows = "compare", "Compare", "what differs between two of its versions"

    def _fill(self, body: QWidget) -> None:
        workspace, theme = self._workspace, self._theme
        self._comparison = workspace.comparison
        self.choice = self.title_bar.add_choice(["changed", "all"])
        for number, tip in enumerate(("Only differences", "All values side by side")):
            set_tip(self.choice.button(number), tip)
        self.choice.idClicked.connect(lambda number: self._comparison.set_shows_everything(number == 1))
        self.headings = CompareHeadings(body)
        self.table = QTableView(body)
        self.history_views = self, self.table
        self.own_lists = (self.table,)
        self.hint = Hint(parent=body, bottom=10)
        self.first = push_button("", body, "link")
        self.first.clicked.connect(self._comparison.go_to_divergence)
        self.versions = ElidedLabel(parent=body)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MILLISECONDS)
        self._patience.timeout.connect(lambda: self.title_bar.set_summary("working…"))
        self._set_up_table(theme)
        self._lay_out(body)
        theme.follow(self)
        self._comparison.wanted.connect(self._patience.start)
        self._comparison.changed.connect(self._on_changed)
        workspace.checker.changed.connect(self._on_changed)
        self._on_changed()

    def show_in_front(self) -> None:
        """Show the dock in front of its tabs; the focus stays where it is."""
        self.show()
        self.raise_()
        if self.window().focusWidget() is None:
            self.bring_forward(self)  # the focus was in the panel that is covered now

    def _set_up_table(self, theme: Theme) -> None:
        table, model = self.table, self._comparison.model
        self._delegate = _CompareDelegate(table, _COLUMNS, theme=theme)
        set_up_table(table, model, self._delegate, "Differences", widths={SET_AT: 56}, stretch=[RIGHT_COLUMN])
        table.horizontalHeader().setSectionResizeMode(SET_AT, QHeaderView.ResizeMode.Fixed)
        table.clicked.connect(self._on_clicked)
        table.activated.connect(self._on_activated)
        offer_values(table, self._workspace, theme, self._values_at)
        on_key(table, Qt.Key.Key_Escape, self.left)

    def _lay_out(self, body: QWidget) -> None:
        self._foot = QWidget(body)
        self._foot.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        fill(QHBoxLayout(self._foot), self.first, (self.versions, 1), margins=(7, 6, 12, 7), spacing=6)
        fill(QVBoxLayout(body), self.headings, (self.table, 1), self.hint, self._foot, margins=(1, 0, 1, 1))

    def _on_changed(self) -> None:
        self._patience.stop()
        comparison = self._comparison
        compared, headings = comparison.compared, comparison.headings
        self.choice.button(1 if comparison.shows_everything else 0).setChecked(True)
        self._delegate.marks_rows = comparison.shows_everything
        if headings is not None:
            self.headings.show_headings(headings)
        rows = comparison.model.rowCount()
        self.headings.setVisible(headings is not None)
        self.table.setVisible(rows > 0)
        if rows and self.hasFocus():
            self.table.setFocus()
        self._share_width()
        count = 0 if compared is None else len(compared.changes_for_people)
        self.title_bar.set_summary(count_text(count, "difference") if count else "")
        self.hint.explain(self._hint_text(compared))
        self._show_divergences(compared)

    def _hint_text(self, compared: Compared | None) -> str:
        """Return the hint for an empty table, or for rows that could be misunderstood."""
        comparison = self._comparison
        if comparison.error is not None:
            return str(comparison.error)
        if compared is None:
            return "The states are being compared…" if comparison.is_on else with_keys(_EMPTY)
        found, version = comparison.search.found, compared.right.version
        is_level = compared.left.version == version
        if compared.is_one_entity and is_level:
            return f"Go to another version to see what differs from version {format_number(version)}."
        by_events = found.holds(version) if found is not None and is_level else bool(compared.changes)
        if compared.changes:
            return "" if by_events else f"Only a snapshot differs here, not the events. {with_keys(_FROM_ZERO)}"
        if by_events:
            return f"The events differ, but snapshots hide it. {with_keys(_FROM_ZERO)}"
        return "No differences."

    def _show_divergences(self, compared: Compared | None) -> None:
        search = self._comparison.search
        found = search.found
        self._foot.setVisible(compared is not None and not compared.is_one_entity)
        self.first.setVisible(found is not None and found.first is not None)
        if found is not None:
            self.first.setText(f"First difference: version {format_number(found.first or 0)}")
            text = f"{count_text(found.count, 'version')}: {found.spans()}" if found.count else "No version differs."
            self.versions.set_whole_text(text)
        elif search.is_running:
            self.versions.set_whole_text("Comparing every version…")
        else:
            self.versions.set_whole_text(with_keys("The versions were not compared. Press {refresh} to compare again."))

    def _show_writers(self) -> None:
        has_room = self.width() >= _ROOM_FOR_WRITERS
        arrange_column(self.table, SET_AT, has_room and self._comparison.model.has_writers)

    def _values_at(self, index: QModelIndex) -> list[Value]:
        compared = self._comparison.model.value_at(self._comparison.model.row_number(index))
        if compared is None or not compared.path:
            return []
        return [(compared.path, compared.left if index.column() == LEFT_COLUMN else compared.right)]

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == SET_AT:
            self._on_activated(index)

    def _on_activated(self, index: QModelIndex) -> None:
        writers = self._comparison.model.writers_at(self._comparison.model.row_number(index))
        if writers:
            self._workspace.selection.go_to(writers[-1])

    def _share_width(self) -> None:
        """Give each column the width that its texts need, as far as there is room."""
        self._show_writers()
        header, model = self.table.horizontalHeader(), self._comparison.model
        room = self.width() - _AROUND - header.sectionSize(SET_AT)  # 0 if it is hidden
        rows = range(min(model.rowCount(), _SAMPLE))
        wanted = []
        for column in (PATH_COLUMN, LEFT_COLUMN, RIGHT_COLUMN):
            texts = [str(model.index(row, column).data()) for row in rows]
            title = width_for(self.table, [str(model.headerData(column, Qt.Orientation.Horizontal))])
            wanted.append(width_for(self.table, texts, mono=column != PATH_COLUMN, least=title, most=room))
        path = min(wanted[0], room * _PATHS // 100)
        for column, width in ((PATH_COLUMN, path), (LEFT_COLUMN, share_width(room - path, wanted[1:])[0])):
            header.resizeSection(column, width)

    def _fit(self, width: int) -> None:
        self._share_width()
