"""Publish and subscribe: a published event is passed to its handlers, in the same thread and in order.

The functions of this module act on the *current* bus. That is the bus of the process, except inside a block
``with bus.activated()``, which each session has around its own work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from .errors import EventHandlersNotEmptyError

# The argument of handlers and predicates: one event, or a list of events that are stored in one transaction.
Published = Any
Handler = Callable[[Published], Any]
Predicate = Callable[[Published], bool]


class EventBus:
    """An ordered list of handlers, each with the predicate that selects its events."""

    def __init__(self) -> None:
        self._subscriptions: list[tuple[Handler, Predicate | None]] = []

    def subscribe(self, handler: Handler, predicate: Predicate | None = None) -> None:
        """Call ``handler`` with each published event, or list of events, for which ``predicate`` returns ``True``."""
        self._subscriptions.append((handler, predicate))

    def unsubscribe(self, handler: Handler, predicate: Predicate | None = None) -> None:
        """Remove one subscription; do nothing if there is none with this handler and predicate."""
        if (handler, predicate) in self._subscriptions:
            self._subscriptions.remove((handler, predicate))

    def publish(self, event: Published) -> None:
        """Call each handler whose predicate accepts an event, or a list of events, in the order of subscription.

        A handler that is subscribed several times is called once. If one raises, the later ones are not called, and
        the error is raised here.
        """
        matching: list[Handler] = []
        for handler, predicate in self._subscriptions:
            if (predicate is None or predicate(event)) and handler not in matching:
                matching.append(handler)
        for handler in matching:
            handler(event)

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
    """Publish one event, or a list of events to store in one transaction, on the current bus."""
    current_bus().publish(event)


def assert_event_handlers_empty() -> None:
    """Raise ``EventHandlersNotEmptyError`` if the current bus still has a handler."""
    current_bus().assert_empty()
