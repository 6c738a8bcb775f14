"""The states of the entities in a list: the names and other values that its rows show, read in tasks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Final, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.search.entity_states import EntityStates, ListedState, StateCount, shortest_first
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.core import EntityId
from es_desktop.models.runtime.tasks import Job, LatestRequest, Queue, TaskRunner
from es_desktop.models.table.model import Column, RowsModel
from es_desktop.models.table.reading import UNREAD as NOT_READ

_MOST_READ: Final = 200
"""Rows that are read at once; those that were asked for last are read first."""
_KEPT: Final = 50_000
UNREAD: Final = "…"

States = dict[EntityId, ListedState]
R = TypeVar("R")


class NamedRows(RowsModel[R]):
    """A table with the names of entities."""

    _names: ListedStates | None = None

    def use_names(self, names: ListedStates) -> None:
        """Show these names, and those that are read later when they are read."""
        self._names = names
        names.changed.connect(self.repaint)

    def name_column(self, entity: Callable[[R], EntityFacts]) -> Column[R]:
        """Return the column of the names of the rows' entities."""

        def name(row: R) -> str:
            return "" if self._names is None else self._names.name(entity(row))

        return Column("Name", name, value=lambda row: NOT_READ if name(row) == UNREAD else name(row))


class ListedStates(QObject):
    """Gives the states of listed entities. One that is not read yet is requested by asking for it.

    All states of a store are read only if a list is filtered or sorted by them.
    """

    changed = Signal()
    """There are more states, or other names."""
    counted = Signal(object)
    """``count`` changed, while all states are read; true at the end."""

    paths_read = Signal()
    """``paths`` are known now."""

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._requests = [LatestRequest(runner) for _ in range(3)]
        self._rows_request, self._all_request, self._paths_request = self._requests
        self._index: StoreIndex | None = None
        self._known: States = {}
        self._wanted: dict[EntityId, EntityFacts] = {}
        self._asked: dict[EntityId, int] = {}
        """The versions that were requested, also of entities whose state could not be read."""
        self._guessed: dict[str, str] = {}
        self._chosen: Mapping[str, str] = {}
        self._has_all = False
        """Whether all states were read since the index had more."""
        self.paths: dict[str, list[str]] | None = None
        """The paths of the values of every entity type; ``None`` until they are read."""
        self.count: StateCount | None = None
        """How many states of the store are in its index, as far as that was counted."""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._read_rows)

    @property
    def is_possible(self) -> bool:
        """Whether there are states: not if they would be of encrypted records in a file."""
        return self._index is not None and EntityStates.can_be_kept(self._index)

    @property
    def is_reading_all(self) -> bool:
        return self._all_request.is_running

    @property
    def name_paths(self) -> dict[str, str]:
        """The path of the value that names an entity, by entity type: the guessed one, or the chosen one."""
        return {**self._guessed, **self._chosen}

    def set_index(self, index: StoreIndex | None) -> None:
        """Read from the index of another store; ``None`` without one."""
        self._index = index
        self._guessed.clear()
        self.forget()
        self.changed.emit()

    def set_chosen_names(self, paths: Mapping[str, str]) -> None:
        """Use these paths for the names of some entity types, instead of guessed ones."""
        if paths != self._chosen:
            self._chosen = dict(paths)
            self.changed.emit()

    def forget(self) -> None:
        """Read everything again when it is shown, because states are rebuilt in another way."""
        for request in self._requests:
            request.cancel()
        self.count, self.paths, self._has_all = None, None, False
        for each in (self._known, self._wanted, self._asked):
            each.clear()

    def outdate(self) -> None:
        """Read what the index may have more of now: what could not be read before, and all if that is asked for."""
        self._asked.clear()
        self._has_all = False

    def ask_again(self) -> None:
        """Request what could not be read before the entities were listed."""
        self._asked.clear()

    def state(self, entity: EntityFacts) -> ListedState | None:
        """Return the state of an entity, an older one while it is read again; ``None`` if it is not read yet."""
        found = self._known.get(entity.id)
        is_known = found is not None and found.version == entity.version
        if not is_known and self._asked.get(entity.id) != entity.version and self.is_possible:
            self._asked[entity.id] = entity.version
            self._wanted[entity.id] = entity
            if not self._soon.isActive():
                self._soon.start()
        return found

    def value(self, entity: EntityFacts, path: str | None) -> str:
        """Return the text of a value; of one that is not read yet, the sign of that. ``None`` is an unknown path."""
        state = self.state(entity)
        if state is not None:
            return "" if path is None else state.values.text(path)
        return UNREAD if self.is_possible and path != "" else ""

    def name(self, entity: EntityFacts) -> str:
        """Return the name of an entity; empty if it has none."""
        return self.value(entity, self.name_paths.get(entity.type))

    def is_number(self, path: str) -> bool:
        """Return whether a value is a number, in the states that are read."""
        found = {state.values.is_number(path) for state in islice(self._known.values(), _MOST_READ)}
        return True in found and False not in found

    def texts(self, path: str) -> list[str]:
        """Return the texts of a value in some of the states that are read."""
        return [state.values.text(path) for state in islice(self._known.values(), _MOST_READ)]

    def paths_of(self, entity_type: str, entities: Iterable[EntityFacts]) -> list[str]:
        """Return the paths of the values of a type, as far as they are read, the shortest first."""
        states = (self._known.get(each.id) for each in entities if each.type == entity_type)
        seen = (path for state in states if state is not None for path in state.values.shown)
        return shortest_first([*(self.paths or {}).get(entity_type, ()), *seen])

    def read_paths(self) -> None:
        """Read ``paths`` unless they are known; ends in ``paths_read``."""
        index = self._index
        if index is None or not self.is_possible or self.paths is not None or self._paths_request.is_running:
            return

        def work(job: Job) -> dict[str, list[str]]:
            states, found = EntityStates(index), {}
            for each in states.types:
                job.check()
                found[each] = states.paths(each)
            return found

        def done(found: dict[str, list[str]]) -> None:
            self.paths = found
            self.paths_read.emit()

        self._paths_request.start("Reading which values there are", work, done, queue=Queue.ROWS)

    def read_all(self) -> None:
        """Read all states that are not in the index, in several processes if there are many."""
        index = self._index
        if index is None or not self.is_possible or self.is_reading_all or self._has_all:
            return
        processes = 0 if index.path is None else os.cpu_count() or 1

        known = frozenset(self._guessed)

        def work(job: Job) -> dict[str, str]:
            states = EntityStates(index)
            for count in states.read_all(processes, job.check):
                job.report_part(count)
            # Entities of types that were not shown yet are found and sorted by their names too.
            return {each: states.path_of_name(each) for each in states.types if each not in known}

        def counted(count: StateCount) -> None:
            self.count = count
            self.counted.emit(False)

        def done(paths: dict[str, str]) -> None:
            self._has_all = True
            self._guessed |= paths
            self.changed.emit()
            self.counted.emit(True)

        self._all_request.start(
            "Reading the states of all entities",
            work,
            done,
            part=counted,
            queue=Queue.STATES,
            quiet=index.path is not None,
        )

    def _read_rows(self) -> None:
        index = self._index
        if index is None or self._rows_request.is_running or not self._wanted:
            return
        wanted = dict(islice(reversed(self._wanted.items()), _MOST_READ))
        for entity_id in wanted:
            del self._wanted[entity_id]
        types = {each.type for each in wanted.values()} - {*self._guessed}

        def work(job: Job) -> dict[str, str]:
            states = EntityStates(index)
            known = states.known([*wanted])
            job.report_part(known)
            old = [
                each for each in reversed(wanted) if each not in known or known[each].version != wanted[each].version
            ]
            for part in states.read(old, job.check):
                known |= part
                job.report_part(part)
            seen = {
                each: [known[at] for at, one in wanted.items() if one.type == each and at in known] for each in types
            }
            return {each: states.path_of_name(each, seen[each]) for each in types}

        def done(paths: dict[str, str]) -> None:
            self._guessed |= paths
            if paths:
                self.changed.emit()
            self._read_rows()

        self._rows_request.start("Reading names", work, done, part=self._add, queue=Queue.ROWS)

    def _add(self, states: States) -> None:
        for each in [*islice(self._known, max(0, len(self._known) + len(states) - _KEPT))]:
            del self._known[each]
        self._known |= states
        if states:
            self.changed.emit()
