"""The commands of a person's classes: described for a form, and run on a copy of a state."""

from __future__ import annotations

import datetime
import decimal
import enum
import inspect
import typing
import uuid
from typing import Any

from .wire import encode

_TYPES = {
    str: "text", int: "whole number", float: "number", decimal.Decimal: "decimal number", bool: "true or false",
    datetime.date: "date", datetime.datetime: "date and time", datetime.time: "time", datetime.timedelta: "duration",
    uuid.UUID: "id", bytes: "bytes", list: "JSON", dict: "JSON",
}  # fmt: skip
_FRAME = ("originator_id", "originator_version", "timestamp", "originator_topic")
_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class Command:
    """A method of an entity that publishes events."""

    def __init__(self, name: str, method: Any, refusal: str = "") -> None:
        """``method`` is the function with ``self``; ``refusal`` says why the entity refuses it now."""
        self.name = name
        self.refusal = refusal
        self._method = method
        self._hints = _hints(method)

    def described(self) -> list[Any]:
        """Return name, explanation, refusal and parameters as JSON."""
        line = (inspect.getdoc(self._method) or "").strip().partition("\n")[0]
        parameters = list(inspect.signature(self._method).parameters.values())[1:]
        sentence = line.partition(". ")[0].rstrip(".")
        return [
            self.name,
            sentence and f"{sentence}.",
            self.refusal,
            [self._parameter(each) for each in parameters if each.kind not in _VARIADIC],
        ]

    def _parameter(self, parameter: inspect.Parameter) -> list[Any]:
        """Return name, type, members of an enum, whether it may be nothing, and the default, as JSON."""
        plain, is_optional = self._hints.get(parameter.name, (Any, False))
        is_enum = isinstance(plain, type) and issubclass(plain, enum.Enum)
        names = [each.name for each in plain] if is_enum else []
        default = None if parameter.default is parameter.empty else parameter.default
        value = default.name if isinstance(default, enum.Enum) and names else default
        return [parameter.name, "choice" if names else _TYPES.get(plain, ""), names, is_optional, encode(value)]

    def arguments(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments of a call, with a member of an enum for its name."""
        found = {}
        for name, value in values.items():
            plain = self._hints.get(name, (Any, False))[0]
            is_enum = isinstance(plain, type) and issubclass(plain, enum.Enum)
            found[name] = plain[value] if is_enum and isinstance(value, str) else value
        return found


def event_data(event: Any) -> dict[str, Any]:
    """Return the data of an event without what says when it was, and of what."""
    return {name: value for name, value in vars(event).items() if name not in _FRAME}


def refusal_of(error: Exception) -> str:
    """Return what a model says where it refuses; with the name of any error but ``ValueError``."""
    text = str(error)
    is_refusal = isinstance(error, ValueError) and bool(text)
    return text if is_refusal else f"the command failed: {type(error).__name__}: {text}"


def _hints(method: Any) -> dict[str, tuple[Any, bool]]:
    """Return for each parameter with a hint its class, and whether it may be ``None``."""
    try:
        hints = typing.get_type_hints(method)
    except Exception:  # a name that only a type checker knows
        return {}
    return {name: _plain(hint) for name, hint in hints.items()}


def _plain(hint: Any) -> tuple[Any, bool]:
    options = typing.get_args(hint)
    others = [each for each in options if each is not type(None)]
    is_optional = len(others) < len(options) and len(others) == 1
    plain = others[0] if is_optional else hint
    return typing.get_origin(plain) or plain, is_optional
