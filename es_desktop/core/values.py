"""The JSON of stored payloads: values that JSON has no word for keep their type over the round trip.

Such a value is an object with one telling key, in the vocabulary of Python eventsourcing 2 to 8 where it has a word
(``{"UUID": …}``, ``{"ISO8601_datetime": …}``, ``{"__decimal__": …}``), so that its stores are read by the same code.
"""

from __future__ import annotations

import base64
import datetime as dt
import enum
import json
import math
from collections import deque
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

from .errors import TopicResolutionError, ValueDecodingError, ValueEncodingError
from .topics import KnownClasses, keeps_all_in_dict, known_classes, new_object, topic_from_domain_class

_PLAIN: Final = frozenset({str, int, bool, type(None)})

# Where none of these stands in a text there is nothing to restore, and the slow walk over the tree is saved.
_UUID: Final = '"UUID"'
_ISO8601: Final = '"ISO8601_'
_DUNDER: Final = '"__'
_TOO_DEEP: Final = "the payload is nested too deeply to be read"
_decode_json: Final = msgspec.json.Decoder().decode


def dumps(value: Any) -> str:
    """Encode a value as JSON text. Raises ``ValueEncodingError`` for one that could not come back the same."""
    try:
        return _dump_tree(_encode(value, "the value"))
    except RecursionError:
        raise ValueEncodingError("the value holds itself, or is nested too deeply to be stored") from None
    except ValueError as error:
        # Python writes no integer of more than 4,300 digits.
        raise ValueEncodingError(f"the value cannot be stored: {error}") from None


def loads(text: str | bytes, classes: KnownClasses = known_classes) -> Any:
    """Decode JSON text. An object that stands for a value becomes it; one of an unknown class stays as it stands.

    Raises ``ValueDecodingError`` with the place where the text is no JSON.
    """
    # Written out: every event that is read passes here, and a call or a loop would take longer than the decoding.
    try:
        tree = _decode_json(text)
    except (msgspec.DecodeError, UnicodeDecodeError, TypeError, RecursionError) as error:
        tree = _loads_leniently(text, error)
    if isinstance(text, str) and _UUID not in text and _ISO8601 not in text and _DUNDER not in text:
        return tree
    return restored(tree, classes)


def restored(tree: Any, classes: KnownClasses = known_classes) -> Any:
    """Return decoded JSON with the values that its telling objects stand for, as ``loads`` does it.

    Raises ``ValueDecodingError`` for such an object that stands for no value.
    """
    try:
        return _Decoder(classes).decode(tree)
    except RecursionError as error:
        raise ValueDecodingError(_TOO_DEEP) from error


def _dump_tree(tree: Any) -> str:
    try:
        return msgspec.json.encode(tree).decode()
    except UnicodeEncodeError:
        # A lone surrogate is no Unicode text; the standard library writes it as an escape.
        text = json.dumps(tree, separators=(",", ":"))
    if json.loads(text) != tree:
        raise ValueEncodingError("a text holds a pair of surrogates, which would come back as one character")
    return text


def _loads_leniently(text: str | bytes, error: Exception) -> Any:
    if isinstance(error, RecursionError):
        raise ValueDecodingError(_TOO_DEEP) from error
    if isinstance(error, TypeError):  # a column that holds no text
        raise ValueDecodingError(f"the payload is a {type(text).__name__}, where text is expected") from error
    # NaN, Infinity and lone surrogates are written by other libraries, and only the standard library reads them.
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ValueDecodingError(f"the payload is not valid JSON: {error}") from error


# --- encoding -----------------------------------------------------------------------------------------------------


def _encode(value: Any, place: str) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is float:
        return value if math.isfinite(value) else {"__float__": repr(value)}
    if kind is dict:
        return _encode_dict(value, place)
    if kind is list:
        return [
            item if type(item) in _PLAIN else _encode(item, f"{place}[{index}]") for index, item in enumerate(value)
        ]
    encoder = _ENCODERS.get(kind)
    if encoder is not None:
        return encoder(value, place)
    if isinstance(value, enum.Enum):
        return _encode_enum(value, place)
    return _encode_object(value, place)


def _encode_dict(value: dict[Any, Any], place: str) -> dict[str, Any]:
    encoded: dict[str, Any] = {}
    for key, item in value.items():
        if type(key) is not str:
            return _encode_pairs(value, place)
        kind = type(item)
        # Of most values it need not be known where they stand, which takes longer to tell than to encode them.
        is_plain = kind in _PLAIN or (kind is float and math.isfinite(item))
        encoded[key] = item if is_plain else _encode(item, f"{place}[{key!r}]")
    return _encode_pairs(value, place) if _is_telling(value) else encoded


def _encode_pairs(value: dict[Any, Any], place: str) -> dict[str, Any]:
    """A dict that JSON has no word for, or that would be taken for a value which it stands for."""
    pairs = [[_encode(key, f"a key of {place}"), _encode(item, f"{place}[{key!r}]")] for key, item in value.items()]
    return {"__items__": pairs}


