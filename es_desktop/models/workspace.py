"""The workspace: opens and closes stores, and updates everything that shows the store after a choice or a change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.commands import Changes, Initiator
from es_desktop.app.entity.facts import StoreFacts
from es_desktop.app.entity.view import EntityView
from es_desktop.app.notes.notebook import Notebook, Shelf
from es_desktop.app.runtime import places
from es_desktop.app.runtime.errors import StoreDamaged, UserError
from es_desktop.app.search.questions import EntityFilter
from es_desktop.app.store.opening import NO_OPTIONS, Opener, OpenOptions
from es_desktop.app.store.session import Session
from es_desktop.app.text.time_format import TimeFormat, use_time_format
from es_desktop.core import EntityId

from .ask.questioner import Questioner
from .ask.saved_questions import QuestionCounts
from .branch.what_if import WhatIf
from .common.comparer import Comparer
from .compare.comparison import Comparison
from .entity.commander import Commander
from .entity.display_preferences import TypePreferences
from .entity.inspector import Inspector
from .entity.player import Player
from .entity.rebuilds import RebuildPair
from .entity.snapshots import SnapshotChecker
from .entity.writers_model import WritersModel
from .notes.bookmarks import Bookmarks
from .notes.notes import Notes
from .process.process_finder import ProcessFinder
from .quality.surveyor import QualitySurveyor
from .rules.rule_finder import RuleFinder
from .runtime.tasks import LatestRequest, TaskRunner
from .search.entity_list import EntityList
from .search.event_log import EventLog
from .search.overview import Overview
from .search.saved_searches import SavedSearches
from .selection import Selection
from .snapshot_cost.meter import CostMeter
from .store.poll import Poll
from .store.sessions import SessionCloser, StoreOpener
from .transfer.transfer import Copier, Transfer
from .trust.trust_control import TrustControl
from .watch.history_values import FalseLanes, Lanes
from .watch.watchpoints import Watchpoints
from .window_view import EXPLORE, ShownView


class Workspace(QObject):
    store_changed = Signal()
    """Another store is open, or none."""
    typing_ends = Signal()
    """The store is about to close: what was typed for it and still waits is applied now. ``about_to_close`` follows."""
    about_to_close = Signal(object)
    """The ``Session`` of the open store: what is shown of it can still be asked for."""
    facts_changed = Signal(object)
    """``StoreFacts`` of the open store."""
    changed = Signal(object)
    """``Changes`` of the open store: what has to be read again, and who caused it."""
    entities_changed = Signal()
    entity_loaded = Signal(object)
    """``EntityView`` of the chosen entity whenever it was read; ``None`` if none is chosen, or it cannot be read."""
    refused = Signal(object)
    """``UserError`` to be shown to the person."""
    search_requested = Signal(object)
    """A condition: the entities that meet it should be found, and listed."""
    comparison_requested = Signal()
    """The chosen version should be compared with the previous one."""
    times_changed = Signal()
    """Times are shown in another way from now on."""
    message = Signal(object)

    def __init__(
        self,
        runner: TaskRunner,
        shelf: Shelf,
        opener: Opener | None = None,
        parent: QObject | None = None,
        *,
        indexes: Path | None = None,
    ) -> None:
        """``indexes`` is the folder for the indexes of large stores; ``None`` for the one in the user's cache."""
        super().__init__(parent)
        self.indexes = indexes or places.indexes()
        self.runner = runner
        self.shown_view = ShownView(self)
        self.entity_request = LatestRequest(runner)
        self.stores = StoreOpener(runner, opener or Opener(), self)
        self.sessions = SessionCloser(runner)
        self._poll = Poll(runner, self)
        self.notes = Notes(runner, shelf, self)
        self.selection = Selection(self)
        self.listing = EntityList(runner, self.indexes, lambda: self.selection.entity_id, self)
        self.entities = self.listing.model
        self.log = EventLog(runner, self.listing.indexer, self)
        self.questioner = Questioner(runner, self.listing.indexer, self.listing.states, self)
        self.common = Comparer(runner, self.listing.indexer, self.questioner, self)
        self.question_counts = QuestionCounts(runner, self.listing.indexer, self.questioner)
        self.searches = SavedSearches(self.notes, self.entities, self.log, self.questioner)
        self.overview = Overview(runner, self.listing.indexer, self.log, self)
        self.rules = RuleFinder(runner, self.listing.indexer, self.notes, self)
        self.process = ProcessFinder(runner, self.listing.indexer, self.overview, self.shown_view, self.notes, self)
        self.inspector = Inspector(runner, self.selection, self)
        self.bookmarks = Bookmarks(runner, self.notes, self.selection, self.entities, self.inspector)
        self.player = Player(self.selection, self.inspector.timeline.step_at, self)
        self.checker = SnapshotChecker(runner, self)
        self.checker.found.use_names(self.listing.states)
        self.surveyor = QualitySurveyor(runner, self.checker, self)
        self.rebuilds = RebuildPair(runner, self.inspector, self.checker)
        self.cost_meter = CostMeter(runner, self)
        self.watchpoints = Watchpoints(runner, self.selection, self.inspector, self.notes)
        self.preferences = TypePreferences(self.notes, self.inspector, self)
        self.lanes = Lanes(runner, self.inspector, self.preferences)
        self.false_lanes = FalseLanes(runner, self.lanes, self.inspector, self.rebuilds)
        self.writers = WritersModel(runner, self.inspector, self.selection)
        self.commander = Commander(runner, self.selection, self)
        self.what_if = WhatIf(runner, self)
        self.comparison = Comparison(runner, self.sessions, self.selection, self.inspector)
        self.transfer = Transfer(runner, self)
        self.copier = Copier(runner, self)
        self.trust_control = TrustControl(runner, self)
        self.last_place: Callable[[str], tuple[str, int] | None] = lambda store: None
        """Returns the id and version to choose first in a store; ``None`` for its first entity."""
        self.session: Session | None = None
        self.facts: StoreFacts | None = None
        self._chooses_first = False
        self._wanted_version: int | None = None
        self._has_events = False
        """Whether the events of the chosen entity are read already: then only its snapshots may have changed."""
        self._connect()

    def _connect(self) -> None:
        parts = self.checker, self.transfer, self.copier, self.watchpoints, self.preferences, self.what_if
        for each in (*parts, self.surveyor, self.rules):
            each.message.connect(self.message)
        for part in (self.stores, self.notes, self.commander, self.copier, self.trust_control):
            part.refused.connect(self.refused)
        self.trust_control.message.connect(self.message)
        self.runner.refused.connect(self._on_refused)
        self._poll.changed.connect(self._on_changes)
        self._poll.outdated.connect(self.reopen)
        self._poll.refused.connect(self.refused)
        self.selection.entity_changed.connect(self._on_entity_chosen)
        self.stores.opened.connect(self._on_opened)
        self.listing.listed.connect(self._on_listed)
        self.listing.facts_changed.connect(self._on_facts)
        self.notes.changed.connect(self._find_marked)
        self.notes.changed.connect(lambda: self.listing.use_choices(self.notes.notebook))
        for signal in (self.commander.written, self.transfer.imported, self.trust_control.changed):
            signal.connect(self._on_changes)
        for reader in (self.listing, self.log, self.checker, self.surveyor, self.rules):
            self.changed.connect(reader.on_changes)
        self.commander.outdated.connect(self._poll.look_now)
        self.copier.made.connect(self.open)
        self.entity_loaded.connect(lambda view: self.what_if.set_entity(self.session, view and view.facts))
        self.player.stops_at = self.watchpoints.is_crossed_at
        self.player.stopped_at.connect(self.watchpoints.report_crossed)
        self.checker.changed.connect(self._show_checks)

    def show_times(self, wanted: TimeFormat) -> None:
        """Show all times in another way."""
        use_time_format(wanted)
        self.times_changed.emit()

    # Stores

    def open(
        self,
        store: str,
        *,
        entity: str | None = None,
        version: int | None = None,
        options: OpenOptions = NO_OPTIONS,
        view: str | None = None,
    ) -> None:
        """Open a store, and close the one that is open. ``entity`` is the start of the id of the entity to choose.

        ``view`` is the name of the view of the window to show; without it, Explore if an entity is to be chosen.
        """
        self._want_view(view, entity)
        self.stores.open(store, replace(options, entity=entity, version=version))

    def open_demo(
        self,
        path: Path,
        *,
        entity: str | None = None,
        version: int | None = None,
        recreate: bool = False,
        view: str | None = None,
    ) -> None:
        """Open the demo store as ``open`` does; make it first if it does not exist; ``recreate`` replaces it."""
        self._want_view(view, entity)
        if recreate and self.session is not None:
            self.close_store()
        self.stores.open_demo(path, entity, version, recreate)

    def _want_view(self, view: str | None, entity: str | None) -> None:
        self.shown_view.wanted = view or (None if entity is None else EXPLORE)

    def show_scope(self, scope: str | None) -> None:
        """Reopen the store with one of its scopes; ``None`` for all of them."""
        session = self.session
        if session is not None and scope != session.scope:
            self.stores.open(session.absolute_name, replace(session.options, scope=scope))

    @property
    def encrypted_entity(self) -> EntityId | None:
        """An entity with encrypted records, the chosen one if it has any; ``None`` if none is known."""
        view = self.inspector.view
        if view is not None and view.facts.is_encrypted:
            return self.selection.entity_id
        return None if self.facts is None else self.facts.encrypted_entity

    def unlock(self, keys: tuple[bytes, ...]) -> None:
        """Reopen the store with keys for its encrypted records; the entity and version stay chosen."""
        session, encrypted = self.session, self.encrypted_entity
        if session is not None and encrypted is not None:
            self.stores.unlock(session, encrypted, self._options_here(session, keys=keys))

    def close_store(self) -> None:
        """Close the open store, if there is one, and cancel its tasks."""
        self._poll.set_session(None)
        if self.session is not None:
            self.typing_ends.emit()
            self.about_to_close.emit(self.session)
        self.runner.cancel_all()
        session, self.session, self.facts = self.session, None, None
        if session is None:
            return  # nothing of a store is shown
        self._set_session(None)
        self.overview.clear()
        self.process.clear()
        self.entities.use_filter(EntityFilter())
        self.bookmarks.set_entities(None)
        self.selection.choose_entity(None)
        self.inspector.event_types.forget()
        self.what_if.clear()
        self.notes.show(None, Notebook())
        self.sessions.close(session)
        self.store_changed.emit()

    def shut_down(self) -> None:
        """Close everything, once, before the program ends. Blocks until all threads have ended."""
        self.close_store()
        self.runner.close()
        self.sessions.close_all()

    def refresh(self) -> None:
        """Read everything that is shown again."""
        self._on_changes(Changes(initiator=Initiator.PERSON))

    # Opening, choosing and changes

    def _on_opened(self, session: Session, options: OpenOptions) -> None:
        self.close_store()
        self.session = session
        self._set_session(session)
        self.notes.read(session.kept_name, session.case)
        self.store_changed.emit()
        self._poll.set_session(session)
        wanted, at = options.entity, options.version
        last = self.last_place(session.absolute_name) if wanted is None else None
        if wanted is None and last is None and session.case is not None:
            wanted, at = session.case.entity, session.case.version
        self._chooses_first = wanted is None and last is None
        if wanted is not None:
            self.choose_by_id(wanted, at)
        elif last is not None:
            self.choose_by_id(*last, or_first=True)
        if session.notice is not None:
            self.refused.emit(session.notice)
        if session.store.damage is not None:
            self.refused.emit(StoreDamaged(str(session.store.damage), "What can be read is shown."))

    def _set_session(self, session: Session | None) -> None:
        self.trust_control.set_reading(session)
        lists = self.listing, self.log, self.questioner
        for each in (self.checker, self.commander, self.comparison, *lists, self.surveyor, self.rules):
            each.set_session(session)

    def choose_by_id(self, text: str, version: int | None = None, *, or_first: bool = False) -> None:
        """Choose the entity whose id starts with a text; ``or_first``: the first one if there is none."""
        session = self.session
        if session is not None:
            done = partial(self.choose, version=version)
            failed = self._choose_first if or_first else self._on_refused
            self.runner.run("Finding the entity", lambda job: session.find_id(text), done, failed=failed)

    def _choose_first(self, _: UserError | None = None) -> None:
        """Choose the first entity, or as soon as the entities are listed."""
        self._chooses_first = True
        self._on_listed()

    def choose_row(self, row: int) -> None:
        entity = self.entities.at(row)
        if entity is not None:
            self.choose(entity.id, self.selection.version if entity.id == self.selection.entity_id else None)

    def choose(self, entity_id: EntityId, version: int | None = None) -> None:
        """Choose an entity at a version; ``None`` for its last one."""
        if entity_id == self.selection.entity_id:
            self.selection.go_to(self.selection.last if version is None else version)
        else:
            self._wanted_version = version
            self.selection.choose_entity(entity_id)

    def _on_listed(self) -> None:
        first = self.entities.at(0) if self.entities.rowCount() else None
        self.entities_changed.emit()
        if self._chooses_first and first is not None:
            # A person who opens a store sees an entity without a click.
            self._chooses_first = False
            self.choose(first.id)

    def _on_facts(self, facts: StoreFacts) -> None:
        self.facts = facts
        self._find_marked()
        self.facts_changed.emit(facts)

    def _find_marked(self) -> None:
        if self.facts is not None:
            self.bookmarks.find(self.listing.indexer.index)

    def _on_entity_chosen(self, entity_id: EntityId | None) -> None:
        self.inspector.clear()
        self._has_events = False
        if entity_id is None:
            self.entity_request.cancel()
            self.entity_loaded.emit(None)
        else:
            self._load_entity()

    def _load_entity(self) -> None:
        session, entity_id = self.session, self.selection.entity_id
        if session is None or entity_id is None:
            return

        def done(view: EntityView) -> None:
            # Cleared only here: a newer request may have replaced the one that was to show this version.
            version, self._wanted_version = self._wanted_version, None
            self.inspector.show(view, version, has_events=self._has_events)
            self._has_events = True
            self._show_checks()
            self.entity_loaded.emit(view)
            self.commander.report_conflict()

        read, stopped = partial(EntityView, session, entity_id), lambda: self.entity_loaded.emit(self.inspector.view)
        self.entity_request.start("Reading the entity", lambda job: read(), done, stopped=stopped)

    def _on_refused(self, error: UserError) -> None:
        session = self.session
        if isinstance(error, StoreDamaged) and session is not None and not session.options.rescues:
            # Damage that was found only now: show what can be read.
            self.stores.open(session.absolute_name, self._options_here(session, rescues=True))
        elif not self.trust_control.show_error(error):
            self.refused.emit(error)

    def _on_changes(self, changes: Changes) -> None:
        """Have everything read again that changed; show what a command did."""
        self.changed.emit(changes)
        is_command, chosen = changes.initiator is Initiator.COMMAND, self.selection.entity_id
        if changes.alters_folding:
            self.comparison.set_follows(True)
            self.what_if.recompute()
            self._wanted_version = self.selection.version
            self.inspector.clear()
        if is_command and changes.creates and changes.entity_id is not None:
            self.choose(changes.entity_id)
        elif changes.concerns(chosen) and (changes.alters_records or changes.alters_folding):
            self._has_events &= not (changes.alters_events or changes.alters_folding)
            if is_command and changes.events:
                self._wanted_version = changes.events[-1][0]
            self._load_entity()

    def _show_checks(self) -> None:
        self.inspector.snapshots.set_checks(self.checker.checks_of(self.selection.entity_id))

    def reopen(self) -> None:
        """Open the store again as it is shown, if there is one."""
        session = self.session
        if session is not None:
            self.stores.open(session.absolute_name, self._options_here(session))

    def _options_here(self, session: Session, **changed: Any) -> OpenOptions:
        """Return the options that open a store again as it is shown, some of them changed."""
        chosen = self.selection.entity_id
        entity = None if chosen is None else str(chosen)
        return replace(session.options, entity=entity, version=self.selection.version, **changed)
