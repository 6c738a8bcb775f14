"""Decompresses payloads up to a limit of their size."""

from __future__ import annotations

import zlib
from typing import Final

from es_desktop.core import ValueDecodingError

_MOST_BYTES: Final = 256 * 1024 * 1024
"""The limit after decompression, so that a small record cannot fill the memory."""


def inflate(data: bytes, *, wbits: int = zlib.MAX_WBITS) -> bytes:
    """Return decompressed bytes. Raises ``ValueDecodingError`` if they are damaged or too large.

    ``wbits`` is the format, as for ``zlib.decompressobj``.
    """
    inflater = zlib.decompressobj(wbits)
    try:
        found = inflater.decompress(data, _MOST_BYTES)
    except zlib.error as error:
        raise ValueDecodingError(f"the payload is compressed, and damaged: {error}") from error
    if not inflater.eof and not inflater.unconsumed_tail:
        raise ValueDecodingError("the payload is compressed, and cut off")
    if not inflater.eof:
        raise ValueDecodingError(f"the payload becomes larger than {_MOST_BYTES >> 20} MB")
    return found
