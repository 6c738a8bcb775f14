"""What the toolbar has in the view Process: the entity type, what counts, and from how many entities on it is shown."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QWidget

from es_desktop.app.process.counting import Repeats
from es_desktop.models.guard import Guarded
from es_desktop.models.workspace import Workspace
from es_desktop.views.style.builders import delay, fill
from es_desktop.views.style.fields import ChoiceBox, calm
from es_desktop.views.style.plain_text import Label, set_tip

_MOST: Final = 2**31 - 1
_TYPING_MILLISECONDS: Final = 250
_REPEATS: Final = (("first time of each type", Repeats.FIRST), ("each time", Repeats.COLLAPSED))


class ProcessControls(Guarded, QWidget):
    """Chooses what of the process is shown."""

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._finder = workspace.process
        self.types: ChoiceBox[str] = ChoiceBox(parent=self, name="Entity type", letters=11)
        self.repeats: ChoiceBox[Repeats] = ChoiceBox(_REPEATS, self, name="What counts of repeats")
        set_tip(self.repeats, "Whether each event type counts at its first time in an entity, or each time")
        self.at_least = calm(QSpinBox(self))
        self.at_least.setRange(1, _MOST)
        self.at_least.setFixedWidth(84)
        self.at_least.setAccessibleName("Shown from how many entities on")
        set_tip(self.at_least, "Event types and edges of fewer entities are hidden; the map says how many these are")
        before, after = Label("in at least", self, role="dim"), Label("entities", self, role="dim")
        parts = self.types, self.repeats, before, self.at_least, after
        fill(QHBoxLayout(self), *parts, margins=(4, 0, 4, 0), spacing=8)
        self._soon = delay(_TYPING_MILLISECONDS, self._show_from, self)
        self.types.activated.connect(lambda: self._finder.ask(self.types.chosen))
        self.repeats.activated.connect(lambda: self._finder.ask(repeats=self.repeats.chosen))
        self.at_least.valueChanged.connect(lambda: self._soon.start())
        self._finder.changed.connect(self._show)
        self._show()

    def _show_from(self) -> None:
        self._finder.show_from(self.at_least.value())

    def _show(self) -> None:
        finder = self._finder
        if self.types.values != tuple(finder.types):
            self.types.set_options((each, each) for each in finder.types)
        self.types.choose(finder.query.entity_type)
        self.repeats.choose(finder.query.repeats)
        self.setEnabled(bool(finder.types))
        if not self._soon.isActive() and self.at_least.value() != finder.at_least:
            self.at_least.blockSignals(True)
            self.at_least.setValue(finder.at_least)
            self.at_least.blockSignals(False)
