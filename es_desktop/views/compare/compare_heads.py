"""The head of a comparison: what stands at the left and at the right, a line each."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from es_desktop.models.compare.heading import Heading
from es_desktop.replay import Exactness
from es_desktop.views.style.dock_frame import ElidedLabel, Pill
from es_desktop.views.style.plain_text import Label


class CompareHeads(QWidget):
    """Names both sides, and tells how each moves, and where its state is not exact."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[tuple[ElidedLabel, ElidedLabel, Pill]] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        layout = QGridLayout(self)
        layout.setContentsMargins(13, 9, 12, 9)
        layout.setHorizontalSpacing(8)
        layout.setVerticalSpacing(4)
        layout.setColumnStretch(2, 1)
        for row, side in enumerate(("left", "right")):
            title = Label(side, self, role="dim")
            text = ElidedLabel(parent=self, cut=Qt.TextElideMode.ElideMiddle)  # type and version tell most
            text.setProperty("role", "plain")
            note = ElidedLabel(parent=self)
            note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            pill = Pill(parent=self)
            for column, widget in enumerate((title, text, note, pill)):
                layout.addWidget(widget, row, column)
            self._lines.append((text, note, pill))

    def show_headings(self, headings: tuple[Heading, Heading]) -> None:
        """Show what stands on each side."""
        for (text, note, pill), heading in zip(self._lines, headings, strict=True):
            text.set_whole_text(heading.text)
            note.set_whole_text(heading.note)
            # What goes without saying gives its room to the names.
            pill.show_verdict(heading.verdict)
            pill.setVisible(heading.verdict.exactness is not Exactness.EXACT)

    def texts(self) -> tuple[str, str]:
        """Return both lines as they were given."""
        left, right = (f"{text.whole_text()} {note.whole_text()}".strip() for text, note, _ in self._lines)
        return left, right
