"""How a database holds events: SQLAlchemy record classes, table formats and engines.

What needs SQLAlchemy is loaded when it is asked for, as that takes longer than the window does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .columnmap import ColumnMap
from .options import NO_OPTIONS, OpenOptions

if TYPE_CHECKING:
    from .datastore import Base, SQLAlchemyDatastore, SQLAlchemySettings, SqlIntegerSequencedItem, SqlSnapshot
    from .location import StoreLocation, parse_location
    from .opening import OpenedStore, create_store, open_store
    from .reading.reader import Counts, SequenceSummary, StoreReader
    from .strategy import SQLAlchemyActiveRecordStrategy

__all__ = [
    "NO_OPTIONS",
    "Base",
    "ColumnMap",
    "Counts",
    "OpenOptions",
    "OpenedStore",
    "SQLAlchemyActiveRecordStrategy",
    "SQLAlchemyDatastore",
    "SQLAlchemySettings",
    "SequenceSummary",
    "SqlIntegerSequencedItem",
    "SqlSnapshot",
    "StoreLocation",
    "StoreReader",
    "create_store",
    "open_store",
    "parse_location",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import location, opening, strategy
    from .reading import reader

    homes = (location, opening, reader, strategy)
    if any(name in vars(home) for home in homes):
        return next(vars(home)[name] for home in homes if name in vars(home))
    from . import datastore  # loads SQLAlchemy's ORM, which stores that are opened do without

    return vars(datastore)[name]
