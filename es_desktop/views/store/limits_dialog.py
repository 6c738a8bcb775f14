"""Asks for the limits of what is read."""

from __future__ import annotations

from PySide6.QtWidgets import QSpinBox, QWidget

from es_desktop.core.counts import format_number
from es_desktop.system.limits import MOST, NAMES, WHAT, Limits, limits
from es_desktop.views.style.builders import push_button
from es_desktop.views.style.form_dialog import LINE_HEIGHT, FormDialog
from es_desktop.views.style.plain_text import Label

_ABOUT = "What is read at most, so that no content takes all memory or time. The store is read again."


class LimitsDialog(FormDialog):
    """Shows all limits, each with what it is and its default; ``limits`` are those that are chosen."""

    def __init__(self, met: str, parent: QWidget | None = None) -> None:
        """``met`` is the name of the limit that has the focus; an empty text for none."""
        super().__init__("Limits", "Set", parent, size=(560, 0))
        self.add(Label(_ABOUT, self, "dim", wraps=True))
        self.boxes = {name: self._box(name) for name in NAMES}
        self._show(limits())
        form = self.add_form()
        for name, box in self.boxes.items():
            form.row(name, box)
            form.addRow("", Label(f"{WHAT[name]}; {format_number(getattr(Limits(), name))} by default", self, "dim"))
        reset = push_button("Reset", self)
        reset.clicked.connect(lambda: self._show(Limits()))
        self.add_beside_buttons(reset, Label(parent=self))
        if met:
            self.boxes[met].setFocus()
            self.boxes[met].selectAll()

    @property
    def limits(self) -> Limits:
        return Limits(**{name: box.value() for name, box in self.boxes.items()})

    def _box(self, name: str) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(1, MOST)
        box.setGroupSeparatorShown(True)
        box.setFixedHeight(LINE_HEIGHT)
        box.setAccessibleName(name)
        return box

    def _show(self, shown: Limits) -> None:
        for name, box in self.boxes.items():
            box.setValue(getattr(shown, name))
