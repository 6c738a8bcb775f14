"""What is told of a store as a whole, out of its index."""

from __future__ import annotations

from dataclasses import replace

from es_desktop.app.entity.facts import StoreFacts
from es_desktop.index.entities import encrypted_entity
from es_desktop.index.ids import id_of_raw
from es_desktop.index.totals import totals

from .store_index import StoreIndex


def indexed_facts(index: StoreIndex) -> StoreFacts:
    """Return what there is to say of a store by now; while its index is being filled, some of it is still missing."""
    found = totals(index.database)
    encrypted = encrypted_entity(index.database)
    facts = index.session.told_facts(
        entities=found.entities,
        events=index.events_in_store,
        snapshots=found.snapshots,
        times=[time for time in (found.first_time, found.last_time) if time is not None],
        types=found.entity_types,
        encrypted=found.encrypted,
        an_encrypted_entity=None if encrypted is None else id_of_raw(encrypted),
    )
    return facts if index.state.is_whole else replace(facts, is_whole=False)
