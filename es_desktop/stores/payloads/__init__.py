"""Payloads as programs write them: bytes and texts become plain values. Each record is looked at by itself."""

from .encrypted import EncryptedError, decrypted
from .unpacking import Payload, as_payload, encrypted_bytes, unpacked

__all__ = ["EncryptedError", "Payload", "as_payload", "decrypted", "encrypted_bytes", "unpacked"]
