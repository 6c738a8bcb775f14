"""Makes python-event-sourcery-0.6.1-sqlite.db, with "python-event-sourcery[sqlalchemy]==0.6.1" and "SQLAlchemy<2.1"."""

from event_sourcery import StreamId
from event_sourcery.event import Event, WrappedEvent
from event_sourcery_sqlalchemy import SQLAlchemyBackend, configure_models
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Session


class Base(DeclarativeBase):
    pass


configure_models(Base)


class OrderPlaced(Event):
    customer: str


class ItemAdded(Event):
    sku: str
    price: float


class OrderSnapshot(Event):
    customer: str
    items: int


class AccountOpened(Event):
    owner: str


engine = create_engine("sqlite:///python-event-sourcery-0.6.1-sqlite.db")
Base.metadata.create_all(engine)
with Session(engine) as session:
    backend = SQLAlchemyBackend().configure(session)
    for number in range(1, 4):
        stream = StreamId(name=f"{number}", category="order")
        items = [ItemAdded(sku=f"S{item}", price=9.5) for item in range(number + 1)]
        backend.event_store.append(OrderPlaced(customer="Ada"), *items, stream_id=stream)
        snapshot = OrderSnapshot(customer="Ada", items=1)
        backend.event_store.save_snapshot(stream, WrappedEvent.wrap(snapshot, version=2))
    # The name of an order in another category, a stream without a category, and another tenant.
    backend.event_store.append(AccountOpened(owner="Ada"), stream_id=StreamId(name="1", category="account"))
    backend.event_store.append(AccountOpened(owner="Grace"), stream_id=StreamId())
    north = backend.in_tenant_mode("north").event_store
    north.append(OrderPlaced(customer="Edsger"), stream_id=StreamId(name="9", category="order"))
    session.commit()
