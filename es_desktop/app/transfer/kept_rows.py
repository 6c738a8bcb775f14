"""Rows that are read twice, and may be more than fit into memory: a temporary file keeps them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any, Final

from msgspec.msgpack import Decoder, Encoder, Ext

from es_desktop.app.text.cells import cell_text
from es_desktop.core.json_text import JsonNumber

_LENGTH: Final = 8
"""Bytes before each row that say how many it has."""
_READ: Final[dict[int, Callable[[str], Any]]] = {
    1: int,
    2: JsonNumber,
    3: dt.datetime.fromisoformat,
    4: dt.date.fromisoformat,
}
"""What reads the values that msgpack does not have from their texts, by their codes."""


@contextmanager
def kept_rows(rows: Iterable[Sequence[Any]]) -> Iterator[Iterator[list[Any]]]:
    """Read all rows into a temporary file, and return them from there. Of types that no table has the text is kept."""
    encoder = Encoder()
    with TemporaryFile() as file:
        for row in rows:
            data = encoder.encode([_kept(value) for value in row])
            file.write(len(data).to_bytes(_LENGTH, "big") + data)
        file.seek(0)
        yield _loaded(file)


def _kept(value: Any) -> Any:
    match value:
        case None | bool() | float() | bytes():
            return value
        case int() if type(value) is int and value.bit_length() < 64:
            return value
        case int() if type(value) is int and value.bit_length() < 512:
            return Ext(1, str(value).encode())
        case Decimal():
            return Ext(2, str(value).encode())
        case dt.datetime():
            return Ext(3, value.isoformat().encode())
        case dt.date():
            return Ext(4, value.isoformat().encode())
        case dict():
            return {cell_text(key): _kept(each) for key, each in value.items()}
    return cell_text(value)


def _loaded(file: IO[bytes]) -> Iterator[list[Any]]:
    decoder = Decoder(list[Any], ext_hook=lambda code, data: _READ[code](bytes(data).decode()))
    while length := file.read(_LENGTH):
        yield decoder.decode(file.read(int.from_bytes(length, "big")))
