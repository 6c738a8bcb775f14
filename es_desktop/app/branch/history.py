"""The recorded events of an entity, held in memory: what hypothetical branches grow from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.reader import Reading
from es_desktop.app.transfer.records import Progress
from es_desktop.core import RecordedEvent
from es_desktop.replay import Branch, BranchEdit, Chain, Fold

_PAGE: Final = 2_000
_HINT: Final = "Take back the last edit."


class RecordedHistory:
    """All events of one entity. It never changes, so it may be used by several threads."""

    def __init__(self, reading: Reading, entity: EntityFacts, progress: Progress = lambda done, total: None) -> None:
        """Read every event; ``progress`` may raise to stop that."""
        self.reading = reading
        self.facts = entity
        self.events: Sequence[RecordedEvent] = _read(reading, entity, progress)
        names = dict.fromkeys(event.type for event in self.events)
        self.orders: Mapping[str, int] = {name: order for order, name in enumerate(names)}
        """Each event type with its number in the order of first use, from 0."""

    @property
    def last(self) -> int | None:
        """The version of the last event."""
        return self.events[-1].version if self.events else None

    def branch(self, edits: Sequence[BranchEdit] = ()) -> Branch:
        """Return a branch with these edits. Raises ``UserError`` if one of them cannot be carried out."""
        try:
            return Branch(self.events, edits, self.reading.classes)
        except ValueError as error:
            raise UserError(str(error), _HINT) from error

    def fold(self) -> Fold:
        """Return what folds the entity: its own mutator, if known here."""
        return self.reading.fold_for(self.facts)

    def chain(self) -> Chain:
        """Return the steps of the history from zero."""
        return self.reading.chain(self.facts, [event.version for event in self.events])


def _read(reading: Reading, entity: EntityFacts, progress: Progress) -> tuple[RecordedEvent, ...]:
    found: list[RecordedEvent] = []
    page = reading.events(entity.id, limit=_PAGE)
    while page:
        found += page
        progress(len(found), max(len(found), entity.events))  # the entity may have grown since
        page = reading.events(entity.id, after=page[-1].version, limit=_PAGE) if len(page) == _PAGE else []
    return tuple(found)
