"""The names of this package that need SQLAlchemy; import them from ``es_desktop.stores``."""

from .datastore import SQLAlchemyDatastore, SQLAlchemySettings
from .location import StoreLocation, parse_location
from .opening import OpenedStore, create_store, open_store
from .reader import Counts, SequenceSummary, StoreReader
from .records import Base, SqlIntegerSequencedItem, SqlSnapshot
from .strategy import SQLAlchemyActiveRecordStrategy

__all__ = [
    "Base",
    "Counts",
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
