"""The dialog of preferences: found by typing, effective at once, and reset one by one or all."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialogButtonBox, QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from es_desktop.app.preferences.table import Kind, Preference, Value
from es_desktop.views.style.builders import fill, push_button
from es_desktop.views.style.fields import line_edit, make_choice
from es_desktop.views.style.form_dialog import FormDialog
from es_desktop.views.style.plain_text import Hint, Label, set_tip

from .editors import make_editor
from .live import LivePreferences
from .shortcuts import owner_of, why_not_key

_NAME_WIDTH: Final = 210
_EDITOR_WIDTH: Final = 270


class PreferencesDialog(FormDialog):
    """Shows the preferences of one group, or of all groups those that match what is typed."""

    def __init__(self, live: LivePreferences, parent: QWidget | None = None, *, focused: str = "") -> None:
        """``focused`` is the name of the preference whose editor has the focus; the search has it by default."""
        close = QDialogButtonBox.StandardButton.Close
        super().__init__("Preferences", "Reset all", parent, size=(660, 580), is_dangerous=True, leave=close)
        self._live = live
        self._before = {name: live.kept.value(name) for name in live.kept.table}
        example = "Search, such as: theme, zone, Ctrl+K"
        self.search = line_edit("Search the preferences", example, self, can_clear=True)
        self._groups = tuple(dict.fromkeys(each.group for each in live.kept.table.values()))
        choice, self.groups = make_choice(self._groups, self)
        self.rows: dict[str, PreferenceRow] = {}
        """Those that were shown, by the name of their preference."""
        self._none = Hint("No preference has all these words.", self)
        page = QWidget()
        page.setObjectName("page")
        self._list = fill(QVBoxLayout(page), self._none, (0, 1), margins=(0, 0, 8, 0), spacing=12)
        self._area = QScrollArea(self, widgetResizable=True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(page)
        self.add(self.search, fill(QHBoxLayout(), choice, (0, 1)))
        self.add(self._area, stretch=1)
        self.undo = push_button("Undo", self)
        set_tip(self.undo, "Set all preferences as they were when this dialog was opened")
        self.undo.clicked.connect(lambda: live.set(self._before))
        self.add_beside_buttons(self.undo, Label(parent=self))
        self.search.textChanged.connect(self._show)
        self.groups.idClicked.connect(lambda _: self.search.clear())
        self.groups.idClicked.connect(self._show)
        live.changed.connect(self._on_changed)
        if focused:
            self.groups.button(self._groups.index(live.kept.table[focused].group)).setChecked(True)
        self._show()
        self._on_changed()
        (self.rows[focused].editor if focused else self.search).setFocus()

    def _wanted(self) -> list[Preference]:
        table, text = self._live.kept.table.values(), self.search.text()
        if not text.strip():
            return [each for each in table if each.group == self._groups[self.groups.checkedId()]]
        return [each for each in table if each.matches(text, self._live.kept.value(each.name))]

    def _show(self, *_changed: object) -> None:
        wanted = {each.name for each in self._wanted()}
        place = 0
        for name, preference in self._live.kept.table.items():
            if name in wanted and name not in self.rows:
                self.rows[name] = PreferenceRow(preference, self._live, self)
                self._list.insertWidget(place, self.rows[name])
            place += name in self.rows
        for name, row in self.rows.items():
            row.setVisible(name in wanted)
        self._none.setVisible(not wanted)
        self._area.verticalScrollBar().setValue(0)

    def _on_changed(self) -> None:
        kept = self._live.kept
        for row in self.rows.values():
            row.show_value()
        self.agree_button.setEnabled(not all(map(kept.is_default, kept.table)))
        self.undo.setEnabled(any(kept.value(name) != value for name, value in self._before.items()))

    def agree(self) -> None:
        """Reset all preferences; the dialog stays."""
        self._live.set({name: each.default for name, each in self._live.kept.table.items()})

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # they end what is typed, and not the dialog
            super().keyPressEvent(event)


class PreferenceRow(QWidget):
    """A preference: its title, its editor, what it does, and a button that resets it."""

    def __init__(self, preference: Preference, live: LivePreferences, parent: QWidget) -> None:
        super().__init__(parent)
        self._preference, self._live = preference, live
        self.editor, self._show_in_editor = make_editor(preference, self._on_edited, self)
        self.editor.setFixedWidth(_EDITOR_WIDTH)
        self.reset = push_button("Reset", self, "link")
        self.reset.setAccessibleName(f"Reset {preference.title}")
        self.reset.clicked.connect(lambda: live.set({preference.name: preference.default}))
        kept = self.reset.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(kept)
        title = Label(preference.title, self, wraps=True)
        title.setBuddy(self.editor)
        title.setFixedWidth(_NAME_WIDTH)
        self.notice = Label(parent=self, role="error", wraps=True)
        self.take = push_button("", self, "link")
        self.take.clicked.connect(self._take)
        self._key, self._owner = "", ""
        line = fill(QHBoxLayout(), title, self.editor, (0, 1), self.reset, spacing=8)
        about = Label(preference.help, self, "hint", wraps=True)
        about.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        below = fill(QHBoxLayout(), (self.notice, 1), self.take)
        fill(QVBoxLayout(self), line, about, below, spacing=3)
        self.show_value()

    def show_value(self) -> None:
        """Show the value that holds, and whether it is another than the default."""
        kept, name = self._live.kept, self._preference.name
        self._show_in_editor(kept.value(name))
        self.reset.setVisible(not kept.is_default(name))
        self._explain("")

    def _on_edited(self, value: Value) -> None:
        if self._preference.kind is Kind.KEYS and value:
            why_not = why_not_key(self._preference, str(value))
            owner = owner_of(str(value), self._preference.name, self._live.kept)
            if why_not:
                self._explain(why_not)
                return
            if owner is not None:
                self._key, self._owner = str(value), owner.name
                self._explain(f"{value} is the shortcut of “{owner.title}”.")
                self.take.setText(f"Use {value} here")
                self.take.show()
                return
        self._live.set({self._preference.name: value})

    def _explain(self, notice: str) -> None:
        self.notice.setText(notice)
        self.notice.setVisible(bool(notice))
        self.take.hide()

    def _take(self) -> None:
        """Give the key that was pressed to this action, and take it from the other."""
        left = (each for each in self._live.kept.text(self._owner).split() if each != self._key)
        self._live.set({self._owner: " ".join(left), self._preference.name: self._key})
