"""Payloads that the parcel service packs in base85, inside of which is JSON."""

import base64

from es_desktop.plugins import ValueDecodingError


def decode(data: str | bytes) -> bytes:
    """Return the JSON of a payload, which the program reads as any other."""
    try:
        return base64.b85decode(data)
    except ValueError as error:
        raise ValueDecodingError(f"the payload is no base85: {error}") from error
