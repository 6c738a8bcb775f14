"""Erlang's external term format, as Elixir's ``TermSerializer`` writes it: plain values and the fields of structs.

https://www.erlang.org/doc/apps/erts/erl_ext_dist.html. Atoms become texts. Terms that exist only in a
running system (processes, functions) are not decoded.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from es_desktop.core import ValueDecodingError

from .compression import inflate
from .cursor import Cursor
from .names import name_of

_VERSION: Final = 131
_COMPRESSED: Final = 80
_NIL: Final = 106
_MOST_SCALE: Final = 10_000
"""The largest exponent of a decimal number."""
_PARTS: Final = ("year", "month", "day", "hour", "minute", "second")
_ATOMS: Final = {"true": True, "false": False, "nil": None}


def looks_like_a_term(data: Any) -> bool:
    """Return whether a payload starts like a term: with the version of the format and a known tag."""
    return isinstance(data, bytes) and len(data) > 1 and data[0] == _VERSION and data[1] in {*_READERS, _COMPRESSED}


def from_erlang(data: bytes) -> Any:
    """Return the plain tree of a term. Raises ``ValueDecodingError`` if it is damaged or not a plain value."""
    cursor = Cursor(data, "an Erlang term")
    cursor.take(1)
    if cursor.peek() == _COMPRESSED:
        cursor = Cursor(inflate(data[6:]), "an Erlang term")
    tree = _value(cursor, 0)
    if not cursor.is_at_end:
        raise cursor.damaged("followed by more")
    return tree


def _value(cursor: Cursor, level: int) -> Any:
    level = cursor.deeper(level)
    tag = cursor.number(1)
    if tag not in _READERS:
        raise ValueDecodingError(f"the payload is an Erlang term with a part that is no plain value (tag {tag})")
    return _READERS[tag](cursor, level)


def _many(cursor: Cursor, level: int, count: int) -> list[Any]:
    return [_value(cursor, level) for _ in range(count)]


def _list(cursor: Cursor, level: int) -> list[Any]:
    found = _many(cursor, level, cursor.number(4))
    if cursor.peek() == _NIL:
        cursor.take(1)
    else:
        found.append(_value(cursor, level))  # an improper list
    return found


def _map(cursor: Cursor, level: int) -> Any:
    """Return a dict, the value of a struct of Elixir's own library, or the fields of any other struct."""
    fields = {name_of(_value(cursor, level)): _value(cursor, level) for _ in range(cursor.number(4))}
    read = _STRUCTS.get(str(fields.pop("__struct__", "")))
    try:
        return fields if read is None else read(fields)
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return fields


def _big(cursor: Cursor, count: int) -> int:
    sign = -1 if cursor.number(1) else 1
    return sign * cursor.large(cursor.take(count), "little")


def _text(raw: bytes) -> str | bytes:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def _atom(raw: bytes) -> Any:
    name = raw.decode(errors="replace")
    return _ATOMS.get(name, name.removeprefix("Elixir."))


def _decimal(fields: Mapping[str, Any]) -> Decimal:
    if abs(fields["exp"]) > _MOST_SCALE:
        raise ValueError("a decimal number that is too long")
    return Decimal(f"{fields['sign'] * fields['coef']}e{fields['exp']}")


def _moment(fields: Mapping[str, Any]) -> datetime:
    zone = UTC if fields.get("utc_offset") == 0 else None
    return datetime(*(fields[name] for name in _PARTS)).replace(microsecond=fields["microsecond"][0], tzinfo=zone)


_STRUCTS: Final[dict[str, Callable[[Mapping[str, Any]], Any]]] = {
    "Decimal": _decimal,
    "DateTime": _moment,
    "NaiveDateTime": _moment,
    "Date": lambda fields: f"{fields['year']:04}-{fields['month']:02}-{fields['day']:02}",
}
_READERS: Final[dict[int, Callable[[Cursor, int], Any]]] = {
    70: lambda cursor, level: struct.unpack(">d", cursor.take(8))[0],
    97: lambda cursor, level: cursor.number(1),
    98: lambda cursor, level: cursor.number(4, signed=True),
    100: lambda cursor, level: _atom(cursor.take(cursor.number(2))),
    104: lambda cursor, level: _many(cursor, level, cursor.number(1)),
    105: lambda cursor, level: _many(cursor, level, cursor.number(4)),
    _NIL: lambda cursor, level: [],
    107: lambda cursor, level: list(cursor.take(cursor.number(2))),
    108: _list,
    109: lambda cursor, level: _text(cursor.take(cursor.number(4))),
    110: lambda cursor, level: _big(cursor, cursor.number(1)),
    111: lambda cursor, level: _big(cursor, cursor.number(4)),
    115: lambda cursor, level: _atom(cursor.take(cursor.number(1))),
    116: _map,
    118: lambda cursor, level: _atom(cursor.take(cursor.number(2))),
    119: lambda cursor, level: _atom(cursor.take(cursor.number(1))),
}
"""The decoder for each tag."""
