"""An editor for each kind of preference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox, QWidget

from es_desktop.app.preferences.table import Kind, Preference, Value
from es_desktop.models.guard import Guarded
from es_desktop.views.search.completer import Completer
from es_desktop.views.style.fields import ChoiceBox, calm
from es_desktop.views.style.form_dialog import LINE_HEIGHT

Changed = Callable[[Value], object]
Show = Callable[[Value], object]
"""Shows a value, and calls nothing."""
_MODIFIERS: Final = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)
_LEAVING: Final = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape)
_CLEARING: Final = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)


def make_editor(preference: Preference, changed: Changed, parent: QWidget) -> tuple[QWidget, Show]:
    """Return an editor that calls ``changed`` with each new value, and what shows a value in it."""
    editor, show = _MAKERS[preference.kind](preference, changed, parent)
    editor.setAccessibleName(preference.title)
    editor.setAccessibleDescription(preference.help)
    editor.setMinimumHeight(LINE_HEIGHT)

    def show_only(value: Value) -> None:
        with QSignalBlocker(editor):
            show(value)

    return editor, show_only


def _choice(preference: Preference, changed: Changed, parent: QWidget) -> tuple[QWidget, Show]:
    box = ChoiceBox(((text, value) for value, text in preference.choices), parent)
    box.currentIndexChanged.connect(lambda _: changed(box.chosen))
    return box, lambda value: box.choose(str(value))


def _zone(preference: Preference, changed: Changed, parent: QWidget) -> tuple[QWidget, Show]:
    from es_desktop.app.text.times import zones

    box = calm(QComboBox(parent, editable=True, insertPolicy=QComboBox.InsertPolicy.NoInsert))
    box.addItems([*(text for _, text in preference.choices), *sorted(zones() - {"UTC"})])
    box.setCompleter(Completer([box.itemText(at) for at in range(box.count())], box))
    values = {text: value for value, text in preference.choices}

    def typed(text: str) -> None:
        value = values.get(text, text)
        if preference.accepts(value):
            changed(value)

    box.currentTextChanged.connect(typed)
    return box, lambda value: box.setCurrentText(preference.text_of(value))


def _number(preference: Preference, changed: Changed, parent: QWidget) -> tuple[QWidget, Show]:
    box = calm(QSpinBox(parent, minimum=preference.least, maximum=preference.most))
    box.setKeyboardTracking(False)  # half a number is no limit
    box.setGroupSeparatorShown(True)
    box.valueChanged.connect(changed)
    return box, lambda value: box.setValue(int(value))


def _switch(preference: Preference, changed: Changed, parent: QWidget) -> tuple[QWidget, Show]:
    box = QCheckBox("On", parent)
    box.toggled.connect(changed)
    return box, lambda value: box.setChecked(bool(value))


def _keys(preference: Preference, changed: Changed, parent: QWidget) -> tuple[QWidget, Show]:
    line = KeysLine(parent)
    line.pressed.connect(changed)
    return line, lambda value: line.setText("   ".join(str(value).split()))


_MAKERS: Final = {
    Kind.CHOICE: _choice,
    Kind.ZONE: _zone,
    Kind.NUMBER: _number,
    Kind.SWITCH: _switch,
    Kind.KEYS: _keys,
}


class KeysLine(Guarded, QLineEdit):
    """Shows shortcuts, and takes the next key that is pressed. Tab and Esc leave it; Backspace means no shortcut."""

    pressed = Signal(object)
    """A key with its modifiers as portable text; an empty one for none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, readOnly=True, placeholderText="none; press keys")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() not in _LEAVING:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and event.key() not in _MODIFIERS:
                is_clear = event.key() in _CLEARING and not event.modifiers()
                self.pressed.emit("" if is_clear else QKeySequence(event.keyCombination()).toString())
                return True
        return super().event(event)
