"""Rows of one kind: to loop over, or as dictionaries, a pandas table or an Arrow table."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import Any, Generic, TypeVar

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.json_objects import JsonObject

T = TypeVar("T")
_SHOWN = 20


class Rows(Generic[T]):
    """The rows of an answer. They are read from the store each time they are asked for, and never all at once.

    Any reading raises ``UserError`` or ``DatastoreError``, as the method says that they come from.
    """

    def __init__(self, read: Callable[[], Iterator[T]], as_dict: Callable[[T], JsonObject], name: str) -> None:
        """``read`` starts a reading, ``as_dict`` makes a dictionary of a row, and ``name`` is what they are called."""
        self._read = read
        self.as_dict = as_dict
        """Returns a row as a dictionary of plain values, the one that the command line prints as JSON."""
        self.name = name

    def __iter__(self) -> Iterator[T]:
        with reading():
            yield from self._read()

    def first(self) -> T | None:
        """Return the first row; ``None`` if there is none."""
        return next(iter(self), None)

    def to_list(self) -> list[T]:
        """Return all rows."""
        return list(self)

    def to_dicts(self) -> list[JsonObject]:
        """Return all rows as dictionaries; times are ``datetime``, in UTC."""
        return list(map(self.as_dict, self))

    def to_pandas(self) -> Any:
        """Return a ``pandas.DataFrame`` with a column for each field. Raises ``UserError`` without pandas."""
        _require("pandas")
        import pandas as pd

        return pd.DataFrame.from_records(self.to_dicts())

    def to_arrow(self) -> Any:
        """Return a ``pyarrow.Table`` with a column for each field. Raises ``UserError`` without pyarrow.

        A column has the type of its values. Dictionaries, lists and mixed values are text: dictionaries as JSON.
        """
        _require("pyarrow")
        import pyarrow as pa

        from es_desktop.app.transfer.arrow_table import record_batches

        found = map(self.as_dict, self)
        first = next(found, None)
        headings = [] if first is None else list(first)
        rest = ([] if first is None else [first], found)
        rows = ([each.get(name) for name in headings] for part in rest for each in part)
        with record_batches(headings, rows) as (schema, batches):
            return pa.Table.from_batches(batches, schema)

    def write(self, file: str | os.PathLike[str]) -> int:
        """Write all rows as a table and return how many there are. The ending of the file says how.

        It is that of CSV, Excel or Parquet, or of an export of a plugin that writes rows.

        An existing file is replaced. Raises ``UserError`` for another ending, or if it cannot be written.
        """
        from es_desktop.app.transfer.export import export_rows, table_format_of
        from es_desktop.app.transfer.seen import SeenRows

        path = Path(file)
        form = table_format_of(path)
        found = map(self.as_dict, self)
        first = list(islice(found, 1))
        headings = list(first[0]) if first else []
        written = 0

        def read(checkpoint: Callable[[], None]) -> Iterator[list[Any]]:
            nonlocal written
            for row in chain(first, found):
                checkpoint()
                yield [row.get(name) for name in headings]
                written += 1

        export_rows(path, form, SeenRows(0, headings, read))
        return written

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Hand the rows to any library that reads Arrow, by its PyCapsule interface. Needs pyarrow."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def _repr_html_(self) -> str:
        from . import html

        found = [*map(self.as_dict, islice(self, _SHOWN + 1))]
        shown = found[:_SHOWN]
        headings: Mapping[str, None] = dict.fromkeys(name for each in shown for name in each)
        more = f": the first {_SHOWN}" if len(found) > _SHOWN else ""
        return html.table(list(headings), ([each.get(name) for name in headings] for each in shown), self.name + more)

    def __repr__(self) -> str:
        return f"<rows: {self.name}>"


@contextmanager
def reading() -> Iterator[None]:
    """Turn the errors of SQLAlchemy and of the drivers into ``DatastoreError``: whoever reads needs no other."""
    from es_desktop.stores.queries import as_datastore_errors

    with as_datastore_errors():
        yield


def _require(library: str) -> None:
    if find_spec(library) is None:
        raise UserError(f"{library} is not installed", f"Install it: pip install {library}")
