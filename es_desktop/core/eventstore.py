"""The event store: appends events to a table of records, and reads them in order."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from .bus import EventBus, NotedAppend
from .errors import ConcurrencyError, ItemRefusedError, SequencedItemError
from .events import EntityId
from .sequenceditem import Mapper, SequencedItemMapper


class ActiveRecordStrategy(Protocol):
    """Reads and writes sequenced items in a table."""

    def append(self, item_or_items: Any) -> None:
        """Append one item, or a list, in one transaction. Raises ``SequencedItemError`` if a position is taken."""

    def get_item(self, sequence_id: Any, eq: Any) -> Any:
        """Return the item at position ``eq``. Raises ``IndexError`` if there is none."""

    def get_items(
        self,
        sequence_id: Any,
        gt: Any = None,
        gte: Any = None,
        lt: Any = None,
        lte: Any = None,
        limit: int | None = None,
        query_ascending: bool = True,
        results_ascending: bool = True,
    ) -> list[Any]:
        """Return the items of a sequence within the bounds, which are positions."""

    def all_items(self) -> Iterator[Any]:
        """Yield every item of the table."""


class AbstractEventStore(ABC):
    """The operations of an event store that the event player, the repository and the policies use.

    A subclass has to define five; ``position_of`` and ``entity_id_of`` only if its events name these otherwise.
    """

    bus: EventBus | None = None
    """The bus of the ``PersistencePolicy`` that was made last for this store."""

    @abstractmethod
    def append(self, event_or_events: Any) -> None:
        """Append one event, or a list of events, in one transaction. Raises ``ConcurrencyError``."""

    @abstractmethod
    def get_domain_events(
        self,
        entity_id: EntityId,
        gt: Any = None,
        gte: Any = None,
        lt: Any = None,
        lte: Any = None,
        limit: int | None = None,
        is_ascending: bool = True,
        page_size: int | None = None,
    ) -> list[Any]:
        """Return the events of an entity within the bounds, which are positions."""

    def pages_of_events(
        self, entity_id: EntityId, gt: Any, gte: Any, lt: Any, lte: Any, page_size: int
    ) -> Iterator[Iterable[Any]]:
        """Yield the events of an entity within the bounds, ascending, in pages of ``page_size`` records.

        Use up each page before the next one: a page may decode its records only when they are read.
        """
        require_count("page_size", page_size, 1)
        while True:
            page = list(self.get_domain_events(entity_id, gt=gt, gte=gte, lt=lt, lte=lte, limit=page_size))
            yield page
            if len(page) < page_size:
                return
            gt, gte = self.position_of(page[-1]), None

    @abstractmethod
    def get_domain_event(self, entity_id: EntityId, eq: Any) -> Any:
        """Return the event at position ``eq``. Raises ``IndexError`` if there is none."""

    @abstractmethod
    def get_most_recent_event(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Return the last event within the bounds, or ``None``."""

    @abstractmethod
    def all_domain_events(self) -> Iterable[Any]:
        """Yield every event of the store."""

    def position_of(self, event: Any) -> Any:
        """Return the position of an event in its sequence. Raises ``AttributeError`` if it has none."""
        return event.originator_version

    def entity_id_of(self, event: Any) -> Any:
        """Return the id of the entity of an event. Raises ``AttributeError`` if it has none."""
        return event.originator_id


def require_count(name: str, value: Any, least: int) -> None:
    """Raise ``ValueError`` unless a number is ``None``, or an int that is not less than ``least``."""
    if value is not None and (type(value) is not int or value < least):
        raise ValueError(f"{name} must be an int of {least} or more, not {value!r}")


