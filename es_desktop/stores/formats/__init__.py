"""The table formats that are known: one file each, one line each in this list."""

from __future__ import annotations

from ..layout import Layout
from .base import StoreTables, TableFormat
from .broadway import BROADWAY
from .emmett import EMMETT
from .esdb import EsdbFormat
from .eventflow import EVENTFLOW
from .eventsauce import EVENTSAUCE
from .eventsource_py import EVENTSOURCE_PY
from .eventsourcing4 import EVENTSOURCING_4
from .eventsourcing9 import EVENTSOURCING_9
from .marten import MARTEN
from .message_db import MESSAGE_DB
from .patchlevel import PATCHLEVEL
from .prooph import PROOPH
from .rails_event_store import RAILS_EVENT_STORE
from .spatie import SPATIE
from .verbs import VERBS

FORMATS: tuple[TableFormat, ...] = (
    EsdbFormat(),
    EVENTSOURCING_4,
    EVENTSOURCING_9,
    EMMETT,
    MESSAGE_DB,
    BROADWAY,
    EVENTFLOW,
    EVENTSAUCE,
    EVENTSOURCE_PY,
    MARTEN,
    PATCHLEVEL,
    PROOPH,
    RAILS_EVENT_STORE,
    SPATIE,
    VERBS,
)


def detect(layout: Layout) -> TableFormat | None:
    """Return the format of a database; ``None`` where none fits."""
    return next((each for each in FORMATS if each.detect(layout)), None)


__all__ = ["FORMATS", "StoreTables", "TableFormat", "detect"]
