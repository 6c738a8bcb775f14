"""Compressed payloads: zlib, gzip, bzip2 and xz, never larger than the limit of a payload."""

from __future__ import annotations

import zlib
from typing import Final, Protocol

from es_desktop.core import ValueDecodingError
from es_desktop.system.limits import over, payload_bytes

_MOST_MEMORY: Final = 256 * 1024 * 1024
"""Of xz, in bytes."""


class Decompressor(Protocol):
    """One of the standard library."""

    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def inflate(data: bytes, *, wbits: int = zlib.MAX_WBITS) -> bytes:
    """Return decompressed bytes. Raises ``ValueDecodingError`` if they are damaged or too large.

    ``wbits`` is the format, as for ``zlib.decompressobj``.
    """
    return _decompressed(data, zlib.decompressobj(wbits))


def from_bz2(data: bytes) -> bytes:
    """Return what bzip2 compressed. Raises as ``inflate``."""
    from bz2 import BZ2Decompressor  # few stores need it

    return _decompressed(data, BZ2Decompressor())


def from_xz(data: bytes) -> bytes:
    """Return what xz or lzma compressed. Raises as ``inflate``, also for what would take too much memory."""
    from lzma import LZMADecompressor  # few stores need it

    return _decompressed(data, LZMADecompressor(memlimit=_MOST_MEMORY))


def _decompressed(data: bytes, decompressor: Decompressor) -> bytes:
    try:
        most = payload_bytes()
        found = decompressor.decompress(data, most)
    except Exception as error:  # each library has its own
        raise ValueDecodingError(f"the payload is compressed, and damaged: {error}") from error
    if decompressor.eof:
        return found
    if len(found) < most:
        raise ValueDecodingError("the payload is compressed, and cut off")
    raise ValueDecodingError(over(f"the payload becomes larger than {most:,} bytes", "payload_mb"))
