"""The table of entities: their columns, among them values of their states, and what they are filtered and sorted by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from operator import attrgetter
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.search.column_filter import parse_column_filter
from es_desktop.app.search.found_words import Found, parts_found
from es_desktop.app.search.lists import PAGE, EntityQuery, Listing
from es_desktop.app.search.questions import EntityFilter
from es_desktop.app.search.whole_states import EntityWithState
from es_desktop.app.text.cells import Table
from es_desktop.app.text.times import editable_time, format_day
from es_desktop.core import EntityId
from es_desktop.models.notes.notes import Marks
from es_desktop.models.table.model import (
    FLAG_ROLE,
    FOUND_ROLE,
    LEFT,
    RIGHT,
    SPOKEN_ROLE,
    TIP_ROLE,
    TONE_ROLE,
    Answers,
    Column,
    struck_if,
    time_column,
    version_column,
)
from es_desktop.models.table.paging import PagedModel
from es_desktop.models.table.reading import RowKey
from es_desktop.models.table.short_ids import ShortIds
from es_desktop.system.counts import count_text, format_number

from .column_key import ColumnKey, exact
from .listed_states import ListedStates

_SORT_KEYS: Final = ("type", "id", "name", "version", "events", "snapshots", "created", "modified")
"""The name of each column in an ``EntityQuery``."""
MARKED: Final = "\N{CIRCLED DIVISION SLASH}"
"""Before the type of an entity that is discarded, or that the store marks as deleted or archived."""
TYPE, ID, NAME, VERSION, EVENTS, SNAPSHOTS, CREATED, CHANGED = range(len(_SORT_KEYS))


_DAY: Final = len("2026-05-31")


class EntitiesModel(PagedModel[EntityFacts]):
    """One row for each entity. It only emits what to filter and sort by; pages of rows are read when they are shown."""

    query_changed = Signal(object)
    """The new ``EntityQuery``; its result should be given to ``set_listing``."""
    table_wanted = Signal(object, object, object)
    """The numbers of rows, the indexes of columns, and what is called with their ``Table``, in the GUI thread."""

    def __init__(self, parent: QObject | None = None, states: ListedStates | None = None) -> None:
        """``states`` give the names of the entities; without them they have none."""
        self._states = states
        font: Answers[EntityFacts] = struck_if(lambda row: row.discarded)
        type_roles: Answers[EntityFacts] = {**font, SPOKEN_ROLE: _spoken_type, **self._mark_found("type")}
        flag = {**font, FLAG_ROLE: lambda row: str(row.id) in self._marks, **self._mark_found("id")}
        name = {**font, **self._mark_found("name")}
        self._fixed: tuple[Column[EntityFacts], ...] = (
            Column(
                "Type",
                _type_text,
                roles=type_roles,
                header_tip="The type of entity",
                unread="reading…",
                value=lambda row: row.type,
            ),
            Column(
                "Id",
                lambda row: self._ids.text(row.id),
                roles=flag,
                header_tip="The entity's id",
                value=lambda row: str(row.id),
            ),
            Column("Name", self.name, roles=name, header_tip="The value of its state that names it"),
            version_column(attrgetter("version"), header_tip="The version of its last event"),
            Column(
                "Events",
                lambda row: format_number(row.events),
                RIGHT,
                header_tip="How many events it has",
                value=attrgetter("events"),
            ),
            Column(
                "◆",
                lambda row: str(row.snapshots or ""),
                RIGHT,
                header_tip="How many snapshots it has",
                value=attrgetter("snapshots"),
                name="Snapshots",
            ),
            time_column("Created", lambda row: row.created, format_day, header_tip="When it was made"),
            time_column("Changed", lambda row: row.modified, format_day, header_tip="When it last changed"),
        )
        self._row_roles: Answers[EntityFacts] = {
            TONE_ROLE: lambda row: "faint" if row.mark else None,
            TIP_ROLE: self._tip,
        }
        super().__init__(self._fixed, PAGE, row_roles=self._row_roles, parent=parent)
        self._ids = ShortIds(self, lambda: (each.id for each in self.loaded_entities()))
        self._chosen: tuple[EntityId | None, int | None] = (None, None)
        self._marks: Mapping[str, Marks] = {}
        self._sorted_by: ColumnKey = ColumnKey("modified")
        self._typed: dict[ColumnKey, str] = {}
        self._found: dict[ColumnKey, Found | None] = {}
        self.value_paths: tuple[str, ...] = ()
        """The paths of the values of the states that have columns, after the other columns."""
        self.query = EntityQuery()

    def read_table(self, rows: Iterable[RowKey], columns: Sequence[int], done: Callable[[Table], None]) -> None:
        numbers = [self.numbers[each] for each in rows if isinstance(each, int)]
        self.table_wanted.emit(numbers, columns, done)

    def whole_cells(self, columns: Sequence[int]) -> Callable[[EntityWithState, Mapping[str, str]], Sequence[Any]]:
        """Return what makes the values of columns, in any thread, from an entity and the paths of names by type."""
        chosen = [(*self._key(column), self.columns[column].value) for column in columns]

        def cells(found: EntityWithState, names: Mapping[str, str]) -> Sequence[Any]:
            entity, values = found.entity, found.values
            # The list shows no values of what is discarded, but its name.
            shown = {} if entity.discarded else values
            return [
                values.get(names.get(entity.type, "")) if by == "name" else value(entity) if value else shown.get(path)
                for by, path, value in chosen
            ]

        return cells

    def paths_in(self, columns: Sequence[int], names: Mapping[str, str]) -> tuple[str, ...]:
        """Return the paths of the values of states in columns; ``names`` are those that name entities, by type."""
        keys = [self._key(column) for column in columns]
        named = {*names.values()} if ("name", "") in keys else set()
        return tuple(filter(None, {path for _, path in keys} | named))

    def set_value_paths(self, paths: tuple[str, ...]) -> None:
        """Have a column for each of these values of the states, instead of those before; their filters are removed."""
        if paths == self.value_paths:
            return
        first, before = len(self._fixed), self.columns[: len(self._fixed)]
        if self.value_paths:
            self.beginRemoveColumns(QModelIndex(), first, first + len(self.value_paths) - 1)
            self.value_paths = ()
            self.declare(before, self._row_roles)
            self.endRemoveColumns()
        if paths:
            self.beginInsertColumns(QModelIndex(), first, first + len(paths) - 1)
            self.value_paths = paths
            self.declare([*before, *map(self._value_column, paths)], self._row_roles)
            self.endInsertColumns()
        self._typed = {key: text for key, text in self._typed.items() if key[0] != "state" or key[1] in paths}
        self._ask_again()

    def _value_column(self, path: str) -> Column[EntityFacts]:
        name = path.rpartition(".")[2]
        is_unique = sum(each.rpartition(".")[2] == name for each in self.value_paths) == 1
        font: Answers[EntityFacts] = {**struck_if(lambda row: row.discarded), **self._mark_found("state", path)}
        tip = f"{path}, in the state at the end"
        title = _title_of(path, whole=not is_unique)
        return Column(title, lambda row: self._value(row, path), roles=font, header_tip=tip, name=path)

    def _value(self, entity: EntityFacts, path: str) -> str:
        return "" if self._states is None or entity.discarded else self._states.value(entity, path)

    def _mark_found(self, *named: str) -> Answers[EntityFacts]:
        """Return the answer that marks the words of the filter, and what the filter of the column itself asks for."""
        key = ColumnKey(*named)
        return {FOUND_ROLE: lambda row: self._found[key] if key in self._found else self._find(key)}

    def _find(self, key: ColumnKey) -> Found | None:
        parts, test = self.query.text.split(), key.test(self._typed.get(key, ""), ())
        if test is not None and test.operator in ("contains", "=") and not test.negates:
            parts.append(test.text)
        self._found[key] = parts_found(parts)
        return self._found[key]

    def column_filter(self, column: int) -> str:
        """Return what a person typed to filter a column."""
        return self._typed.get(self._key(column), "")

    def set_column_filter(self, column: int, typed: str) -> None:
        """Ask for the entities that meet what was typed for a column. Raises ``UserError`` if that is not valid."""
        key = self._key(column)
        parse_column_filter(key.tested, typed)
        if typed.strip():
            self._typed[key] = typed
        else:
            self._typed.pop(key, None)
        self._ask_again()

    def exact_filter(self, row: int, column: int) -> str | None:
        """Return the filter that finds the value of a cell; ``None`` if it is not read."""
        entity, (by, path) = self.at(row), self._key(column)
        if entity is None:
            return None
        match by:
            case "created" | "modified":
                return f"={editable_time(getattr(entity, by))[:_DAY]}"
            case "name":
                return exact(self.name(entity))
            case "state":
                return exact(self._value(entity, path))
            case _:
                return f"={getattr(entity, by)}"

    def clear_filters(self) -> None:
        """Ask for all entities."""
        self._typed.clear()
        self._ask(replace(self.query, text="", types=None, only=None, tests=()))

    @property
    def filter(self) -> EntityFilter:
        """What the entities are filtered and sorted by now, and which values have columns."""
        query, typed = self.query, {key.text: each for key, each in self._typed.items()}
        order = self._sorted_by.text, query.descending
        return EntityFilter(query.text, query.types, self.is_only_marked, typed, *order, self.value_paths)

    def use_filter(self, wanted: EntityFilter) -> None:
        """Ask for the entities by a filter; what is typed for a column that is not there is left out."""
        self.set_value_paths(wanted.value_paths)
        keys = {self.column_key(column): self._key(column) for column in range(len(self.columns))}
        self._typed = {keys[name]: typed for name, typed in wanted.columns.items() if name in keys}
        self._sorted_by = keys.get(wanted.sort_by, ColumnKey("modified"))
        only = frozenset(self._marks) if wanted.only_marked else None
        self._ask_again(text=wanted.text, types=wanted.types, only=only, descending=wanted.descending)

    @property
    def sorted_column(self) -> int:
        """The column that the rows are sorted by."""
        columns = (each for each in range(len(self.columns)) if self._key(each) == self._sorted_by)
        return next(columns, CHANGED)

    def column_key(self, column: int) -> str:
        """Return the name of a column, which stays the same when others are added: ``version``, ``state total``."""
        return self._key(column).text

    def _key(self, column: int) -> ColumnKey:
        if column < len(_SORT_KEYS):
            return ColumnKey(_SORT_KEYS[column])
        return ColumnKey("state", self.value_paths[column - len(_SORT_KEYS)])

    def _paths(self, key: ColumnKey) -> tuple[tuple[str | None, str], ...]:
        """Return the paths of the value of a column, by entity type."""
        if key[0] == "name" and self._states is not None:
            return tuple(sorted(self._states.name_paths.items()))
        return ((None, key[1]),) if key[0] == "state" else ()

    def _ask_again(self, **changes: Any) -> None:
        """Ask by the sorting and the filters of the columns, whose names may come from other paths now."""
        found = (key.test(typed, self._paths(key)) for key, typed in self._typed.items())
        tests, key = tuple(each for each in found if each is not None), self._sorted_by
        query = replace(self.query, sort_by=key.tested, sort_paths=self._paths(key), tests=tests)
        self._ask(replace(query, **changes))

    def show_states(self) -> None:
        """Show what the states of the entities are now."""
        if self.count():
            self.dataChanged.emit(self.index(0, NAME), self.index(self.rowCount() - 1, len(self.columns) - 1))
        self._show_title()
        self._show_numbers()
        self._ask_again()

    def _show_title(self) -> None:
        """Title the names by the attribute that they come from, if it is one for all that is read."""
        paths = {} if self._states is None else self._states.name_paths
        named = {paths.get(each.type) for each in self.loaded_entities()}
        path = (named.pop() if len(named) == 1 else None) or ""
        title = _title_of(path) or "Name"
        if title != self.columns[NAME].title:
            self.set_titles({NAME: title})

    def _show_numbers(self) -> None:
        """Align the columns of values right that are numbers."""
        if self._states is not None and self.value_paths:
            sides = [RIGHT if self._states.is_number(path) else LEFT for path in self.value_paths]
            fixed, values = self.columns[: len(self._fixed)], self.columns[len(self._fixed) :]
            aligned = (replace(each, alignment=side) for each, side in zip(values, sides, strict=True))
            self.columns = [*fixed, *aligned]

    def name(self, entity: EntityFacts) -> str:
        """Return the name of an entity; empty if it has none, or without states."""
        return "" if self._states is None else self._states.name(entity)

    def set_listing(self, listing: Listing, chosen: EntityId | None = None) -> None:
        """Show a listing; ``chosen`` is the entity of its chosen row. The same rows are not reset, but repainted."""
        self._chosen = chosen, listing.chosen
        if listing.numbers == self.numbers and self.numbers:
            before, after = self._pages.block(0) or (), listing.first
            self._pages.forget()
            self._pages.put(0, after)
            changed = [row for row, pair in enumerate(zip_longest(before, after)) if pair[0] != pair[1]]
            if changed:
                self.repaint(changed[0], changed[-1])
            self.repaint(len(after))
        else:
            self.reset(listing.numbers, listing.first)
        self._show_title()

    def set_filter(self, text: str) -> None:
        """Ask for the entities that have every word of a text in their type, id or state."""
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
        return self.query.only is not None

    def set_only_marked(self, only_marked: bool) -> None:
        self._ask(replace(self.query, only=frozenset(self._marks) if only_marked else None))

    def loaded_entities(self) -> Iterator[EntityFacts]:
        """Yield the entities of the rows that are read."""
        return (entity for _, entity in self._pages.loaded_rows())

    def id_text(self, entity: EntityFacts) -> str:
        """Return the id of an entity as its row shows it."""
        return self._ids.text(entity.id)

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
            self._found.clear()
            self.query_changed.emit(query)

    def _tip(self, entity: EntityFacts) -> str:
        events, snapshots = count_text(entity.events, "event"), count_text(entity.snapshots, "snapshot")
        lines = [f"{entity.type} {entity.id}", self.name(entity), f"{events}, {snapshots}"]
        state = None if self._states is None else self._states.state(entity)
        if state is not None and state.failure:
            lines.append(f"Its state {state.failure}")
        if entity.discarded:
            lines.append("Discarded: its history is still here.")
        elif entity.mark:
            lines.append(f"Marked in the store: {entity.mark}.")
        marks = self._marks.get(str(entity.id), {})
        marked_events = len(marks) - (None in marks)
        if marked_events:
            lines.append(f"{count_text(marked_events, 'event')} bookmarked.")
        if None in marks:
            lines.append(f"Bookmarked. {marks[None].note}".rstrip())
        return "\n".join(filter(None, lines))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(self.columns):
            self._sorted_by = self._key(column)
            self._ask_again(descending=order == Qt.SortOrder.DescendingOrder)


def _title_of(path: str, *, whole: bool = False) -> str:
    words = (path if whole else path.rpartition(".")[2]).replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}"


def _type_text(entity: EntityFacts) -> str:
    return f"{MARKED} {entity.type}" if entity.mark else entity.type


def _spoken_type(entity: EntityFacts) -> str:
    return ", ".join(filter(None, (entity.type, entity.mark)))
