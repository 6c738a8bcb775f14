"""The status bar: the open store at the left; at the right messages, a running job with its progress, and what else
is true of the store: false snapshots that a check found, when something was saved, the zone of the times.

The messages of this run are kept; a button lists them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QStatusBar, QWidget

from es_desktop.app.text.plain import without_secrets
from es_desktop.system.counts import count_text
from es_desktop.views.preferences.keys import with_keys
from es_desktop.views.style.builders import delay, push_button
from es_desktop.views.style.plain_text import ElidedLabel, Label, set_tip

if TYPE_CHECKING:
    from es_desktop.app.entity.commands import Changes
    from es_desktop.app.entity.facts import StoreFacts
    from es_desktop.app.store.session import Session
    from es_desktop.models.entity.snapshots import ChecksModel
    from es_desktop.models.runtime.messages import MessagesModel
    from es_desktop.models.runtime.tasks import Job, Progress
    from es_desktop.models.workspace import Workspace

_MESSAGE_MILLISECONDS: Final = 8000
_LONG_SECONDS: Final = 0.6
_SHORT_SECONDS: Final = 0.25
"""After how long a job is shown that reports no progress."""
_LOOK_MILLISECONDS: Final = 200
_WAITS: Final = "waits for a lock of another program"


class StatusBar(QStatusBar):
    """Empty until ``follow`` is called."""

    messages_requested = Signal()
    false_requested = Signal()
    """A person wants the list of the snapshots that are not true."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setAccessibleName("Status")
        self.hide()  # until there is something to say

    def _make_parts(self) -> None:
        self._store = Label(parent=self)
        self.facts = ElidedLabel(parent=self)
        self.message = Label(parent=self)
        self._job: Job | None = None
        self._running: dict[Job, float] = {}
        """The jobs that run or wait, each with the time of its start."""
        self._long = delay(_LOOK_MILLISECONDS, self._on_long, self)
        self._title = Label(parent=self, role="dim")
        self._bar = QProgressBar(self, textVisible=False)
        self._bar.setAccessibleName("Progress")
        self._bar.setFixedWidth(180)
        self._cancel = push_button("Cancel", self, "link")
        self._cancel.clicked.connect(self._on_cancel)
        self.messages_button = push_button("Messages", self, "link")
        self.messages_button.clicked.connect(self.messages_requested)
        self.messages_button.hide()
        self.false_button = push_button("", self, "link")
        set_tip(self.false_button, with_keys("List the snapshots that are not true ({list-false})"))
        self.false_button.clicked.connect(self.false_requested)
        self.false_button.hide()
        self._saved_at: datetime | None = None
        self.saved, self.zone = Label(parent=self), Label(parent=self)
        set_tip(self.zone, "The zone of the times; “View ▸ Times” shows them in UTC")
        self.addWidget(self._store)
        self.addWidget(self.facts, 1)
        job = self._title, self._bar, self._cancel
        for widget in (self.message, *job, self.false_button, self.messages_button, self.saved, self.zone):
            self.addPermanentWidget(widget)
        self._forget = delay(_MESSAGE_MILLISECONDS, self._on_forget, self)
        self._show_job(None)

    @cached_property
    def messages(self) -> MessagesModel:
        """The messages of this run, made when there is one: an empty window has none."""
        from es_desktop.models.runtime.messages import MessagesModel

        return MessagesModel(self)

    def follow(self, workspace: Workspace) -> None:
        """Show the store and the jobs of a workspace from now on."""
        self._make_parts()
        workspace.store_changed.connect(lambda: self._show_store(workspace.session))
        workspace.facts_changed.connect(self._on_facts)
        workspace.commander.written.connect(self._on_written)
        workspace.times_changed.connect(self._show_times)
        workspace.checker.found.modelReset.connect(lambda: self._show_false(workspace.checker.found))
        workspace.message.connect(self.show_temporarily)
        workspace.refused.connect(lambda error: self._keep(str(error), is_error=True))
        workspace.runner.started.connect(self._on_started)
        workspace.runner.progressed.connect(self._on_progress)
        workspace.runner.waiting.connect(self._on_waiting)
        workspace.runner.ended.connect(self._on_ended)

    def show_temporarily(self, text: str) -> None:
        """Show a message for 8 seconds, and keep it."""
        self.message.setText(text)
        self._keep(text)
        self._forget.start()
        self._show_itself()

    def _on_forget(self) -> None:
        self.message.clear()
        self._show_itself()

    def _show_itself(self) -> None:
        """Show the bar unless it would be empty, as it is below the start page."""
        has_text = bool(self._store.text() or self.message.text())
        self.setVisible(has_text or self._job is not None or not self.messages_button.isHidden())

    def _on_written(self, changes: Changes) -> None:
        if changes.events or changes.snapshots:
            self._saved_at = datetime.now(UTC)
            self._show_times()

    def _show_times(self) -> None:
        from es_desktop.app.text.times import in_zone, shown_zone  # after the first picture

        self.saved.setText("" if self._saved_at is None else f"Saved {in_zone(self._saved_at):%H:%M:%S}")
        self.saved.setVisible(self._saved_at is not None)
        self.zone.setText(shown_zone() if self._store.text() else "")

    def _show_false(self, found: ChecksModel) -> None:
        count = sum(each.check.ok is False for each in found.rows)
        self.false_button.setText(count_text(count, "false snapshot"))
        self.false_button.setVisible(count > 0)

    def _keep(self, text: str, *, is_error: bool = False) -> None:
        if text:
            self.messages.add(without_secrets(text), is_error=is_error)
            self.messages_button.show()
            self._show_itself()

    def _show_store(self, session: Session | None) -> None:
        self._store.setText("" if session is None else session.short_name)
        set_tip(self._store, "" if session is None else session.name)
        self._saved_at = None
        self._show_times()
        self._show_itself()
        self.facts.set_whole_text("" if session is None else f"{session.format_name} · reading…")

    def _on_facts(self, facts: StoreFacts) -> None:
        so_far = "" if facts.is_whole else " so far"
        entities, *others = facts.counts
        counts = " · ".join((f"{entities}{so_far}", *others))
        notes = "".join(f" · {note}" for note in facts.notes)
        self.facts.set_whole_text(f"{facts.format} · {counts}{notes}")

    def _on_progress(self, progress: Progress) -> None:
        shown = self._job
        if shown is not None and shown is not progress.job and shown.is_foreground:
            return  # a job that a person waits for has priority
        if progress.job is not shown and monotonic() - self._running.get(progress.job, 0.0) < _SHORT_SECONDS:
            return  # the window would be laid out and painted twice for a bar that is gone at once
        self._show_job(progress.job)
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)

    def _on_started(self, job: Job) -> None:
        self._running[job] = monotonic()
        if not self._long.isActive():
            self._long.start()

    def _on_long(self) -> None:
        """Show a job that is not done yet and reports no progress: it may wait for another program."""
        began = monotonic() - _LONG_SECONDS
        first = next((job for job, start in self._running.items() if job.is_foreground and start <= began), None)
        if self._job is None and first is not None:
            self._show_job(first)
            self._bar.setRange(0, 0)
        if self._running:
            self._long.start()

    def _on_waiting(self, job: Job, is_waiting: bool) -> None:
        """Say why a job does not go on."""
        if is_waiting or job is self._job:
            self._show_job(job)
            self._title.setText(f"{job.title}: {_WAITS}" if is_waiting else job.title)
            self._bar.setRange(0, 0)

    def _on_ended(self, job: Job) -> None:
        self._running.pop(job, None)  # it may have started before this followed
        if job is self._job:
            self._show_job(None)

    def _show_job(self, job: Job | None) -> None:
        self._job = job
        self._title.setText("" if job is None else job.title)
        for widget in (self._title, self._bar, self._cancel):
            widget.setVisible(job is not None)
        self._show_itself()

    def _on_cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            # A protected one, such as a write, says itself how it ended.
            self.show_temporarily("" if self._job.is_protected else f"{self._job.title} was cancelled.")
            self._show_job(None)
