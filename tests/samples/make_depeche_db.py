"""Fills a database of PostgreSQL for depeche-db-0.13.1.sql, with "depeche-db==0.13.1", pydantic,
psycopg and "SQLAlchemy<2.1".

Its URL for SQLAlchemy is the argument. Then: pg_dump --no-owner --no-privileges
"""

import sys
from datetime import datetime
from uuid import UUID, uuid4

import pydantic
from depeche_db import AggregatedStream, MessageStore
from depeche_db.tools import PydanticMessageSerializer
from sqlalchemy import create_engine


class Event(pydantic.BaseModel):
    event_id: UUID = pydantic.Field(default_factory=uuid4)
    happened_at: datetime = pydantic.Field(default_factory=datetime.utcnow)

    def get_message_id(self) -> UUID:
        return self.event_id

    def get_message_time(self) -> datetime:
        return self.happened_at


class OrderPlaced(Event):
    customer: str


class ItemAdded(Event):
    sku: str
    price: str


Union = OrderPlaced | ItemAdded
engine = create_engine(sys.argv[1])
store = MessageStore[Union](name="shop", engine=engine, serializer=PydanticMessageSerializer(Union))
for number in range(1, 4):
    store.write(f"order-{number}", OrderPlaced(customer="Ada"))
    for item in range(number + 1):
        store.write(f"order-{number}", ItemAdded(sku=f"S{item}", price="9.50"))


class OnePartition:
    def get_partition(self, message: object) -> int:
        return 0


orders = AggregatedStream[Union](name="orders", store=store, partitioner=OnePartition(), stream_wildcards=["order-%"])
orders.projector.update_full()
