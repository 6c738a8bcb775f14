"""Payloads as other programs write them: CBOR, Erlang terms, XML of XStream, and what Akka puts around a payload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def cbor(data: Mapping[str, Any]) -> bytes:
    """Return a map of texts and small numbers as Jackson writes it: without saying how many there are."""

    def value(each: Any) -> bytes:
        return bytes([0x18, each]) if isinstance(each, int) else bytes([0x60 + len(each)]) + each.encode()

    return b"\xbf" + b"".join(value(name) + value(each) for name, each in data.items()) + b"\xff"


def term(data: Mapping[str, Any]) -> bytes:
    """Return a map of texts and small numbers, whose names are atoms, as Erlang does."""

    def atom(name: str) -> bytes:
        return bytes([119, len(name)]) + name.encode()

    def value(each: Any) -> bytes:
        if isinstance(each, int):
            return bytes([97, each])
        return atom(each) if each.startswith("Elixir.") else b"m" + len(each).to_bytes(4, "big") + each.encode()

    pairs = b"".join(atom(name) + value(each) for name, each in data.items())
    return b"\x83t" + len(data).to_bytes(4, "big") + pairs


def xstream(event_type: str, data: Mapping[str, Any]) -> str:
    """Return an object of a Java class as XML."""
    name = event_type.replace("_", "__").replace("$", "_-")
    fields = "".join(
        f'<{field} class="int">{value}</{field}>' if isinstance(value, int) else f"<{field}>{value}</{field}>"
        for field, value in data.items()
    )
    return f"<{name}>{fields}</{name}>"


def _varint(number: int) -> bytes:
    found = b""
    while number > 127:
        found += bytes([number & 127 | 128])
        number >>= 7
    return found + bytes([number])


def protobuf(fields: Mapping[int, int | bytes]) -> bytes:
    """Return a message of numbered fields."""
    return b"".join(
        _varint(number << 3 | 2) + _varint(len(value)) + value
        if isinstance(value, bytes)
        else _varint(number << 3) + _varint(value)
        for number, value in fields.items()
    )


def envelope(data: bytes, serializer: int, manifest: str, time: int) -> bytes:
    """Return a message of Akka's journal before 5.0."""
    payload = protobuf({1: serializer, 2: data, 3: manifest.encode()})
    return protobuf({1: payload, 2: 1, 3: b"Order-1", 13: b"writer", 14: time << 1})


def headed(data: bytes, serializer: int, manifest: str) -> bytes:
    """Return a snapshot of Akka before 5.0."""
    header = serializer.to_bytes(4, "little") + manifest.encode()
    return len(header).to_bytes(4, "little") + header + data
