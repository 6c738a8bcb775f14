"""Keeps states, and applies events to them one after another."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from .adapters import Adapters
from .commands import Command, event_data, refusal_of
from .errors import describe_error
from .trees import state_view
from .wire import NO_EVENT, Progress, encode


class Folding:
    """Keeps states by handle. A kept state never changes: events are applied to a copy."""

    def __init__(self, adapters: Adapters, folder: str, progress: Progress) -> None:
        self._adapters = adapters
        self._folder = folder
        self._progress = progress
        self._states: dict[int, Any] = {}
        self._last_handle = 0

    def free(self, handles: list[int]) -> None:
        """Drop states."""
        for each in handles:
            self._states.pop(each, None)

    def view(self, id: Any, state: Any) -> Any:
        """Return a state as an encoded tree."""
        return encode(state_view(self._state(id, state)))

    def base_error(self, id: Any, record: Any) -> str | None:
        """Return why a snapshot cannot be a base; ``None`` if it can."""
        try:
            state_view(self._state(id, record))
        except BaseException as error:  # the person's code may also call sys.exit
            return describe_error(error, self._folder)[0]
        return None

    def fold(self, id: Any, start: Any, records: list[Any], views: bool, send: Callable[[Any], None]) -> int:
        """Apply events to a copy of a state and keep the result; return its handle. An event that fails is left out.

        Sends the messages that the answer to "fold" consists of, but for the last one.
        """
        run = _Run(self._adapters, id, self._state(id, start))
        view = state_view(run.state) if views else None
        if views:
            send({"view": encode(view)})
        for index, record in enumerate(records):
            self._progress.note(index)
            try:
                run.apply(record)
                after = state_view(run.state) if views else None
            except BaseException as error:  # the person's code may also call sys.exit
                send({"wrong": describe_error(error, self._folder)})
                run.leave_out(record)
                after = view
            else:
                run.accept(record)
                change = difference(view, after) if views else None
                send(None if change is None else {"change": change})
            view = after
        self._progress.note(NO_EVENT)
        self._last_handle += 1
        self._states[self._last_handle] = run.state
        return self._last_handle

    def commands(self, id: Any, state: Any, topic: str) -> list[Any]:
        """Return what describes each command of a state; ``topic`` is that of its last event."""
        entity = self._state(id, state)
        return [each.described() for each in self._commands(entity, topic)]

    def rehearse(self, id: Any, state: Any, topic: str, name: str, values: dict[str, Any]) -> dict[str, Any]:
        """Run a command on a copy of a state: return its events and the state after it, or why it is refused."""
        entity = deepcopy(self._state(id, state))
        command = next((each for each in self._commands(entity, topic) if each.name == name), None)
        if command is None:
            return {"refused": f"there is no command {name!r}"}
        try:
            found = self._adapters.of(topic).run(entity, name, command.arguments(values))
        except Exception as error:  # whatever the model raises
            return {"refused": refusal_of(error)}
        events = [[each_topic, version, encode(event_data(event))] for each_topic, version, event in found]
        is_there = not getattr(entity, "is_discarded", False)
        return {"events": events, "view": encode(state_view(entity)) if is_there else None}

    def _commands(self, entity: Any, topic: str) -> list[Command]:
        adapter = self._adapters.of(topic)
        return adapter.commands(entity) if hasattr(adapter, "commands") and entity is not None else []

    def _state(self, id: Any, state: Any) -> Any:
        """Return the state that a request names: none, a kept one (not to be changed), or that of a snapshot."""
        if state is None:
            return None
        return self._states[state] if isinstance(state, int) else self._adapters.of(state[1]).base(id, state)


class _Run:
    """Applies events to a state, and can undo one that failed half way.

    The state is not copied before each event: that would take longer than most events do. After a failure it is made
    again, from a copy of the state at the start and the events that were applied since.
    """

    def __init__(self, adapters: Adapters, id: Any, state: Any) -> None:
        self._adapters = adapters
        self._id = id
        self._start = state
        self._applied: list[Any] = []
        self.state = deepcopy(state)

    def apply(self, record: Any) -> None:
        """Apply an event. If this raises, the state may be changed in part: ``leave_out`` is to be called."""
        version, topic, payload = record[:3]
        if payload is None:
            self._adapters.count(topic, self.state, version)
        else:
            adapter = self._adapters.of(topic)
            self.state = adapter.apply(self.state, adapter.read(self._id, record), topic)

    def accept(self, record: Any) -> None:
        """Confirm an event that was applied."""
        self._applied.append(record)

    def leave_out(self, record: Any) -> None:
        """Undo an event that failed, and count it."""
        self.state = deepcopy(self._start)
        for each in self._applied:  # each is read again: the state may have changed values that it shares with events
            self.apply(each)
        self._adapters.count(record[1], self.state, record[0])
        self._start, self._applied = deepcopy(self.state), []


def difference(old: Any, new: Any) -> Any:
    """Return the change that makes ``new`` of ``old``; ``None`` if they are the same.

    ["=", value] replaces the value; ["{", [[name, difference], …], [removed name, …]] changes a dict, and
    ["[", [[index, difference], …], length kept, [appended value, …]] a list. Values are encoded.
    """
    if type(old) is dict and type(new) is dict:
        return _in_dict(old, new)
    if type(old) is list and type(new) is list:
        return _in_list(old, new)
    return None if _is_same(old, new) else ["=", encode(new)]


def _in_dict(old: dict[str, Any], new: dict[str, Any]) -> Any:
    inner = []
    for name, value in new.items():
        if name not in old:
            inner.append([name, ["=", encode(value)]])
        elif old[name] is not value and (change := difference(old[name], value)) is not None:
            inner.append([name, change])
    removed = [name for name in old if name not in new]
    return ["{", inner, removed] if inner or removed else None


def _in_list(old: list[Any], new: list[Any]) -> Any:
    kept = min(len(old), len(new))
    changed = (index for index in range(kept) if old[index] is not new[index])
    inner = [[index, each] for index in changed if (each := difference(old[index], new[index])) is not None]
    added = [encode(item) for item in new[kept:]]
    return ["[", inner, kept, added] if inner or added or kept < len(old) else None


def _is_same(old: Any, new: Any) -> bool:
    if old is new:
        return True
    if type(old) is not type(new):
        return False
    try:
        return bool(old == new or (old != new and new != new))
    except Exception:  # a signalling NaN cannot be compared, nor some values of a person's classes
        pass
    try:
        return repr(old) == repr(new)
    except Exception:
        return False
