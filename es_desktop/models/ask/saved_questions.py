"""The questions that a person saved for the open store, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from es_desktop.app.search.questions import SavedSearch
from es_desktop.models.search.saved_searches import TITLES
from es_desktop.models.table.model import Column, RowsModel

if TYPE_CHECKING:
    from es_desktop.models.notes.notes import Notes
    from es_desktop.models.search.saved_searches import SavedSearches

NAME, OF = range(2)
_KINDS: Final[dict[str, str]] = {**TITLES}


class SavedQuestionsModel(RowsModel[SavedSearch]):
    """One row for each saved search, by name."""

    def __init__(self, searches: SavedSearches, notes: Notes) -> None:
        super().__init__(
            (
                Column("Name", lambda each: each.name, tip=lambda each: each.name),
                Column("Asks", lambda each: _KINDS.get(each.key[0], "")),
            ),
            parent=notes,
        )
        self._searches = searches
        notes.changed.connect(self.read)
        self.read()

    def read(self) -> None:
        """List them as they are now."""
        self.set_rows(self._searches.of(), key=lambda each: each.key)
