"""The Python API: what scripts, notebooks and the command line ask a store with. See docs/api.md."""

from es_desktop.app.runtime.errors import ConflictError, StoreRefused, UserError
from es_desktop.core import DatastoreError

from .common import InCommon
from .entity import Entity
from .process import Conformance, Process
from .questions import CountedTime, FoundEntity, FoundVersion
from .rows import Rows
from .rules import BrokenRule, FoundRule
from .store import Store
from .store import create_store as create
from .store import open_store as open
from .store import trusted_code as trust
from .values import Check, Comparison, Event, FoundState, LoggedEvent, RebuiltState, Snapshot, State, Summary

__all__ = [
    "BrokenRule",
    "Check",
    "Comparison",
    "ConflictError",
    "Conformance",
    "CountedTime",
    "DatastoreError",
    "Entity",
    "Event",
    "FoundEntity",
    "FoundRule",
    "FoundState",
    "FoundVersion",
    "InCommon",
    "LoggedEvent",
    "Process",
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
