"""The application that the tests of the core run: stores over one real SQLite database, and a repository."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from es_desktop.core import (
    EventBus,
    EventPlayer,
    EventSourcedRepository,
    EventSourcedSnapshotStrategy,
    EventStore,
    Mutator,
    PersistencePolicy,
    SequencedItem,
    SequencedItemMapper,
    Snapshot,
    VersionedEntityEvent,
)
from es_desktop.examples import Example
from es_desktop.stores import (
    SQLAlchemyActiveRecordStrategy,
    SQLAlchemyDatastore,
    SQLAlchemySettings,
    SqlIntegerSequencedItem,
    SqlSnapshot,
)

MEMORY = "sqlite:///:memory:"


@dataclass(frozen=True)
class Application:
    """The stores of events and snapshots, and the repository over them."""

    bus: EventBus
    datastore: SQLAlchemyDatastore
    events: EventStore
    snapshots: EventStore
    repository: EventSourcedRepository

    @property
    def player(self) -> EventPlayer:
        return self.repository.event_player

    def versions_of_snapshots(self, entity_id: Any) -> list[int]:
        return [snapshot.originator_version for snapshot in self.snapshots.get_domain_events(entity_id)]


@contextmanager
def opened_datastore(uri: str = MEMORY) -> Iterator[SQLAlchemyDatastore]:
    """Yield a datastore with its tables; close its connections at the end."""
    datastore = SQLAlchemyDatastore(settings=SQLAlchemySettings(uri=uri))
    datastore.setup_connection()
    datastore.setup_tables()
    try:
        yield datastore
    finally:
        datastore.drop_connection()


@contextmanager
def running_application(uri: str = MEMORY, mutator: Mutator = Example.mutate) -> Iterator[Application]:
    """Yield an application with its own bus, whose policies store each event and each snapshot."""
    mapper = SequencedItemMapper(SequencedItem, "originator_id", "originator_version")
    bus = EventBus()
    with opened_datastore(uri) as datastore, bus.activated():
        session = datastore.db_session
        events = EventStore(SQLAlchemyActiveRecordStrategy(session, SqlIntegerSequencedItem), mapper)
        snapshots = EventStore(SQLAlchemyActiveRecordStrategy(session, SqlSnapshot), mapper)
        strategy = EventSourcedSnapshotStrategy(snapshots)
        repository = EventSourcedRepository(events, mutator, strategy, page_size=7)
        policies = [PersistencePolicy(events, VersionedEntityEvent), PersistencePolicy(snapshots, Snapshot)]
        try:
            yield Application(bus, datastore, events, snapshots, repository)
        finally:
            for policy in policies:
                policy.close()
            bus.assert_empty()
