"""The notes on the open store: its notebook as the window changes it, kept at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from es_desktop.app.notebook import Bookmark, Notebook, Outlook, Shelf
from es_desktop.core import EntityId
from es_desktop.core.clock import now

from .tasks import TaskRunner


class Notes(QObject):
    """Holds the notebook of the open store, and keeps it whenever it changes."""

    changed = Signal()
    """Another notebook, or another page of it."""

    def __init__(self, runner: TaskRunner, shelf: Shelf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._shelf = shelf
        self._store: str | None = None
        self.notebook = Notebook()

    def show(self, store: str | None, notebook: Notebook) -> None:
        """Take the notebook of a store that was just opened; without a ``store`` changes are not kept."""
        self._store, self.notebook = store, notebook
        self.changed.emit()

    def update(self, change: Callable[[Notebook], Notebook]) -> None:
        """Change the notebook, and keep it."""
        store, notebook = self._store, change(self.notebook)
        if notebook == self.notebook:
            return
        self.notebook = notebook
        if store is not None:
            self._runner.run("Keeping notes", lambda job: self._shelf.save(store, notebook), protected=True)
        self.changed.emit()

    def bookmark(self, entity_id: EntityId, version: int | None = None) -> Bookmark | None:
        """Return the mark on an entity, or on one of its events."""
        return self.notebook.bookmark(str(entity_id), version)

    def set_bookmark(self, entity_id: EntityId, version: int | None, note: str = "") -> None:
        """Mark an entity or an event, with a note; in place of the mark that stands there."""
        mark = Bookmark(str(entity_id), version, note, now())
        self.update(lambda notebook: notebook.with_bookmark(mark))

    def remove_bookmark(self, entity_id: EntityId, version: int | None) -> None:
        """Take a mark away."""
        self.update(lambda notebook: notebook.without_bookmark(str(entity_id), version))

    def outlook(self, entity_type: str) -> Outlook:
        """Return how entities of a type are looked at."""
        return self.notebook.outlook(entity_type)

    def set_outlook(self, entity_type: str, outlook: Outlook) -> None:
        """Look at entities of a type in another way."""
        self.update(lambda notebook: notebook.with_outlook(entity_type, outlook))
