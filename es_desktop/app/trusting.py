"""Code that a person trusts, for one store and until it is closed: started, asked, and given up where it has to be."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Final

from es_desktop.core import EntityId
from es_desktop.replay.failures import Failure
from es_desktop.trusted import (
    LIMITS,
    CodeEndedError,
    CodeFold,
    CodeRefusedError,
    CodeState,
    Limits,
    Record,
    Trust,
    TrustedCode,
)

from .errors import Cancelled, UserError

MOST_ENDS: Final = 3
"""How often the code may end its process before it is given up."""
_PLACE: Final = re.compile(r'^ {2}File "(.*)", line (\d+)', re.MULTILINE)


class TrustError(UserError):
    """The code cannot be used; ``traceback`` has its own lines, innermost last, where it got that far."""

    def __init__(self, text: str, hint: str, traceback: str = "") -> None:
        super().__init__(text, hint)
        self.traceback = traceback


class TrustLostError(TrustError):
    """The code ended too often: it is not asked any more."""


class TrustedModel:
    """Trusted code as the model of a store's entities. Safe to call from several threads.

    An event at which it ends its process, or never comes back, counts as one that failed from then on.
    """

    def __init__(self, trust: Trust, limits: Limits = LIMITS) -> None:
        self.trust = trust
        self.lost: TrustLostError | None = None
        """Why the code is not asked any more; ``None`` while it is."""
        self._code = TrustedCode(trust, limits)
        self._ends = 0
        self._deadly: dict[str, Failure] = {}
        self._lock = Lock()

    def start(self) -> dict[str, str]:
        """Import the modules, and return the file of each. Raises ``TrustError``."""
        try:
            return self._code.start()
        except CodeRefusedError as error:
            raise TrustError(f"{error}{_place(error.traceback)}", "Nothing is trusted.", error.traceback) from error

    def close(self) -> None:
        """End its process; what still asks it is cancelled."""
        self._code.close()

    def failure_at(self, record: Record) -> Failure | None:
        """Return why an event counts as failed without being tried again."""
        return self._deadly.get(json.dumps(record)) if self._deadly else None

    def why_no_bases(self, entity_id: EntityId, snapshots: Sequence[Record]) -> list[str]:
        """Return, for each snapshot, why no state can begin with it; an empty text where one can.

        Raises ``TrustError``.
        """
        while True:
            try:
                self._require()
                return self._code.why_no_bases(entity_id, snapshots)
            except CodeEndedError as error:
                self._count_end(error)
            except CodeRefusedError as error:
                raise self._refused(error) from error

    def view(self, entity_id: EntityId, state: CodeState) -> Any:
        """Return a state as a plain tree. Raises ``TrustError`` and what ``TrustedCode`` raises for a lost state."""
        return self._asked(lambda: self._code.view(entity_id, state))

    def fold(self, entity_id: EntityId, state: CodeState, records: Sequence[Record], *, views: bool) -> CodeFold:
        """Apply events. Raises as ``view`` does."""
        try:
            return self._asked(lambda: self._code.fold(entity_id, state, records, views=views))
        except CodeEndedError as error:
            raise
