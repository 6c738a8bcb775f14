"""Rows that are read twice, and may be more than fit into memory: a temporary file keeps them."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Final

from es_desktop.app.text.cells import cell_text

_PLAIN: Final = (type(None), bool, int, float, str, bytes, Decimal, dt.datetime, dt.date)
"""Of other types of values the text is kept. A temporary file that nobody else can open is read without danger."""


@contextmanager
def kept_rows(rows: Iterable[Sequence[Any]]) -> Iterator[Iterator[list[Any]]]:
    """Read all rows into a temporary file, and return them from there."""
    with TemporaryFile() as file:
        for row in rows:
            pickle.dump([_kept(value) for value in row], file, pickle.HIGHEST_PROTOCOL)
        file.seek(0)
        yield _loaded(file)


def _kept(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _kept(each) for key, each in value.items()}
    return value if type(value) in _PLAIN or isinstance(value, Decimal) else cell_text(value)


def _loaded(file: BinaryIO) -> Iterator[list[Any]]:
    while True:
        try:
            yield pickle.load(file)
        except EOFError:
            return
