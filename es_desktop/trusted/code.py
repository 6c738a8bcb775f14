"""Folds records with trusted code, in one child process that is started when it is first needed."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

from es_desktop.core import EntityId, KnownClasses

from .child.wire import encode
from .commands import CodeCommand, Rehearsal, commands_in, rehearsal_in
from .messages import MessageDecoder, answer_check, checked, checked_tree, failure_texts, with_change
from .trust import LIMITS, CodeEndedError, CodeRefusedError, Limits, StateGoneError, Trust

if TYPE_CHECKING:
    from .process import ChildProcess

_T = TypeVar("_T")
Record = Sequence[Any]
"""An event or a snapshot as it is sent to the child: see ``child``."""


@dataclass(frozen=True, eq=False)
class CodeState:
    """A state in the child process, by its handle; or a base, which a state can be made from at any time.

    When nobody holds it any more, the next request tells the child to drop the state.
    """

    base: Record | None = None
    """The record of a snapshot; ``None`` for zero."""
    handle: int | None = None
    generation: int = 0
    """The number of the process that keeps the state."""


@dataclass(frozen=True, slots=True)
class CodeOutcome:
    """The result of one event."""

    before: Any
    after: Any
    """The states before and after it as plain trees; ``None`` if there is no state, or without views."""
    failure: str | None = None
    """Why the event could not be applied."""
    traceback: str = ""


OnOutcome = Callable[[int, CodeOutcome], None]
"""Called with the index of each event and its result, in order, as soon as it arrives."""


class TrustedCode:
    """Folds records with a person's code. Safe to call from several threads; each call waits for the one before.

    Every call starts the process if it does not run, and raises ``CodeRefusedError`` if that is not possible.
    ``CodeEndedError``: the process ended, or gave no answer in time and was ended. ``StateGoneError``: the state was
    kept by such a process.
    """

    def __init__(self, trust: Trust, limits: Limits = LIMITS, classes: KnownClasses | None = None) -> None:
        """Members of the enums in ``classes`` are returned as these members; see ``MessageDecoder``."""
        self.trust = trust
        self._limits = limits
        self._process: ChildProcess | None = None
        self._files: dict[str, str] = {}
        self.taken: frozenset[str] = frozenset()
        """The rights and limits that the system took from the process: see ``child.confine``. Empty until it runs."""
        self._generation = 0
        self._unneeded: deque[tuple[int, int]] = deque()
        self._decoder = MessageDecoder(classes)
        self._lock = RLock()
        self.is_closed = False

    def start(self) -> dict[str, str]:
        """Import the modules, unless that is done; return the file of each, by its name."""
        with self._lock:
            self._running()
            return self._files

    def interrupt(self) -> None:
        """End the process at once, from any thread, without waiting for a call. ``close`` is still to be called."""
        self.is_closed = True
        if (process := self._process) is not None:
            process.kill()

    def close(self) -> None:
        """End the process; a call that waits for it raises ``CodeEndedError``. Later calls are refused."""
        self.interrupt()
        with self._lock:
            self._end()

    def base_errors(self, entity_id: EntityId, snapshots: Sequence[Record]) -> list[str]:
        """Return for each snapshot why it cannot be a base; an empty text if it can."""
        with self._lock:
            request = {"do": "try", "id": encode(entity_id), "snapshots": snapshots}
            return self._ask(request, lambda answer, frame: _errors_in(answer, len(snapshots)))

    def view(self, entity_id: EntityId, state: CodeState) -> Any:
        """Return a state as a plain tree; ``None`` for no state."""
        with self._lock:
            request = {"do": "view", "id": encode(entity_id), "from": self._sent_state(state)}
            return self._ask(request, lambda answer, frame: checked_tree(answer["view"], frame))

    def commands(self, entity_id: EntityId, state: CodeState, topic: str) -> list[CodeCommand]:
        """Return the commands of a state; ``topic`` is that of its last event."""
        with self._lock:
            request = {"do": "commands", "id": encode(entity_id), "from": self._sent_state(state), "topic": topic}
            return self._ask(request, lambda answer, frame: commands_in(answer))

    def rehearse(
        self, entity_id: EntityId, state: CodeState, topic: str, name: str, arguments: Mapping[str, Any]
    ) -> Rehearsal:
        """Run a command on a copy of a state, and return its events; it changes nothing."""
        with self._lock:
            request = {"do": "rehearse", "id": encode(entity_id), "from": self._sent_state(state), "topic": topic}
            request |= {"name": name, "arguments": encode(dict(arguments))}
            return self._ask(request, rehearsal_in)

    def fold(
        self, entity_id: EntityId, state: CodeState, records: Sequence[Record], on_outcome: OnOutcome, *, views: bool
    ) -> CodeState:
        """Apply events to a copy of a state; return the new state. An event that fails is left out.

        Calls ``on_outcome`` for each event, in this thread. A ``CodeEndedError`` has the index of the event at which
        the process ended; the outcomes of some events before it have been reported by then.
        """
        with self._lock:
            answer = _FoldAnswer(self._decoder, on_outcome, len(records), awaits_view=views)
            request = {"do": "fold", "id": encode(entity_id), "from": self._sent_state(state), "events": records}
            try:
                self._running().stream({**request, "views": views, "free": self._freed()}, answer.take)
            except CodeRefusedError:
                raise
            except BaseException:
                self._end()  # the rest of this answer would be read as the answer to the next request
                raise
            return self._new_state(answer.handle)

    def _ask(self, request: dict[str, Any], read: Callable[[dict[str, Any], bytes], _T]) -> _T:
        try:
            frame = self._running().ask({**request, "free": self._freed()})
            with answer_check():
                return read(self._decoder.decode(frame), frame)
        except CodeEndedError:
            self._end()
            raise

    def _require(self) -> None:
        if self.is_closed:
            raise CodeRefusedError("the code is not trusted any more")

    def _running(self) -> ChildProcess:
        self._require()
        if self._process is None:
            # Imported here: most sessions trust no code and need none of the modules that run a process.
            from .process import ChildProcess

            try:
                self._process = ChildProcess(self.trust, self._limits)
            except OSError as error:  # such as no space for its temporary files
                raise CodeRefusedError(f"no process can be started: {error}") from error
            self._generation += 1
            try:
                self._files = self._process.import_modules()
                self.taken = self._process.taken
            except BaseException:
                self._end()
                raise
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.close()
        self._process = None

    def _sent_state(self, state: CodeState) -> Any:
        self._require()
        if state.handle is None:
            return state.base
        if state.generation != self._generation or self._process is None:
            raise StateGoneError
        return state.handle

    def _new_state(self, handle: int) -> CodeState:
        state = CodeState(None, handle, self._generation)
        # Runs in any thread, at any moment, so it only appends to a deque, which needs no lock.
        release = weakref.finalize(state, self._unneeded.append, (self._generation, handle))
        release.atexit = False
        return state

    def _freed(self) -> list[int]:
        """Return the handles of the states that nobody holds any more, each once."""
        freed = []
        while self._unneeded:
            generation, handle = self._unneeded.popleft()
            if generation == self._generation:
                freed.append(handle)
        return freed


def taken_without_code(python: str) -> frozenset[str]:
    """Return what the system takes from the process of trusted code, from one that imports none; empty if it fails.

    Takes about 0.2 s, in any thread.
    """
    with TemporaryDirectory() as folder, closing(TrustedCode(Trust(Path(folder), (), python))) as code:
        with suppress(CodeRefusedError):
            code.start()
        return code.taken


def _errors_in(answer: dict[str, Any], count: int) -> list[str]:
    errors = [checked(each, str, type(None)) or "" for each in checked(answer["errors"], list)]
    if len(errors) != count:
        raise ValueError(f"there are {len(errors)} answers to {count} questions")
    return errors


class _FoldAnswer:
    """Reads the answer to a fold, frame by frame: first the view of the state, if asked for; then a frame an event."""

    def __init__(self, decoder: MessageDecoder, on_outcome: OnOutcome, count: int, *, awaits_view: bool) -> None:
        self._decoder = decoder
        self._on_outcome = on_outcome
        self._count = count
        self._awaits_view = awaits_view
        self._view: Any = None
        self._done = 0
        self.handle = 0

    def take(self, frame: bytes) -> bool:
        """Read a frame; return whether it was the last one.

        Raises ``CodeRefusedError`` if nothing can be folded, ``CodeEndedError`` for a frame that is none of an answer.
        """
        with answer_check():
            message: dict[str, Any] = self._decoder.decode(frame) if frame else {"change": None}
            if self._awaits_view:
                self._awaits_view = False
                self._view = checked_tree(message["view"], frame)
                return False
            if self._done == self._count:
                self.handle = checked(message["state"], int)
                return True
            before, reason, traceback = self._view, None, ""
            if "wrong" in message:
                reason, traceback = failure_texts(*message["wrong"])
            else:
                self._view = checked_tree(with_change(before, message["change"]), frame)
        index, self._done = self._done, self._done + 1
        self._on_outcome(index, CodeOutcome(before, self._view, reason, traceback))
        return False
