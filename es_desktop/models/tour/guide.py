"""The tour that runs: it sees what happens in the workspace, and never does anything in a store itself."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.commands import Changes
from es_desktop.app.entity.ids import short_id
from es_desktop.app.entity.verdict import ZERO
from es_desktop.app.entity.view import StateView
from es_desktop.app.tour.steps import Deed, TourFacts, TourProgress
from es_desktop.app.tour.summary import TourSummary
from es_desktop.app.tour.tours import tour_of
from es_desktop.app.transfer.export import ExportRequest
from es_desktop.core import EntityId
from es_desktop.models.window_view import EXPLORE

if TYPE_CHECKING:
    from es_desktop.models.workspace import Workspace


class TourGuide(QObject):
    changed = Signal()
    """Another step is in view, or something about it is known now; or a tour has begun or ended."""
    card_wanted = Signal()
    """The focus should go to the card of the tour, or from there back."""

    def __init__(self, workspace: Workspace, store: Path) -> None:
        """``store`` is the file of the tours: a demo store of their own, made anew for each."""
        super().__init__(workspace)
        self._workspace = workspace
        self._store = store
        self.progress: TourProgress | None = None
        """How far the tour is that runs; ``None`` without one."""
        self.offered: TourSummary | None = None
        """The tour that a person is asked to begin, if none runs."""
        self._created: EntityId | None = None
        self._deeds: defaultdict[EntityId, set[Deed]] = defaultdict(set)
        self._panels: frozenset[str] = frozenset()
        self._command = ""
        workspace.changed.connect(self._on_changes)
        workspace.inspector.state_changed.connect(self._on_state)
        workspace.selection.version_changed.connect(self._on_version)
        workspace.transfer.exported.connect(self._on_exported)
        for signal in (workspace.store_changed, workspace.entity_loaded):
            signal.connect(self._look)

    def owns(self, store: str) -> bool:
        """Return whether a file is the one of the tours."""
        return store == str(self._store)

    def offer(self, tour: TourSummary) -> None:
        """Ask whether to begin a tour."""
        self.offered = tour
        self.changed.emit()

    def begin(self, tour: TourSummary) -> None:
        """Begin a tour on a new demo store."""
        self._created = self.offered = None
        self._deeds.clear()
        self._workspace.open_demo(self._store, recreate=True, view=EXPLORE)
        self._set(TourProgress(tour_of(tour)))

    def end(self) -> None:
        """End the tour, or take the offer back. The store stays open."""
        self.offered = None
        self.progress = None
        self.changed.emit()

    def go(self, count: int) -> None:
        """Go to a later or an earlier step."""
        if self.progress is not None:
            self._set(self.progress.go(count))

    def go_back_to_subject(self) -> None:
        """Open the store of the tour, or choose its entity and the version of the step in view again."""
        progress = self.progress
        if progress is None:
            return
        if not progress.facts.is_open:
            self._workspace.open(str(self._store))
        elif progress.facts.subject is not None:
            self._workspace.choose(progress.facts.subject, progress.step.version)

    def see(self, panels: frozenset[str], command: str) -> None:
        """Take note of the panels in view, and of the command whose form is."""
        if (panels, command) != (self._panels, self._command):
            self._panels, self._command = panels, command
            self._look()

    def _on_changes(self, changes: Changes) -> None:
        entity_id = changes.entity_id
        if entity_id is None or not self._is_open:
            return
        names = {name for _, name in changes.events}
        if changes.creates:
            self._created = entity_id
            self._note(entity_id, Deed.CREATED)
        elif "Discarded" in names:
            self._note(entity_id, Deed.DISCARDED)
        elif names:
            self._note(entity_id, Deed.CHANGED)
        if changes.snapshots:
            self._note(entity_id, Deed.SNAPSHOT_TAKEN)

    def _on_state(self, shown: StateView | None) -> None:
        subject, base = self._subject, self._workspace.inspector.base
        if shown is None or subject is None or subject != self._workspace.selection.entity_id:
            return
        if base == ZERO and Deed.SNAPSHOT_TAKEN in self._deeds[subject]:
            self._note(subject, Deed.REBUILT_FROM_ZERO)
        elif shown.base.version is not None and Deed.REBUILT_FROM_ZERO in self._deeds[subject]:
            self._note(subject, Deed.REBUILT_FROM_SNAPSHOT)

    def _on_version(self, version: int | None) -> None:
        subject = self._subject
        if version and subject is not None and self._workspace.watchpoints.last_path == "total":
            self._note(subject, Deed.RUN_TO_CHANGE)
        self._look()

    def _on_exported(self, request: ExportRequest) -> None:
        subject = self._subject
        if request.fails_where and subject is not None and request.entities == (subject,):
            self._note(subject, Deed.TEST_EXPORTED)

    def _note(self, entity_id: EntityId, deed: Deed) -> None:
        self._deeds[entity_id].add(deed)
        self._look()

    @property
    def _is_open(self) -> bool:
        session = self._workspace.session
        return self.progress is not None and session is not None and self.owns(session.absolute_name)

    @property
    def _subject(self) -> EntityId | None:
        if self.progress is None or not self._is_open:
            return None
        return self.progress.tour.subject or self._created or self._workspace.selection.entity_id

    def _facts(self, before: TourFacts) -> TourFacts:
        subject, workspace = self._subject, self._workspace
        if subject is None:
            is_open = self._is_open
            was_open = before.was_open or is_open
            return replace(before, is_open=is_open, was_open=was_open, version=None, panels=self._panels)
        is_chosen, view = subject == workspace.selection.entity_id, workspace.inspector.view
        facts = replace(
            before,
            is_open=True,
            was_open=True,
            subject=subject,
            version=workspace.selection.version if is_chosen else None,
            deeds=frozenset(self._deeds[subject]),
            panels=self._panels,
            command=self._command,
        )
        if view is None or view.facts.id != subject:
            return facts
        return replace(facts, name=f"{view.facts.type} {short_id(subject)}", events=view.facts.events)

    def _look(self, *_: object) -> None:
        if self.progress is None:
            return
        if self.progress.is_over and self._workspace.session is not None and not self._is_open:
            self.end()  # what it said was about the store before
        else:
            self._set(self.progress.observe(self._facts(self.progress.facts)))

    def _set(self, progress: TourProgress) -> None:
        if progress != self.progress:
            self.progress = progress
            self.changed.emit()
