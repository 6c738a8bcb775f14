"""Commands of a person's classes, and what running one would do, as the child process describes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .messages import checked, checked_tree, one_line


@dataclass(frozen=True, slots=True)
class CodeParameter:
    """One argument of a command."""

    name: str
    type_name: str
    """As ``ValueType`` names it; empty for any type."""
    members: tuple[str, ...]
    """The names of the members of an enum; the argument is one of them."""
    is_optional: bool
    default: Any


@dataclass(frozen=True, slots=True)
class CodeCommand:
    """A method that publishes events."""

    name: str
    explanation: str
    refusal: str
    """Why the entity refuses it now; empty if it may run."""
    parameters: tuple[CodeParameter, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a command would do."""

    refusal: str = ""
    events: tuple[tuple[str, int, dict[str, Any]], ...] = ()
    """Topic, version and data of each event."""
    after: Any = None
    """The state after them as a plain tree; ``None`` if the entity is discarded."""


def commands_in(answer: dict[str, Any]) -> list[CodeCommand]:
    """Return the commands in an answer. Raises ``TypeError`` or ``ValueError`` for any other."""
    return [
        CodeCommand(checked(name, str), _text(explanation), _text(refusal), tuple(map(_parameter, parameters)))
        for name, explanation, refusal, parameters in checked(answer["commands"], list)
    ]


def rehearsal_in(answer: dict[str, Any], frame: bytes) -> Rehearsal:
    """Return the rehearsal in an answer. Raises ``TypeError`` or ``ValueError`` for any other."""
    if "refused" in answer:
        return Rehearsal(_text(answer["refused"]) or "it does not say why")
    events = (
        (checked(topic, str), checked(at, int), checked_tree(data, frame)) for topic, at, data in answer["events"]
    )
    return Rehearsal("", tuple(events), checked_tree(answer["view"], frame))


def _parameter(parts: Any) -> CodeParameter:
    name, type_name, members, is_optional, default = parts
    names = tuple(checked(each, str) for each in checked(members, list))
    return CodeParameter(checked(name, str), checked(type_name, str), names, checked(is_optional, bool), default)


def _text(text: Any) -> str:
    return one_line(checked(text, str))
