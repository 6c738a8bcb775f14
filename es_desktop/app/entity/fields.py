"""Fields: the values that a model takes, their types, and parsing them from text."""

from __future__ import annotations

import datetime as dt
import enum
import inspect
import re
import types
import typing
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

import msgspec

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.values import elide
from es_desktop.core import (
    Command,
    ValueEncodingError,
    attribute_names,
    changed_names,
    commands_of,
    topic_of,
    values,
)
from es_desktop.core.commands import type_hints
from es_desktop.replay import parse_path
from es_desktop.replay.diff import plain_name, value_of

# What an entity is made with besides the model's own arguments; the event brings these itself.
_EVENT_ARGUMENTS: Final = frozenset({"self", "kwargs", "originator_id", "originator_version", "timestamp"})


class ValueType(enum.Enum):
    """The types of values that have an editor; each value is its name for a person."""

    TEXT = "text"
    INTEGER = "whole number"
    FLOAT = "number"
    DECIMAL = "decimal number"
    BOOLEAN = "true or false"
    DATE = "date"
    DATETIME = "date and time"
    TIME = "time"
    DURATION = "duration"
    UUID = "id"
    BYTES = "bytes"
    CHOICE = "choice"
    JSON = "JSON"
    """Lists, objects and all other values, as the core writes them."""
    NOTHING = "nothing"

    @property
    def phrase(self) -> str:
        """The type in a sentence: ``a whole number``, ``an id``, ``JSON``."""
        without_article = self in (ValueType.BOOLEAN, ValueType.BYTES, ValueType.JSON, ValueType.NOTHING)
        return self.value if without_article else f"{'an' if self is ValueType.UUID else 'a'} {self.value}"


@dataclass(frozen=True, slots=True)
class Field:
    """One value that a person may enter: its plain name, its type, and whether it may be empty."""

    name: str
    value_type: ValueType
    optional: bool = False
    choices: tuple[enum.Enum, ...] = ()
    default: Any = None
    doc: str = ""
    any_type: bool = False
    """Whether the model takes values of any type; ``value_type`` is then the likeliest."""
    collection: Callable[[Iterable[Any]], Any] = list
    """Makes the value from a list that was entered."""

    def holding(self, value: Any) -> Field:
        """Return the field for editing a value: of the value's type, if the field takes any."""
        if not self.any_type or value is None:
            return self
        choices = tuple(type(value)) if isinstance(value, enum.Enum) else ()
        return replace(self, value_type=value_type_of(value), choices=choices)

    def takes(self, value: Any) -> bool:
        """Return whether a value is of the field's type."""
        if self.value_type is ValueType.CHOICE:
            return value in self.choices
        return self.any_type or value_type_of(value) is self.value_type or (value is None and self.optional)


def creation_fields(model: type[Any]) -> list[Field]:
    """Return the arguments that a model's ``Created`` event takes, in the order of its constructor."""
    parameters = inspect.signature(model).parameters
    hints = type_hints(model.__init__)
    return [
        _field(name, hints.get(name, Any), None if parameter.default is parameter.empty else parameter.default)
        for name, parameter in parameters.items()
        if name not in _EVENT_ARGUMENTS
    ]


def attribute_fields(model: type[Any]) -> list[Field]:
    """Return the attributes of a model that may be changed, in the order in which they are declared."""
    getters = {name: inspect.getattr_static(model, name).fget for name in attribute_names(model)}
    return [
        _field(name, type_hints(getter).get("return", Any), None, inspect.getdoc(getter) or "")
        for name, getter in getters.items()
    ]


def command_fields(command: Command) -> tuple[Field, ...]:
    """Return the arguments of a command, in the order of its parameters."""
    return tuple(_field(each.name, each.annotation, each.default) for each in command.parameters)


@dataclass(frozen=True, slots=True)
class Ways:
    """What can change a value of a state: an attribute, or commands."""

    field: Field | None = None
    commands: tuple[Command, ...] = ()
    why_none: str = ""

    @property
    def text(self) -> str:
        """What a double-click on the value does, or why it does nothing; empty if nothing is known."""
        if self.field is not None:
            return "Double-click to change it"
        return f"Double-click: {', '.join(each.label for each in self.commands)}" if self.commands else self.why_none


def ways_to_change(model: type[Any], fields: Iterable[Field], path: str) -> Ways:
    """Return what can change the value at a path, or what is around it, as far as the code of the commands tells."""
    name = str(parse_path(path)[0])
    field = next((each for each in fields if each.name == name), None)
    if field is not None:
        return Ways(field)
    commands = (each for each in commands_of(model) if name in map(plain_name, changed_names(model, each.name)))
    return Ways(
        commands=tuple(commands), why_none=f"{name}: no attribute or command of {model_title(model)} changes it"
    )


