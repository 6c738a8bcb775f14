"""Keys that open encrypted records: text that a person gives becomes bytes. They are kept nowhere.

One text may stand for several keys: 32 letters are base64 of 24 bytes, and 32 bytes themselves. Which one it is shows
only when a record is opened, so all of them are tried.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from es_desktop.app.runtime.errors import UserError

LENGTHS: Final = (16, 24, 32)
"""Bytes of an AES key."""
VARIABLE: Final = "ES_DESKTOP_KEY"
_HINT: Final = "A key is 16, 24 or 32 bytes, as base64, as hexadecimal digits, or as plain text."
_MOST_BYTES: Final = 1024


def keys_from_text(text: str) -> tuple[bytes, ...]:
    """Return the keys that a text may stand for: as hexadecimal digits, as base64, or the text itself.

    Raises ``UserError``, which does not repeat the text, where it is none of these.
    """
    found = text.strip()
    keys = _that_are_keys(read(found) for read in (_from_hex, _from_base64, str.encode))
    if keys:
        return keys
    raise UserError(f"that is no key: a text of {len(found)} characters", _HINT)


def keys_from_file(path: Path) -> tuple[bytes, ...]:
    """Return the keys that a file may hold: its bytes, or a text of them. Raises ``UserError``."""
    try:
        with path.open("rb") as file:
            found = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UserError(f"the key file {path} cannot be read: {error.strerror}", "Check the name.") from None
    try:
        return keys_from_text(found.decode())
    except (UnicodeDecodeError, UserError):
        keys = _that_are_keys([found])
    if not keys:
        raise UserError(f"{path} holds no key", _HINT)
    return keys


def keys_from_environment() -> tuple[bytes, ...]:
    """Return the keys that ``ES_DESKTOP_KEY`` may stand for; none unless it is set. Raises ``UserError``."""
    text = os.environ.get(VARIABLE, "")
    if not text.strip():
        return ()
    try:
        return keys_from_text(text)
    except UserError as error:
        raise UserError(f"{VARIABLE} holds no key", error.hint) from None


def _that_are_keys(found: Iterable[bytes | None]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(key for key in found if key is not None and len(key) in LENGTHS))


def _from_hex(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


def _from_base64(text: str) -> bytes | None:
    standard = text.replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
