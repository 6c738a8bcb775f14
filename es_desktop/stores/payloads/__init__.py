"""Decodes payloads: bytes and texts as programs write them become plain values. Each record is decoded by itself."""

from .unpacking import Payload, as_payload, decrypt, encrypted_bytes, is_utf8, unpack
from .unreadable import EncryptedError

__all__ = ["EncryptedError", "Payload", "as_payload", "decrypt", "encrypted_bytes", "is_utf8", "unpack"]
