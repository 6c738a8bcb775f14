"""The Python API: what scripts, notebooks and the command line ask a store with. See docs/api.md."""

from es_desktop.app.runtime.errors import ConflictError, StoreRefused, UserError
from es_desktop.core import DatastoreError

from .entity import Entity
from .rows import Rows
from .store import Store
from .store import create_store as create
from .store import open_store as open
from .store import trusted_code as trust
from .values import Check, Comparison, Event, FoundState, LoggedEvent, RebuiltState, Snapshot, State, Summary

__all__ = [
    "Check",
    "Comparison",
    "ConflictError",
    "DatastoreError",
    "Entity",
    "Event",
    "FoundState",
    "LoggedEvent",
    "RebuiltState",
    "Rows",
    "Snapshot",
    "State",
    "Store",
    "StoreRefused",
    "Summary",
    "UserError",
    "create",
    "open",
    "trust",
]
