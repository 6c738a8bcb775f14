"""A session: one open store with its own bus, event stores, repository and policies."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from es_desktop import core
from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.generic import GenericEntity, GenericMapper, GenericSnapshotMapper
from es_desktop.app.runtime.errors import UserError, refusals
from es_desktop.stores import NO_OPTIONS, ColumnMap, OpenOptions

from .models import Model, all_models
from .reader import Reading

if TYPE_CHECKING:
    from es_desktop.app.entity.verdict import KnownChecks
    from es_desktop.stores import OpenedStore, SQLAlchemyActiveRecordStrategy, StoreLocation

_MOST_NAMED: Final = 8
"""Parts that were left out, in one line."""
_WAY_OUT: Final = "To change things, work on a copy of it."
_CORE_MODELS: Final = (core.DomainEntity, core.VersionedEntity, core.TimestampedEntity, core.TimestampedVersionedEntity)
"""What the core defines of entities without any model: states of such an entity are exact."""


class SoundSnapshots(core.EventStore):
    """The snapshots of a store without those that are known to be false: nothing is built on one of these."""

    def __init__(self, strategy: SQLAlchemyActiveRecordStrategy, mapper: core.Mapper, checks: KnownChecks) -> None:
        super().__init__(strategy, mapper)
        self._strategy = strategy
        self._checks = checks

    def append(self, event_or_events: Any) -> None:
        """Store a new snapshot; one at the version of a false one takes its place. Raises as ``EventStore.append``."""
        snapshot = event_or_events
        if isinstance(snapshot, core.Snapshot) and self._checks.is_false(
            snapshot.originator_id, snapshot.originator_version
        ):
            try:
                self._strategy.replace(self.sequenced_item_mapper.to_sequenced_item(snapshot))
            except core.ItemRefusedError:
                raise
            except core.SequencedItemError as error:
                raise core.ConcurrencyError(str(error)) from error
        else:
            super().append(event_or_events)

    def get_most_recent_event(self, entity_id: core.EntityId, lt: Any = None, lte: Any = None) -> Any:
        found = super().get_most_recent_event(entity_id, lt=lt, lte=lte)
        while found is not None and self._checks.is_false(entity_id, self.position_of(found)):
            found = super().get_most_recent_event(entity_id, lt=self.position_of(found))
        return found


class Session(Reading):
    """An open store: ``Reading`` has the methods that read, ``Commands`` writes through the repository."""

    def __init__(
        self,
        opened: OpenedStore,
        classes: core.KnownClasses,
        models: Sequence[type[core.DomainEntity]],
        options: OpenOptions = NO_OPTIONS,
    ) -> None:
        super().__init__(opened, classes, options)
        self.absolute_name: Final = opened.location.absolute_name
        """The file with its whole folder: the same from wherever the program was started."""
        self.short_name: Final = opened.location.short_name
        """The name of the file without its folder."""
        self.format_name: Final = opened.format.name
        self.is_writable: Final = opened.is_writable
        self.notice: UserError | None = None
        """A warning about the opening, to be shown to a person."""
        self.models = tuple(models)
        self.bus = core.EventBus()
        self.frequency: int | None = None
        self.event_store = core.EventStore(opened.tables.events.strategy, self._mapper(GenericMapper))
        self.repository, self._policies = self._wire(opened)
        self._snapshotting: core.SnapshottingPolicy | None = None

    @property
    def scope(self) -> str | None:
        """The part of the database that is shown, as ``OpenOptions.scope``; ``None`` for all of it."""
        return self.store.scope

    @property
    def kept_name(self) -> str:
        """The name that notes and trust are kept by: the file or URL, with the store if the database holds several."""
        is_one = len(self.store.detection.stores) < 2
        return self.absolute_name if is_one else f"{self.absolute_name} {self.store.shown.table_name}"

    @property
    def scope_choices(self) -> tuple[tuple[str, str | None], ...]:
        """The parts to choose from, each with its text: the stores, and the scopes of the one that is shown.

        Empty for a store that is not shared and has no other beside it.
        """
        tables, stores = self.store.tables, self.store.detection.stores
        if len(stores) < 2 or self.options.table_map is not None:
            every = (f"all {tables.scope_word}s", None)
            each = tuple((name, name) for name in tables.scopes)
            return each if tables.scopes_overlap or not each else (every, *each)
        found: list[tuple[str, str | None]] = []
        for store in stores:
            is_shown, name = store.table_name == self.store.shown.table_name, store.table_name
            if not (is_shown and tables.scopes_overlap):
                found.append((name, name))
            if is_shown:
                found += [(f"{name}/{part}", f"{name}/{part}") for part in tables.scopes]
        return tuple(found)

    def left_out(self, entities: Collection[core.EntityId] | None = None, *, is_copy: bool = False) -> str:
        """Return what of the database is not in an export or a copy of the store, as one line; empty if nothing.

        It is empty for chosen ``entities`` too: then a person has said what is in it. A copy has the entities only.
        """
        if entities is not None:
            return ""
        tables, stores = self.store.tables, self.store.detection.stores
        parts = [] if tables.scope is None else [f"{each} ({tables.scope_word})" for each in tables.scopes]
        parts = [each for each in parts if each != f"{tables.scope} ({tables.scope_word})"]
        parts += [str(each) for each in stores if each.table_name != self.store.shown.table_name and not each.is_empty]
        parts += (*tables.left_out, *(tables.unlisted if is_copy else ()))
        more = f"; and {len(parts) - _MOST_NAMED} more" if len(parts) > _MOST_NAMED else ""
        return f"not in it: {'; '.join(parts[:_MOST_NAMED])}{more}" if parts else ""

    @property
    def why_read_only(self) -> str:
        """Why nothing can be changed here; empty if it can."""
        if self.is_writable:
            return ""
        if self.store.damage is not None:
            return "The file is damaged. Rescue what can be read into a new store first."
        if self.store.waits_for_permission and self.case is not None:
            return "A case is only read, so that it stays as it was handed on. Allow changes first."
        if self.store.waits_for_permission:
            return "Another program made this store with the core of this one, so it is only read. Allow changes first."
        if self.store.format.is_ours and self.store.may_be_written:
            return "It was opened only to be read. Open it to be written: writable=True."
        if self.store.format.is_ours:
            what = "The database" if self.store.location.path is None else "The file, or its folder,"
            return f"{what} may not be written, or the disk is full. {_WAY_OUT}"
        return f"This store was made by another program ({self.format_name}), so it is only read. {_WAY_OUT}"

    def model_named(self, topic: str | None) -> type[core.DomainEntity] | None:
        """Return the model of a topic, where it is one of this session's."""
        return next((model for model in self.models if core.topic_of(model) == topic), None)

    def model_of(self, entity: EntityFacts) -> type[core.DomainEntity] | None:
        """Return what an entity is changed by: its model, or in a working copy the generic one."""
        return GenericEntity if self.is_generic(entity) else self.model_named(entity.topic)

    def set_frequency(self, frequency: int | None, on_failure: Callable[[core.EntityId, Exception], None]) -> None:
        """Take a snapshot at every ``frequency``-th event of an entity; ``None`` for never."""
        if self._snapshotting is not None:
            self._snapshotting.close()
            self._snapshotting = None
        self.frequency = frequency
        if frequency is not None:
            with self.bus.activated():
                self._snapshotting = core.SnapshottingPolicy(self.repository.event_player, frequency, on_failure)

    def has_changed(self) -> bool:
        """Return whether anybody else committed since the last call. Call it always from the same thread."""
        return self.store.has_changed()

    def is_outdated(self) -> bool:
        """Return whether the store has to be opened again, because others wrote rows that are odd in a new way.

        Lists, counts and searches would not agree on them. Call it after ``has_changed``, in the same thread.
        """
        return self.store.tables.is_outdated()

    def save_as(self, path: Path) -> None:
        """Write the file that was opened to a new one, also if another has its name by now. Raises ``UserError``."""
        with refusals(self.absolute_name):
            self.store.save_as(path)

    def close(self) -> None:
        """Close the policies, the process of trusted code, and the store."""
        self.set_trust(None)
        for policy in self._policies:
            policy.close()
        if self._snapshotting is not None:
            self._snapshotting.close()
        self.store.close()

    def _wire(self, opened: OpenedStore) -> tuple[core.EventSourcedRepository, list[core.PersistencePolicy]]:
        strategy, policies = None, []
        with self.bus.activated():
            if opened.is_writable:
                policies.append(core.PersistencePolicy(self.event_store, event_type=core.DomainEntity.Event))
            if opened.tables.snapshots is not None:
                snapshots = SoundSnapshots(
                    opened.tables.snapshots.strategy, self._mapper(GenericSnapshotMapper), self.checks
                )
                strategy = core.EventSourcedSnapshotStrategy(snapshots)
                if opened.is_writable:
                    policies.append(core.PersistencePolicy(snapshots, event_type=core.Snapshot))
        return core.EventSourcedRepository(self.event_store, self._mutate, strategy), policies

    def _mapper(self, generic: type[GenericMapper]) -> core.Mapper:
        """The mapper of the events, which is that of the snapshots too in stores of ours."""
        events = self.store.tables.events
        return events.mapper if self.copy_notes is None else generic(events, self.classes, self.copy_notes)

    def _mutate(self, entity: Any, event: core.DomainEvent) -> Any:
        """The mutator of every model: the entity's class is that of the entity, or in the topic of its first event."""
        if entity is not None:
            return type(entity).mutate(entity, event)
        if isinstance(event, GenericEntity.Recorded):
            if self.outline(event.originator_id).versions[0] != event.originator_version:
                raise core.EntityIsDiscarded("there are events after the one that ended it")
            return GenericEntity.mutate(None, event)
        model = self.model_named(core.Topic(core.topic_of(type(event))).entity_topic)
        if model is None:
            raise UserError(f"the model of {core.topic_of(type(event))} is not known here")
        return model.mutate(None, event)