def start_values(fields: Iterable[Field], state: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return what fields start with for the value at a path: that, and those beside it, under the fields' names."""
    parts = parse_path(path)
    found = {each: state[each] for each in parts[:1] if isinstance(each, str) and each in state}
    for count in range(1, len(parts) + 1):
        value = value_of(state, parts[:count])
        found.update(value if isinstance(value, Mapping) else {})
    wanted = {each.name: each for each in fields if each.name in found}
    return {name: found[name] for name, each in wanted.items() if each.takes(found[name])}


def state_fields(state: Mapping[str, Any]) -> list[Field]:
    """Return the values of a state that have an editor, as attributes that take values of any type."""
    return [
        Field(name, ValueType.TEXT, any_type=True).holding(value) for name, value in state.items() if name.strip("_")
    ]


def value_type_of(value: Any) -> ValueType:
    """Return the type of an existing value."""
    return ValueType.CHOICE if isinstance(value, enum.Enum) else _VALUE_TYPES.get(type(value), ValueType.JSON)


def parse(field: Field, text: str) -> Any:
    """Return the value in a text. Raises ``UserError`` if the text is not of the field's type."""
    if field.optional and not text.strip():
        return None
    try:
        if field.value_type is ValueType.CHOICE:
            return {each.name: each for each in field.choices}[text.strip()]
        value = _TEXTS[field.value_type][0](text if field.value_type is ValueType.TEXT else text.strip())
        return field.collection(value) if type(value) is list else value
    except (ValueError, TypeError, OverflowError, InvalidOperation, KeyError):
        hint = f"Such as: {', '.join(each.name for each in field.choices) or EXAMPLES[field.value_type]}"
        phrase, shown = field.value_type.phrase, elide(text.strip(), 60)
        raise UserError(f"'{shown}' is not {phrase}" if shown else f"{phrase} is needed", hint) from None


def as_text(value: Any) -> str:
    """Return the text that ``parse`` turns back into a value."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case bytes():
            return value.hex(" ")
        case enum.Enum():
            return str(value.name)
    if value_type_of(value) is not ValueType.JSON:
        return str(value)
    try:
        text = values.dumps(value)  # a decimal or a time inside stays one
    except ValueEncodingError:
        text = msgspec.json.encode(value, enc_hook=str).decode()
    return _CHANGED_BY_EDITORS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _field(name: str, hint: Any, default: Any, doc: str = "") -> Field:
    is_union = typing.get_origin(hint) in (types.UnionType, typing.Union)
    options = [each for each in typing.get_args(hint) if each is not type(None)]
    optional = is_union and type(None) in typing.get_args(hint)
    plain = options[0] if optional and len(options) == 1 else hint
    plain = typing.get_origin(plain) or plain
    if isinstance(plain, type) and issubclass(plain, enum.Enum):
        return Field(name, ValueType.CHOICE, optional, tuple(plain), default, doc)
    if plain in _COLLECTIONS:
        return Field(name, ValueType.JSON, optional, (), default, doc, collection=plain)
    if plain in _VALUE_TYPES:
        return Field(name, _VALUE_TYPES[plain], optional, (), default, doc)
    return Field(name, ValueType.TEXT, default=default, doc=doc, any_type=True).holding(default)


def _parse_json(text: str) -> Any:
    value = values.loads(text)
    if value_type_of(value) is not ValueType.JSON:
        raise ValueError(text)
    return value


def _parse_decimal(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite():
        raise ValueError(text)
    return value


def _parse_duration(text: str) -> dt.timedelta:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(text)
    parts = ("days", "hours", "minutes", "seconds")
    microseconds = int((found["fraction"] or "").ljust(6, "0"))
    return dt.timedelta(**{part: int(found[part] or 0) for part in parts}, microseconds=microseconds)


def _parse_nothing(text: str) -> None:
    if text not in ("", _NOTHING):
        raise ValueError(text)


_CHANGED_BY_EDITORS: Final = re.compile("[\xa0\u2028\u2029\ufdd0\ufdd1]")
"""Characters that a text editor replaces by a space or a line end; in JSON they can be escaped."""
_DURATION: Final = re.compile(
    r"(?:(?P<days>[+-]?\d+) days?,? ?)?(?P<hours>\d+):(?P<minutes>\d\d):(?P<seconds>\d\d)(?:\.(?P<fraction>\d{1,6}))?",
    re.ASCII,
)
_NOTHING: Final = "nothing"
_BOOLEANS: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_COLLECTIONS: Final = (list, dict, tuple, set, frozenset, deque)
_VALUE_TYPES: Final[dict[Any, ValueType]] = {
    str: ValueType.TEXT,
    int: ValueType.INTEGER,
    float: ValueType.FLOAT,
    Decimal: ValueType.DECIMAL,
    bool: ValueType.BOOLEAN,
    dt.date: ValueType.DATE,
    dt.datetime: ValueType.DATETIME,
    dt.time: ValueType.TIME,
    dt.timedelta: ValueType.DURATION,
    UUID: ValueType.UUID,
    bytes: ValueType.BYTES,
    type(None): ValueType.NOTHING,
}
_TEXTS: Final[dict[ValueType, tuple[Callable[[str], Any], str]]] = {
    ValueType.TEXT: (str, "abc"),
    ValueType.INTEGER: (int, "42"),
    ValueType.FLOAT: (float, "3.5"),
    ValueType.DECIMAL: (_parse_decimal, "9.90"),
    ValueType.BOOLEAN: (lambda text: _BOOLEANS[text.lower()], "true"),
    ValueType.DATE: (dt.date.fromisoformat, "2026-05-31"),
    ValueType.DATETIME: (dt.datetime.fromisoformat, "2026-05-31 14:30"),
    ValueType.TIME: (dt.time.fromisoformat, "14:30"),
    ValueType.DURATION: (_parse_duration, "1 day, 2:30:00"),
    ValueType.BYTES: (bytes.fromhex, "48 65 6c"),
    ValueType.NOTHING: (_parse_nothing, _NOTHING),
    ValueType.UUID: (UUID, "5f2c91d0-9c1e-4a4e-8a77-0d5f7c1b2a3e"),
    ValueType.CHOICE: (str, "one of the list"),
    ValueType.JSON: (_parse_json, '["a", "b"] or {"a": 1}'),
}
"""How a text is parsed, and an example of one."""
EXAMPLES: Final = {value_type: example for value_type, (_, example) in _TEXTS.items()}


def model_title(model: type[Any]) -> str:
    """Return what a person calls a model."""
    return topic_of(model).rpartition("#")[2]
