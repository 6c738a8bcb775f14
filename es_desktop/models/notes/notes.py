"""The notes on the open store: its notebook as the window changes it, kept at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from es_desktop.app.notes.notebook import Bookmark, DisplayPreferences, Notebook, Shelf
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.transfer.case import Case
from es_desktop.core import EntityId
from es_desktop.core.clock import now
from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.runtime.tasks import TaskRunner

Marks = Mapping[int | None, Bookmark]
"""The bookmarks of one entity by version; by ``None`` that of the entity as a whole."""


class Notes(QObject):
    """Holds the notebook of the open store, and keeps it whenever it changes."""

    changed = Signal()
    """Another notebook, or another page of it."""
    about_to_change = Signal()
    """Another notebook will take the place of this one: what was typed for it has to be handed in now."""
    refused = Signal(object)
    """``UserError``: a notebook cannot be read."""

    def __init__(self, runner: TaskRunner, shelf: Shelf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._read_request = LatestRequest(runner)
        self._shelf = shelf
        self._store: str | None = None
        self.problem: UserError | None = None
        """Why the notebook of the open store could not be read."""
        self.notebook = Notebook()
        self.marks: Mapping[str, Marks] = {}
        """The bookmarks of each entity that has any, by its id as text."""

    @property
    def is_kept(self) -> bool:
        """Whether what is noted is kept: not without a store, nor where its notebook is not read or cannot be."""
        return self._store is not None

    def read(self, store: str, case: Case | None) -> None:
        """Take the notebook of a store that was just opened, with what came with it where it is a case."""

        def with_case(notebook: Notebook) -> Notebook:
            return notebook if case is None else notebook.with_case(case.digest, case.notebook)

        def failed(error: UserError) -> None:
            self.show(None, with_case(Notebook()), error)  # what cannot be read is not written over
            self.refused.emit(error)

        def done(notebook: Notebook) -> None:
            self.show(store, with_case(notebook))

        self._read_request.start("Reading notes", lambda job: self._shelf.load(store), done, failed=failed)

    def show(self, store: str | None, notebook: Notebook, problem: UserError | None = None) -> None:
        """Take the notebook of a store that was just opened; without a ``store`` changes are not kept."""
        self.about_to_change.emit()
        self._store, self.problem = store, problem
        self._turn_to(notebook)

    def update(self, change: Callable[[Notebook], Notebook]) -> None:
        """Change the notebook, and keep it."""
        store, notebook = self._store, change(self.notebook)
        if notebook == self.notebook:
            return
        if store is not None:
            self._runner.run("Keeping notes", lambda job: self._shelf.save(store, notebook), protected=True)
        self._turn_to(notebook)

    def _turn_to(self, notebook: Notebook) -> None:
        self.notebook = notebook
        marks: dict[str, dict[int | None, Bookmark]] = {}
        for each in notebook.bookmarks:
            marks.setdefault(each.entity, {})[each.version] = each
        self.marks = marks
        self.changed.emit()

    def bookmark(self, entity_id: EntityId, version: int | None = None) -> Bookmark | None:
        """Return the mark on an entity, or on one of its events."""
        return self.marks_of(entity_id).get(version)

    def marks_of(self, entity_id: EntityId | None) -> Marks:
        """Return the marks on an entity and its events."""
        return self.marks.get(str(entity_id), {})

    def set_bookmark(self, entity_id: EntityId, version: int | None, note: str = "") -> None:
        """Mark an entity or an event, with a note; in place of the mark that stands there."""
        mark = Bookmark(str(entity_id), version, note, now())
        self.update(lambda notebook: notebook.with_bookmark(mark))

    def remove_bookmark(self, entity_id: EntityId, version: int | None) -> None:
        """Take a mark away."""
        self.update(lambda notebook: notebook.without_bookmark(str(entity_id), version))

    def preferences_of(self, entity_type: str) -> DisplayPreferences:
        """Return how entities of a type are shown."""
        return self.notebook.preferences_of(entity_type)

    def set_preferences(self, entity_type: str, preferences: DisplayPreferences) -> None:
        """Show entities of a type in another way."""
        self.update(lambda notebook: notebook.with_preferences(entity_type, preferences))
