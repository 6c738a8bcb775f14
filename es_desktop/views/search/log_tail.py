"""The end of the log while events arrive: how many are below what is in view, the way to them, and following them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from es_desktop.models.guard import Guarded
from es_desktop.models.search.event_log import EventLog
from es_desktop.system.counts import count_text, format_number
from es_desktop.views.style.builders import push_button
from es_desktop.views.style.plain_text import set_tip
from es_desktop.views.style.theme import restyle

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
        self._table.executeDelayedItemsLayout()  # before that the end is where it was without the new rows
        bar = self._table.verticalScrollBar()
        return bar.value() >= bar.maximum()

    def _on_arrived(self, count: int) -> None:
        self._count += count
        QTimer.singleShot(0, self, self._on_inserted)

    def _on_inserted(self) -> None:
        if self.follow.isChecked():
            self._table.scrollToBottom()
        self._table.visualRect(self._table.model().index(0, 0))  # has the table laid out, which may still wait
        self._show()

    def _on_follow(self, follows: bool) -> None:
        restyle(self.follow, state="on" if follows else "")
        if follows:
            self._table.scrollToBottom()

    def _on_scrolled(self) -> None:
        if not self._is_at_end:
            self.follow.setChecked(False)

    def _forget(self) -> None:
        self._count = 0
        self._show()

    def _go(self) -> None:
        """Scroll to the first of the new rows; the chosen one stays chosen."""
        model = self._table.model()
        first, self._count = model.index(model.rowCount() - self._count, 0), 0
        self._table.scrollTo(first, QAbstractItemView.ScrollHint.PositionAtTop)
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
