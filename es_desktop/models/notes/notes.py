"""The notes on the open store: its notebook, saved in a task after each change."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from es_desktop.app.notes.notebook import Bookmark, Notebook, Shelf
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.transfer.case import Case
from es_desktop.core import EntityId
from es_desktop.core.events import now
from es_desktop.models.runtime.tasks import LatestRequest, TaskRunner

Marks = Mapping[int | None, Bookmark]
"""The bookmarks of one entity by version; ``None`` for the entity itself."""


class Notes(QObject):
    changed = Signal()
    """The notebook changed, or is another one."""
    about_to_change = Signal()
    """Another notebook is going to replace this one: editors have to save their text now."""
    refused = Signal(object)
    """``UserError``: a notebook cannot be read."""

    def __init__(self, runner: TaskRunner, shelf: Shelf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._read_request = LatestRequest(runner)
        self._shelf = shelf
        self._store: str | None = None
        self.problem: UserError | None = None
        """Why the notebook of the open store cannot be read."""
        self.notebook = Notebook()
        self.marks: Mapping[str, Marks] = {}
        """The bookmarks of each entity that has any, by the entity's id as text."""

    @property
    def is_kept(self) -> bool:
        """Whether changes are saved: only when the notebook of an open store was read."""
        return self._store is not None

    def read(self, store: str, case: Case | None) -> None:
        """Read the notebook of a store that was just opened, and add the notes of its case, if it is one."""

        def with_case(notebook: Notebook) -> Notebook:
            return notebook if case is None else notebook.with_case(case.digest, case.notebook)

        def failed(error: UserError) -> None:
            self.show(None, with_case(Notebook()), error)  # without a store name, so that the file is not overwritten
            self.refused.emit(error)

        self._read_request.start(
            "Reading notes",
            lambda job: with_case(self._shelf.load(store)),
            lambda notebook: self.show(store, notebook),
            failed=failed,
        )

    def show(self, store: str | None, notebook: Notebook, problem: UserError | None = None) -> None:
        """Set the notebook of a store; with ``None`` for ``store`` changes are not saved."""
        self.about_to_change.emit()
        self._store, self.problem = store, problem
        self._set_notebook(notebook)

    def update(self, change: Callable[[Notebook], Notebook]) -> None:
        """Change the notebook, and save it in a task."""
        store, notebook = self._store, change(self.notebook)
        if notebook == self.notebook:
            return
        if store is not None:
            self._runner.run("Saving notes", lambda job: self._shelf.save(store, notebook), protected=True)
        self._set_notebook(notebook)

    def _set_notebook(self, notebook: Notebook) -> None:
        self.notebook = notebook
        marks: dict[str, dict[int | None, Bookmark]] = {}
        for each in notebook.bookmarks:
            marks.setdefault(each.entity, {})[each.version] = each
        self.marks = marks
        self.changed.emit()

    def bookmark(self, entity_id: EntityId, version: int | None = None) -> Bookmark | None:
        """Return the bookmark of an entity, or of one of its events; ``None`` if there is none."""
        return self.marks_of(entity_id).get(version)

    def marks_of(self, entity_id: EntityId | None) -> Marks:
        return self.marks.get(str(entity_id), {})

    def set_bookmark(self, entity_id: EntityId, version: int | None, note: str = "") -> None:
        """Set the bookmark of an entity or an event, with a note; replaces an older one."""
        mark = Bookmark(str(entity_id), version, note, now())
        self.update(lambda notebook: notebook.with_bookmark(mark))

    def remove_bookmark(self, entity_id: EntityId, version: int | None) -> None:
        self.update(lambda notebook: notebook.without_bookmark(str(entity_id), version))
