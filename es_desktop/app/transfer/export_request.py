"""What a person wants exported: which records of a store, as what, and what goes with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.ids import short_id
from es_desktop.app.notes.notebook import Notebook
from es_desktop.core import EntityId

from .export_format import ExportFormat

_EMPTY: Final = Notebook()


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is exported of a store, and as what."""

    format: ExportFormat
    entities: tuple[EntityId, ...] | None = None
    """``None`` for the whole store."""
    to: int | None = None
    """The last version of each entity; ``None`` for all versions."""
    bom: bool = False
    """Whether a CSV begins with a byte order mark."""
    notebook: Notebook = _EMPTY
    """What is noted of the store; the part that speaks of what is exported goes into a case."""
    shown: tuple[EntityId, int | None] | None = None
    """The entity, and its version, that a case opens with; the first that is exported where this one is not."""


def suggested_name(request: ExportRequest, store: str, entity: EntityFacts | None) -> str:
    """Return a name for the file of a request: that of the entity, or of the store where it is not about just one."""
    if entity is not None:
        name = f"{entity.type.lower()}-{short_id(entity.id)}"
    else:
        count = "" if request.entities is None else f"-{len(request.entities)}-entities"
        name = f"{PurePath(store).stem}{count}"
    if request.format is ExportFormat.PYTEST:
        return re.sub(r"\W+", "_", f"test_{name}") + request.format.about.ending
    # A store that is exported whole should not be offered its own name.
    kind = "-copy" if request.format.is_store and request.entities is None else ""
    return re.sub(r"[^\w.]+", "-", name) + kind + request.format.about.ending
