"""A session: one open store with its own bus, event stores, repository and policies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.generic import GenericEntity, GenericMapper, GenericSnapshotMapper
from es_desktop.app.runtime.errors import UserError, refusals
from es_desktop.core import (
    DomainEntity,
    DomainEvent,
    EntityId,
    EntityIsDiscarded,
    EventBus,
    EventSourcedRepository,
    EventSourcedSnapshotStrategy,
    EventStore,
    KnownClasses,
    Mapper,
    PersistencePolicy,
    Snapshot,
    SnapshottingPolicy,
    TimestampedEntity,
    TimestampedVersionedEntity,
    Topic,
    VersionedEntity,
    topic_of,
)
from es_desktop.examples import DEMO_MODELS
from es_desktop.stores import NO_OPTIONS, ColumnMap, OpenOptions

from .reader import Reading

if TYPE_CHECKING:
    from es_desktop.stores import OpenedStore, StoreLocation

_WAY_OUT: Final = "To change things, work on a copy of it."


_CORE_MODELS: Final = (DomainEntity, VersionedEntity, TimestampedEntity, TimestampedVersionedEntity)
"""What the core defines of entities without any model: states of such an entity are exact."""


class Session(Reading):
    """An open store: ``Reading`` has the methods that read, ``Commands`` writes through the repository."""

    def __init__(
        self,
        opened: OpenedStore,
        classes: KnownClasses,
        models: Sequence[type[DomainEntity]],
        options: OpenOptions = NO_OPTIONS,
    ) -> None:
        super().__init__(opened, classes)
        self.options = options
        """The options to open it again, with the password."""
        self.notice: UserError | None = None
        """A warning about the opening, to be shown to a person."""
        self.models = tuple(models)
        self.bus = EventBus()
        self.frequency: int | None = None
        self.event_store = EventStore(opened.tables.events.strategy, self._mapper(GenericMapper))
        self.repository, self._policies = self._wire(opened)
        self._snapshotting: SnapshottingPolicy | None = None

    @property
    def name(self) -> str:
        """The file, or the URL without its password."""
        return self._opened.location.name

    @property
    def absolute_name(self) -> str:
        """The file with its whole folder: the same from wherever the program was started."""
        return self._opened.location.absolute_name

    @property
    def elsewhere(self) -> tuple[str, OpenOptions] | None:
        return None if self.trusted is not None else (self.absolute_name, self.options)

    @property
    def short_name(self) -> str:
        """The name of the file without its folder."""
        return self._opened.location.short_name

    @property
    def scope(self) -> str | None:
        """The scope that is shown of a shared store; ``None`` for all of it."""
        return self._opened.tables.scope

    @property
    def scope_choices(self) -> tuple[tuple[str, str | None], ...]:
        """The scopes to choose from, each with its text; empty for a store that is not shared."""
        tables = self._opened.tables
        every = (f"all {tables.scope_word}s", None)
        each = tuple((name, name) for name in tables.scopes)
        return each if tables.scopes_overlap or not each else (every, *each)

    @property
    def format_name(self) -> str:
        return self._opened.format.name

    @property
    def is_writable(self) -> bool:
        return self._opened.is_writable

    @property
    def why_read_only(self) -> str:
        """Why nothing can be changed here; empty if it can."""
        if self.is_writable:
            return ""
        if self._opened.format.is_ours:
            what = "The database" if self._opened.location.path is None else "The file, or its folder,"
            return f"{what} may not be written. {_WAY_OUT}"
        return f"This store was made by another program ({self.format_name}), so it is only read. {_WAY_OUT}"

    def model_named(self, topic: str | None) -> type[DomainEntity] | None:
        """Return the model of a topic, where it is one of this session's."""
        return next((model for model in self.models if topic_of(model) == topic), None)

    def model_of(self, entity: EntityFacts) -> type[DomainEntity] | None:
        """Return what an entity is changed by: its model, or in a working copy the generic one."""
        return GenericEntity if self.is_generic(entity) else self.model_named(entity.topic)

    def set_frequency(self, frequency: int | None, on_failure: Callable[[EntityId, Exception], None]) -> None:
        """Take a snapshot at every ``frequency``-th event of an entity; ``None`` for never."""
        if self._snapshotting is not None:
            self._snapshotting.close()
            self._snapshotting = None
        self.frequency = frequency
        if frequency is not None:
            with self.bus.activated():
                self._snapshotting = SnapshottingPolicy(self.repository.event_player, frequency, on_failure)

    def has_changed(self) -> bool:
        """Return whether anybody else committed since the last call. Call it always from the same thread."""
        return self._opened.has_changed()

    def close(self) -> None:
        """Close the policies, the process of trusted code, and the store."""
        self.set_trust(None)
        for policy in self._policies:
            policy.close()
        if self._snapshotting is not None:
            self._snapshotting.close()
        self._opened.close()

    def _wire(self, opened: OpenedStore) -> tuple[EventSourcedRepository, list[PersistencePolicy]]:
        strategy, policies = None, []
        with self.bus.activated():
            if opened.is_writable:
                policies.append(PersistencePolicy(self.event_store, event_type=DomainEntity.Event))
            if opened.tables.snapshots is not None:
                snapshots = EventStore(opened.tables.snapshots.strategy, self._mapper(GenericSnapshotMapper))
                strategy = EventSourcedSnapshotStrategy(snapshots)
                if opened.is_writable:
                    policies.append(PersistencePolicy(snapshots, event_type=Snapshot))
        return EventSourcedRepository(self.event_store, self._mutate, strategy), policies

    def _mapper(self, generic: type[GenericMapper]) -> Mapper:
        """The mapper of the events, which is that of the snapshots too in stores of ours."""
        events = self._opened.tables.events
        return events.mapper if self.copy_notes is None else generic(events, self._classes, self.copy_notes)

    def _mutate(self, entity: Any, event: DomainEvent) -> Any:
        """The mutator of every model: an entity knows its class, the first event names it."""
        if entity is not None:
            return type(entity).mutate(entity, event)
        if isinstance(event, GenericEntity.Recorded):
            if self.outline(event.originator_id).versions[0] != event.originator_version:
                raise EntityIsDiscarded("there are events after the one that ended it")
            return GenericEntity.mutate(None, event)
        model = self.model_named(Topic(topic_of(type(event))).entity_topic)
        if model is None:
            raise UserError(f"the model of {topic_of(type(event))} is not known here")
        return model.mutate(None, event)


