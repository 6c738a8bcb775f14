"""How a database holds events: SQLAlchemy record classes, table formats and engines."""

from .datastore import SQLAlchemyDatastore, SQLAlchemySettings
from .formats.base import OpenOptions
from .location import StoreLocation, parse_location
from .opening import OpenedStore, create_store, open_store
from .reader import Counts, SequenceSummary, StoreReader
from .records import Base, SqlIntegerSequencedItem, SqlSnapshot
from .strategy import SQLAlchemyActiveRecordStrategy
from .tablemap import SnapshotMap, TableMap

__all__ = [
    "Base",
    "Counts",
    "OpenOptions",
    "OpenedStore",
    "SQLAlchemyActiveRecordStrategy",
    "SQLAlchemyDatastore",
    "SQLAlchemySettings",
    "SequenceSummary",
    "SnapshotMap",
    "SqlIntegerSequencedItem",
    "SqlSnapshot",
    "StoreLocation",
    "StoreReader",
    "TableMap",
    "create_store",
    "open_store",
    "parse_location",
]
