"""The side index: where what is in a store. It is made from the store alone, and can be thrown away at any time."""

from .database import IndexDatabase
from .entities import EntityOrder, EntityRow, EntitySearch
from .events import EventRow, EventSearch
from .filling import Filling, Indexed
from .source import AttachedSource, Named, Source, StagedRow, StreamedSource

__all__ = [
    "AttachedSource",
    "EntityOrder",
    "EntityRow",
    "EntitySearch",
    "EventRow",
    "EventSearch",
    "Filling",
    "IndexDatabase",
    "Indexed",
    "Named",
    "Source",
    "StagedRow",
    "StreamedSource",
]
