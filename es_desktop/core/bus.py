"""Publish and subscribe: how an event reaches those who keep it, in the same thread and in order.

The module's functions act on the *current* bus. It is the process-wide one, unless a block of code made another
current (``with bus.activated()``), as each open store does around its own work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from .errors import EventHandlersNotEmptyError

# What a handler and a predicate get: one event, or a list of events that belong together.
Published = Any
Handler = Callable[[Published], Any]
Predicate = Callable[[Published], bool]


class EventBus:
    """An ordered list of handlers, each with the predicate that says what it wants to see."""

    def __init__(self) -> None:
        self._subscriptions: list[tuple[Handler, Predicate | None]] = []

    def subscribe(self, handler: Handler, predicate: Predicate | None = None) -> None:
        """Call ``handler`` with each published event, or list of events, that ``predicate`` accepts."""
        self._subscriptions.append((handler, predicate))

    def unsubscribe(self, handler: Handler, predicate: Predicate | None = None) -> None:
        """Take back one subscription; nothing happens where there is none."""
        if (handler, predicate) in self._subscriptions:
            self._subscriptions.remove((handler, predicate))

    def publish(self, event: Published) -> None:
        """Hand an event, or a list of events, to each handler that wants it, in the order of subscription.

        A handler that is subscribed several times is called once. What a handler raises reaches the publisher.
        """
        matching: list[Handler] = []
        for handler, predicate in self._subscriptions:
            if (predicate is None or predicate(event)) and handler not in matching:
                matching.append(handler)
        for handler in matching:
            handler(event)

    def assert_empty(self) -> None:
        """Raise ``EventHandlersNotEmptyError`` where a handler is still subscribed."""
        if self._subscriptions:
            handlers = ", ".join(repr(handler) for handler, _ in self._subscriptions)
            raise EventHandlersNotEmptyError(f"{len(self._subscriptions)} subscribed: {handlers}")

    @contextmanager
    def activated(self) -> Iterator[EventBus]:
        """Make this the current bus of the running thread (or asyncio task) for the length of a block."""
        token = _current_bus.set(self)
        try:
            yield self
        finally:
            _current_bus.reset(token)


_process_bus = EventBus()
_current_bus: ContextVar[EventBus] = ContextVar("current_bus", default=_process_bus)


def current_bus() -> EventBus:
    """Return the bus that the functions below act on."""
    return _current_bus.get()


def subscribe(handler: Handler, predicate: Predicate | None = None) -> None:
    """Subscribe to the current bus."""
    current_bus().subscribe(handler, predicate)


def unsubscribe(handler: Handler, predicate: Predicate | None = None) -> None:
    """Take back a subscription to the current bus."""
    current_bus().unsubscribe(handler, predicate)


def publish(event: Published) -> None:
    """Publish one event, or a list of events that is stored as a whole, on the current bus."""
    current_bus().publish(event)


def assert_event_handlers_empty() -> None:
    """Raise ``EventHandlersNotEmptyError`` where the current bus still has a handler."""
    current_bus().assert_empty()
