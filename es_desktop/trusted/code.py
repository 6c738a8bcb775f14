"""Trusted code at work: asked through one child process, which is started when it is needed."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

from es_desktop.core import EntityId, KnownClasses

from .child.wire import encode
from .errors import CodeEndedError, CodeRefusedError, StateGoneError
from .told import Told, changed
from .trust import LIMITS, Limits, Trust

if TYPE_CHECKING:
    from .process import ChildProcess

Record = Sequence[Any]
"""What the child is told of an event or a snapshot: see ``child``."""


@dataclass(frozen=True, eq=False)
class CodeState:
    """A state that the code keeps, or the base that it can be made of at any time: a snapshot's record, or zero."""

    base: Record | None = None
    handle: int | None = None
    generation: int = 0
    """Of the process that keeps it."""


@dataclass(frozen=True, slots=True)
class CodeOutcome:
    """What came of one event."""

    before: Any
    after: Any
    """The states around it as plain trees; ``None`` where there is none, or it was not asked for."""
    failure: str | None = None
    """Why it could not be applied."""
    traceback: str = ""


Tell = Callable[[int, CodeOutcome], None]
"""Called with the index of each event, in order and as soon as it is known, and what came of it."""


class TrustedCode:
    """Folds records with a person's code. Safe to call from several threads; they take turns.

    What does not come back, or ends the process, raises ``CodeEndedError``; the next call starts the process again.
    States of the process before are gone then, which raises ``StateGoneError``.
    """

    def __init__(self, trust: Trust, limits: Limits = LIMITS, classes: KnownClasses | None = None) -> None:
        """``classes`` are those that are known here; members of such enums come back as what they are."""
        self.trust = trust
        self._limits = limits
        self._process: ChildProcess | None = None
        self._files: dict[str, str] = {}
        self._generation = 0
        self._unneeded: deque[tuple[int, int]] = deque()
        self._told = Told(classes)
        self._lock = RLock()
        self._is_closed = False

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    def start(self) -> dict[str, str]:
        """Import the modules where that is not done yet; return the file of each. Raises ``CodeRefusedError``."""
        with self._lock:
            self._running()
            return self._files

    def interrupt(self) -> None:
        """End the process in the midst of its work. Nothing can be asked any more; it is still to be closed."""
        self._is_closed = True
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End the process, and what waits for it."""
        self.interrupt()
        with self._lock:
            self._end()

    def why_no_bases(self, entity_id: EntityId, snapshots: Sequence[Record]) -> list[str]:
        """Return, for each snapshot, why no state can begin with it; an empty text where one can."""
        with self._lock:
            answer = self._ask({"do": "try", "id": encode(entity_id), "snapshots": snapshots})
            return [error or "" for error in answer["errors"]]

    def view(self, entity_id: EntityId, state: CodeState) -> Any:
        """Return a state as a plain tree; ``None`` where there is none."""
        with self._lock:
            return self._ask({"do": "view", "id": encode(entity_id), "from": self._from(state)})["view"]

    def fold(
        self, entity_id: EntityId, state: CodeState, records: Sequence[Record], tell: Tell, *, views: bool
    ) -> CodeState:
        """Apply events to a copy of a state. An event that fails leaves it as it was, and those after it go on.

        A ``CodeEndedError`` has the index of the event that the process ended at; some before it were told.
        """
        with self._lock:
            reply = _Reply(self._told, tell, awaits_view=views)
            request = {"do": "fold", "id": encode(entity_id), "from": self._from(state), "events": records}
            try:
                self._running().stream({**request, "tell": views, "free": self._freed()}, reply.take)
            except CodeRefusedError:
                raise
            except BaseException:
                self._end()  # what is still to come would be taken for the answer to another question
                raise
            return self._kept(reply.handle)

    def _ask(self, request: dict[str, Any]) -> Any:
        try:
            frame = self._running().ask({**request, "free": self._freed()})
        except CodeEndedError:
            self._end()
            raise
        message = self._told.message(frame)
        if "failed" in message:
            raise CodeRefusedError(*message["failed"])
        return message

    def _require(self) -> None:
        if self._is_closed:
            raise CodeRefusedError("the code is not trusted any more")

    def _running(self) -> ChildProcess:
        self._require()
        if self._process is None:
            # What it takes to run a process is loaded only where code is trusted.
            from .process import ChildProcess

            try:
                self._process = ChildProcess(self.trust, self._limits)
            except OSError as error:  # there is no room for its temporary files
                raise CodeRefusedError(f"no process can be started: {error}") from error
            self._generation += 1
            try:
                self._files = self._process.greet()
            except BaseException:
                self._end()
                raise
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.close()
        self._process = None

    def _from(self, state: CodeState) -> Any:
        self._require()
        if state.handle is None:
            return state.base
        if state.generation != self._generation or self._process is None:
            raise StateGoneError
        return state.handle

    def _kept(self, handle: int) -> CodeState:
        state = CodeState(None, handle, self._generation)
        release = weakref.finalize(state, self._unneeded.append, (self._generation, handle))
        release.atexit = False
        return state

    def _freed(self) -> list[int]:
        """Return the states that nobody needs any more."""
        freed = []
        while self._unneeded:
            generation, handle = self._unneeded.popleft()
            if generation == self._generation:
                freed.append(handle)
        return freed


class _Reply:
    """The answer to a fold, frame by frame."""

    def __init__(self, told: Told, tell: Tell, *, awaits_view: bool) -> None:
        self._told = told
        self._tell = tell
        self._awaits_view = awaits_view
        self._view: Any = None
        self._done = 0
        self.handle = 0

    def take(self, frame: bytes) -> bool:
        """Take a frame; tell whether it is the last one. Raises ``CodeRefusedError`` where nothing can be folded."""
        message = self._told.message(frame) if frame else _NOTHING
        if "failed" in message:
            raise CodeRefusedError(*message["failed"])
        if "state" in message:
            self.handle = message["state"]
            return True
        if self._awaits_view:
            self._awaits_view = False
            self._view = message["view"]
            return False
        before = self._view
        reason, traceback = message.get("wrong", (None, ""))
        self._view = changed(before, message.get("change"))
        at, self._done = self._done, self._done + 1
        self._tell(at, CodeOutcome(before, self._view, reason, traceback))
        return False


_NOTHING: Final[dict[str, Any]] = {}
