"""Encrypted payloads: their error, and how they are decrypted with the keys that a person gives."""

from __future__ import annotations

from es_desktop.core import ValueDecodingError

_NONCE, _TAG, _BLOCK = 12, 16, 16


class EncryptedError(ValueDecodingError):
    """A payload in no known encoding; most likely it is encrypted."""

    def __init__(self, encrypted: bytes, reason: str = "") -> None:
        unknown = f"the payload of {len(encrypted)} bytes is encrypted, or of an unknown encoding; a key may open it"
        super().__init__(reason or unknown)
        self.encrypted = encrypted


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
