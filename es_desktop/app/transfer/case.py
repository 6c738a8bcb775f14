"""A case: the notes and the view that are handed to a colleague together with records."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from es_desktop.app.notes.notebook import Notebook
from es_desktop.app.text.values import count_text, day_text
from es_desktop.core import EntityId
from es_desktop.core.clock import now

if TYPE_CHECKING:
    from .export import ExportRequest


_DIGEST_BYTES = 12


class Case(msgspec.Struct, frozen=True, omit_defaults=True):
    """The source of the records of a case, the notes on them, and the view that it opens with."""

    source: str
    """The name of the store's file, without its folder."""
    made: float
    """Seconds since the epoch, UTC."""
    entities: int | None = None
    """How many entities were chosen; ``None`` for the whole store."""
    to: int | None = None
    """The last version that was exported of each entity; ``None`` for all versions."""
    entity: str | None = None
    """The id, as text, of the entity that is shown."""
    version: int | None = None
    notebook: Notebook = Notebook()

    @classmethod
    def from_json(cls, text: str) -> Case | None:
        """Return the case of a JSON text; ``None`` if it is none."""
        try:
            return msgspec.json.decode(text, type=cls)
        except (msgspec.MsgspecError, RecursionError):
            return None

    def to_json(self) -> str:
        """Return the case as JSON text."""
        return msgspec.json.encode(self).decode()

    @property
    def digest(self) -> str:
        """Identifies this case."""
        return hashlib.blake2b(self.to_json().encode(), digest_size=_DIGEST_BYTES).hexdigest()


def case_of(request: ExportRequest, source: str) -> Case:
    """Return the case of an export request; ``source`` is the name of the store."""
    entity, version = _view(request)
    return Case(
        source=source,
        made=now(),
        entities=None if request.entities is None else len(set(request.entities)),
        to=request.to,
        entity=None if entity is None else str(entity),
        version=version,
        notebook=_part(request),
    )


def _part(request: ExportRequest) -> Notebook:
    """Return the notes on what is exported."""
    notebook, to = request.notebook, request.to
    if request.entities is not None:
        notebook = notebook.of_entities(frozenset(map(str, request.entities)))
    kept = tuple(each for each in notebook.bookmarks if to is None or each.version is None or each.version <= to)
    return msgspec.structs.replace(notebook, bookmarks=kept, cases=())


def _view(request: ExportRequest) -> tuple[EntityId | None, int | None]:
    if request.shown is not None and (request.entities is None or request.shown[0] in request.entities):
        entity, version = request.shown
        return entity, min((each for each in (version, request.to) if each is not None), default=None)
    return (request.entities[0] if request.entities else None), request.to


def case_note(case: Case | None) -> str:
    """Return one line on a case: its source and time. ``None`` stands for notes that cannot be read."""
    if case is None:
        return "a case, but what came with its records cannot be read"
    what = "everything" if case.entities is None else count_text(case.entities, "entity")
    upto = "" if case.to is None else f" up to version {case.to}"
    return f"a case: {what} of {case.source}{upto}, made {day_text(case.made)}"
