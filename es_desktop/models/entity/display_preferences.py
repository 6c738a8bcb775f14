"""The display preferences of the chosen entity's type: which paths are pinned, hidden and drawn as lanes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from PySide6.QtCore import QObject, Signal

from es_desktop.app.notes.notebook import DisplayPreferences
from es_desktop.models.notes.notes import Notes
from es_desktop.replay import PathError, parse_path

from .inspector import Inspector
from .state_model import Arrangement

Aspect = Literal["lanes", "hidden", "pinned"]
"""One of the tuples of paths of ``DisplayPreferences``."""

_MESSAGES: Final[Mapping[tuple[Aspect, bool], str]] = {
    ("lanes", True): "{path} is drawn under the timeline of every {type}.",
    ("lanes", False): "The lane of {path} was removed.",
    ("hidden", True): "{path} is hidden in every {type}; Shift+H shows what is hidden.",
    ("hidden", False): "{path} is no longer hidden.",
    ("pinned", True): "{path} is shown first in every {type}.",
    ("pinned", False): "{path} is no longer pinned.",
}


class TypePreferences(QObject):
    """Reads the preferences from the notes, arranges the state by them, and keeps what a person changes."""

    changed = Signal()
    """``current`` or ``shows_hidden`` changed."""
    message = Signal(object)
    """What a person changed, as a sentence."""

    def __init__(self, notes: Notes, inspector: Inspector, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notes = notes
        self._inspector = inspector
        self.shows_hidden = False
        self.current = DisplayPreferences()
        notes.changed.connect(self._read)
        inspector.outline_changed.connect(self._read)

    @property
    def entity_type(self) -> str | None:
        """The entity type of the chosen entity; ``None`` if it is not read."""
        view = self._inspector.view
        return None if view is None else view.facts.type

    def has(self, aspect: Aspect, path: str) -> bool:
        """Return whether a path is pinned, hidden or drawn as a lane."""
        return path in self._paths(aspect)

    def toggle(self, aspect: Aspect, path: str) -> bool:
        """Add a path to an aspect, or remove it; return whether it has the aspect now.

        A path that is pinned is no longer hidden, and the other way round.
        """
        is_wanted = not self.has(aspect, path)
        others = tuple(each for each in self._paths(aspect) if each != path)
        self.set_paths(aspect, (*others, path) if is_wanted else others)
        self.message.emit(_MESSAGES[aspect, is_wanted].format(path=path, type=self.entity_type))
        return is_wanted

    def set_paths(self, aspect: Aspect, paths: tuple[str, ...]) -> None:
        """Set the paths of an aspect."""
        if self.entity_type is None:
            return
        kept: dict[Aspect, tuple[str, ...]] = {
            "lanes": self.current.lanes,
            "hidden": self.current.hidden,
            "pinned": self.current.pinned,
        }
        contrary: dict[Aspect, Aspect] = {"hidden": "pinned", "pinned": "hidden"}
        if aspect in contrary:
            kept[contrary[aspect]] = tuple(each for each in kept[contrary[aspect]] if each not in paths)
        kept[aspect] = paths
        preferences = DisplayPreferences(kept["lanes"], kept["hidden"], kept["pinned"])
        self._notes.set_preferences(self.entity_type, preferences)

    def set_shows_hidden(self, shows_hidden: bool) -> None:
        """Show hidden values in a faint colour, or not at all."""
        if shows_hidden != self.shows_hidden:
            self.shows_hidden = shows_hidden
            self._arrange()

    def _paths(self, aspect: Aspect) -> tuple[str, ...]:
        match aspect:
            case "lanes":
                return self.current.lanes
            case "hidden":
                return self.current.hidden
        return self.current.pinned

    def _read(self) -> None:
        entity_type = self.entity_type
        found = DisplayPreferences() if entity_type is None else self._notes.preferences_of(entity_type)
        # A notebook is a file, so a path in it may be invalid.
        valid = (tuple(filter(_is_path, paths)) for paths in (found.lanes, found.hidden, found.pinned))
        preferences = DisplayPreferences(*valid)
        if preferences != self.current:
            self.current = preferences
            self._arrange()

    def _arrange(self) -> None:
        self._inspector.state.set_arrangement(Arrangement(self.current.pinned, self.current.hidden, self.shows_hidden))
        self.changed.emit()


def _is_path(text: str) -> bool:
    try:
        return bool(parse_path(text))
    except PathError:
        return False
