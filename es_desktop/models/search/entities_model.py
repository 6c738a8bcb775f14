"""The entities of a store as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.ids import short_id
from es_desktop.app.search.entity_list import PAGE, EntityQuery, Listing
from es_desktop.app.text.times import format_day
from es_desktop.app.text.values import count_text
from es_desktop.core import EntityId
from es_desktop.models.notes.notes import Marks
from es_desktop.models.table.model import Answers, Column
from es_desktop.models.table.paging import PagedModel
from es_desktop.models.table.roles import FLAG_ROLE, FONT_ROLE, RIGHT, TIP_ROLE, TONE_ROLE, struck_font

_SORT_KEYS: Final = ("type", "id", "version", "events", "snapshots", "created", "modified")
"""The name of each column in an ``EntityQuery``."""
TYPE, ID, VERSION, EVENTS, SNAPSHOTS, CREATED, CHANGED = range(len(_SORT_KEYS))


class EntitiesModel(PagedModel[EntityFacts]):
    """One row for each entity. It only emits what to filter and sort by; pages of rows are read when they are shown."""

    query_changed = Signal(object)
    """The new ``EntityQuery``; its result should be given to ``set_listing``."""

    def __init__(self, parent: QObject | None = None) -> None:
        struck = struck_font()
        font: Answers[EntityFacts] = {FONT_ROLE: lambda row: struck if row.discarded else None}
        flag = {**font, FLAG_ROLE: lambda row: str(row.id) in self._marks}
        super().__init__(
            (
                Column("Type", lambda row: row.type, roles=font, header_tip="The type of entity", unread="reading…"),
                Column("Id", lambda row: short_id(row.id), roles=flag, header_tip="The entity's id"),
                Column("Ver", lambda row: str(row.version), RIGHT, header_tip="The version of its last event"),
                Column("Events", lambda row: f"{row.events:,}", RIGHT, header_tip="How many events it has"),
                Column("◆", lambda row: str(row.snapshots or ""), RIGHT, header_tip="How many snapshots it has"),
                Column("Created", lambda row: format_day(row.created), header_tip="When it was made"),
                Column("Changed", lambda row: format_day(row.modified), header_tip="When it last changed"),
            ),
            PAGE,
            row_roles={
                TONE_ROLE: lambda row: "faint" if row.discarded else None,
                TIP_ROLE: self._tip,
            },
            parent=parent,
        )
        self._chosen: tuple[EntityId | None, int | None] = (None, None)
        self._marks: Mapping[str, Marks] = {}
        self.query = EntityQuery()

    def set_listing(self, listing: Listing, chosen: EntityId | None = None) -> None:
        """Show the result of a query; ``chosen`` is the entity whose row is in ``listing.chosen``.

        For the same entities in the same order, only rows that changed are repainted: the view keeps its position.
        """
        self._chosen = chosen, listing.chosen
        if listing.numbers == self.numbers and self.numbers:
            before, after = self._pages.block(0) or (), listing.first
            self._pages.forget()
            self._pages.put(0, after)
            is_same_length = len(before) == len(after)
            others = [row for row, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]]
            if others or not is_same_length:
                self.repaint(others[0] if is_same_length else 0, others[-1] if is_same_length else len(after) - 1)
            self.repaint(len(after))
            return
        self.beginResetModel()
        self.numbers = listing.numbers
        self._pages.forget()
        self._pages.put(0, listing.first)
        self.endResetModel()

    def set_filter(self, text: str) -> None:
        """Ask for the entities whose type or id contains every word of a text."""
        self._ask(replace(self.query, text=text))

    def set_types(self, types: frozenset[str] | None) -> None:
        """Ask for the entities of some types only; ``None`` for all types."""
        self._ask(replace(self.query, types=types))

    def set_marks(self, marks: Mapping[str, Marks]) -> None:
        """Flag the entities that have a bookmark, or an event with one."""
        if marks == self._marks:
            return
        self._marks = marks
        self.repaint()
        self.set_only_marked(self.is_only_marked)

    @property
    def is_only_marked(self) -> bool:
        """Whether the query is for the flagged entities only."""
        return self.query.only is not None

    def set_only_marked(self, only_marked: bool) -> None:
        """Ask for the flagged entities only, or for all."""
        self._ask(replace(self.query, only=frozenset(self._marks) if only_marked else None))

    def loaded_entities(self) -> Iterator[EntityFacts]:
        """Yield the entities of the rows that are read."""
        return (entity for _, entity in self._pages.loaded_rows())

    def numbers_at(self, rows: Iterable[int]) -> list[int]:
        """Return the numbers that the index gives the entities of some rows."""
        return [self.numbers[row] for row in rows]

    def row_of(self, entity_id: EntityId | None) -> int | None:
        """Return the row of an entity; ``None`` if it is neither the chosen one nor on a page that is read."""
        if entity_id is None:
            return None
        if entity_id == self._chosen[0]:
            return self._chosen[1]
        return next((row for row, each in self._pages.loaded_rows() if each.id == entity_id), None)

    def _ask(self, query: EntityQuery) -> None:
        if query != self.query:
            self.query = query
            self.query_changed.emit(query)

    def _tip(self, entity: EntityFacts) -> str:
        lines = [f"{entity.type} {entity.id}", f"{entity.events:,} events, {entity.snapshots} snapshots"]
        if entity.discarded:
            lines.append("Discarded: its history is still here.")
        marks = self._marks.get(str(entity.id), {})
        marked_events = len(marks) - (None in marks)
        if marked_events:
            lines.append(f"{count_text(marked_events, 'event')} bookmarked.")
        if None in marks:
            lines.append(f"Bookmarked. {marks[None].note}".rstrip())
        return "\n".join(lines)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(_SORT_KEYS):
            descending = order == Qt.SortOrder.DescendingOrder
            self._ask(replace(self.query, sort_by=_SORT_KEYS[column], descending=descending))