def _encode_enum(value: enum.Enum, place: str) -> dict[str, Any]:
    topic = topic_from_domain_class(type(value))
    if value.name in type(value).__members__:
        return {"__enum__": {"topic": topic, "name": value.name}}
    # A combination of flags has no name to be found by.
    return {"__enum__": {"topic": topic, "value": _encode(value.value, place)}}


def _encode_object(value: Any, place: str) -> dict[str, Any]:
    """An object of a class of the user's own: its topic and its attributes."""
    if callable(value) or not keeps_all_in_dict(type(value)):
        raise ValueEncodingError(f"{place} is a {type(value).__qualname__}, which cannot be stored: {value!r:.80}")
    topic = topic_from_domain_class(type(value))
    return {"__class__": {"topic": topic, "state": _encode(dict(value.__dict__), f"{place}.__dict__")}}


def _items(value: Any, place: str) -> list[Any]:
    return [_encode(item, f"an item of {place}") for item in value]


def _sorted_items(value: Any, place: str) -> list[Any]:
    # A set has no order; its text should not change from run to run.
    return sorted(_items(value, place), key=json.dumps)


def _zoned(value: dt.datetime | dt.time) -> str:
    if value.tzinfo is not None and value.utcoffset() is None:
        raise ValueEncodingError(f"{value!r} has a time zone without an offset, which cannot be stored")
    return value.isoformat()


_ENCODERS: Final[dict[type, Callable[[Any, str], Any]]] = {
    UUID: lambda value, _: {"UUID": value.hex},
    dt.datetime: lambda value, _: {"ISO8601_datetime": _zoned(value)},
    dt.date: lambda value, _: {"ISO8601_date": value.isoformat()},
    dt.time: lambda value, _: {"ISO8601_time": _zoned(value)},
    dt.timedelta: lambda value, _: {"__timedelta__": [value.days, value.seconds, value.microseconds]},
    Decimal: lambda value, _: {"__decimal__": str(value)},
    bytes: lambda value, _: {"__bytes__": base64.b64encode(value).decode()},
    tuple: lambda value, place: {"__tuple__": _items(value, place)},
    set: lambda value, place: {"__set__": _sorted_items(value, place)},
    frozenset: lambda value, place: {"__frozenset__": _sorted_items(value, place)},
    deque: lambda value, place: {"__deque__": _items(value, place)},
}


# --- decoding -----------------------------------------------------------------------------------------------------


class _Decoder:
    def __init__(self, classes: KnownClasses) -> None:
        self._classes = classes

    def decode(self, tree: Any) -> Any:
        kind = type(tree)
        if kind is dict:
            if len(tree) == 1:
                (key, inner), *_ = tree.items()
                if key in _TELLING_KEYS:
                    return self._restore(key, inner, tree)
            return {key: self.decode(value) for key, value in tree.items()}
        if kind is list:
            return [self.decode(item) for item in tree]
        return tree

    def _restore(self, key: str, inner: Any, tree: dict[str, Any]) -> Any:
        try:
            if key in _DECODERS:
                return _DECODERS[key](inner)
            if key in _COLLECTIONS:
                # Early releases of Python eventsourcing 8 tell the class of a collection as well.
                items: Any = inner.get("state", inner.get("values")) if isinstance(inner, dict) else inner
                return _COLLECTIONS[key](self.decode(item) for item in items)
            if key == "__items__":
                return {self.decode(name): self.decode(value) for name, value in inner}
            return self._restore_class(key, inner, tree)
        except _WRONG_PARTS as error:
            raise ValueDecodingError(f"{str(tree)[:80]} is not a {key}: {error}") from error

    def _restore_class(self, key: str, inner: dict[str, Any], tree: dict[str, Any]) -> Any:
        cls = self._classes.find(inner["topic"])
        if cls is None:
            return tree if key == "__enum__" else {key: {**inner, "state": self.decode(inner["state"])}}
        if issubclass(cls, enum.Enum):
            return cls[inner["name"]] if "name" in inner else cls(self.decode(inner["value"]))
        return new_object(cls, self.decode(inner["state"]))


_WRONG_PARTS: Final = (ValueError, TypeError, AttributeError, ArithmeticError, KeyError, TopicResolutionError)
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
_COLLECTIONS: Final[dict[str, Callable[[Any], Any]]] = {
    "__tuple__": tuple,
    "__set__": set,
    "__frozenset__": frozenset,
    "__deque__": deque,
}
_TELLING_KEYS: Final = frozenset({*_DECODERS, *_COLLECTIONS, "__items__", "__enum__", "__class__"})


def _is_telling(value: dict[Any, Any]) -> bool:
    return len(value) == 1 and next(iter(value)) in _TELLING_KEYS
