"""The map of the process: which event types follow each other, how often and how soon."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from es_desktop.app.process.selections import Part
from es_desktop.models.presence import Absence
from es_desktop.models.process.process_finder import ShownProcess
from es_desktop.system.counts import count_text, format_number
from es_desktop.views.style.builders import fill, push_button
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.plain_text import Hint, Label, set_tip

from .map_view import MapView
from .part_entities_dock import go_to_entities

_HOW: Final = "Click a box or an edge, double-click for its entities."
_BROKEN: Final = " Red breaks a kept rule."


class MapDock(WorkspaceDock):
    """Shows the map; a click chooses a part of the process."""

    name, title = "process-map", "Map"

    def _fill(self, body: QWidget) -> None:
        self._finder = self._workspace.process
        self.view = MapView(body)
        self.hint = Hint(parent=body, top=10, bottom=8)
        self._how = Label(parent=body, role="dim")
        self._how.setWordWrap(True)
        self.fit_button = push_button("Fit", body, "link")
        set_tip(
            self.fit_button, "Show the whole map. Ctrl and the wheel, + and − make it larger and smaller, 0 fits it."
        )
        self.fit_button.clicked.connect(self.view.fit)
        self._zoom = Label(parent=body, role="dim")
        below = fill(QHBoxLayout(), (self._how, 1), self.fit_button, self._zoom, margins=(12, 4, 12, 6), spacing=10)
        fill(QVBoxLayout(body), self.hint, (self.view, 1), below, margins=(1, 0, 1, 1))
        self.view.chosen.connect(self._finder.choose)
        self.view.opened.connect(self._open)
        self.view.zoomed.connect(self._show_zoom)
        self._finder.changed.connect(self._show)
        self._finder.part_changed.connect(lambda: self.view.show_chosen(self._finder.part))
        self._theme.follow(self.view, self)
        self._show()
        self._show_zoom()

    def _open(self, part: Part) -> None:
        """Choose a part, and bring the list of its entities forward."""
        self._finder.choose(part)
        go_to_entities(self)

    def _show(self) -> None:
        finder, session = self._finder, self._workspace.session
        shown = finder.shown if session is not None else None
        hues = (
            {}
            if shown is None or session is None
            else {each.type: session.type_hues[each.type] for each in shown.map.nodes}
        )
        self.view.show_process(shown, hues)
        self.view.show_chosen(finder.part)
        is_drawn = shown is not None and shown.layout is not None
        self.view.setVisible(is_drawn)
        self.fit_button.setVisible(is_drawn)
        self._zoom.setVisible(is_drawn)
        broken = _BROKEN if shown is not None and shown.process.broken else ""
        self._how.setText(f"{_HOW}{broken}" if is_drawn else "")
        self._explain(self.hint, None if is_drawn else self._why_empty(shown))
        self.title_bar.set_summary("" if shown is None else _summary(shown))
        self.title_bar.set_badge("reading…" if finder.is_reading and shown is not None else "")

    def _why_empty(self, shown: ShownProcess | None) -> Absence:
        finder, indexer = self._finder, self._workspace.listing.indexer
        if shown is not None:
            drawn = f"{count_text(len(shown.map.nodes), 'event type')} and {count_text(len(shown.map.edges), 'edge')}"
            return Absence(f"A map of {drawn} cannot be read. Show those of more entities only.")
        if finder.problem is not None:
            return Absence.of(finder.problem)
        if indexer.problem is not None:
            return Absence.of(indexer.problem)
        if self._workspace.overview.activity is not None and not finder.types:
            return self._presence.nothing_yet("entities")
        return Absence("Reading the process…" if finder.is_reading else "The store is being indexed…")

    def _show_zoom(self) -> None:
        self._zoom.setText(f"{format_number(round(100 * self.view.zoom))} %")


def _summary(shown: ShownProcess) -> str:
    found = shown.map.map
    parts = [count_text(found.entities, found.entity_type), count_text(found.events, "event")]
    if len(shown.map.nodes) < len(found.nodes):
        parts.append(f"{format_number(len(shown.map.nodes))} of {count_text(len(found.nodes), 'event type')}")
    if shown.map.hidden_edges:
        parts.append(f"{count_text(shown.map.hidden_edges, 'edge')} hidden")
    return " · ".join(parts)
