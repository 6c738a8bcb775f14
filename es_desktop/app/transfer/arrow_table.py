"""Tables as Arrow record batches. A column has the type that all of its values have; mixed ones are text."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from es_desktop.app.text.cells import cell_text, unique_names

from .kept_rows import kept_rows

_AT_ONCE: Final = 5_000
"""Rows that are in memory together."""
_MOST_DIGITS: Final = 76
_NUMBERS: Final = frozenset({"int", "float", "decimal"})
_MOST_WHOLE: Final = 2**53
"""A float holds every whole number up to this one."""


@contextmanager
def record_batches(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Any, Iterator[Any]]]:
    """Return the schema of a table and its ``pyarrow`` record batches, which are read once. Needs pyarrow.

    The rows are read into a temporary file first, because the types of the columns come before them.
    """
    import pyarrow as pa

    columns = [_Column() for _ in headings]

    def seen(found: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        for row in found:
            for column, value in zip(columns, row, strict=True):
                column.see(value)
            yield row

    def batches(kept: Iterator[list[Any]]) -> Iterator[Any]:
        while part := list(islice(kept, _AT_ONCE)):
            arrays = [
                pa.array([None if value is None else convert(value) for value in values], data_type)
                for values, (data_type, convert) in zip(zip(*part, strict=True), chosen, strict=True)
            ]
            yield pa.record_batch(arrays, schema=schema)

    with kept_rows(seen(rows)) as kept:
        chosen = [column.chosen(pa) for column in columns]
        schema = pa.schema(list(zip(unique_names(headings), (each for each, _ in chosen), strict=True)))
        yield schema, batches(kept)


@dataclass(slots=True)
class _Column:
    """What the values of a column are."""

    kinds: set[str] = field(default_factory=set)
    whole: int = 0
    """The largest integer, without its sign."""
    digits: int = 1
    """The most digits of a number before the point, and after it."""
    scale: int = 0

    def see(self, value: Any) -> None:
        if value is None:
            return
        kind = _kind(value)
        self.kinds.add(kind)
        if kind == "int":
            self.whole = max(self.whole, abs(value))
        if kind in _NUMBERS and "text" not in self.kinds:
            _, digits, exponent = _decimal(value).as_tuple()
            self.digits = max(self.digits, len(digits) + int(exponent))
            self.scale = max(self.scale, -int(exponent))

    def chosen(self, pa: Any) -> tuple[Any, Callable[[Any], Any]]:
        """Return the type of the column, and what converts a value to it."""
        kinds = frozenset(self.kinds)
        simple: dict[frozenset[str], tuple[Any, Callable[[Any], Any]]] = {
            frozenset(): (pa.string(), cell_text),
            frozenset({"bool"}): (pa.bool_(), bool),
            frozenset({"moment"}): (pa.timestamp("us", "UTC"), _same),
            frozenset({"local"}): (pa.timestamp("us"), _same),
            frozenset({"date"}): (pa.date32(), _same),
            frozenset({"bytes"}): (pa.binary(), _same),
        }
        if kinds in simple:
            return simple[kinds]
        if kinds == {"int"} and self.whole < 2**63:
            return pa.int64(), _same
        if "decimal" not in kinds and kinds <= _NUMBERS | {"no number"} and self.whole <= _MOST_WHOLE:
            return pa.float64(), float
        digits = self.digits + self.scale
        if kinds <= _NUMBERS and digits <= _MOST_DIGITS:
            return (pa.decimal128 if digits <= 38 else pa.decimal256)(digits, self.scale), _decimal
        return pa.string(), cell_text


def _kind(value: Any) -> str:
    match value:
        case bool():
            return "bool"
        case int() if value.bit_length() < 512:
            return "int"
        case float():
            return "float" if math.isfinite(value) else "no number"
        case Decimal() if value.is_finite():
            return "decimal"
        case dt.datetime():
            return "local" if value.tzinfo is None else "moment"
        case dt.date():
            return "date"
        case bytes():
            return "bytes"
    return "text"


def _decimal(value: Any) -> Decimal:
    """Return a number with the digits that it is written with."""
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def _same(value: Any) -> Any:
    return value
