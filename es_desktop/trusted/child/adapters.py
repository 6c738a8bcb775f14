"""Adapters read and apply records: one for each library, chosen by the topic, and one for a function of the person."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import Any

from .errors import RefusedError
from .eventsourcing2 import Eventsourcing2, is_installed
from .eventsourcing9 import Eventsourcing9
from .our_core import OurCore
from .wire import decode


class Adapters:
    """Creates each adapter when the first record needs it."""

    def __init__(self, modules: list[Any], applications: list[type[Any]], function: Callable[[Any, Any], Any] | None):
        self._modules = modules
        self._applications = applications
        self._function = None if function is None else Function(function)
        self._of_library: dict[str, bool] = {}

    @cached_property
    def _our_core(self) -> OurCore:
        return OurCore(self._modules)

    @cached_property
    def _eventsourcing9(self) -> Eventsourcing9:
        return Eventsourcing9(self._modules, self._applications)

    @cached_property
    def _eventsourcing2(self) -> Eventsourcing2:
        return Eventsourcing2(self._modules)

    @cached_property
    def _is_old(self) -> bool:
        return is_installed()

    def _is_of_library(self, topic: str) -> bool:
        """Return whether the class of a topic is one of Python eventsourcing rather than of our core."""
        if topic not in self._of_library:
            module, _, name = topic.partition("#")
            found: Any = sys.modules.get(module)
            for part in name.split("."):
                found = getattr(found, part, None)
            if isinstance(found, type):
                modules = [base.__module__.partition(".")[0] for base in found.__mro__]
                self._of_library[topic] = "eventsourcing" in modules
            else:
                self._of_library[topic] = "eventsourcing" in sys.modules and "es_desktop.core" not in sys.modules
        return self._of_library[topic]

    def of(self, topic: str) -> Any:
        """Return the adapter of a record. Raises ``RefusedError`` if the package that it needs is not installed."""
        if self._function is not None:
            return self._function
        if "#" in topic and not self._is_of_library(topic):
            return self._our_core
        return self._eventsourcing2 if "#" in topic and self._is_old else self._eventsourcing9

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
