"""The index of a store: which entities, events and words it holds, and where. It can be made again from the store."""

from .database import IndexDatabase
from .entities import EntityOrder, EntityRow, EntitySearch
from .events import EventRow, EventSearch
from .filling import IndexFiller, IndexState
from .source import AttachedSource, Source, StagedRow, StreamedSource, TopicNames

__all__ = [
    "AttachedSource",
    "EntityOrder",
    "EntityRow",
    "EntitySearch",
    "EventRow",
    "EventSearch",
    "IndexDatabase",
    "IndexFiller",
    "IndexState",
    "Source",
    "StagedRow",
    "StreamedSource",
    "TopicNames",
]
