"""Decoders that plugins give, each by the name that a column map has: no content of a store chooses one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from es_desktop.core import StoreRefusedError, ValueDecodingError
from es_desktop.system.plugins import Group, Plugin, PluginError, guarded, installed, load, unexpected

Decoder = Callable[[Any], Any]
"""Returns a payload as a plain tree, or as a text or bytes that are read as any payload.

Raises ``ValueDecodingError`` for a payload that it cannot read.
"""
_LEAVES: Final = (str, int, float, bool, type(None), bytes, Decimal, UUID, dt.date, dt.time, dt.timedelta)


def all_decoders() -> dict[str, Decoder]:
    """Return the decoders of all plugins, by name."""
    return dict(load(Group.PAYLOADS, _accept))


def decoder_named(name: str) -> Decoder | None:
    """Return a decoder; ``None`` for no name. Raises ``StoreRefusedError`` if there is none that can be used."""
    if not name:
        return None
    for _, found in load(Group.PAYLOADS, _accept, name):
        return found
    there = next((each for each in installed(Group.PAYLOADS) if each.name == name), None)
    if there is None:
        raise StoreRefusedError(f"the column map asks for the decoder {name!r}, which no plugin gives", "Install it.")
    raise StoreRefusedError(
        f"{there} is needed to read the payloads, and is {there.state}", "Switch it on, or mend it."
    )


def _accept(plugin: Plugin, value: Any) -> tuple[str, Decoder]:
    if not callable(value):
        raise unexpected(value, "a function of one payload")

    def decode(data: Any) -> Any:
        if data is None:
            return None
        given = bytes(data) if isinstance(data, memoryview) else data
        try:
            with guarded(plugin, "decoding", ValueDecodingError, RecursionError):
                return _plain(value(given))
        except PluginError as error:
            raise ValueDecodingError(f"{plugin}: {error}") from error

    return plugin.name, decode


def _plain(tree: Any) -> Any:
    """Return a tree of dicts and lists. Raises ``PluginError`` for a value that no payload has."""
    if isinstance(tree, _LEAVES):
        return tree
    if isinstance(tree, Mapping):
        return {str(name): _plain(value) for name, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        return [_plain(value) for value in tree]
    raise PluginError(f"it returned a {type(tree).__name__}, which is no plain value")
