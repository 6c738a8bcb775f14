"""JSON text as any program writes it: numbers with all their digits, and a limit of nesting."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import msgspec

from es_desktop.system.limits import MOST_NESTED as MOST_NESTED
from es_desktop.system.limits import limits, over, payload_bytes

from .errors import ValueDecodingError


class JsonNumber(Decimal):
    """A number of JSON with digits that a float does not keep: ``0.10``, ``1e400``. ``str`` returns it as written."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> JsonNumber:
        try:
            made = super().__new__(cls, text)
        except ArithmeticError:  # its exponent is beyond 64 bits
            nearest = "0" if "e-" in text.lower() else "Infinity"
            made = super().__new__(cls, f"-{nearest}" if text.startswith("-") else nearest)
        made.text = text
        return made

    def __str__(self) -> str:
        return self.text

    def __reduce__(self) -> tuple[type[JsonNumber], tuple[str]]:
        return JsonNumber, (self.text,)

    @property
    def as_json(self) -> msgspec.Raw:
        """The number as it is written, for ``msgspec``."""
        return msgspec.Raw(self.text.encode())


def json_number(text: str) -> int | float | JsonNumber:
    """Return the value of a number in JSON: a float only if it has the same digits."""
    if "." not in text and text.lstrip("-").isdecimal():
        return int(text) if len(text) <= _MOST_DIGITS else JsonNumber(text)
    found = float(text)
    if repr(found) == text:
        return found
    exact = JsonNumber(text)
    return found if exact.is_finite() and Decimal(repr(found)).as_tuple() == exact.as_tuple() else exact


_MOST_DIGITS: Final = 4_000
"""Python converts no text of much more to an integer."""
decode_json: Final = msgspec.json.Decoder(float_hook=json_number).decode


def not_utf8(text: str) -> ValueDecodingError:
    """Return the error for a text of a database that is not UTF-8: each such byte is a lone surrogate in it."""
    try:
        text.encode("utf-8", "surrogateescape").decode()
    except UnicodeDecodeError as error:
        return ValueDecodingError(f"the text is not UTF-8: byte 0x{error.object[error.start]:02x} at {error.start}")
    except UnicodeEncodeError:
        pass
    return ValueDecodingError("the text has half of a character, which UTF-8 does not have")


_STRING: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_ALL_SQUARE: Final = bytes.maketrans(b"{}", b"[]")


def is_too_deep(value: Any, levels: int = MOST_NESTED, read_from: Any = None) -> bool:
    """Return whether JSON text, or a tree of dicts and lists, has more than so many of these inside each other.

    The text that a tree was ``read_from`` saves the walk in most cases; what is no JSON text is ignored.
    """
    for text in (value, read_from):
        if isinstance(text, bytes) and text[:1] in (b"{", b"[") and text.count(b"[") + text.count(b"{") <= levels:
            return False
        if isinstance(text, str) and text[:1] in ("{", "[") and text.count("[") + text.count("{") <= levels:
            return False
    if isinstance(value, (str, bytes)):
        data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        brackets = _STRING.sub(b"", data).translate(_ALL_SQUARE, _NOT_BRACKETS)
        if b"[" * (levels + 1) in brackets:
            return True
        for _ in range(levels):  # each time without its innermost level
            brackets = brackets.replace(b"[]", b"")
        return bool(brackets)
    level = [value]
    for _ in range(levels):
        level = [child for each in level for child in _children(each) if isinstance(child, (dict, list))]
        if not level:
            return False
    return True


def _children(tree: object) -> Iterable[Any]:
    return tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()


def too_deep(what: str = "the payload") -> ValueDecodingError:
    """Return the error for what is nested too deeply to be read."""
    return ValueDecodingError(f"{what} is nested too deeply to be read")


@dataclass(frozen=True, slots=True)
class UnreadValue:
    """What stands for a long value that was not read with its row; ``length`` is in bytes."""

    length: int

    def __str__(self) -> str:
        return f"{self.length:,} bytes, which are not read"


def is_within_limits(text: str) -> bool:
    """Return whether text is so short that it has too many bytes, levels or values in no case. Takes no time."""
    length = len(text)
    return length <= MOST_NESTED and length < limits().values


def why_not_decoded(data: Any) -> ValueDecodingError | None:
    """Return the error for a payload of too many bytes, one that was not read, or JSON text of too many values.

    ``None`` for any other: it may be decoded.
    """
    length = data.length if isinstance(data, UnreadValue) else len(data) if isinstance(data, _TEXTS) else 0
    if isinstance(data, UnreadValue) or length > payload_bytes():
        return ValueDecodingError(over(f"the payload has {length:,} bytes", "payload_mb"))
    return why_too_many_values(data) if isinstance(data, (str, bytes)) else None


def why_too_many_values(text: str | bytes) -> ValueDecodingError | None:
    """Return the error for JSON text that has too many values, by its commas; ``None`` for any other text.

    It is known before the values are made, which take ten times the memory of their text, in each thread that reads it.
    """
    most = limits().values
    commas = text.count(",") if isinstance(text, str) else text.count(b",")
    if commas < most or text[:_MOST_SPACE].lstrip()[:1] not in ("{", "[", b"{", b"["):
        return None
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    inside = sum(each.group().count(b",") for each in _STRING.finditer(data))
    return _too_many_values(most) if commas - inside >= most else None


def _too_many_values(most: int) -> ValueDecodingError:
    return ValueDecodingError(over(f"the payload has more than {most:,} values", "values"))


_TEXTS: Final = (str, bytes, memoryview)
_MOST_SPACE: Final = 1_000
"""Characters before JSON text, of which there are mostly none."""


def why_too_large(tree: Any, levels: int, read_from: Any = None) -> ValueDecodingError | None:
    """Return the error for a tree of dicts and lists with too many levels or values; ``None`` for any other."""
    if is_too_deep(tree, levels, read_from):
        return too_deep()
    most = limits().values
    brackets = ("{", "[") if isinstance(read_from, str) else (b"{", b"[")
    # A value of JSON text has at least two characters, with its comma.
    if isinstance(read_from, (str, bytes)) and read_from[:1] in brackets and len(read_from) < 2 * most:
        return None
    level, count = [tree], 0
    while level and count <= most:
        level = [child for each in level for child in _children(each)]
        count += len(level)
    return _too_many_values(most) if count > most else None


def plain_dumps(tree: Any) -> str:
    """Encode a tree of JSON types as JSON text, with the digits that it was read with. Raises ``TypeError``."""
    has_numbers = False

    def number(value: Any) -> float:
        nonlocal has_numbers
        has_numbers = True
        if isinstance(value, JsonNumber):
            return float(value)
        raise TypeError(f"a {type(value).__name__} is none of the types of JSON")

    text = json.dumps(tree, default=number)
    return msgspec.json.encode(tree, enc_hook=lambda value: value.as_json).decode() if has_numbers else text


def without_numbers(tree: Any) -> Any:
    """Return a tree with tagged objects in place of ``JsonNumber.as_json``, which the standard library cannot write."""
    if isinstance(tree, dict):
        return {name: without_numbers(value) for name, value in tree.items()}
    if isinstance(tree, list):
        return [without_numbers(value) for value in tree]
    return {"__decimal__": bytes(tree).decode()} if isinstance(tree, msgspec.Raw) else tree


def read_json(text: str | bytes) -> Any:
    """Return the tree of JSON text, also with NaN, Infinity and lone surrogates.

    Raises ``ValueError``, and ``RecursionError`` if it is nested too deeply.

    Other libraries write these, which only the standard library reads.
    """
    return json.loads(text, parse_float=json_number, parse_int=json_number)
