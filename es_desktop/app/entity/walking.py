"""The history of an entity: walked through here, or in a process of its own where that would hold up the window."""

from __future__ import annotations

from contextlib import closing
from typing import Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.runtime.processes import Tell, told_by_processes
from es_desktop.app.store.options import StoreOptions
from es_desktop.core import EntityId
from es_desktop.replay import Checkpoint

from .view import EntityView, History

LONG: Final = 20_000
"""Events that are walked through in a second or so; of more, Python would get in the way of the window for long."""


def history_of(view: EntityView, checkpoint: Checkpoint) -> History:
    """Return the history of an entity; ``checkpoint`` is called as ``EntityView.history`` calls it."""
    if view.reading.elsewhere is None or len(view.outline.versions) <= LONG:
        return view.history(checkpoint)
    return history_elsewhere(view, checkpoint)


def history_elsewhere(view: EntityView, checkpoint: Checkpoint) -> History:
    """Return the history of an entity, walked through in a process of its own."""
    assert view.reading.elsewhere is not None, "a person's own code is asked here"
    with closing(told_by_processes(_walk, [(*view.reading.elsewhere, view.facts.id)])) as told:
        for part in told:
            checkpoint()
            if isinstance(part, History):
                return part
    raise UserError("the history was not told", "Refresh, to read it again.")


def _walk(tell: Tell, place: str, options: StoreOptions, entity_id: EntityId) -> None:
    from es_desktop.app.store.session import open_session

    with closing(open_session(place, writable=False, options=options)) as session:
        tell(EntityView(session, entity_id).history(lambda: tell(None)))
