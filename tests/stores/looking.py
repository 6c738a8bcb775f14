"""Looking at a store from outside, and writing to one without much ado."""

import hashlib
from pathlib import Path
from typing import Any

from es_desktop.core import EventStore
from es_desktop.examples import Example
from es_desktop.stores import OpenedStore


def events_of(opened: OpenedStore) -> EventStore:
    return EventStore(opened.tables.events.strategy, opened.tables.events.mapper)


def heartbeats(entity_id: Any, *versions: int) -> list[Any]:
    return [Example.Heartbeat(originator_id=entity_id, originator_version=version) for version in versions]


def files_in(folder: Path) -> dict[str, str]:
    """Each file of a folder with the fingerprint of its content."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}
