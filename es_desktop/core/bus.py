"""Publish and subscribe: a published event is passed to its handlers, in the same thread and in order.

The functions of this module act on the *current* bus. That is the bus of the process, except inside a block
``with bus.activated()``, which each session has around its own work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from .errors import EventHandlersNotEmptyError

# The argument of handlers and predicates: one event, or a list of events that are stored in one transaction.
Published = Any
Handler = Callable[[Published], Any]
Predicate = Callable[[Published], bool]


class EventBus:
    """An ordered list of handlers, each with the predicate that selects its events."""

    def __init__(self) -> None:
        self._subscriptions: list[tuple[Handler, Predicate | None]] = []
        self.stores: list[Any] = []
        """The event stores that a ``PersistencePolicy`` of this bus appends to."""

    def subscribe(self, handler: Handler, predicate: Predicate | None = None) -> None:
        """Call ``handler`` with each published event, or list of events, for which ``predicate`` returns ``True``."""
        self._subscriptions.append((handler, predicate))

    def unsubscribe(self, handler: Handler, predicate: Predicate | None = None) -> None:
        """Remove one subscription; do nothing if there is none with this handler and predicate."""
        if (handler, predicate) in self._subscriptions:
            self._subscriptions.remove((handler, predicate))

    def publish(self, event: Published) -> int:
        """Call each handler whose predicate accepts an event, or a list of events, in the order of subscription.

        Return the number of handlers; this is the current bus while they run. All predicates are asked first: who is
        subscribed or unsubscribed meanwhile changes nothing. A handler that is subscribed several times is called once.
        If one raises, the later ones are not called, and the error is raised here.
        """
        token = _current_bus.set(self)  # as ``activated``, which takes longer
        try:
            matching: list[Handler] = []
            for handler, predicate in list(self._subscriptions):
                if (predicate is None or predicate(event)) and handler not in matching:
                    matching.append(handler)
            for handler in matching:
                handler(event)
        finally:
            _current_bus.reset(token)
        return len(matching)

    def assert_empty(self) -> None:
        """Raise ``EventHandlersNotEmptyError`` if a handler is still subscribed."""
        if self._subscriptions:
            handlers = ", ".join(repr(handler) for handler, _ in self._subscriptions)
            raise EventHandlersNotEmptyError(f"{len(self._subscriptions)} subscribed: {handlers}")

    @contextmanager
    def activated(self) -> Iterator[EventBus]:
        """Make this the current bus of the running thread (or asyncio task) during a block."""
        token = _current_bus.set(self)
        try:
            yield self
        finally:
            _current_bus.reset(token)


_process_bus = EventBus()
_current_bus: ContextVar[EventBus] = ContextVar("current_bus", default=_process_bus)


def current_bus() -> EventBus:
    """Return the bus of the running thread that the functions below act on."""
    return _current_bus.get()


def subscribe(handler: Handler, predicate: Predicate | None = None) -> None:
    """Subscribe to the current bus."""
    current_bus().subscribe(handler, predicate)


def unsubscribe(handler: Handler, predicate: Predicate | None = None) -> None:
    """Remove a subscription to the current bus."""
    current_bus().unsubscribe(handler, predicate)


def publish(event: Published) -> None:
    """Publish one event, or a list of events to store in one transaction, on the current bus.

    A bus is for any object: one that no handler accepts is dropped. The events of entities are not: see ``_publish``.
    """
    current_bus().publish(event)


def assert_event_handlers_empty() -> None:
    """Raise ``EventHandlersNotEmptyError`` if the current bus still has a handler."""
    current_bus().assert_empty()


# The blocks of this module are classes: each event passes six, and a generator takes three times as long.
class Appends:
    """Which of some events were stored, and where, during a block that publishes them; in whichever thread."""

    def __init__(self, event: Published) -> None:
        self._event = event
        self.events = as_list(event)
        self._notes: list[tuple[Any, Published, bool]] = []

    def __enter__(self) -> Appends:
        _noting.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        _noting.remove(self)

    def note(self, store: Any, event: Published, is_stored: bool) -> None:
        """Note an append, unless it is of other events."""
        if event is self._event or not {id(each) for each in as_list(event)}.isdisjoint(map(id, self.events)):
            self._notes.append((store, event, is_stored))

    def stored(self, store: Any) -> list[Any]:
        """Return the events that were stored: in ``store`` if it was asked to store them, else in any."""
        relevant = [note for note in self._notes if note[0] is store] or self._notes
        published = [event for _, event, is_stored in relevant if is_stored]
        if any(event is self._event for event in published):
            return self.events
        ids = {id(each) for event in published for each in as_list(event)}
        return [event for event in self.events if id(event) in ids]

    @property
    def store(self) -> Any:
        """The first store that stored one of them; ``None`` if none did."""
        return next((store for store, _, is_stored in self._notes if is_stored), None)


_noting: Final[list[Appends]] = []
"""Those of all threads: a handler may store an event in another one."""


class NotedAppend:
    """A block that appends to ``store``: it is noted as stored, or as refused if the block raises."""

    def __init__(self, store: Any, event: Published) -> None:
        self._store, self._event = store, event

    def __enter__(self) -> None:
        pass

    def __exit__(self, error: object, *traceback: object) -> None:
        for appends in tuple(_noting):
            appends.note(self._store, self._event, error is None)


def as_list(event: Published) -> list[Any]:
    """Return the events of what is published."""
    return list(event) if isinstance(event, (list, tuple)) else [event]


class Origin:
    """Where the events of an entity are published: the bus, and the event store, of which ``None`` is known at times.

    ``is_unstored`` says that its last ones were published where no store keeps them. Copies of an entity share it; a
    pickled one has none.
    """

    def __init__(self, bus: EventBus, store: Any, *, is_unstored: bool = False) -> None:
        self.bus = bus
        self.store = store
        self.is_unstored = is_unstored

    def __deepcopy__(self, memo: object) -> Origin:
        return self

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        return type(None), ()


def bus_of(store: Any, made_on: EventBus) -> EventBus:
    """Return the bus whose policy appends to a store: the current one if it does; ``made_on`` if none is known."""
    for bus in (current_bus(), getattr(store, "bus", None)):
        if isinstance(bus, EventBus) and any(each is store for each in bus.stores):
            return bus
    return made_on
