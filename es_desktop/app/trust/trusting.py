"""Code that a person trusts, as the model of a store's entities: asked in its process, and given up where it has to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from es_desktop.app.runtime.errors import Cancelled, UserError
from es_desktop.core import EntityId, KnownClasses
from es_desktop.replay.fold import Failure, StateLost
from es_desktop.trusted import (
    LIMITS,
    CodeEndedError,
    CodeRefusedError,
    CodeState,
    Limits,
    OnOutcome,
    Record,
    StateGoneError,
    Trust,
    TrustedCode,
)

__all__ = ["LIMITS", "Limits", "Trust", "TrustError", "TrustLostError", "TrustedModel"]

_MOST_ENDS: Final = 3
"""How often the code may end its process before it is given up."""
_PLACE: Final = re.compile(r'^ {2}File "(.*)", line (\d+)', re.MULTILINE)


class TrustError(UserError):
    """The code cannot be used; ``traceback`` has its own lines, innermost last, where it got that far."""

    def __init__(self, text: str, hint: str, traceback: str = "") -> None:
        super().__init__(text, hint)
        self.traceback = traceback


class TrustLostError(TrustError):
    """The code ended too often, and is not asked any more."""


class TrustedModel:
    """Trusted code at work. Safe to call from several threads.

    An event at which it ends its process, or never comes back, counts as one that failed from then on. Its methods
    raise ``StateLost`` where the process is another one than that which kept a state, and ``TrustError``.
    """

    def __init__(self, trust: Trust, limits: Limits, classes: KnownClasses) -> None:
        self.trust = trust
        self.lost: TrustLostError | None = None
        """Why the code is not asked any more; ``None`` while it is."""
        self._code = TrustedCode(trust, limits, classes)
        self._ends = 0
        self._deadly: dict[str, Failure] = {}

    def start(self) -> dict[str, str]:
        """Import the modules, and return the file of each. Raises ``TrustError``."""
        try:
            return self._code.start()
        except CodeRefusedError as error:
            if self._code.is_closed:
                raise Cancelled from error
            hint = f"It was run by {self.trust.python}."
            raise TrustError(f"{error}{_place(error.traceback)}", hint, error.traceback) from error

    def interrupt(self) -> None:
        """End the process in the midst of its work. What asks it is cancelled; it is still to be closed."""
        self._code.interrupt()

    def close(self) -> None:
        """End the process. What still asks it is cancelled."""
        self._code.close()

    def failure_at(self, record: Record) -> Failure | None:
        """Return why an event counts as failed without being tried again."""
        return self._deadly.get(json.dumps(record)) if self._deadly else None

    def why_no_bases(self, entity_id: EntityId, snapshots: Sequence[Record]) -> list[str]:
        """Return, for each snapshot, why no state can begin with it; an empty text where one can."""
        try:
            with self._asking():
                return self._code.why_no_bases(entity_id, snapshots)
        except StateLost as lost:
            return [str(lost)] * len(snapshots)

    def view(self, entity_id: EntityId, state: CodeState) -> Any:
        """Return a state as a plain tree; ``None`` where there is none."""
        with self._asking():
            return self._code.view(entity_id, state)

    def fold(
        self, entity_id: EntityId, state: CodeState, records: Sequence[Record], tell: OnOutcome, *, views: bool
    ) -> CodeState:
        """Apply events to a copy of a state; some may have been told already where this raises."""
        with self._asking(records):
            return self._code.fold(entity_id, state, records, tell, views=views)

    @contextmanager
    def _asking(self, records: Sequence[Record] = ()) -> Iterator[None]:
        if self.lost is not None:
            raise self.lost
        try:
            yield
        except StateGoneError as error:
            raise StateLost from error
        except CodeEndedError as error:
            if self._code.is_closed:
                raise Cancelled from error
            if error.at is not None:
                self._deadly[json.dumps(records[error.at])] = Failure(str(error), error.traceback)
            self._count_end(error)
            raise StateLost(str(error)) from error
        except CodeRefusedError as error:
            if self._code.is_closed:
                raise Cancelled from error
            told = f"the code of {self.trust.title} cannot be used: {error}{_place(error.traceback)}"
            raise TrustError(told, "Mend it, and trust it again.", error.traceback) from error

    def _count_end(self, error: CodeEndedError) -> None:
        self._ends += 1
        if self._ends >= _MOST_ENDS:
            told = f"the code of {self.trust.title} is not asked any more: {self._ends} times it ended; lastly {error}"
            self.lost = TrustLostError(told, "Mend it, and trust it again.", error.traceback)
            self._code.close()
            raise self.lost from error


def _place(traceback: str) -> str:
    """Return where the innermost of a traceback's lines is, to be put behind a reason."""
    places = _PLACE.findall(traceback)
    return f" ({Path(places[-1][0]).name}, line {places[-1][1]})" if places else ""
