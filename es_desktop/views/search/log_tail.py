"""The end of the log while events arrive: how many are below what is in view, the way to them, and following them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QTableView, QWidget

from es_desktop.models.guard import Guarded
from es_desktop.models.search.event_log import EventLog
from es_desktop.system.counts import count_text, format_number
from es_desktop.views.style.builders import push_button
from es_desktop.views.style.plain_text import set_tip
from es_desktop.views.style.theme import restyle
from es_desktop.views.table.rows import ScrollHint, rows_of

_MARGIN = 8


class LogTail(Guarded, QObject):
    """Leaves a table where it is when rows arrive at its end, unless a person follows them."""

    def __init__(self, table: QTableView, log: EventLog, parent: QWidget) -> None:
        """``parent`` is the parent of the button ``follow``, which has no place yet."""
        super().__init__(table)
        self._table = table
        self._count = 0
        self.follow = push_button("Follow", parent, "filter")
        self.follow.setCheckable(True)
        set_tip(self.follow, "Keep the newest events in view; scrolling up ends it")
        self.new = push_button("", table, "accent")
        self.new.hide()
        self.follow.toggled.connect(self._on_follow)
        self.new.clicked.connect(self._go)
        bar = table.verticalScrollBar()
        bar.valueChanged.connect(self._show)
        bar.rangeChanged.connect(self._show)
        bar.actionTriggered.connect(lambda action: QTimer.singleShot(0, self, self._on_scrolled))
        table.model().modelReset.connect(self._forget)
        log.arrived.connect(self._on_arrived)
        table.viewport().installEventFilter(self)

    @property
    def _is_at_end(self) -> bool:
        return rows_of(self._table).is_at_end

    def _on_arrived(self, count: int) -> None:
        self._count += count
        QTimer.singleShot(0, self, self._on_inserted)

    def _on_inserted(self) -> None:
        if self.follow.isChecked():
            rows_of(self._table).scroll_to_end()
        self._table.visualRect(self._table.model().index(0, 0))  # has the table laid out, which may still wait
        self._show()

    def _on_follow(self, follows: bool) -> None:
        restyle(self.follow, state="on" if follows else "")
        if follows:
            rows_of(self._table).scroll_to_end()

    def _on_scrolled(self) -> None:
        if not self._is_at_end:
            self.follow.setChecked(False)

    def _forget(self) -> None:
        self._count = 0
        self._show()

    def _go(self) -> None:
        """Scroll to the first of the new rows; the chosen one stays chosen."""
        rows = rows_of(self._table)
        first, self._count = rows.count - self._count, 0
        rows.scroll_to(first, ScrollHint.PositionAtTop)
        self._table.setFocus()
        self._show()

    def _show(self) -> None:
        self._count *= not self._is_at_end
        self.new.setVisible(self._count > 0)
        if self._count:
            self.new.setText(f"{format_number(self._count)} new ▾")
            self.new.setAccessibleName(f"Go to the {count_text(self._count, 'new event')}")
            self.new.adjustSize()
            view = self._table.viewport().geometry()
            self.new.move(view.center().x() - self.new.width() // 2, view.bottom() - self.new.height() - _MARGIN)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._show()
        return False
