"""The filters and conditions that a person saved under a name, for the open store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

from PySide6.QtCore import QObject, Signal

from es_desktop.app.search.questions import EntityFilter, EventSearch, SavedSearch, SqlStatement

if TYPE_CHECKING:
    from es_desktop.models.ask.questioner import Questioner
    from es_desktop.models.notes.notes import Notes

    from .entities_model import EntitiesModel
    from .event_log import EventLog

Kind = Literal["entities", "log", "asked", "sql"]
TITLES: Final[dict[str, str]] = {"entities": "Entities", "log": "Log", "asked": "Ask", "sql": "SQL"}


class SavedSearches(QObject):
    """Saves what is asked for now, and asks for it again."""

    applied = Signal(object)
    """The ``Kind`` of the search that is asked for again."""

    def __init__(self, notes: Notes, entities: EntitiesModel, log: EventLog, questioner: Questioner) -> None:
        super().__init__(notes)
        self._notes, self._entities, self._log, self._questioner = notes, entities, log, questioner

    def of(self, kind: Kind | None = None) -> list[SavedSearch]:
        """Return the saved searches of a kind, or all, by name."""
        found = [each for each in self._notes.notebook.searches if kind is None or each.key[0] == kind]
        return sorted(found, key=lambda each: (each.name.casefold(), each.key))

    def current(self, kind: Kind, name: str = "") -> SavedSearch:
        """Return what is asked for now, under a name."""
        asked: dict[str, Any] = {
            "entities": self._entities.filter,
            "log": self._log.search,
            "asked": self._questioner.typed,
            "sql": SqlStatement(self._questioner.sql.typed),
        }
        return SavedSearch(name, **{kind: asked[kind]})

    def why_not_saved(self, kind: Kind) -> str:
        """Return why what is asked for now cannot be saved; empty if it can."""
        if not self._notes.is_kept:
            return "Open a store first." if self._notes.problem is None else str(self._notes.problem)
        if kind == "asked" and not self._questioner.typed.text.strip():
            return "Type a question first."
        if kind == "sql" and not self._questioner.sql.typed.strip():
            return "Type a statement first."
        is_empty = self.current(kind).question in (EntityFilter(), EventSearch())
        return "There is no filter, and no other order or column." if is_empty else ""

    def save(self, kind: Kind, name: str) -> None:
        """Save what is asked for now, in place of the search that has the name."""
        self._notes.update(lambda notebook: notebook.with_search(self.current(kind, name)))

    def rename(self, search: SavedSearch, name: str) -> None:
        """Give a search another name, in place of the one that has it."""
        renamed = replace(search, name=name)
        self._notes.update(lambda notebook: notebook.with_search(renamed, search))

    def remove(self, search: SavedSearch) -> None:
        self._notes.update(lambda notebook: notebook.without_search(search.key))

    def apply(self, search: SavedSearch) -> None:
        """Ask for it again."""
        if search.entities is not None:
            wanted = search.entities
            self._notes.update(lambda notebook: notebook.with_entity_columns(wanted.value_paths))
            self._entities.use_filter(wanted)
        if search.log is not None:
            self._log.set_search(search.log)
        if search.asked is not None:
            self._questioner.ask(search.asked)
        if search.sql is not None:
            self._questioner.sql.ask(search.sql.text)
        self.applied.emit(search.key[0])
