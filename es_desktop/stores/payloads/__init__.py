"""Decodes payloads: bytes and texts as programs write them become plain values. Each record is decoded by itself."""

from .decoders import Decoder, all_decoders, decoder_named
from .unpacking import Payload, as_payload, decrypt, encrypted_bytes, is_utf8, unpack
from .unreadable import EncryptedError

__all__ = [
    "Decoder",
    "EncryptedError",
    "Payload",
    "all_decoders",
    "as_payload",
    "decoder_named",
    "decrypt",
    "encrypted_bytes",
    "is_utf8",
    "unpack",
]