class EventStore(AbstractEventStore):
    """An event store over a table format: an active record strategy and a mapper."""

    def __init__(self, active_record_strategy: ActiveRecordStrategy, sequenced_item_mapper: Mapper) -> None:
        self.active_record_strategy = active_record_strategy
        self.sequenced_item_mapper = sequenced_item_mapper

    def append(self, event_or_events: Any) -> None:
        """Append one event, or a list of events, in one transaction: all of them or none.

        Raises ``ConcurrencyError`` if a position is taken; ``ValueEncodingError`` or ``SequencedItemError`` before
        anything is written, if an event cannot be stored; ``ItemRefusedError`` if the table refuses one.
        """
        to_item = self.sequenced_item_mapper.to_sequenced_item
        with NotedAppend(self, event_or_events):
            if isinstance(event_or_events, (list, tuple)):
                items: Any = [to_item(event) for event in event_or_events]
            else:
                items = to_item(event_or_events)
            try:
                self.active_record_strategy.append(items)
            except ItemRefusedError:
                raise
            except SequencedItemError as error:
                raise ConcurrencyError(str(error)) from error

    def get_domain_events(
        self,
        entity_id: EntityId,
        gt: Any = None,
        gte: Any = None,
        lt: Any = None,
        lte: Any = None,
        limit: int | None = None,
        is_ascending: bool = True,
        page_size: int | None = None,
    ) -> list[Any]:
        """Return the events of an entity within the bounds, the first ``limit`` of them in the given order.

        With ``page_size`` they are read in pages of that many records. Raises ``TopicResolutionError`` or
        ``ValueDecodingError`` if a record cannot be decoded.
        """
        require_count("page_size", page_size, 1)
        require_count("limit", limit, 0)
        bounds = {"gt": gt, "gte": gte, "lt": lt, "lte": lte}
        events: list[Any] = []
        while limit is None or len(events) < limit:
            limits = [size for size in (page_size, None if limit is None else limit - len(events)) if size is not None]
            page = self.active_record_strategy.get_items(
                entity_id,
                **bounds,
                limit=min(limits, default=None),
                query_ascending=is_ascending,
                results_ascending=is_ascending,
            )
            events.extend(self._events_of(page))
            if page_size is None or len(page) < page_size:
                break
            bounds |= {"gt": page[-1][1], "gte": None} if is_ascending else {"lt": page[-1][1], "lte": None}
        return events

    def pages_of_events(
        self, entity_id: EntityId, gt: Any, gte: Any, lt: Any, lte: Any, page_size: int
    ) -> Iterator[Iterable[Any]]:
        require_count("page_size", page_size, 1)
        # Each event is made when it is applied, and it is freed after that. A list of them would live longer, and the
        # garbage collector would go through it, which takes half as long as all the rest.
        while True:
            page = self.active_record_strategy.get_items(entity_id, gt=gt, gte=gte, lt=lt, lte=lte, limit=page_size)
            yield self._events_of(page)
            if len(page) < page_size:
                return
            gt, gte = page[-1][1], None

    def _events_of(self, items: list[Any]) -> Iterator[Any]:
        mapper: Any = self.sequenced_item_mapper
        if getattr(type(mapper), "from_sequenced_item", None) is SequencedItemMapper.from_sequenced_item:
            found: Iterator[Any] = mapper.from_sequenced_items(items)
            return found
        return map(mapper.from_sequenced_item, items)

    def get_domain_event(self, entity_id: EntityId, eq: Any) -> Any:
        item = self.active_record_strategy.get_item(entity_id, eq)
        return self.sequenced_item_mapper.from_sequenced_item(item)

    def get_most_recent_event(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        return next(iter(self.get_domain_events(entity_id, lt=lt, lte=lte, limit=1, is_ascending=False)), None)

    def all_domain_events(self) -> Iterator[Any]:
        return map(self.sequenced_item_mapper.from_sequenced_item, self.active_record_strategy.all_items())

    def position_of(self, event: Any) -> Any:
        return getattr(event, self.sequenced_item_mapper.position_attr_name)

    def entity_id_of(self, event: Any) -> Any:
        return getattr(event, getattr(self.sequenced_item_mapper, "sequence_id_attr_name", "originator_id"))
