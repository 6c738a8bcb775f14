"""The Python API: what scripts, notebooks and the command line ask a store with. See docs/api.md.

What is imported with a name is that name's: a command needs little of all this, and each loads what it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from es_desktop.app.runtime.errors import ConflictError, StoreRefused, UserError
    from es_desktop.core import DatastoreError

    from .entity import Entity
    from .rows import Rows
    from .store import Store, create_store, open_store, trusted_code
    from .values import Check, Comparison, Event, FoundState, LoggedEvent, RebuiltState, Snapshot, State, Summary

    if name in ("create", "open", "trust"):
        return {"create": create_store, "open": open_store, "trust": trusted_code}[name]
    found: list[type] = [ConflictError, StoreRefused, UserError, DatastoreError, Entity, Rows, Store]
    found += [Check, Comparison, Event, FoundState, LoggedEvent, RebuiltState, Snapshot, State, Summary]
    if all(name != each.__name__ for each in found):
        from .common import InCommon
        from .process import Conformance, Process
        from .questions import CountedTime, FoundEntity, FoundVersion
        from .rules import BrokenRule, FoundRule

        found = [InCommon, Conformance, Process, CountedTime, FoundEntity, FoundVersion, BrokenRule, FoundRule]
    return next(each for each in found if each.__name__ == name)
