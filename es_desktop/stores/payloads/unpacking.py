"""Unpacking: what a payload is can be told from its first bytes, whatever the file or its other records are."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from es_desktop.core import ValueDecodingError

from .cbor import from_cbor, looks_like_cbor
from .encrypted import EncryptedError
from .inflating import inflated, inflater_of

Payload = Mapping[str, Any]
"""What an event tells, by name."""

_BASE64: Final = re.compile(r"[A-Za-z0-9+/]{6,}={0,2}")
_MOST_LAYERS: Final = 4


def as_payload(tree: Any) -> Payload:
    """Return a decoded payload as attributes; one that is no object stands under the name ``value``."""
    if tree is None:
        return {}
    if isinstance(tree, Mapping):
        return {str(name): value for name, value in tree.items()}
    return {"value": tree}


def unpacked(data: Any, layers: int = 0) -> Any:
    """Return the plain tree of a payload, which may be compressed or in base64, or parsed already.

    It may be JSON, YAML, XML, msgpack or CBOR.

    Raises ``ValueDecodingError`` for what is none of these, of which ``EncryptedError`` is what may be encrypted.
    """
    if layers > _MOST_LAYERS:
        raise ValueDecodingError("the payload is packed too many times over")
    if isinstance(data, memoryview):
        data = bytes(data)
    if isinstance(data, str):
        return _of_text(data, layers)
    if isinstance(data, bytes):
        return _of_bytes(data, layers)
    return data


def encrypted_bytes(data: Any) -> bytes | None:
    """Return the bytes of a payload that may be encrypted, although it looks like something else."""
    if isinstance(data, str):
        return _from_base64(data)
    return bytes(data) if isinstance(data, (bytes, memoryview)) else None


def _of_text(text: str, layers: int) -> Any:
    text = text.removeprefix("\ufeff")  # .NET marks UTF-8 with it
    for beginning, read in _MARKED.items():
        if text.startswith(beginning):
            return read(text)
    try:
        return _json(text)
    except ValueDecodingError:
        raw = _from_base64(text)
        if raw is None:
            raise
    return unpacked(raw, layers + 1)


def _from_base64(text: str) -> bytes | None:
    if len(text) % 4 or not _BASE64.fullmatch(text):
        return None
    return base64.b64decode(text)


def _of_bytes(data: bytes, layers: int) -> Any:
    if not data:
        return {}
    inflater = inflater_of(data)
    if inflater is not None:
        return unpacked(inflated(data, inflater), layers + 1)
    for beginning, what in _ONLY_THEIRS.items():
        if data.startswith(beginning):
            raise ValueDecodingError(f"the payload is {what}, which only a program with its classes can read")
    if _looks_like_text(data):
        try:
            return _of_text(data.decode(), layers)
        except UnicodeDecodeError:
            pass
    return _cbor(data) if looks_like_cbor(data) else _msgpack(data)


_CONTROLS: Final = bytes(byte for byte in range(32) if byte < 9 or byte > 13)


def _looks_like_text(data: bytes) -> bool:
    head = data[:64]
    return len(head.translate(None, _CONTROLS)) == len(head)


def _yaml(text: str) -> Any:
    from .yamltext import from_yaml  # few stores need it

    return from_yaml(text)


def _xml(text: str) -> Any:
    from .xmltree import from_xml  # few stores need it

    return from_xml(text)


def _cbor(data: bytes) -> Any:
    try:
        return from_cbor(data)
    except ValueDecodingError:
        raise EncryptedError(data) from None


def _msgpack(data: bytes) -> Any:
    try:
        found = msgspec.msgpack.decode(data)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise EncryptedError(data) from None
    if not isinstance(found, (dict, list)):  # random bytes are a number to msgpack more often than not
        raise EncryptedError(data)
    return found


def _json(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        # NaN, Infinity and lone surrogates are written by other libraries, and only the standard library reads them.
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise ValueDecodingError(f"the payload is not valid JSON: {error}") from error


_MARKED: Final[dict[str, Callable[[str], Any]]] = {"---\n": _yaml, "--- ": _yaml, "<": _xml}
"""What texts begin with that are no JSON, and what reads them."""
_ONLY_THEIRS: Final = {
    b"\xac\xed\x00\x05": "a serialized Java object",
    b"\x00\x01\x00\x00\x00\xff\xff\xff\xff": "a serialized .NET object",
}
"""What bytes begin with that nobody else reads, and what they are."""
