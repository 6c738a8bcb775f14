"""The bookmarks of the open store as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QFont

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.ids import short_id
from es_desktop.app.notes.bookmarks import MarkedPlace, marked_places
from es_desktop.app.notes.notebook import Bookmark
from es_desktop.app.text.durations import format_time
from es_desktop.core import EntityId
from es_desktop.models.table.roles import FLAG_ROLE, LEFT, RIGHT, TONE_ROLE, Index, header_text

_ROOT: Final = QModelIndex()
_TITLES: Final = ("Type", "Id", "Ver", "Note", "Written")
_ALIGNMENTS: Final = (LEFT, LEFT, RIGHT, LEFT, LEFT)
TYPE, ID, VERSION, NOTE, WRITTEN = range(5)
GONE: Final = "not in the store any more"


class BookmarksModel(QAbstractTableModel):
    """One row a bookmark, by entity and version; one whose place is not in the store any more says so."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bookmarks: tuple[Bookmark, ...] = ()
        self._entities: Mapping[EntityId, EntityFacts] | None = None
        self.places: list[MarkedPlace] = []
        """What the rows show, in their order."""
        self._struck = QFont()
        self._struck.setStrikeOut(True)

    def set_bookmarks(self, bookmarks: Iterable[Bookmark]) -> None:
        """Show other bookmarks."""
        self._bookmarks = tuple(bookmarks)
        self._show()

    def set_entities(self, entities: Mapping[EntityId, EntityFacts] | None) -> None:
        """Take what the store holds, by id; ``None`` while that is not known."""
        self._entities = entities
        self._show()

    def row_of(self, place: tuple[str, int | None] | None) -> int | None:
        """Return the row of the bookmark at a place (see ``Bookmark.place``), where there is one."""
        return next((row for row, each in enumerate(self.places) if each.bookmark.place == place), None)

    def _show(self) -> None:
        """Show the places anew. Where they are the same, only what changed is repainted."""
        before, after = self.places, marked_places(self._bookmarks, self._entities)
        if [each.bookmark.place for each in before] != [each.bookmark.place for each in after]:
            self.beginResetModel()
            self.places = after
            self.endResetModel()
            return
        self.places = after
        other = [row for row, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
        if other:
            self.dataChanged.emit(self.index(other[0], 0), self.index(other[-1], len(_TITLES) - 1))

    def _text(self, place: MarkedPlace, column: int) -> str:
        bookmark = place.bookmark
        match column:
            case 0:
                return "" if place.entity is None else place.entity.type
            case 1:
                return short_id(bookmark.entity)
            case 2:
                return "entity" if bookmark.version is None else str(bookmark.version)
            case 3:
                gone = GONE if place.is_gone else ""
                return " · ".join(filter(None, [gone, bookmark.headline]))
        return format_time(bookmark.written)

    def _tip(self, place: MarkedPlace) -> str:
        bookmark = place.bookmark
        written = f"Written {format_time(bookmark.written, 0.0)}"
        return "\n".join(filter(None, [place.title, GONE if place.is_gone else "", written, bookmark.note]))

    # Qt's own

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.places)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        place, column = self.places[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(place, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGNMENTS[column]
        if role == FLAG_ROLE:
            return column == VERSION and not place.is_gone
        if role == TONE_ROLE:
            return "faint" if place.is_gone else None
        if role == Qt.ItemDataRole.FontRole:
            is_struck = column in (TYPE, ID) and place.entity is not None and place.entity.discarded
            return self._struck if is_struck else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(place)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return header_text(_TITLES, _ALIGNMENTS, section, orientation, role)