def open_session(
    store: str,
    *,
    writable: bool = True,
    models: Sequence[Model] | None = None,
    options: OpenOptions = NO_OPTIONS,
    find_map: Callable[[str], ColumnMap | None] = lambda name: None,
) -> Session:
    """Open a store by its file name or URL.

    ``models`` are the classes that fold; ``None`` for those of the program and of plugins. ``find_map`` returns the map
    that is kept for a store by its absolute name; it is called where the options have no map and no format is known.
    Raises ``StoreRefused`` if it cannot be opened, which says what would open it.
    """
    # SQLAlchemy takes longer to load than the window does, and the window is shown before the first store is opened.
    from es_desktop.stores import open_store

    def opening(where: StoreLocation, classes: core.KnownClasses) -> OpenedStore:
        return open_store(
            where, classes, writable=writable, options=options, find_map=lambda: find_map(where.absolute_name)
        )

    return _session(store, opening, models, options)


def create_session(store: str, models: Sequence[Model] | None = None, *, password: str | None = None) -> Session:
    """Make a store of ours and open it. Raises ``UserError`` if there is a file already."""
    from es_desktop.stores import create_store

    return _session(store, create_store, models, OpenOptions(password=password))


def _session(
    store: str,
    opening: Callable[[StoreLocation, core.KnownClasses], OpenedStore],
    models: Sequence[Model] | None,
    options: OpenOptions,
) -> Session:
    from es_desktop.stores import parse_location

    models = all_models() if models is None else models
    classes = core.KnownClasses([core.Snapshot])
    classes.register_model(*models, *_CORE_MODELS)
    with refusals():
        location = parse_location(store)
        # Not left to the driver: processes that read the store too do not inherit the variable.
        password = options.password or location.password or os.environ.get("PGPASSWORD")
        location = location.with_password(password)
    with refusals(location.absolute_name):
        opened = opening(location, classes)
    known = replace(
        options,
        password=location.password,
        table_map=opened.table_map,
        last_scope=None,
        scope=opened.scope,  # which store has the most events may change
        asks_store=False,
        counts_stores=False,  # other processes open it too
        rescues=opened.damage is not None,
        entity=None,
        version=None,
    )
    try:
        return Session(opened, classes, models, known)
    except BaseException:
        opened.close()
        raise
