"""Compressed payloads: told by their first bytes, and opened as far as they stay of a size that memory can hold."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any, Final

from es_desktop.core import ValueDecodingError

_MOST_BYTES: Final = 256 * 1024 * 1024
"""Of what a compressed payload may become: a small record must not fill the memory."""


def inflater_of(data: bytes) -> Any:
    """Return what opens the bytes; ``None`` where they are not compressed."""
    return next((inflate() for beginning, inflate in _COMPRESSED.items() if data.startswith(beginning)), None)


def inflated(data: bytes, inflater: Any) -> bytes:
    """Return what compressed bytes become. Raises ``ValueDecodingError`` where they are damaged, or too large then."""
    try:
        found: bytes = inflater.decompress(data, _MOST_BYTES)
    except zlib.error as error:
        raise ValueDecodingError(f"the payload is compressed, and damaged: {error}") from error
    if not inflater.eof and not inflater.unconsumed_tail:
        raise ValueDecodingError("the payload is compressed, and cut off")
    if not inflater.eof:
        raise ValueDecodingError(f"the payload becomes larger than {_MOST_BYTES >> 20} MB")
    return found


_COMPRESSED: Final[dict[bytes, Callable[[], Any]]] = {
    **dict.fromkeys((b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"), zlib.decompressobj),
    b"\x1f\x8b": lambda: zlib.decompressobj(wbits=31),
}
"""What compressed bytes begin with, and what opens them."""
