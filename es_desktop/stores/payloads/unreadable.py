"""Why a payload is not read: the encoding that its marks show, or that it may be encrypted. Nothing is ever unpickled.

The marks are those of the formats' own descriptions: RFC 8878 (zstd), the frame formats of LZ4 and Snappy,
bsonspec.org, https://avro.apache.org/docs/1.12.0/specification (single objects), the wire format of Confluent's schema
registry, https://protobuf.dev/programming-guides/encoding, and PHP's serialize.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from es_desktop.core import ValueDecodingError

from .protobuf import fields_of

_SMALLEST: Final = 28
"""Bytes of an empty payload that AES in GCM mode encrypted: a nonce and a tag."""
_SAMPLE: Final = 256
_MOST_FIELDS: Final = 200
"""The highest number of a field of a message that is taken for protobuf."""


class UnreadableError(ValueDecodingError):
    """A payload in an encoding that is not read here."""


class UnknownEncodingError(UnreadableError):
    """A payload in no encoding that is known here."""


class EncryptedError(UnknownEncodingError):
    """A payload of bytes as random as those of an encrypted one; a key may open it."""

    def __init__(self, encrypted: bytes, reason: str = "") -> None:
        unknown = (
            f"the payload of {len(encrypted)} bytes may be encrypted, or of an unknown encoding; a key may open it"
        )
        super().__init__(reason or unknown)
        self.encrypted = encrypted


def why_unreadable(data: bytes) -> ValueDecodingError:
    """Return why bytes are not read; ``EncryptedError`` if no mark names them and they look random."""
    name = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    name = name or next((name for fits, name in _LOOKS if fits(data)), None)
    if name is not None:
        return UnreadableError(f"the payload is {name}, which is not read here")
    if looks_random(data):
        return EncryptedError(data)
    unknown = UnknownEncodingError(f"the payload of {len(data)} bytes is unreadable: its encoding is not known here")
    return why_text_is_unreadable(data.decode("latin-1")) or unknown


def why_text_is_unreadable(text: str) -> ValueDecodingError | None:
    """Return why a text that is not JSON is not read; ``None`` if nothing but that is known of it.

    For bytes it is their text in Latin-1: such a text may hold any byte.
    """
    name = next((name for pattern, name in _TEXTS if pattern.match(text)), None)
    if name is not None:
        return ValueDecodingError(f"the payload is {name}, which is not read here")
    if len(set(text)) == 1 < len(text):
        return ValueDecodingError(f"the payload is unreadable: the same character {len(text)} times")
    return None


def looks_random(data: bytes) -> bool:
    """Return whether bytes are as even as those of an encrypted payload, or of one in an unknown compression."""
    some = data[:_SAMPLE]
    letters = sum(32 <= byte < 127 for byte in some)
    # Of random bytes 37 % are printable ASCII, and of 256 of them about 162 are different.
    return len(data) >= _SMALLEST and letters <= 0.8 * len(some) and 2 * len(set(some)) >= len(some)


def _is_pickle(data: bytes) -> bool:
    return data[:1] == b"\x80" and data[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05") and data.endswith(b".")


_BSON: Final = re.compile(rb"....[\x01-\x13\x7f\xff][^\x00-\x1f]{0,200}\0", re.DOTALL)
"""The length, and the type and the name of the first element."""


def _is_bson(data: bytes) -> bool:
    length = int.from_bytes(data[:4], "little")
    is_cut_off = len(data) < length < 2 * len(data)
    return data.endswith(b"\0") and (length == len(data) or is_cut_off) and (_BSON.match(data) is not None)


def _is_of_a_registry(data: bytes) -> bool:
    return data[:2] == b"\0\0" and any(data[2:5]) and len(data) > 5


def _is_protobuf(data: bytes) -> bool:
    try:
        fields = fields_of(data)
    except ValueDecodingError:
        return False
    parts = [each for each in fields.values() if isinstance(each, bytes)]
    return (
        len(fields) > 0 and max(fields) <= _MOST_FIELDS and all(_is_text(each) or _is_protobuf(each) for each in parts)
    )


def _is_text(data: bytes) -> bool:
    try:
        return not data or data.decode().isprintable()
    except UnicodeDecodeError:
        return False


_MARKS: Final = (
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"\x04\x22\x4d\x18", "compressed with lz4"),
    (b"\x02\x21\x4c\x18", "compressed with lz4"),
    (b"\xff\x06\x00\x00sNaPpY", "compressed with snappy"),
    (b"LZIP", "compressed with lzip"),
    (b"PK\x03\x04", "a zip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\xc3\x01", "an Avro message"),
    (b"Obj\x01", "an Avro file"),
    (b"PAR1", "a Parquet file"),
    (b"\x04\x08", "a Ruby object (Marshal)"),
    (b"\0\0\0\x02\x14", "serialized by PHP (igbinary)"),
    (b"\0\0\0\x02\x17", "serialized by PHP (igbinary)"),
    (b":)\n", "Smile (binary JSON of Jackson)"),
    (b"\xe0\x01\x00\xea", "Amazon Ion"),
    (b"Salted__", "encrypted by OpenSSL with a password"),
    (b"age-encryption.org/", "encrypted by age"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"SQLite format 3\0", "an SQLite file"),
)
_LOOKS: Final[tuple[tuple[Callable[[bytes], bool], str], ...]] = (
    (_is_pickle, "a Python pickle (to load one may run code)"),
    (_is_bson, "BSON"),
    (_is_of_a_registry, "a message of a schema registry, most likely Avro"),
    (_is_protobuf, "most likely protobuf"),
)
_TEXTS: Final = tuple(
    (re.compile(pattern, re.DOTALL), name)
    for pattern, name in (
        (r"([aOCE]:\d+:.*\}|s:\d+:\".*\";|[bid]:[-+.\w]+;|N;)\s*$", "serialized by PHP"),
        (r"(\([dl]p?\d|\(i|c[\w.]+\n\w+\n).*\.\s*$", "a Python pickle (to load one may run code)"),
        (r"gAAAA[\w-]{50,}=*\s*$", "encrypted by Fernet"),
        (r"eyJ[\w-]+\.[\w-]*\.[\w-]*(\.[\w-]+)*\s*$", "a JSON web token"),
        (r"-----BEGIN PGP ", "encrypted or signed by PGP"),
        (r"vault:v\d+:", "encrypted by Vault"),
        (r"\$ANSIBLE_VAULT;", "encrypted by Ansible"),
        (r"%PDF-", "a PDF document"),
        (r"[\w.\[\]%+-]+=[^&\s]*(&[\w.\[\]%+-]+=[^&\s]*)+\s*$", "a form (URL-encoded)"),
    )
)
