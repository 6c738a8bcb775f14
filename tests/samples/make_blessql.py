"""Makes blessql-0.1.4-sqlite.db, with "blessql==0.1.4"."""

from uuid import NAMESPACE_URL, uuid5

from bles import Event
from blessql import EVENT_REGISTRY, LEDGER_REGISTRY, EventStore, Ledger
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

engine = create_engine("sqlite:///blessql-0.1.4-sqlite.db")
EVENT_REGISTRY.metadata.create_all(engine)
LEDGER_REGISTRY.metadata.create_all(engine)
with Session(engine) as session:
    store, time = EventStore(session), 1_795_417_714
    for number in range(1, 4):
        stream = str(uuid5(NAMESPACE_URL, str(number)))
        store.record(Event(time, stream, 1, "TaskCreated", {"title": f"Task {number}"}))
        for version in range(2, number + 3):
            store.record(Event(time + version, stream, version, "TaskRenamed", {"title": f"Task {number}.{version}"}))
    Ledger(session).register("tasks")
    session.commit()
