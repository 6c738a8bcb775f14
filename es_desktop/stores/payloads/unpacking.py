"""Decodes a payload by its first bytes, or decrypts it with the keys of a person. Each record is decoded by itself."""

from __future__ import annotations

import base64
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple

import msgspec

from es_desktop.core import ValueDecodingError
from es_desktop.core.json_text import (
    UnreadValue,
    decode_json,
    not_utf8,
    read_json,
    too_deep,
    why_not_decoded,
    why_too_many_values,
)

from .cbor import from_cbor, looks_like_cbor
from .compression import from_bz2, from_xz, inflate
from .erlang import from_erlang
from .jsonb import from_jsonb, looks_like_jsonb
from .unreadable import EncryptedError, UnknownEncodingError, why_text_is_unreadable, why_unreadable

_NONCE, _TAG, _BLOCK = 12, 16, 16

"""Bytes that a decompressor may take for itself."""


def decrypt(encrypted: bytes, keys: tuple[bytes, ...]) -> bytes:
    """Decrypt AES: in GCM mode as Python eventsourcing 4 to 9, or in CBC mode as 2 and 3.

    Raises ``EncryptedError`` if no key is the right one.
    """
    for key in keys:
        found = _from_gcm(encrypted, key) or _from_cbc(encrypted, key)
        if found is not None:
            return found
    raise EncryptedError(encrypted, "the key does not open this payload")


def _from_gcm(encrypted: bytes, key: bytes) -> bytes | None:
    # Slow to import, and few stores need it.
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce, tag, body = encrypted[:_NONCE], encrypted[_NONCE : _NONCE + _TAG], encrypted[_NONCE + _TAG :]
    try:
        return AESGCM(key).decrypt(nonce, body + tag, None)
    except (InvalidTag, ValueError):  # too short
        return None


def _from_cbc(encrypted: bytes, key: bytes) -> bytes | None:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    if len(encrypted) % _BLOCK or len(encrypted) < 2 * _BLOCK:
        return None
    decryptor = Cipher(AES(key), CBC(encrypted[:_BLOCK])).decryptor()
    padded = decryptor.update(encrypted[_BLOCK:]) + decryptor.finalize()
    # The text inside is base64, so what follows it can only be padding.
    body = padded[: -padded[-1]] if 1 <= padded[-1] <= _BLOCK else padded
    return body if body.isascii() and body else None


Payload = Mapping[str, Any]
"""The attributes of an event, by name."""

Unpack = Callable[[Any], Any]
"""Returns the tree of a payload that was packed in another encoding."""
_HEX: Final = re.compile(r"(\\x|0x)?((?:[0-9a-fA-F]{2})+)")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]{6,}={0,2}")
_CONTROLS: Final = bytes(byte for byte in range(32) if byte < 9 or byte > 13)
"""Bytes that no text has."""
_MOST_LAYERS: Final = 5


def as_payload(tree: Any) -> Payload:
    """Return a decoded payload as attributes; a payload that is not an object has the name ``value``."""
    if tree is None:
        return {}
    if isinstance(tree, Mapping):
        return {str(name): value for name, value in tree.items()}
    return {"value": tree}


class MarkedEncoding(NamedTuple):
    """An encoding that is identified by the start of its texts or bytes."""

    beginnings: tuple[str, ...] | tuple[bytes, ...]
    read: Callable[[Any, Unpack], Any]
    """Returns the tree of a payload; its second argument unpacks an inner payload. Raises ``ValueDecodingError``."""


def unpack(data: Any, layers: int = 0) -> Any:
    """Return the plain tree of a payload, which may be compressed, in base64, or already parsed.

    ``ENCODINGS`` are tried first. Else a text is JSON, or an inner payload in hexadecimal digits or base64; bytes are
    SQLite's JSONB, such a text in UTF-8, CBOR or msgpack, in this order. ``None`` stands for no payload. Raises
    ``ValueDecodingError`` for anything else; ``EncryptedError`` if it may be encrypted.
    """
    if layers > _MOST_LAYERS:
        raise ValueDecodingError("the payload is packed in too many layers")
    if isinstance(data, memoryview):
        data = bytes(data)
    if isinstance(data, UnreadValue):
        raise why_not_decoded(data) or AssertionError
    if isinstance(data, (str, bytes)):
        return _read(data, lambda inner: unpack(inner, layers + 1))
    return data


def is_utf8(text: str) -> bool:
    """Return whether a text of a database was UTF-8: if not, it has lone surrogates."""
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def encrypted_bytes(data: Any) -> bytes | None:
    """Return the bytes of a payload that may be encrypted; ``None`` for a text that is not base64."""
    if isinstance(data, str):
        return next(_bytes_in(data), None)
    return bytes(data) if isinstance(data, (bytes, memoryview)) else None


def _read(data: str | bytes, unpack_inner: Unpack) -> Any:
    if isinstance(data, str) and not is_utf8(data):
        raise not_utf8(data)
    for beginnings, read in _BY_FIRST.get(data[:1], ()):
        if data.startswith(beginnings):  # type: ignore[arg-type] # a first byte selects bytes
            return read(data, unpack_inner)
    return _of_text(data, unpack_inner) if isinstance(data, str) else _of_bytes(data, unpack_inner)


