"""What some entities have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from es_desktop.app.common.report import common_json, headline
from es_desktop.app.runtime.errors import Progress, no_progress
from es_desktop.app.text.json_objects import JsonObject

from .rows import reading
from .values import Value

if TYPE_CHECKING:
    from es_desktop.app.common.common import Common, SharedFact
    from es_desktop.app.store.session import Session
    from es_desktop.core import EntityId


@dataclass(frozen=True, slots=True, repr=False)
class InCommon(Value):
    """What some entities of a type have in common, and the others have not."""

    found: Common
    """All that is known of it."""

    @property
    def type(self) -> str:
        """The entity type."""
        return self.found.entity_type

    @property
    def facts(self) -> tuple[SharedFact, ...]:
        """The facts whose shares differ most first: ``fact.clause``, ``sentence``, ``shares``, ``is_clear``."""
        return self.found.facts

    @property
    def sentence(self) -> str:
        """The two facts that make the largest difference together; empty if no two are clear."""
        return "" if self.found.joined is None else self.found.joined.sentence

    def to_dict(self) -> JsonObject:
        return common_json(self.found)

    def __repr__(self) -> str:
        return f"<in common: {headline(self.found)}>"


def common_of(
    session: Session, of: str | Sequence[EntityId], type: str | None, progress: Progress = no_progress
) -> InCommon:
    """Return what the entities that a question finds have in common, or those of some ids. Raises ``UserError``."""
    from es_desktop.app.ask.named import require_named
    from es_desktop.app.ask.parsing import asked_question
    from es_desktop.app.common.common import common_of_ids
    from es_desktop.app.common.of_question import common_of_question
    from es_desktop.app.runtime.places import indexes

    with reading():
        if isinstance(of, str):
            require_named(session, indexes(), asked_question(of).paths, progress)
            return InCommon(common_of_question(session, of, type, progress=progress))
        return InCommon(common_of_ids(session, of, type, progress=progress))
