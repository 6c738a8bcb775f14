"""A case: records that were exported for a colleague, with notes."""

from __future__ import annotations

import hashlib

from es_desktop.app.notes.notebook import Notebook
from es_desktop.app.text.json_struct import JsonStruct, Seconds
from es_desktop.app.text.values import day_text
from es_desktop.system.counts import count_text


class Case(JsonStruct, frozen=True, omit_defaults=True):
    """The source of records that were exported for a colleague, the notes on them, and the view that they open with."""

    source: str
    """The name of the store's file, without its folder."""
    made: Seconds
    entities: int | None = None
    """How many entities were chosen; ``None`` for the whole store."""
    to: int | None = None
    """The last version that was exported of each entity; ``None`` for all versions."""
    entity: str | None = None
    """The id, as text, of the entity that is shown."""
    version: int | None = None
    notebook: Notebook = Notebook()

    @property
    def digest(self) -> str:
        """Identifies this case."""
        return hashlib.blake2b(self.to_json().encode(errors="surrogateescape"), digest_size=12).hexdigest()

    @property
    def note(self) -> str:
        """Its source and time, in one line."""
        what = "everything" if self.entities is None else count_text(self.entities, "entity")
        upto = "" if self.to is None else f" up to version {self.to}"
        return f"a case: {what} of {self.source}{upto}, made {day_text(self.made)}"