def _of_text(text: str, unpack_inner: Unpack) -> Any:
    if not text or text.isspace():
        return None
    reason = why_too_many_values(text)
    if reason is not None:
        raise reason  # nothing else is tried
    try:
        return _json(text)
    except ValueDecodingError as error:
        failure = error
    for raw in _bytes_in(text):
        try:
            return unpack_inner(raw)
        except EncryptedError as error:
            failure = error
        except UnknownEncodingError:
            pass  # most likely the text is a word
        except ValueDecodingError as error:
            failure = error
    raise why_text_is_unreadable(text) or failure


def _bytes_in(text: str) -> Iterator[bytes]:
    """Yield the bytes that a text may stand for."""
    digits = _HEX.fullmatch(text)
    if digits is not None:
        yield bytes.fromhex(digits[2])
    unbroken = "".join(text.split()) if "\n" in text else text  # as in mail
    if len(unbroken) % 4 == 0 and _BASE64.fullmatch(unbroken):
        yield base64.b64decode(unbroken)


def _of_bytes(data: bytes, unpack_inner: Unpack) -> Any:
    if not data:
        return None
    if looks_like_jsonb(data):
        with suppress(ValueDecodingError):
            return from_jsonb(data, _json)
    head = data[:64]
    if head.translate(None, _CONTROLS) == head:
        with suppress(UnicodeDecodeError):
            return _read(data.decode(), unpack_inner)
    return _cbor(data) if looks_like_cbor(data) else _msgpack(data)


def _yaml(text: str, unpack_inner: Unpack) -> Any:
    from .yamltext import from_yaml  # few stores need it

    return from_yaml(text)


def _utf16(data: bytes, unpack_inner: Unpack) -> Any:
    is_marked = data[:2] in (BOM_UTF16_LE, BOM_UTF16_BE)
    with suppress(UnicodeDecodeError, ValueDecodingError):  # encrypted bytes may start so by chance
        return unpack_inner(data.decode("utf-16" if is_marked else "utf-16-le" if data[0] else "utf-16-be"))
    return _of_bytes(data, unpack_inner)


def _term(data: bytes, unpack_inner: Unpack) -> Any:
    with suppress(ValueDecodingError):  # it may be msgpack
        return from_erlang(data)
    return _of_bytes(data, unpack_inner)


def _of_registry(data: bytes, unpack_inner: Unpack) -> Any:
    """Return the JSON after the number of a schema, as Confluent's serializer writes it."""
    if data[5:6] in (b"{", b"["):
        with suppress(ValueDecodingError):
            return unpack_inner(data[5:])
    return _of_bytes(data, unpack_inner)


def _xml(text: str, unpack_inner: Unpack) -> Any:
    from .xmltree import from_xml  # few stores need it

    return from_xml(text)


def _unreadable(what: str) -> Callable[[Any, Unpack], Any]:
    def read(data: Any, unpack_inner: Unpack) -> Any:
        raise ValueDecodingError(f"the payload is {what}, which only a program with its classes can read")

    return read


def _cbor(data: bytes) -> Any:
    try:
        return from_cbor(data)
    except ValueDecodingError:
        raise why_unreadable(data) from None


def _msgpack(data: bytes) -> Any:
    with suppress(msgspec.DecodeError, ValueError, RecursionError):
        found = msgspec.msgpack.decode(data)
        if isinstance(found, (dict, list)):  # msgpack decodes most random bytes as a number
            return found
    raise why_unreadable(data)


def _json(text: str) -> Any:
    try:
        try:
            return decode_json(text)
        except msgspec.DecodeError as error:
            try:
                return read_json(text)
            except ValueError:
                raise ValueDecodingError(f"the payload is not valid JSON: {error}") from error
    except RecursionError:
        raise too_deep() from None


ENCODINGS: Final = (
    MarkedEncoding(
        (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"), lambda data, unpack_inner: unpack_inner(inflate(data))
    ),
    MarkedEncoding((b"\x1f\x8b",), lambda data, unpack_inner: unpack_inner(inflate(data, wbits=31))),
    MarkedEncoding((b"BZh",), lambda data, unpack_inner: unpack_inner(from_bz2(data))),
    MarkedEncoding((b"\xfd7zXZ\0", b"]\0\0"), lambda data, unpack_inner: unpack_inner(from_xz(data))),
    MarkedEncoding((BOM_UTF16_LE, BOM_UTF16_BE, b"{\0", b"[\0", b"\0{", b"\0["), _utf16),
    MarkedEncoding((b"\x83t", b"\x83h", b"\x83l", b"\x83P"), _term),
    MarkedEncoding((b"\0\0",), _of_registry),
    MarkedEncoding((b"\xac\xed\x00\x05",), _unreadable("a serialized Java object")),
    MarkedEncoding((b"\x00\x01\x00\x00\x00\xff\xff\xff\xff",), _unreadable("a serialized .NET object")),
    MarkedEncoding(("\ufeff",), lambda text, unpack_inner: unpack_inner(text[1:])),  # .NET marks UTF-8 with it
    MarkedEncoding(("---\n", "--- "), _yaml),
    MarkedEncoding(("<",), _xml),
)
"""The encodings with a mark at the start, in the order in which they are tried."""
_BY_FIRST: Final = {
    first: tuple(each for each in ENCODINGS if any(mark[:1] == first for mark in each.beginnings))
    for first in {mark[:1] for each in ENCODINGS for mark in each.beginnings}
}
