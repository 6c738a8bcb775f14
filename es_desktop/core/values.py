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
from collections import deque
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, Final
from uuid import UUID

import msgspec

from .errors import TopicResolutionError, ValueDecodingError, ValueEncodingError
from .json_text import (
    MOST_NESTED,
    JsonNumber,
    decode_json,
    is_too_deep,
    not_utf8,
    read_json,
    too_deep,
    without_numbers,
)
from .topics import KnownClasses, keeps_all_in_dict, known_classes, new_object, topic_from_domain_class

_PLAIN: Final = frozenset({str, int, bool, type(None)})

# A text that contains none of these has no tagged object, and the slow walk over its tree is not needed.
_UUID: Final = '"UUID"'
_ISO8601: Final = '"ISO8601_'
_DUNDER: Final = '"__'


_SHORT: Final = 2 * MOST_NESTED
_decode_plain: Final = msgspec.json.Decoder().decode
_decode_lines: Final = msgspec.json.Decoder().decode_lines
_encode_plain: Final = msgspec.json.Encoder().encode
_encode_lines: Final = msgspec.json.Encoder().encode_lines


def dumps(value: Any) -> str:
    """Encode a value as JSON text. Raises ``ValueEncodingError`` if ``loads`` would not return an equal value."""
    try:
        text = _dump_tree(_encode(value, "the value"))
        if len(text) > _SHORT and is_too_deep(text):
            raise RecursionError
    except RecursionError:
        raise ValueEncodingError("the value holds itself, or is nested too deeply to be stored") from None
    except ValueError as error:
        # Python writes no integer of more than 4,300 digits.
        raise ValueEncodingError(f"the value cannot be stored: {error}") from None
    return text


def loads(text: str | bytes, classes: KnownClasses = known_classes, *, is_strict: bool = False) -> Any:
    """Decode JSON text, with its tagged objects as ``decode_tags`` decodes them.

    Raises ``ValueDecodingError``; if the text is not JSON, the message says at which byte. With ``is_strict`` raises
    ``TopicResolutionError`` for a value whose class is not in ``classes``.
    """
    # No helper functions and no loop here: this runs for every event that is read, and they would double its time.
    try:
        if len(text) > _SHORT:
            if is_too_deep(text):
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
    return decode_tags(tree, classes, is_strict=is_strict)


def loads_plain(texts: Sequence[Any]) -> list[Any] | None:
    """Return what ``loads`` returns for each of some texts; ``None`` if one of them has more than plain values.

    It takes half the time of ``loads`` for each.
    """
    try:
        text = "\n".join(texts)
        if _UUID in text or _ISO8601 in text or _DUNDER in text or max(map(len, texts)) > _SHORT:
            return None
        trees = _decode_lines(text)
        # No tree is written with a line break. So if as many trees are written alike, each is of the text at its index.
        is_alike = len(trees) == len(texts) and _encode_lines(trees) == f"{text}\n".encode()
    except (msgspec.DecodeError, UnicodeError, TypeError, ValueError, RecursionError):
        return None
    return trees if is_alike else None


def decode_tags(tree: Any, classes: KnownClasses = known_classes, *, is_strict: bool = False) -> Any:
    """Replace tagged objects (``{"UUID": "…"}``) in decoded JSON by the Python values that they encode.

    An object or enum member whose class is not in ``classes`` stays a dict. As a dict has no hash, a set with such a
    member becomes a list, and a dict with such a key a list of ``[key, value]``; ``is_strict`` raises
    ``TopicResolutionError`` instead. Raises ``ValueDecodingError`` for a malformed tagged object.
    """
    decoder = _Decoder(classes)
    try:
        decoded = decoder.decode(tree)
    except RecursionError as error:
        raise too_deep() from error
    for topic in decoder.unknown if is_strict else ():
        classes.resolve(topic)
    return decoded


_OF_UNKNOWN_CLASSES: Final = ({"__class__"}, {"__enum__"}, {"_type_", "_data_"})
"""The keys of the dicts that stand for values of classes that are not known: ours, and those of eventsourcing 9."""


def has_unknown_values(tree: Any) -> bool:
    """Return whether a decoded tree has a dict in place of a value whose class is not known."""
    if isinstance(tree, dict):
        return tree.keys() in _OF_UNKNOWN_CLASSES or any(map(has_unknown_values, tree.values()))
    return isinstance(tree, (list, tuple, set, frozenset, deque)) and any(map(has_unknown_values, tree))


def _dump_tree(tree: Any) -> str:
    try:
        return msgspec.json.encode(tree).decode()
    except UnicodeEncodeError:
        # msgspec refuses a lone surrogate; the standard library writes it as an escape.
        tree = without_numbers(tree)
        text = json.dumps(tree, separators=(",", ":"))
    if json.loads(text) != tree:
        raise ValueEncodingError("a text holds a pair of surrogates, which would come back as one character")
    return text


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
            # The path is only needed for errors, and making its text takes longer than encoding a plain value.
            is_plain = type(item) in _PLAIN or (type(item) is float and math.isfinite(item))
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
    if isinstance(value, (set, frozenset)) and len(items) > 1:
        # A set has no order; sorted, equal sets are written as the same text in every run.
        items.sort(key=lambda item: json.dumps(without_numbers(item)))
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
        self.unknown: list[str] = []
        """The topics of values whose class is not known."""

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
            self.unknown.append(inner["topic"])
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