def located(store: str, password: str | None) -> StoreLocation:
    """Return where a store is, with the password to it. Raises ``UserError`` for a text that names no place."""
    from es_desktop.stores import parse_location

    with refusals():
        return parse_location(store).with_password(password)


def open_session(
    store: str,
    *,
    writable: bool = True,
    models: Sequence[type[DomainEntity]] = DEMO_MODELS,
    options: OpenOptions = NO_OPTIONS,
    find_map: Callable[[str], ColumnMap | None] = lambda place: None,
) -> Session:
    """Open a store by its file name or URL.

    ``find_map`` returns the map that is kept of a place, for where the options have none and no format is known.
    Raises ``StoreRefused`` if it cannot be opened, which says what would open it.
    """
    # SQLAlchemy takes longer to load than the window does; the window is there before the first store is opened.
    from es_desktop.stores import open_store

    def opening(where: StoreLocation, classes: KnownClasses) -> OpenedStore:
        return open_store(
            where, classes, writable=writable, options=options, find_map=lambda: find_map(where.absolute_name)
        )

    session = _session(store, opening, models, options)
    if options.scope is not None and options.scope not in session.store.tables.scopes:
        session.close()
        raise _no_such_scope(options.scope, session.store.tables.scopes)
    return session


def create_session(
    store: str, models: Sequence[type[DomainEntity]] = DEMO_MODELS, *, password: str | None = None
) -> Session:
    """Make a store of ours and open it. Raises ``UserError`` if there is a file already."""
    from es_desktop.stores import create_store

    return _session(store, create_store, models, OpenOptions(password=password))


def _session(
    store: str,
    opening: Callable[[StoreLocation, KnownClasses], OpenedStore],
    models: Sequence[type[DomainEntity]],
    options: OpenOptions,
) -> Session:
    classes = KnownClasses([Snapshot])
    classes.register_model(*models, *_CORE_MODELS)
    location = located(store, options.password)
    with refusals(location.absolute_name):
        opened = opening(location, classes)
    known = replace(options, password=location.password, table_map=opened.table_map, entity=None, version=None)
    return Session(opened, classes, models, known)


def _no_such_scope(scope: str, there: Sequence[str]) -> UserError:
    if not there:
        return UserError(f"there is no part {scope!r} of this store: it is not shared", "Leave the scope out.")
    return UserError(f"there is no part {scope!r} of this store", f"There are: {', '.join(there)}.")
