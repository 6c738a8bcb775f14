"""Encrypted payloads: told as such, and opened with the key that a person gives."""

from __future__ import annotations

from es_desktop.core import ValueDecodingError

_NONCE, _TAG, _BLOCK = 12, 16, 16


class SealedError(ValueDecodingError):
    """A payload that is no known encoding: most likely it is encrypted."""

    def __init__(self, sealed: bytes, reason: str = "") -> None:
        super().__init__(
            reason or f"the payload of {len(sealed)} bytes is encrypted, or of an unknown encoding; a key may open it"
        )
        self.sealed = sealed


def unsealed(sealed: bytes, keys: tuple[bytes, ...]) -> bytes:
    """Return what was encrypted with AES: GCM as Python eventsourcing 4 to 9 does, or CBC as 2 and 3 do.

    Raises ``SealedError`` where none of the keys opens it.
    """
    for key in keys:
        opened = _from_gcm(sealed, key) or _from_cbc(sealed, key)
        if opened is not None:
            return opened
    raise SealedError(sealed, "the key does not open this payload")


def _from_gcm(sealed: bytes, key: bytes) -> bytes | None:
    # It takes a while to load, and few stores need it.
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce, tag, body = sealed[:_NONCE], sealed[_NONCE : _NONCE + _TAG], sealed[_NONCE + _TAG :]
    try:
        return AESGCM(key).decrypt(nonce, body + tag, None)
    except (InvalidTag, ValueError):  # it is too short to be of that kind
        return None


def _from_cbc(sealed: bytes, key: bytes) -> bytes | None:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    if len(sealed) % _BLOCK or len(sealed) < 2 * _BLOCK:
        return None
    decryptor = Cipher(AES(key), CBC(sealed[:_BLOCK])).decryptor()
    padded = decryptor.update(sealed[_BLOCK:]) + decryptor.finalize()
    # The text inside is base64, so what follows it can only be padding.
    body = padded[: -padded[-1]] if 1 <= padded[-1] <= _BLOCK else padded
    return body if body.isascii() and body else None
