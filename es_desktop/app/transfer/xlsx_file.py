"""Tables as Excel workbooks: exact types as far as Excel has them, and text for what it would round."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.cells import cell_text
from es_desktop.system.counts import count_text, format_number

MOST_ROWS: Final = 1_048_576
"""Rows that a sheet holds, with that of the headings."""
MOST_COLUMNS: Final = 16_384
_MOST_DIGITS: Final = 15
_MOST_CHARACTERS: Final = 32_767
_FIRST_DAY: Final = dt.datetime(1900, 3, 1)
"""Excel counts the days before differently from the calendar."""
_NO_CHARACTERS: Final = str.maketrans({0xFFFE: "\N{REPLACEMENT CHARACTER}", 0xFFFF: "\N{REPLACEMENT CHARACTER}"})
_WIDEST: Final = 60
_ROWS_MEASURED: Final = 1_000


def require_room(rows: int, columns: int) -> None:
    """Raise ``UserError`` if a sheet cannot hold as many rows, besides the headings, or as many columns."""
    for count, most, what in ((rows + 1, MOST_ROWS, "row"), (columns, MOST_COLUMNS, "column")):
        if count > most:
            text = f"a sheet of Excel holds {count_text(most, what)}, and this table has {format_number(count)}"
            raise UserError(text, "Choose CSV or Parquet, or filter more.")


def write_xlsx(file: BinaryIO, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Write a workbook with one sheet; return a note on what had to be cut, or an empty text.

    Only the row that is being written is in memory. Raises ``UserError`` if there are too many rows.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError, FileSizeError

    require_room(0, len(headings))
    with TemporaryDirectory() as folder:
        book = Workbook(file, {"constant_memory": True, "tmpdir": folder})
        sheet = _Sheet(book, headings)
        try:
            for number, row in enumerate(rows, 1):
                require_room(number, len(headings))
                sheet.write_row(number, row)
            sheet.finish()
            book.close()
        except FileSizeError:
            raise UserError("the table is too large for Excel", "Choose CSV or Parquet, or filter more.") from None
        except FileCreateError as error:  # such as of a disk that is full
            raise error.args[0] from None
        finally:
            sheet.release()
    return f"{count_text(sheet.cut, 'text')} cut to {format_number(_MOST_CHARACTERS)} characters" if sheet.cut else ""


class _Sheet:
    def __init__(self, book: Any, headings: Sequence[str]) -> None:
        self.cut = 0
        """How many texts were too long."""
        self._book = book
        self._sheet = book.add_worksheet()
        self._formats: dict[str, Any] = {}
        self._widths = [0] * len(headings)
        self._sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for column, heading in enumerate(headings):
            self._write_text(0, column, heading, bold)
        self._last = 0

    def write_row(self, number: int, row: Sequence[Any]) -> None:
        for column, value in enumerate(row):
            self._write(number, column, value)
        self._last = number

    def finish(self) -> None:
        self._sheet.autofilter(0, 0, self._last, max(0, len(self._widths) - 1))
        for column, width in enumerate(self._widths):
            self._sheet.set_column(column, column, min(width, _WIDEST) + 2)

    def release(self) -> None:
        """Close the temporary file of the rows, also of a sheet that is not finished."""
        if self._sheet.row_data_fh is not None:
            self._sheet.row_data_fh.close()

    def _write(self, row: int, column: int, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            self._sheet.write_boolean(row, column, value)
            return
        number, form = _number(value)
        if number is None:
            self._write_text(row, column, cell_text(value))
            return
        self._sheet.write_number(row, column, number, self._format(form))
        self._measure(row, column, len(form) or len(f"{number:.15g}"))

    def _write_text(self, row: int, column: int, text: str, form: Any = None) -> None:
        text = text.translate(_NO_CHARACTERS)
        units = text.encode("utf-16-le", "replace")
        if len(units) > 2 * _MOST_CHARACTERS:
            self.cut += 1
            text = units[: 2 * _MOST_CHARACTERS].decode("utf-16-le", "ignore")
        self._sheet.write_string(row, column, text, form)
        self._measure(row, column, len(text))

    def _measure(self, row: int, column: int, width: int) -> None:
        if row < _ROWS_MEASURED:
            self._widths[column] = max(self._widths[column], width)

    def _format(self, form: str) -> Any:
        if form and form not in self._formats:
            self._formats[form] = self._book.add_format({"num_format": form})
        return self._formats.get(form)


def _number(value: Any) -> tuple[float | None, str]:
    """Return what Excel keeps a value as, and the format that shows it; no number for what is a text there."""
    match value:
        case int() if abs(value) < 10**_MOST_DIGITS:
            return value, ""
        case float() if math.isfinite(value):
            return value, ""
        case Decimal() if value.is_finite() and len(value.as_tuple().digits) <= _MOST_DIGITS:
            exponent = int(value.as_tuple().exponent)
            if -_MOST_DIGITS <= exponent <= _MOST_DIGITS:
                return float(value), f"0.{'0' * -exponent}" if exponent < 0 else "0"
        case dt.datetime():
            return _day_number(value)
        case dt.date():
            return _day_number(dt.datetime(value.year, value.month, value.day), "yyyy-mm-dd")
    return None, ""


def _day_number(moment: dt.datetime, form: str = "") -> tuple[float | None, str]:
    """Return a time as days since the end of 1899; one with a zone as that of UTC, which is shown."""
    zone = ""
    if moment.tzinfo is not None:
        try:
            moment, zone = moment.astimezone(dt.UTC).replace(tzinfo=None), '" UTC"'
        except OverflowError:
            return None, ""
    if moment < _FIRST_DAY:
        return None, ""
    fraction = ".000" if moment.microsecond else ""
    return (moment - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1), form or f"yyyy-mm-dd hh:mm:ss{fraction}{zone}"
