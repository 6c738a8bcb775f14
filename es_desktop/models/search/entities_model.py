"""The entities of a store as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QFont

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.ids import short_id
from es_desktop.app.search.entity_list import PAGE, EntityQuery, Listing
from es_desktop.app.text.durations import format_day
from es_desktop.app.text.values import count_text
from es_desktop.core import EntityId
from es_desktop.models.notes.notes import Marks
from es_desktop.models.table.blocks import Blocks
from es_desktop.models.table.roles import FLAG_ROLE, LEFT, RIGHT, TONE_ROLE, Index

_ROOT: Final = QModelIndex()


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    key: str
    text: Callable[[EntityFacts], str]
    tip: str
    alignment: int = LEFT


_PAGES_KEPT: Final = 64
_ANSWERED: Final = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.TextAlignmentRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.FontRole,
        TONE_ROLE,
        FLAG_ROLE,
    }
)
COLUMNS: Final = (
    _Column("Type", "type", lambda each: each.type, "The kind of entity"),
    _Column("Id", "id", lambda each: short_id(each.id), "The entity's id"),
    _Column("Ver", "version", lambda each: str(each.version), "The version of its last event", RIGHT),
    _Column("Events", "events", lambda each: f"{each.events:,}", "How many events it has", RIGHT),
    _Column("◆", "snapshots", lambda each: str(each.snapshots or ""), "How many snapshots it has", RIGHT),
    _Column("Created", "created", lambda each: format_day(each.created), "When it was made"),
    _Column("Changed", "modified", lambda each: format_day(each.modified), "When it last changed"),
)


class EntitiesModel(QAbstractTableModel):
    """Rows of entities, filtered and sorted elsewhere by the model's query, and read where they are shown."""

    query_changed = Signal(object)
    """The ``EntityQuery`` that the rows should answer now."""
    page_wanted = Signal(object, object)
    """The number of a page, and what the index calls its entities; their facts should be given to ``set_page``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers: Sequence[int] = ()
        self._pages: Blocks[EntityFacts] = Blocks(self._want, size=PAGE, kept=_PAGES_KEPT)
        self._place: tuple[EntityId | None, int | None] = (None, None)
        self._marks: Mapping[str, Marks] = {}
        self.query = EntityQuery()
        self._struck = QFont()
        self._struck.setStrikeOut(True)

    def set_listing(self, listing: Listing, chosen: EntityId | None = None) -> None:
        """Show other rows; ``chosen`` is the entity whose place the listing tells.

        Where they are the same entities in the same order, only what changed is repainted.
        """
        self._place = chosen, listing.chosen
        if listing.numbers == self._numbers and self._numbers:
            before, after = self._pages.block(0) or (), listing.first
            self._pages.forget()
            self._pages.put(0, after)
            same_so_far = len(before) == len(after)
            others = [row for row, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]]
            if others or not same_so_far:
                self._repaint(others[0] if same_so_far else 0, others[-1] if same_so_far else len(after) - 1)
            self._repaint(len(after), len(self._numbers) - 1)
            return
        self.beginResetModel()
        self._numbers = listing.numbers
        self._pages.forget()
        self._pages.put(0, listing.first)
        self.endResetModel()

    def set_page(self, number: int, facts: Sequence[EntityFacts]) -> None:
        """Take the facts of a page that was asked for."""
        self._pages.put(number, facts)
        self._repaint(number * PAGE, number * PAGE + len(facts) - 1)

    def forget_page(self, number: int) -> None:
        """Let a page be asked for again where it is shown again."""
        self._pages.let_go(number)

    def set_filter(self, text: str) -> None:
        """Ask for the entities whose type or id holds every word of a text."""
        self._ask(replace(self.query, text=text))

    def set_types(self, types: frozenset[str] | None) -> None:
        """Ask for the entities of some types only; ``None`` for all again."""
        self._ask(replace(self.query, types=types))

    def set_marks(self, marks: Mapping[str, Marks]) -> None:
        """Flag the entities that are bookmarked, or have events that are."""
        if marks == self._marks:
            return
        self._marks = marks
        self._repaint(0, len(self._numbers) - 1)
        self.set_only_marked(self.is_only_marked)

    @property
    def is_only_marked(self) -> bool:
        """Whether only the flagged entities are asked for."""
        return self.query.only is not None

    def set_only_marked(self, only_marked: bool) -> None:
        """Ask for the flagged entities only, or for all again."""
        self._ask(replace(self.query, only=frozenset(self._marks) if only_marked else None))

    def entity_at(self, row: int) -> EntityFacts | None:
        """Return the entity of a row; ``None`` where it is not there yet, and asked for by now."""
        return self._pages.at(row)

    def loaded(self) -> Iterator[EntityFacts]:
        """Yield the entities of the rows that are there."""
        return (entity for _, entity in self._pages.held())

    def numbers_at(self, rows: Iterable[int]) -> list[int]:
        """Return what the index calls the entities of some rows."""
        return [self._numbers[row] for row in rows]

    def row_of(self, entity_id: EntityId | None) -> int | None:
        """Return the row of an entity, where it is known: of those that were shown, and of the chosen one."""
        if entity_id is None:
            return None
        if entity_id == self._place[0]:
            return self._place[1]
        return next((row for row, each in self._pages.held() if each.id == entity_id), None)

    def _want(self, page: int) -> None:
        self.page_wanted.emit(page, self._numbers[page * PAGE : (page + 1) * PAGE])

    def _repaint(self, first: int, last: int) -> None:
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))

    def _ask(self, query: EntityQuery) -> None:
        if query != self.query:
            self.query = query
            self.query_changed.emit(query)

    def _tip(self, entity: EntityFacts) -> str:
        told = [f"{entity.type} {entity.id}", f"{entity.events:,} events, {entity.snapshots} snapshots"]
        if entity.discarded:
            told.append("Discarded: its history is still here.")
        marks = self._marks.get(str(entity.id), {})
        marked_events = len(marks) - (None in marks)
        if marked_events:
            told.append(f"{count_text(marked_events, 'event')} bookmarked.")
        if None in marks:
            told.append(f"Bookmarked. {marks[None].note}".rstrip())
        return "\n".join(told)

    # Qt's own

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._numbers)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role not in _ANSWERED:
            return None  # Qt asks for a dozen roles a cell
        entity, column = self._pages.at(index.row()), COLUMNS[index.column()]
        if entity is None:
            return _not_there_yet(role, index.column(), column.alignment)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(entity)
            case Qt.ItemDataRole.TextAlignmentRole:
                return column.alignment
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(entity)
            case Qt.ItemDataRole.FontRole if entity.discarded and column.key in ("type", "id"):
                return self._struck
            case _ if role == TONE_ROLE and entity.discarded:
                return "faint"
            case _ if role == FLAG_ROLE:
                return column.key == "id" and str(entity.id) in self._marks
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return COLUMNS[section].title
            case Qt.ItemDataRole.TextAlignmentRole:
                return COLUMNS[section].alignment
            case Qt.ItemDataRole.ToolTipRole:
                return COLUMNS[section].tip
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(COLUMNS):
            descending = order == Qt.SortOrder.DescendingOrder
            self._ask(replace(self.query, sort_by=COLUMNS[column].key, descending=descending))


def _not_there_yet(role: int, column: int, alignment: int) -> Any:
    """Return what a cell answers whose entity is still being read."""
    match role:
        case Qt.ItemDataRole.DisplayRole:
            return "reading…" if column == 0 else ""
        case Qt.ItemDataRole.TextAlignmentRole:
            return alignment
    return "faint" if role == TONE_ROLE else None
