"""Adapters read and apply records: one for each library, chosen by the topic, and one for a function of the person."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import Any

from .errors import RefusedError
from .eventsourcing9 import Eventsourcing9
from .our_core import OurCore
from .wire import decode


class Adapters:
    """Creates each adapter when the first record needs it."""

    def __init__(self, modules: list[Any], applications: list[type[Any]], function: Callable[[Any, Any], Any] | None):
        self._modules = modules
        self._applications = applications
        self._function = None if function is None else Function(function)

    @cached_property
    def _our_core(self) -> OurCore:
        return OurCore(self._modules)

    @cached_property
    def _eventsourcing9(self) -> Eventsourcing9:
        return Eventsourcing9(self._modules, self._applications)

    def of(self, topic: str) -> Any:
        """Return the adapter of a record. Raises ``RefusedError`` if the package that it needs is not installed."""
        return self._function or (self._our_core if "#" in topic else self._eventsourcing9)

    def count(self, topic: str, state: Any, version: int) -> None:
        """Count an event that is not applied, if there is an adapter for it."""
        with suppress(RefusedError):
            self.of(topic).count(state, version)


class Function:
    """Calls ``function(state, event)``: the state is ``None`` before the first event, and the event a dict.

    Its keys are ``type``, ``topic``, ``version``, ``timestamp`` (seconds since the epoch, or ``None``), and ``data``.
    """

    def __init__(self, function: Callable[[Any, Any], Any]) -> None:
        self._function = function

    def read(self, id: Any, record: list[Any]) -> Any:
        """Return the event of a record."""
        version, topic, (name, timestamp, data) = record
        return {"type": name, "topic": topic, "version": version, "timestamp": timestamp, "data": decode(data)}

    def apply(self, state: Any, event: Any, topic: str) -> Any:
        """Return the state after an event."""
        return self._function(state, event)

    def count(self, state: Any, version: int) -> None:
        """Do nothing: only the function knows whether its state has a version."""

    def base(self, id: Any, record: list[Any]) -> Any:
        """Raise ``RefusedError``: how a snapshot becomes a state, only the function would know."""
        raise RefusedError("a function folds events only, so its states are folded from zero")
