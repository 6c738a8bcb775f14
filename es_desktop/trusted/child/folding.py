"""Folding: the states that are kept here, and events applied to them one after another."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from .adapters import Adapters
from .differences import difference
from .errors import told_of
from .progress import NOWHERE, Progress
from .trees import state_view
from .wire import encode


class Folding:
    """Keeps states by their handles, each as it was when it was told."""

    def __init__(self, adapters: Adapters, folder: str, progress: Progress) -> None:
        self._adapters = adapters
        self._folder = folder
        self._progress = progress
        self._states: dict[int, Any] = {}
        self._next = 0

    def free(self, handles: list[int]) -> None:
        """Forget states."""
        for each in handles:
            self._states.pop(each, None)

    def view(self, id: Any, at: Any) -> Any:
        """Return a state as an encoded tree."""
        return encode(state_view(self._opened(id, at)))

    def why_no_base(self, id: Any, record: Any) -> str | None:
        """Return why no state can begin with a snapshot; ``None`` where one can."""
        try:
            state_view(self._opened(id, record))
        except BaseException as error:  # sys.exit, too, is no more than an answer
            return told_of(error, self._folder)[0]
        return None

    def fold(self, id: Any, at: Any, records: list[Any], tells: bool, tell: Callable[[Any], None]) -> int:
        """Apply events to a copy of a state; return the handle of what comes of it. An event that fails is left out."""
        run = _Run(self._adapters, id, self._opened(id, at))
        view = state_view(run.state) if tells else None
        if tells:
            tell({"view": encode(view)})
        for index, record in enumerate(records):
            self._progress.note(index)
            try:
                run.apply(record)
                after = state_view(run.state) if tells else None
            except BaseException as error:  # sys.exit, too, is what became of this event
                tell({"wrong": told_of(error, self._folder)})
                run.leave_out(record)
                after = view
            else:
                run.accept(record)
                change = difference(view, after) if tells else None
                tell(None if change is None else {"change": change})
            view = after
        self._progress.note(NOWHERE)
        self._next += 1
        self._states[self._next] = run.state
        return self._next

    def _opened(self, id: Any, at: Any) -> Any:
        """Return a state, which is not to be changed."""
        if at is None:
            return None
        return self._states[at] if isinstance(at, int) else self._adapters.of(at[1]).base(id, at)


class _Run:
    """A state on its way through events, and how to get back to before an event that failed half way."""

    def __init__(self, adapters: Adapters, id: Any, state: Any) -> None:
        self._adapters = adapters
        self._id = id
        self._start = state
        self._applied: list[Any] = []
        self.state = deepcopy(state)

    def apply(self, record: Any) -> None:
        """Apply an event. What this raises may leave the state changed by half."""
        version, topic, payload = record[:3]
        if payload is None:
            self._adapters.count(topic, self.state, version)
        else:
            adapter = self._adapters.of(topic)
            self.state = adapter.apply(self.state, adapter.read(self._id, record), topic)

    def accept(self, record: Any) -> None:
        """Take an event that was applied for good."""
        self._applied.append(record)

    def leave_out(self, record: Any) -> None:
        """Go back to before an event that failed, and count it."""
        self.state = deepcopy(self._start)
        for each in self._applied:  # read anew: a state may share with its events what it changes
            self.apply(each)
        self._adapters.count(record[1], self.state, record[0])
        self._start, self._applied = deepcopy(self.state), []
