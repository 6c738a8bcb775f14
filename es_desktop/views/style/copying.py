"""Copying the selected rows of a table or tree, with its headings: for a spreadsheet, as JSON or as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from PySide6.QtCore import QItemSelectionRange, QModelIndex, QPersistentModelIndex
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QLabel, QMenu, QTableView, QTreeView, QWidget

from es_desktop.app.text.cells import Table, json_rows, markdown, tab_separated
from es_desktop.models.table.model import DeclaredColumns
from es_desktop.models.table.reading import RowKey
from es_desktop.system.counts import count_text, format_number
from es_desktop.views.table.rows import selected_ranges

View = QTableView | QTreeView
_MOST_ROWS: Final = 20_000
"""Rows that are copied: more would hold up other programs, too."""
_FORMATS: Final[dict[str, Callable[[Table], str]]] = {"": tab_separated, "JSON": json_rows, "Markdown": markdown}
FORMATS: Final = tuple(_FORMATS)
"""The names of the formats that rows are copied in; the empty one is that of spreadsheets."""


def copy_rows(view: View, format: str = "", said: Callable[[str], object] = lambda text: None) -> None:
    """Put the selected rows, in the columns that are seen, on the clipboard, once all of them are read.

    ``said`` gets the result as a sentence.
    """
    model = view.model()
    if not isinstance(model, DeclaredColumns):
        return
    count = _selected_count(view)
    if not count:
        said("Select rows to copy first.")
        return
    if count > _MOST_ROWS:
        most, selected = format_number(_MOST_ROWS), format_number(count)
        said(f"At most {most} rows are copied, not {selected}. Export what is seen instead.")
        return

    def done(table: Table) -> None:
        QGuiApplication.clipboard().setText(_FORMATS[format](table))
        form = f"as {format}" if format else "with headings"
        said(f"{count_text(len(table.rows), 'row')} copied {form}.")

    model.read_table(_selected_rows(view), shown_columns(view), done)


def copy_chosen(widget: QWidget | None, format: str, said: Callable[[str], object]) -> None:
    """Copy the selected rows of a table or tree; of a label, the selected text. ``said`` gets the result."""
    if isinstance(widget, View):
        copy_rows(widget, format, said)
    elif isinstance(widget, QLabel) and widget.hasSelectedText():
        QGuiApplication.clipboard().setText(widget.selectedText())
    else:
        said("Select rows of a table first.")


def shown_columns(view: View) -> list[int]:
    """Return the columns that are not hidden, in the order in which they stand."""
    header = view.header() if isinstance(view, QTreeView) else view.horizontalHeader()
    order = (header.logicalIndex(at) for at in range(header.count()))
    return [each for each in order if not header.isSectionHidden(each)]


def add_copying(menu: QMenu, view: View, action_of: Callable[[str], QAction | None]) -> None:
    """Add the formats in which the selected rows can be copied to the context menu of a view.

    ``action_of`` returns an action of the window by its name: those that copy rows also say what they did.
    """
    if isinstance(view.model(), DeclaredColumns) and view.selectionModel().hasSelection():
        menu.addSeparator()
        copying = menu.addMenu("Copy rows")
        for format in FORMATS:
            action = action_of(f"copy-rows-{format.lower()}".removesuffix("-"))
            run = partial(copy_rows, view, format) if action is None else action.trigger
            copying.addAction(f"As {format}" if format else "With headings\tCtrl+C", run)


def _selected_count(view: View) -> int:
    if isinstance(view, QTableView):
        return sum(map(len, selected_ranges(view)))
    return sum(span.height() for span in _selected_spans(view))


def _selected_spans(view: QTreeView) -> list[QItemSelectionRange]:
    selection = view.selectionModel().selection()
    return [selection.at(number) for number in range(selection.count())]


def _selected_rows(view: View) -> Iterator[RowKey]:
    """Yield what each selected row is known by, from the top down."""
    if isinstance(view, QTableView):
        yield from (row for each in selected_ranges(view) for row in each)
        return
    for span in sorted(_selected_spans(view), key=lambda span: _place(span.topLeft())):
        model, parent = span.model(), span.parent()
        yield from (model.index(row, 0, parent) for row in range(span.top(), span.bottom() + 1))


def _place(index: QModelIndex | QPersistentModelIndex) -> list[int]:
    """Return the rows of an index and of its ancestors, the outermost first, by which it is sorted in a tree."""
    rows = []
    while index.isValid():
        rows.append(index.row())
        index = index.parent()
    return rows[::-1]
