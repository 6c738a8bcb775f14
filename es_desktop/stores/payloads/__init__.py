"""Payloads as programs write them: bytes and texts become plain values. Each record is looked at by itself."""

from .encrypted import EncryptedError, decrypt
from .unpacking import Payload, as_payload, encrypted_bytes, unpack

__all__ = ["EncryptedError", "Payload", "as_payload", "decrypt", "encrypted_bytes", "unpack"]
