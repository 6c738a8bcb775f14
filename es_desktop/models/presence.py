"""Whether the store and the chosen entity are there to be shown; where they are not: why, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from es_desktop.app.runtime.errors import UserError

if TYPE_CHECKING:
    from .workspace import Workspace

_PATIENCE_MILLISECONDS: Final = 120
"""How long something is read before it is said: a text that is gone at once only flickers."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Why something is not shown, as a sentence."""

    text: str
    action: str = ""
    """The id of the action that helps; empty for none."""
    label: str = ""
    """What the action is called here; empty for its own text."""

    @classmethod
    def of(cls, problem: UserError, action: str = "refresh", label: str = "Read it again") -> Absence:
        """Return the absence of what could not be read, or asked; ``action`` and ``label`` are its own."""
        text = str(problem)
        return cls(f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}", action, label)


class Presence(QObject):
    changed = Signal()
    """An absence is another one, or there is none any more."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._store_patience, self._entity_patience = (
            QTimer(self, singleShot=True, interval=_PATIENCE_MILLISECONDS) for _ in range(2)
        )
        for each in (self._store_patience, self._entity_patience):
            each.timeout.connect(self.changed)
        workspace.store_changed.connect(self._store_patience.start)
        workspace.selection.entity_changed.connect(lambda entity_id: self._entity_patience.start())
        for changed in (
            workspace.store_changed,
            workspace.selection.entity_changed,
            workspace.entity_loaded,
            workspace.listing.listed,
            workspace.listing.failed,
            workspace.facts_changed,
        ):
            changed.connect(lambda *_: self.changed.emit())

    def of_store(self) -> Absence | None:
        """Return why nothing of a store can be shown; ``None`` if one is open."""
        if self._workspace.session is not None:
            return None
        is_opening = self._workspace.stores.is_opening
        return Absence("The store is being opened.") if is_opening else Absence("No store is open.", "open")

    def of_entities(self) -> Absence | None:
        """Return why the entities of the open store cannot be listed; ``None`` also while they were not read long."""
        problem, facts = self._workspace.listing.problem, self._workspace.facts
        if problem is not None:
            return Absence.of(problem)
        if facts is None:
            return self._being_read("The entities are", self._store_patience)
        return None if facts.entities else self.nothing_yet("entities")

    def nothing_yet(self, what: str) -> Absence:
        """Return the absence of ``what`` of a store that has none."""
        session = self._workspace.session
        can_make = session is not None and session.is_writable
        return Absence(f"This store has no {what} yet.", "new-entity" if can_make else "")

    def of_entity(self, what: str) -> Absence | None:
        """Return why nothing of the chosen entity can be shown, ``what`` among it; ``None`` if it is read.

        There is none also while it was not read long: the views are empty until then.
        """
        workspace = self._workspace
        missing, request = self.of_store(), workspace.entity_request
        if missing is not None or workspace.inspector.view is not None:
            return missing
        if request.is_running:
            return self._being_read("The entity is", self._entity_patience)
        if request.problem is not None:
            return Absence.of(request.problem)
        if workspace.selection.entity_id is not None:
            return Absence("Reading the entity was stopped.", "refresh", "Read it again")
        choose = Absence(f"Choose an entity to see {what}.", "find", "Find an entity")
        return self.of_entities() or (None if workspace.facts is None else choose)

    def _being_read(self, subject: str, patience: QTimer) -> Absence | None:
        return None if patience.isActive() else Absence(f"{subject} being read…")
