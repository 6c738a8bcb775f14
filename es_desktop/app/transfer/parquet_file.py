"""Tables as Parquet files."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from es_desktop.app.runtime.errors import UserError

from .arrow_table import record_batches


def why_no_parquet() -> str:
    """Return why Parquet cannot be written here; empty if it can."""
    if importlib.util.find_spec("pyarrow") is not None:
        return ""
    return "It needs pyarrow, which is too large to be part of the program: pip install es-desktop[parquet]"


def write_parquet(file: BinaryIO, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Write a file; return an empty text, because nothing is cut. Raises ``UserError`` without pyarrow."""
    if why_not := why_no_parquet():
        raise UserError("Parquet cannot be written", why_not)
    from pyarrow.parquet import ParquetWriter

    with record_batches(headings, rows) as (schema, batches), ParquetWriter(file, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return ""
