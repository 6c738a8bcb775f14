"""Makes es-8.2.5-sqlalchemy-sqlite-items.db, with "eventsourcing==8.2.5", "SQLAlchemy<1.4" and "sqlalchemy-utils<0.39"."""

from eventsourcing.domain.model.aggregate import BaseAggregateRoot
from eventsourcing.infrastructure.eventsourcedrepository import EventSourcedRepository
from eventsourcing.infrastructure.eventstore import EventStore
from eventsourcing.infrastructure.sequenceditem import SequencedItem
from eventsourcing.infrastructure.sequenceditemmapper import SequencedItemMapper
from eventsourcing.infrastructure.snapshotting import EventSourcedSnapshotStrategy
from eventsourcing.infrastructure.sqlalchemy.datastore import SQLAlchemyDatastore, SQLAlchemySettings
from eventsourcing.infrastructure.sqlalchemy.manager import SQLAlchemyRecordManager
from eventsourcing.infrastructure.sqlalchemy.records import (
    IntegerSequencedNoIDRecord,
    IntegerSequencedWithIDRecord,
    SnapshotRecord,
    TimestampSequencedWithIDRecord,
)


class Account(BaseAggregateRoot):
    def __init__(self, owner, **kwargs):
        super().__init__(**kwargs)
        self.owner = owner
        self.balance = 0

    class Event(BaseAggregateRoot.Event):
        pass

    class Created(Event, BaseAggregateRoot.Created):
        pass

    class Deposited(Event):
        def mutate(self, obj):
            obj.balance += self.amount

    class AttributeChanged(Event, BaseAggregateRoot.AttributeChanged):
        pass

    class Discarded(Event, BaseAggregateRoot.Discarded):
        pass


def event_store(record_class, datastore):
    return EventStore(
        record_manager=SQLAlchemyRecordManager(
            session=datastore.session, record_class=record_class, sequenced_item_class=SequencedItem
        ),
        event_mapper=SequencedItemMapper(
            sequenced_item_class=SequencedItem,
            sequence_id_attr_name="originator_id",
            position_attr_name="originator_version",
        ),
    )


records = (
    IntegerSequencedWithIDRecord,
    IntegerSequencedNoIDRecord,
    TimestampSequencedWithIDRecord,
    SnapshotRecord,
)
datastore = SQLAlchemyDatastore(
    settings=SQLAlchemySettings(uri="sqlite:///es-8.2.5-sqlalchemy-sqlite-items.db"), tables=records
)
datastore.setup_connection()
datastore.setup_tables()
events = event_store(IntegerSequencedWithIDRecord, datastore)
snapshots = EventSourcedSnapshotStrategy(snapshot_store=event_store(SnapshotRecord, datastore))
repository = EventSourcedRepository(event_store=events, snapshot_strategy=snapshots, use_cache=False)
for number in range(1, 5):
    account = Account.__create__(owner=f"Owner {number}")
    for _ in range(number + 1):
        account.__trigger_event__(Account.Deposited, amount=10)
    pending = list(account.__pending_events__)
    account.__pending_events__.clear()
    events.store_events(pending)
    if number % 2:
        repository.take_snapshot(account.id)
