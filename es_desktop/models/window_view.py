"""Which view of the window is shown: Explore, Ask and others. Which there are is a table of the window."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal

EXPLORE: Final = "explore"
"""The name of the view that shows one entity; a window begins with it."""


class ShownView(QObject):
    changed = Signal(object)
    """The name of the view that is shown now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = EXPLORE
        self.wanted: str | None = None
        """The view to show the store in that opens next; ``None`` for the one that it was shown in the last time."""

    def show_for_store(self, last: str) -> None:
        """Show the view that is wanted for a store that has opened, or ``last``; empty for Explore."""
        wanted, self.wanted = self.wanted, None
        self.show(wanted or last or EXPLORE)

    def show(self, name: str) -> None:
        """Show a view; the chosen entity and version stay."""
        if name != self.name:
            self.name = name
            self.changed.emit(name)
