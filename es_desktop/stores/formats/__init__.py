"""The known table formats: one module and one line in the list for each."""

from __future__ import annotations

from typing import Any

from es_desktop.system.plugins import Group, Plugin, load

from .akka import AKKA_JDBC, AKKA_LEGACY, AKKA_R2DBC
from .axon import AXON_4, AXON_5
from .base import TableFormat
from .blessql import BLESSQL
from .broadway import BROADWAY
from .castore import CASTORE
from .commanded import COMMANDED
from .cqrs_es import CQRS_ES
from .depeche_db import DEPECHE_DB
from .emmett import EMMETT
from .esdb import EsdbFormat
from .event_sourcery import EVENT_SOURCERY
from .eventflow import EVENTFLOW
from .evento import EVENTO
from .eventsauce import EVENTSAUCE
from .eventsource_py import EVENTSOURCE_PY
from .eventsourcing import EVENTSOURCING_4, EVENTSOURCING_9
from .eventsourcing_dcb import EVENTSOURCING_DCB
from .eventuous import EVENTUOUS
from .evtstore import EVTSTORE
from .hallgren import HALLGREN
from .livestore import LIVESTORE
from .marten import MARTEN
from .message_db import MESSAGE_DB
from .neventstore import NEVENTSTORE
from .opencode import OPENCODE
from .patchlevel import PATCHLEVEL
from .plugin import PluginFormat, plugin_format
from .prooph import PROOPH
from .rails_event_store import RAILS_EVENT_STORE
from .sequent import SEQUENT
from .spatie import SPATIE
from .sqlstreamstore import SQLSTREAMSTORE
from .verbs import VERBS

FORMATS: tuple[TableFormat, ...] = (
    EsdbFormat(),
    EVENTSOURCING_4,
    EVENTSOURCING_9,
    EVENTSOURCING_DCB,
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
    AKKA_JDBC,
    AKKA_LEGACY,
    AKKA_R2DBC,
    AXON_4,
    AXON_5,
    COMMANDED,
    CQRS_ES,
    EVENTO,
    EVENTUOUS,
    HALLGREN,
    NEVENTSTORE,
    SEQUENT,
    SQLSTREAMSTORE,
    BLESSQL,
    CASTORE,
    DEPECHE_DB,
    EVENT_SOURCERY,
    EVTSTORE,
    LIVESTORE,
    OPENCODE,
)


def all_formats() -> tuple[TableFormat, ...]:
    """Return ``FORMATS``, and after them those of plugins: a table is of the first format that fits."""
    taken = {each.name.lower() for each in FORMATS}

    def accept(plugin: Plugin, value: Any) -> PluginFormat:
        found = plugin_format(plugin, value, taken)
        taken.add(found.name.lower())
        return found

    return (*FORMATS, *load(Group.FORMATS, accept))


__all__ = ["FORMATS", "TableFormat", "all_formats"]
