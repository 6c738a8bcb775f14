"""A session: one open store with a bus, stores, repository and policies of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from es_desktop.core import (
    DomainEntity,
    DomainEvent,
    EntityId,
    EventBus,
    EventSourcedRepository,
    EventSourcedSnapshotStrategy,
    EventStore,
    KnownClasses,
    PersistencePolicy,
    Snapshot,
    SnapshottingPolicy,
    StoreRefusedError,
    Topic,
    topic_of,
)
from es_desktop.examples import DEMO_MODELS

from .errors import UserError
from .reading import Reading

if TYPE_CHECKING:
    from es_desktop.stores import OpenedStore


class Session(Reading):
    """An open store: read it through the methods of ``Reading``, write it through ``commands``."""

    def __init__(self, opened: OpenedStore, classes: KnownClasses, models: Sequence[type[DomainEntity]]) -> None:
        super().__init__(opened, classes)
        self.models = tuple(models)
        self.bus = EventBus()
        self.frequency: int | None = None
        self.event_store = EventStore(opened.tables.events.strategy, opened.tables.events.mapper)
        self.repository, self._policies = self._wire(opened)
        self._snapshotting: SnapshottingPolicy | None = None

    @property
    def name(self) -> str:
        """The file, or the URL without its password."""
        return self._opened.location.name

    @property
    def short_name(self) -> str:
        """The name of the file without its folder."""
        return self._opened.location.path.name

    @property
    def format_name(self) -> str:
        return self._opened.format.name

    @property
    def is_writable(self) -> bool:
        return self._opened.is_writable

    @property
    def why_read_only(self) -> str:
        """Why nothing can be changed here; empty where it can."""
        if self.is_writable:
            return ""
        if self._opened.format.is_ours:
            return "The file, or its folder, may not be written."
        return f"This store was made by another program ({self.format_name}), so it is only read."

    def model_named(self, topic: str | None) -> type[DomainEntity] | None:
        """Return the model of a topic, where it is one of this session's."""
        return next((model for model in self.models if topic_of(model) == topic), None)

    def set_frequency(self, frequency: int | None, on_failure: Callable[[EntityId, Exception], None]) -> None:
        """Let a snapshot be taken at every ``frequency``-th event of an entity; ``None`` for never."""
        if self._snapshotting is not None:
            self._snapshotting.close()
            self._snapshotting = None
        self.frequency = frequency
        if frequency is not None:
            with self.bus.activated():
                self._snapshotting = SnapshottingPolicy(self.repository.event_player, frequency, on_failure)

    def has_changed(self) -> bool:
        """Tell whether anybody, we too, committed since the last call. Call it always from the same thread."""
        return self._opened.has_changed()

    def close(self) -> None:
        """Close the policies and the store."""
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
                snapshots = EventStore(opened.tables.snapshots.strategy, opened.tables.snapshots.mapper)
                strategy = EventSourcedSnapshotStrategy(snapshots)
                if opened.is_writable:
                    policies.append(PersistencePolicy(snapshots, event_type=Snapshot))
        return EventSourcedRepository(self.event_store, self._mutate, strategy), policies

    def _mutate(self, entity: Any, event: DomainEvent) -> Any:
        """The mutator of every model: an entity knows its class, the first event tells it."""
        model = self.model_named(Topic(topic_of(type(event))).entity_topic) if entity is None else type(entity)
        if model is None:
            raise UserError(f"the model of {topic_of(type(event))} is not known here")
        return model.mutate(entity, event)


def open_session(store: str, *, writable: bool = True, models: Sequence[type[DomainEntity]] = DEMO_MODELS) -> Session:
    """Open a store by its file name or URL. Raises ``UserError`` where it cannot be opened."""
    # SQLAlchemy takes longer to load than the window does; the window is there before the first store is opened.
    from es_desktop.stores import open_store, parse_location

    return _session(lambda classes: open_store(parse_location(store), classes, writable=writable), models)


def create_session(store: str, models: Sequence[type[DomainEntity]] = DEMO_MODELS) -> Session:
    """Make a store of ours and open it. Raises ``UserError`` where there is a file already."""
    from es_desktop.stores import create_store, parse_location

    return _session(lambda classes: create_store(parse_location(store), classes), models)


def _session(opening: Callable[[KnownClasses], OpenedStore], models: Sequence[type[DomainEntity]]) -> Session:
    classes = KnownClasses([Snapshot])
    classes.register_model(*models)
    try:
        return Session(opening(classes), classes, models)
    except StoreRefusedError as error:
        raise UserError(str(error), error.hint) from error
