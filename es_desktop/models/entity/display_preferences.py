"""The display preferences of the chosen entity's type: which paths are pinned, hidden and drawn as lanes.

They are read from the notes; the state is arranged by them, and what a person changes is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.view import EntityView, StateView
from es_desktop.app.notes.notebook import DisplayPreferences
from es_desktop.app.watch.series import offered_paths
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
    changed = Signal()
    """``current`` or ``shows_hidden`` changed."""
    message = Signal(object)
    """What a person changed, as a sentence."""

    def __init__(self, notes: Notes, inspector: Inspector, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notes = notes
        self._inspector = inspector
        self.shows_hidden = False
        self.draws_numbers = False
        """Whether a number of an entity is drawn as a lane without being asked for, see ``offered_paths``."""
        self._offered: tuple[str, ...] = ()
        self.current = DisplayPreferences()
        notes.changed.connect(self._read)
        inspector.outline_changed.connect(self._on_outline)
        inspector.state_changed.connect(self._on_state)

    @property
    def entity_type(self) -> str | None:
        """The entity type of the chosen entity; ``None`` if it is not read."""
        view = self._inspector.view
        return None if view is None else view.facts.type

    def has(self, aspect: Aspect, path: str) -> bool:
        return path in self._paths(aspect)

    def toggle(self, aspect: Aspect, path: str) -> bool:
        """Add a path to an aspect, or remove it; return whether it has it now. No path is both pinned and hidden."""
        is_wanted = not self.has(aspect, path)
        others = tuple(each for each in self._paths(aspect) if each != path)
        self.set_paths(aspect, (*others, path) if is_wanted else others)
        self.message.emit(_MESSAGES[aspect, is_wanted].format(path=path, type=self.entity_type))
        return is_wanted

    def set_paths(self, aspect: Aspect, paths: tuple[str, ...]) -> None:
        entity_type = self.entity_type
        if entity_type is None:
            return
        kept = {each: self._paths(each) for each in get_args(Aspect)} | {aspect: paths}
        if aspect != "lanes":
            contrary = "pinned" if aspect == "hidden" else "hidden"
            kept[contrary] = tuple(each for each in kept[contrary] if each not in paths)
        found = self._notes.notebook.preferences_of(entity_type)
        if aspect != "lanes":
            kept["lanes"] = found.lanes  # and not those that are only offered
        no_lanes = not paths and self.draws_numbers if aspect == "lanes" else found.no_lanes
        self._notes.update(lambda notebook: notebook.with_paths(entity_type, **kept, no_lanes=no_lanes))

    def set_shows_hidden(self, shows_hidden: bool) -> None:
        """Show hidden values in a faint colour, or not at all."""
        if shows_hidden != self.shows_hidden:
            self.shows_hidden = shows_hidden
            self._arrange()

    def _paths(self, aspect: Aspect) -> tuple[str, ...]:
        paths: tuple[str, ...] = getattr(self.current, aspect)
        return paths

    def _on_outline(self, view: EntityView | None) -> None:
        if view is None:
            self._offered = ()
        self._read()

    def _on_state(self, shown: StateView | None) -> None:
        if self.draws_numbers and not self._offered and shown is not None and shown.state:
            self._offered = offered_paths(shown.state)
            self._read()

    def _read(self) -> None:
        entity_type = self.entity_type
        found = DisplayPreferences() if entity_type is None else self._notes.notebook.preferences_of(entity_type)
        # A notebook is a file, so a path in it may be invalid.
        lanes, hidden, pinned = (tuple(filter(_is_path, each)) for each in (found.lanes, found.hidden, found.pinned))
        if not lanes and not found.no_lanes:
            lanes = self._offered
        preferences = DisplayPreferences(lanes, hidden, pinned, found.no_lanes, found.name)
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
