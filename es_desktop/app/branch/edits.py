"""The edits of a branch: what each action of a person adds to them, undo and redo, and payloads that a person edits."""

from __future__ import annotations

import enum
import json
import typing
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

import msgspec

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.json_view import to_json
from es_desktop.core import DomainEvent, KnownClasses, ValueDecodingError, ValueEncodingError, topic_of, values
from es_desktop.replay import Branch, BranchEdit, Edit, EventRef, Insert, InsertedRef, Mark, Move, Skip
from es_desktop.replay.edits import FRAME
from es_desktop.system.counts import format_number

from .view import RecordedHistory

Edits = tuple[BranchEdit, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """The edits of a branch with their undo history. Immutable: each method returns a new draft."""

    edits: Edits = ()
    before: tuple[Edits, ...] = field(default=(), repr=False)
    undone: tuple[Edits, ...] = field(default=(), repr=False)

    def with_edits(self, edits: Edits) -> Draft:
        """Return a draft with other edits; equal edits are not an undo step."""
        return self if edits == self.edits else Draft(edits, (*self.before, self.edits))

    def undo(self) -> Draft:
        """Return the draft before the last step; this one without a step."""
        if not self.before:
            return self
        return Draft(self.before[-1], self.before[:-1], (*self.undone, self.edits))

    def redo(self) -> Draft:
        """Return the draft before the last undo; this one without an undo."""
        if not self.undone:
            return self
        return replace(self, edits=self.undone[-1], before=(*self.before, self.edits), undone=self.undone[:-1])


def skip_or_bring_back(branch: Branch, names: Collection[EventRef]) -> Edits:
    """Return the edits that skip events; if all are skipped already, that restore them."""
    marks = {entry.name: entry.mark for entry in branch.entries}
    here = [name for name in names if marks.get(name, Mark.SKIPPED) is not Mark.SKIPPED]
    if here:
        return (*branch.edits, *(Skip(name) for name in here))
    back = frozenset(names)
    return tuple(edit for edit in branch.edits if not (isinstance(edit, Skip) and edit.version in back))


def set_payload(recorded: RecordedHistory, branch: Branch, name: EventRef, data: Mapping[str, Any]) -> Edits:
    """Return the edits that give an event other data; its recorded data removes the edit."""
    if isinstance(name, InsertedRef):
        inserts = [(at, edit) for at, edit in enumerate(branch.edits) if isinstance(edit, Insert)]
        at, edit = inserts[name.number]
        return (*branch.edits[:at], replace(edit, data=data), *branch.edits[at + 1 :])
    others = tuple(edit for edit in branch.edits if not (isinstance(edit, Edit) and edit.version == name))
    event = next(event for event in recorded.events if event.version == name)
    is_same = event.error is None and values.dumps(dict(event.data)) == values.dumps(dict(data))
    return others if is_same else (*others, Edit(name, data))


def move(recorded: RecordedHistory, branch: Branch, name: EventRef, by: int) -> Edits:
    """Return the edits that move an event ``by`` rows later, or earlier if negative."""
    names = _names(branch)
    target = names.index(name) + by
    if not 0 <= target < len(names):
        return branch.edits
    following = target + 1 if by > 0 else target
    moving = Move(name, names[following] if following < len(names) else None)
    last = branch.edits[-1] if branch.edits else None
    if not isinstance(last, Move) or last.version != name:
        return (*branch.edits, moving)
    # Only the final position counts: an event that is back at its own position was not moved.
    others = branch.edits[:-1]
    moved = (*others, moving)
    return others if _names(recorded.branch(others)) == _names(recorded.branch(moved)) else moved


def insert(branch: Branch, after: EventRef, topic: str, data: Mapping[str, Any]) -> tuple[Edits, InsertedRef]:
    """Return the edits that insert an event directly after another one, and the name of the new event."""
    name = InsertedRef(sum(isinstance(edit, Insert) for edit in branch.edits))
    edits: Edits = (*branch.edits, Insert(after, topic, data))
    names = _names(branch)
    following = names.index(after) + 1
    if following < len(names) and isinstance(names[following], InsertedRef):
        # A branch puts it after the events that were inserted there before.
        edits = (*edits, Move(name, names[following]))
    return edits, name


def describe_edits(branch: Branch) -> str:
    """Return what was done to a branch: ``1 skipped, 2 edited``; empty if nothing was."""
    counts = Counter(entry.mark for entry in branch.entries)
    marks = (Mark.SKIPPED, Mark.EDITED, Mark.MOVED, Mark.INSERTED)
    return ", ".join(f"{format_number(counts[mark])} {mark}" for mark in marks if counts[mark])


def _names(branch: Branch) -> list[EventRef]:
    return [entry.name for entry in branch.entries]


_BLANKS: Final[dict[Any, Any]] = {str: "", int: 0, float: 0.0, bool: False, Decimal: Decimal("0.00")}


@dataclass(frozen=True, slots=True)
class EventType:
    """An event type that an entity may have."""

    topic: str
    name: str
    example: Mapping[str, Any]
    """The payload of an event of this type, or blank values."""


def event_types(recorded: RecordedHistory, before_index: int) -> list[EventType]:
    """Return the types that occur in the history, then the others of the entity's class.

    The example is the payload of the last event of the type before an index, or else of the first one after it.
    """
    found: dict[str, EventType] = {}
    for index, event in enumerate(recorded.events):
        if event.error is None and (index < before_index or event.topic not in found):
            found[event.topic] = EventType(event.topic, event.type, event.data)
    entity_class = recorded.reading.class_of(recorded.facts)
    for name, member in () if entity_class is None else vars(entity_class).items():
        if name != "Event" and isinstance(member, type) and issubclass(member, DomainEvent):
            topic = topic_of(member)
            if topic not in found:
                found[topic] = EventType(topic, member.__name__, _blank(member))
    return list(found.values())


def _blank(event_class: type[Any]) -> dict[str, Any]:
    try:
        hints = typing.get_type_hints(event_class)
    except NameError:  # a name that only a type checker knows
        return {}
    hints = {name: hint for name, hint in hints.items() if typing.ClassVar not in (hint, typing.get_origin(hint))}
    return {name: _blank_value(hint) for name, hint in hints.items() if name not in FRAME}


def _blank_value(hint: Any) -> Any:
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return next(iter(hint), None)
    origin = typing.get_origin(hint)
    return origin() if origin in (list, dict) else _BLANKS.get(hint)


_HINT = 'A decimal number is {"__decimal__": "1.50"}, a time {"ISO8601_datetime": "2026-05-31T14:30:00"}.'


def payload_text(data: Mapping[str, Any]) -> str:
    """Return the text that ``read_payload`` turns back into the same values, each on its own line."""
    try:
        return msgspec.json.format(values.dumps(dict(data)), indent=2)
    except Exception:  # of values of another program that our encoding has no form for; they can still be shown
        return to_json(data, indent=2)


def read_payload(text: str, classes: KnownClasses, usual: Collection[str] = ()) -> dict[str, Any]:
    """Return the values of a payload. Raises ``UserError`` that says what is wrong with the text, and where.

    ``usual`` are names that such events use for values, although the envelope uses them too.
    """
    _require_json(text)
    try:
        data = values.loads(text, classes)
        values.dumps(data)  # a store could not keep a payload for which this fails
    except (ValueDecodingError, ValueEncodingError) as error:
        raise UserError(str(error), _HINT) from error
    if not isinstance(data, dict):
        raise UserError("a payload is an object: names and values between { and }", "An event without any is {}.")
    forbidden = sorted((FRAME & data.keys()) - set(usual))
    if forbidden:
        raise UserError(f"{' and '.join(forbidden)} cannot be edited", "It says when an event was, and of what.")
    return data


def _require_json(text: str) -> None:
    try:
        json.loads(text, object_pairs_hook=_require_names_once)
    except json.JSONDecodeError as error:
        text = f"line {error.lineno}, column {error.colno}: {error.msg[:1].lower()}{error.msg[1:]}"
        raise UserError(text, "Write texts and names in double quotes, and no comma after the last one.") from error
    except (RecursionError, ValueError) as error:
        raise UserError(f"the text cannot be read: {error}") from error


def _require_names_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for at, (name, _) in enumerate(pairs) if name in dict(pairs[:at]))
        raise UserError(f"the name {twice!r} occurs twice", "Remove one of them.")
    return found
