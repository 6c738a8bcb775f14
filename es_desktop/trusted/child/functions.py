"""Records folded by a function of the person: ``function(state, event)``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .errors import RefusedError
from .wire import decode


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
        """Take note of an event that is not applied; a function may do as it likes about versions."""

    def base(self, id: Any, record: list[Any]) -> Any:
        """Raise ``RefusedError``: how a function keeps its state is its own affair."""
        raise RefusedError("a function folds events only, so its states are folded from zero")
