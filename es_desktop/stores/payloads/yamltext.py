"""YAML as Ruby programs write it. Symbols become texts; no tag creates an object of a class.

A value with a Ruby tag becomes an object with the tag as its only name, except for values with a plain equivalent:
hashes, decimal numbers, and times with a zone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import yaml

from es_desktop.core import ValueDecodingError

from .names import name_of

_MOST_VALUES: Final = 1_000_000
"""Values of a document after its aliases are resolved, so that a small document cannot become large."""
_MOST_LEVELS: Final = 100


def from_yaml(text: str) -> Any:
    """Return the plain tree of a document. Raises ``ValueDecodingError`` if it is not valid or too large."""
    try:
        _require_small(text)
        return yaml.load(text, Loader=_RubyLoader)
    except ValueDecodingError:
        raise
    except (yaml.YAMLError, ValueError, AttributeError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise ValueDecodingError(f"the payload is not valid YAML: {reason}") from error


def _require_small(text: str) -> None:
    """Parse a document without creating values. Raises ``ValueDecodingError`` if it is too deep or too large."""
    sizes: dict[str, int] = {}
    open_at: list[tuple[str | None, int]] = []
    count = 0
    for event in yaml.parse(text, Loader=_RubyLoader):
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:
                raise ValueDecodingError("the payload is YAML that contains itself, or has an unknown alias")
            count += sizes[event.anchor]
        elif isinstance(event, yaml.CollectionStartEvent):
            open_at.append((event.anchor, count))
            count += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, start = open_at.pop()
            if anchor is not None:
                sizes[anchor] = count - start
        elif isinstance(event, yaml.ScalarEvent):
            count += 1
            if event.anchor is not None:
                sizes[event.anchor] = 1
        if len(open_at) > _MOST_LEVELS or count > _MOST_VALUES:
            raise ValueDecodingError("the payload is YAML that is too deep, or becomes too large")


class _RubyLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # the faster one, if it is available
    """The safe loader, with symbols and other tags of Ruby."""


def _mapping(loader: Any, node: Any) -> dict[str, Any]:
    loader.flatten_mapping(node)
    found = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        found[name_of(key)] = loader.construct_object(value_node, deep=True)
    return found


def _tagged(loader: Any, name: str, node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        value: Any = _mapping(loader, node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_scalar(node)
    read = _PLAIN_VALUES.get("ruby/hash" if name.startswith("ruby/hash:") else name)
    if read is not None:
        with suppress(InvalidOperation, KeyError, TypeError, AttributeError):
            return read(value)
    return {f"!{name}": value}


_PLAIN_VALUES: Final[dict[str, Callable[[Any], Any]]] = {
    "ruby/hash": lambda value: value,
    "ruby/sym": lambda value: value,
    "ruby/symbol": lambda value: value,
    "ruby/object:BigDecimal": lambda value: Decimal(value.partition(":")[2]),  # precision:number
    "ruby/object:ActiveSupport::TimeWithZone": lambda value: value["utc"],
}

_SYMBOL: Final = "symbol"
_RubyLoader.add_implicit_resolver(_SYMBOL, re.compile(r":\S.*"), [":"])
_RubyLoader.add_constructor(_SYMBOL, lambda loader, node: str(node.value).removeprefix(":").strip("\"'"))
_RubyLoader.add_constructor("!binary", _RubyLoader.construct_yaml_binary)
_RubyLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
_RubyLoader.add_multi_constructor("!", _tagged)
