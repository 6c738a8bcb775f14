"""Append events to one entity of a store while others do the same: a program that a test runs several times.

Usage: ``append_events.py STORE ENTITY COUNT``
"""

import sys
from uuid import UUID

from es_desktop.core import ConcurrencyError, EventStore, KnownClasses, VersionedEntityEvent
from es_desktop.stores import open_store, parse_location


class Noted(VersionedEntityEvent):
    pass


def append_next(store: EventStore, entity_id: UUID, **attributes: object) -> int:
    """Append an event at the next version, and return how often another process was first."""
    lost = 0
    while True:
        last = store.get_most_recent_event(entity_id)
        version = 0 if last is None else last.originator_version + 1
        try:
            store.append(Noted(originator_id=entity_id, originator_version=version, **attributes))
        except ConcurrencyError:
            lost += 1
        else:
            return lost


def main(path: str, entity_id: str, count: str) -> None:
    opened = open_store(parse_location(path), KnownClasses([Noted]), writable=True)
    store = EventStore(opened.tables.events.strategy, opened.tables.events.mapper)
    sys.stdin.readline()  # so that all begin at the same time
    lost = sum(append_next(store, UUID(entity_id), note=number) for number in range(int(count)))
    opened.close()
    print(lost)


if __name__ == "__main__":
    main(*sys.argv[1:])
