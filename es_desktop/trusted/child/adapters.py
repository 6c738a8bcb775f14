"""What reads and applies a record: told by its topic, or a function that the person named."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from .errors import RefusedError
from .eventsourcing9 import Eventsourcing9
from .functions import Function
from .our_core import OurCore


class Adapters:
    """Makes each adapter when the first record asks for it."""

    def __init__(self, modules: list[Any], applications: list[type[Any]], function: Callable[[Any, Any], Any] | None):
        self._modules = modules
        self._applications = applications
        self._function = None if function is None else Function(function)
        self._own: OurCore | None = None
        self._theirs: Eventsourcing9 | None = None

    def of(self, topic: str) -> Any:
        """Return the adapter of a record. Raises ``RefusedError`` where the package that it needs is not there."""
        if self._function is not None:
            return self._function
        if "#" in topic:
            if self._own is None:
                self._own = OurCore(self._modules)
            return self._own
        if self._theirs is None:
            self._theirs = Eventsourcing9(self._modules, self._applications)
        return self._theirs

    def count(self, topic: str, state: Any, version: int) -> None:
        """Count an event that is not applied, where it is known how."""
        with suppress(RefusedError):
            self.of(topic).count(state, version)
