"""Payloads as programs write them: bytes and texts become plain values. Each record is looked at by itself."""

from .sealed import SealedError, unsealed
from .unpacking import Payload, as_payload, sealed_bytes, unpacked

__all__ = ["Payload", "SealedError", "as_payload", "sealed_bytes", "unpacked", "unsealed"]
