"""What is asked of a store: a question, and what it is asked about."""

from __future__ import annotations

from dataclasses import dataclass

from es_desktop.app.runtime.errors import UserError
from es_desktop.replay.diff import PathError, parse_path

from .question import Question


@dataclass(frozen=True, slots=True)
class AskRequest:
    """What is asked. Raises ``UserError`` for a column that is no path, or types that are named twice."""

    question: Question
    as_of: float | None = None
    """Seconds since the epoch; what came later does not count."""
    text: str | None = None
    """Words that must occur in the payload of one of the entity's events."""
    types: frozenset[str] | None = None
    """The entity types, where the question does not name them."""
    columns: tuple[str, ...] = ()
    """Paths whose values are shown; those that the question names if there are none."""

    def __post_init__(self) -> None:
        if self.types is not None and self.question.types:
            raise UserError("the types are named in the question, and beside it", "Leave out one of both.")
        for path in self.columns:
            try:
                parse_path(path)
            except PathError as error:
                raise UserError(f"{path!r} is no path: {error}", "Such as lines[0].price.") from None

    @property
    def all_types(self) -> frozenset[str] | None:
        """The types of the entities that are asked; ``None`` for all."""
        return frozenset(self.question.types) or self.types
