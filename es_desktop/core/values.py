"""The JSON of stored payloads: values of types that JSON does not have keep their type over the round trip.

Such a value is written as a tagged object: one key, the tag, names the type. The tags are those of Python eventsourcing
2 to 8 where it has one (``{"UUID": …}``, ``{"ISO8601_datetime": …}``, ``{"__decimal__": …}``), so that its stores are
read by the same code.
"""

from __future__ import annotations

import base64
import datetime as dt
import enum
import json
import math
import re
from collections import deque
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial
from typing import Any, Final
from uuid import UUID

import msgspec

from .errors import TopicResolutionError, ValueDecodingError, ValueEncodingError
from .topics import KnownClasses, keeps_all_in_dict, known_classes, new_object, topic_from_domain_class

_PLAIN: Final = frozenset({str, int, bool, type(None)})

# A text that contains none of these has no tagged object, and the slow walk over its tree is not needed.
_UUID: Final = '"UUID"'
_ISO8601: Final = '"ISO8601_'
_DUNDER: Final = '"__'


class JsonNumber(Decimal):
    """A number of JSON with digits that a float does not keep: ``0.10``, ``1e400``. ``str`` returns it as written."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> JsonNumber:
        made = super().__new__(cls, text)
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
    return found if Decimal(repr(found)).as_tuple() == exact.as_tuple() else exact


_MOST_DIGITS: Final = 4_000
"""Python converts no text of much more to an integer."""
decode_json: Final = msgspec.json.Decoder(float_hook=json_number).decode
_decode_plain: Final = msgspec.json.Decoder().decode
_encode_plain: Final = msgspec.json.Encoder().encode


def not_utf8(text: str) -> ValueDecodingError:
    """Return the error for a text of a database that is not UTF-8: each such byte is a lone surrogate in it."""
    try:
        text.encode("utf-8", "surrogateescape").decode()
    except UnicodeDecodeError as error:
        return ValueDecodingError(f"the text is not UTF-8: byte 0x{error.object[error.start]:02x} at {error.start}")
    except UnicodeEncodeError:
        pass
    return ValueDecodingError("the text has half of a character, which UTF-8 does not have")


MOST_NESTED: Final = 450
"""The levels of arrays and objects that a payload may have, whether it is written or read, and from wherever."""
_SHORT: Final = 2 * MOST_NESTED
_STRING: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_ALL_SQUARE: Final = bytes.maketrans(b"{}", b"[]")


def _is_too_deep(text: str | bytes) -> bool:
    """Return whether JSON text is nested more than ``MOST_NESTED`` levels deep."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if data.count(b"[") + data.count(b"{") <= MOST_NESTED:
        return False
    brackets = _STRING.sub(b"", data).translate(_ALL_SQUARE, _NOT_BRACKETS)
    for _ in range(MOST_NESTED):  # each time without its innermost level
        brackets = brackets.replace(b"[]", b"")
        if not brackets:
            return False
    return True


def too_deep(what: str = "the payload") -> ValueDecodingError:
    """Return the error for what is nested too deeply to be read."""
    return ValueDecodingError(f"{what} is nested too deeply to be read")


MOST_LEVELS: Final = 400
"""Levels of nesting that everything here can read, compare and show: Python ends a recursion of more than 1,000."""


def is_flat(tree: Any, levels: int, text: Any = None) -> bool:
    """Return whether a tree of dicts and lists has at most so many levels. Its JSON text, if given, saves the walk."""
    if isinstance(text, bytes) and text[:1] in (b"{", b"[") and text.count(b"{") + text.count(b"[") <= levels:
        return True
    if isinstance(text, str) and text[:1] in ("{", "[") and text.count("{") + text.count("[") <= levels:
        return True
    level = [tree]
    for _ in range(levels):
        level = [child for each in level for child in _children(each)]
        if not level:
            return True
    return False


def _children(tree: object) -> Iterable[Any]:
    if isinstance(tree, dict):
        return tree.values()
    return tree if isinstance(tree, list) else ()


def dumps(value: Any) -> str:
    """Encode a value as JSON text. Raises ``ValueEncodingError`` if ``loads`` would not return an equal value."""
    try:
        text = _dump_tree(_encode(value, "the value"))
        if len(text) > _SHORT and _is_too_deep(text):
            raise RecursionError
    except RecursionError:
        raise ValueEncodingError("the value holds itself, or is nested too deeply to be stored") from None
    except ValueError as error:
        # Python writes no integer of more than 4,300 digits.
        raise ValueEncodingError(f"the value cannot be stored: {error}") from None
    return text


def loads(text: str | bytes, classes: KnownClasses = known_classes) -> Any:
    """Decode JSON text, with its tagged objects as ``decode_tags`` decodes them.

    Raises ``ValueDecodingError``; if the text is not JSON, the message says at which byte.
    """
    # No helper functions and no loop here: this runs for every event that is read, and they would double its time.
    try:
        if len(text) > _SHORT:
            if _is_too_deep(text):
                raise RecursionError
            tree = decode_json(text)
        else:
            tree = _decode_plain(text)
            # Most texts are what the tree is written as: then no number of it has lost a digit, and this takes a fifth.
            if _encode_plain(tree) != (text.encode() if isinstance(text, str) else text):
                tree = decode_json(text)
    except (msgspec.DecodeError, UnicodeError, TypeError, RecursionError) as error:
        tree = _loads_leniently(text, error)
    if isinstance(text, str) and _UUID not in text and _ISO8601 not in text and _DUNDER not in text:
        return tree
    return decode_tags(tree, classes)


def decode_tags(tree: Any, classes: KnownClasses = known_classes) -> Any:
    """Replace tagged objects (``{"UUID": "…"}``) in decoded JSON by the Python values that they encode.

    An object or enum member whose class is not in ``classes`` stays a dict. As a dict has no hash, a set with such a
    member becomes a list, and a dict with such a key a list of ``[key, value]``. Raises ``ValueDecodingError`` for a
    malformed tagged object.
    """
    try:
        return _Decoder(classes).decode(tree)
    except RecursionError as error:
        raise too_deep() from error


def _dump_tree(tree: Any) -> str:
    try:
        return msgspec.json.encode(tree).decode()
    except UnicodeEncodeError:
        # msgspec refuses a lone surrogate; the standard library writes it as an escape.
        tree = _without_numbers(tree)
        text = json.dumps(tree, separators=(",", ":"))
    if json.loads(text) != tree:
        raise ValueEncodingError("a text holds a pair of surrogates, which would come back as one character")
    return text


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


def _without_numbers(tree: Any) -> Any:
    """Return a tree with tagged objects in place of ``JsonNumber.as_json``, which the standard library cannot write."""
    if isinstance(tree, dict):
        return {name: _without_numbers(value) for name, value in tree.items()}
    if isinstance(tree, list):
        return [_without_numbers(value) for value in tree]
    return {"__decimal__": bytes(tree).decode()} if isinstance(tree, msgspec.Raw) else tree


def read_json(text: str | bytes) -> Any:
    """Return the tree of JSON text, also with NaN, Infinity and lone surrogates. Raises ``ValueError``.

    Other libraries write these, which only the standard library reads.
    """
    return json.loads(text, parse_float=json_number, parse_int=json_number)


def _loads_leniently(text: str | bytes, error: Exception) -> Any:
    if isinstance(error, RecursionError):
        raise too_deep() from error
    if isinstance(error, UnicodeEncodeError):
        raise not_utf8(error.object) from error
    if isinstance(error, TypeError):  # the column holds a number, or NULL
        raise ValueDecodingError(f"the payload is a {type(text).__name__}, where text is expected") from error
    try:
        return read_json(text)
    except RecursionError:
        raise too_deep() from error
    except ValueError:
        raise ValueDecodingError(f"the payload is not valid JSON: {error}") from error


# --- encoding -----------------------------------------------------------------------------------------------------


def _encode(value: Any, path: str) -> Any:
    value_type = type(value)
    if value_type in _PLAIN:
        return value
    if value_type is float:
        return value if math.isfinite(value) else {"__float__": repr(value)}
    # One call for each level of JSON, as the calls are limited too.
    encoded: Any
    if value_type is dict:
        encoded = {}
        for key, item in value.items():
            if type(key) is not str:
                return _encode_pairs(value, path)
            item_type = type(item)
            # The path is only needed for errors, and making its text takes longer than encoding a plain value.
            is_plain = item_type in _PLAIN or (item_type is float and math.isfinite(item))
            encoded[key] = item if is_plain else _encode(item, f"{path}[{key!r}]")
        return _encode_pairs(value, path) if _is_tagged(value) else encoded
    if value_type in _TAG_OF:
        encoded = []
        for index, item in enumerate(value):
            encoded.append(item if type(item) in _PLAIN else _encode(item, f"{path}[{index}]"))
        return encoded if value_type is list else _tagged(value, encoded)
    encoder = _ENCODERS.get(value_type)
    if encoder is not None:
        return encoder(value)
    if isinstance(value, enum.Enum):
        return _encode_enum(value, path)
    return _encode_object(value, path)


def _tagged(value: Any, items: list[Any]) -> dict[str, Any]:
    """Return the encoded items of a collection with what else makes it."""
    if isinstance(value, (set, frozenset)):
        # A set has no order; sorted, equal sets are written as the same text in every run.
        items.sort(key=lambda item: json.dumps(_without_numbers(item)))
    if isinstance(value, deque) and value.maxlen is not None:
        return {"__deque__": {"state": items, "maxlen": value.maxlen}}
    return {_TAG_OF[type(value)]: items}


def _encode_pairs(value: dict[Any, Any], path: str) -> dict[str, Any]:
    """Encode a dict that has keys other than text, or that ``loads`` would take for a tagged object."""
    pairs = [[_encode(key, f"a key of {path}"), _encode(item, f"{path}[{key!r}]")] for key, item in value.items()]
    return {"__items__": pairs}


def _encode_enum(value: enum.Enum, path: str) -> dict[str, Any]:
    topic = topic_from_domain_class(type(value))
    if value.name in type(value).__members__:
        return {"__enum__": {"topic": topic, "name": value.name}}
    # A combination of flags is not a member, so it cannot be found by name.
    return {"__enum__": {"topic": topic, "value": _encode(value.value, path)}}


def _encode_object(value: Any, path: str) -> dict[str, Any]:
    """Encode an object of a user's class as its topic and its attributes."""
    cls: Any = type(value)
    if callable(value) or not keeps_all_in_dict(cls):
        raise ValueEncodingError(f"{path} is a {cls.__qualname__}, which cannot be stored: {value!r:.80}")
    topic = topic_from_domain_class(cls)
    return {"__class__": {"topic": topic, "state": _encode(dict(value.__dict__), f"{path}.__dict__")}}


def _encode_time(tag: str, value: Any) -> dict[str, Any]:
    if value.tzinfo is not None and value.utcoffset() is None:
        raise ValueEncodingError(f"{value!r} has a time zone without an offset, which cannot be stored")
    if value.tzinfo is not None and value.replace(fold=1 - value.fold).utcoffset() != value.utcoffset():
        # Only the offset is stored, and Python calls no other time equal to this one.
        raise ValueEncodingError(f"{value!r} is there twice in its time zone, or never; in UTC it can be stored")
    encoded = {tag: value.isoformat()}
    return {"__fold__": encoded} if value.fold else encoded


_ENCODERS: Final[dict[type, Callable[[Any], Any]]] = {
    UUID: lambda value: {"UUID": value.hex},
    dt.datetime: partial(_encode_time, "ISO8601_datetime"),
    dt.date: lambda value: {"ISO8601_date": value.isoformat()},
    dt.time: partial(_encode_time, "ISO8601_time"),
    dt.timedelta: lambda value: {"__timedelta__": [value.days, value.seconds, value.microseconds]},
    Decimal: lambda value: {"__decimal__": str(value)},
    JsonNumber: lambda value: value.as_json,
    bytes: lambda value: {"__bytes__": base64.b64encode(value).decode()},
}


# --- decoding -----------------------------------------------------------------------------------------------------


class _Decoder:
    def __init__(self, classes: KnownClasses) -> None:
        self._classes = classes

    def decode(self, tree: Any) -> Any:
        tree_type = type(tree)
        if tree_type is dict:
            if len(tree) == 1:
                (key, inner), *_ = tree.items()
                if key in _TAGS:
                    return self._decode_tagged(key, inner, tree)
            return dict(zip(tree, map(self.decode, tree.values()), strict=True))
        if tree_type is list:
            return list(map(self.decode, tree))  # not a comprehension, which is one more call in Python 3.11
        return tree

    def _decode_tagged(self, key: str, inner: Any, tree: dict[str, Any]) -> Any:
        try:
            if key in _DECODERS:
                return _DECODERS[key](inner)
            if key in _COLLECTIONS:
                # Early releases of Python eventsourcing 8 write the class of a collection as well.
                items: Any = inner.get("state", inner.get("values")) if isinstance(inner, dict) else inner
                decoded = list(map(self.decode, items))
                if key == "__deque__" and isinstance(inner, dict):
                    return deque(decoded, inner.get("maxlen"))
                return _collection_or_list(_COLLECTIONS[key], decoded)
            if key == "__fold__":
                return self.decode(inner).replace(fold=1)
            if key == "__items__":
                return _collection_or_list(dict, [[self.decode(name), self.decode(value)] for name, value in inner])
            return self._decode_object(key, inner, tree)
        except _MALFORMED as error:
            raise ValueDecodingError(f"{tree!s:.80} is not a {key}: {error}") from error

    def _decode_object(self, key: str, inner: dict[str, Any], tree: dict[str, Any]) -> Any:
        cls = self._classes.find(inner["topic"])
        if cls is None:
            return tree if key == "__enum__" else {key: {**inner, "state": self.decode(inner["state"])}}
        if issubclass(cls, enum.Enum):
            return cls[inner["name"]] if "name" in inner else cls(self.decode(inner["value"]))
        return new_object(cls, self.decode(inner["state"]))


def _collection_or_list(collection: Callable[[list[Any]], Any], items: list[Any]) -> Any:
    """Return the items as a collection; as the list that they are if one of them has no hash."""
    try:
        return collection(items)
    except TypeError:
        return items


_MALFORMED: Final = (ValueError, TypeError, AttributeError, ArithmeticError, KeyError, TopicResolutionError)
_DECODERS: Final[dict[str, Callable[[Any], Any]]] = {
    "UUID": UUID,
    "ISO8601_datetime": dt.datetime.fromisoformat,
    "ISO8601_date": dt.date.fromisoformat,
    "ISO8601_time": dt.time.fromisoformat,
    "__timedelta__": lambda parts: dt.timedelta(*parts),
    "__decimal__": Decimal,
    "__bytes__": lambda text: base64.b64decode(text, validate=True),
    "__float__": float,
}
_COLLECTIONS: Final[dict[str, type[Any]]] = {
    "__tuple__": tuple,
    "__set__": set,
    "__frozenset__": frozenset,
    "__deque__": deque,
}
_TAG_OF: Final[dict[type, str]] = {list: ""} | {collection: tag for tag, collection in _COLLECTIONS.items()}
_TAGS: Final = frozenset({*_DECODERS, *_COLLECTIONS, "__items__", "__fold__", "__enum__", "__class__"})


def _is_tagged(value: dict[Any, Any]) -> bool:
    return len(value) == 1 and next(iter(value)) in _TAGS
