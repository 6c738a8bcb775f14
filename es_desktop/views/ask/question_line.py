"""The line that a question is typed into: words of the language in colour, completion, and a mark at errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, cast

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QInputMethodEvent, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QLineEdit, QWidget

from es_desktop.app.ask.completing import Completion
from es_desktop.app.ask.tokens import outer_tokens, time_word_at, tokens
from es_desktop.app.search.examples import QUESTION
from es_desktop.models.guard import Guarded
from es_desktop.views.glossary.parts import set_part
from es_desktop.views.style.theme import Theme, mono_font, restyle
from es_desktop.views.style.tokens import LIGHT, Tokens

from .completion_list import CompletionList, asks_for_list

_WORDS: Final = frozenset({"where", "and", "or", "not", "in", "is", "before", "for", "if", "else"})
_OF_CHANGE: Final = frozenset({"from", "to"})
_LONGEST: Final = 10_000
_FORMAT: Final = QInputMethodEvent.AttributeType.TextFormat
Complete = Callable[[str, int], Sequence[Completion]]
"""Returns what may be written at a place of a text."""


class QuestionLine(Guarded, QLineEdit):
    """Accepts a question with Enter."""

    entered = Signal()
    """Enter was pressed, and takes no completion."""

    def __init__(self, complete: Complete, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        set_part(self, "question")
        self._complete = complete
        self._tokens = LIGHT
        self._wrong: int | None = None
        self.list = CompletionList(theme, self)
        self.above_list: QWidget = self
        """What the list opens below."""
        self.setFont(mono_font())
        self.setMaxLength(_LONGEST)
        self.setPlaceholderText(QUESTION)
        self.setAccessibleName("Question")
        self.textEdited.connect(lambda text: self._offer())
        self.textChanged.connect(lambda text: self._paint_words())
        self.selectionChanged.connect(self._paint_words)
        self.list.chosen.connect(self._take)
        theme.follow(self)

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self._tokens = tokens
        self._paint_words()

    def offer(self, text: str) -> None:
        """Show a text, with the cursor at its end."""
        self.list.hide()
        self.setText(text)

    def mark(self, column: int | None, *, is_wrong: bool) -> None:
        """Underline the text from a column on, and show the line as wrong; or neither."""
        self._wrong = column if is_wrong else None
        restyle(self, state="error" if is_wrong else "")
        self._paint_words()

    def _paint_words(self) -> None:
        """Colour the words of the language by input method attributes: a line edit has no other text formats."""
        text, cursor = self.text(), self.cursorPosition()
        attributes = []
        # The colours are for the ground of the line, and cannot be read on that of a selection.
        for start, end in () if self.hasSelectedText() else _word_spans(text):
            attributes.append(QInputMethodEvent.Attribute(_FORMAT, start - cursor, end - start, self._ink()))
        if self._wrong is not None and text:
            start = min(self._wrong, len(text) - 1)
            attributes.append(QInputMethodEvent.Attribute(_FORMAT, start - cursor, len(text) - start, self._ink(True)))
        QCoreApplication.sendEvent(self, QInputMethodEvent("", attributes))

    def _ink(self, is_wrong: bool = False) -> QTextCharFormat:
        ink = QTextCharFormat()
        if not self.hasSelectedText():
            ink.setForeground(QColor(self._tokens.red_text if is_wrong else self._tokens.accent_text))
        if is_wrong:
            ink.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            ink.setUnderlineColor(QColor(self._tokens.red))
        return ink

    def _offer(self) -> None:
        """Open the list of what may be written here, or close it."""
        self._open_list(list(self._complete(self.text(), self.cursorPosition())) if self.text().strip() else [])

    def _open_list(self, found: Sequence[Completion]) -> None:
        self.list.offer(found, self, self.above_list)
        self.list.describe()

    def _take(self, completion: Completion) -> None:
        """Write a word in place of what is typed of it."""
        text, cursor = self.text(), self.cursorPosition()
        after = text[cursor:]
        written = f"{text[: completion.start]}{completion.word} "
        self.setText(written + after.lstrip(" "))
        self.setCursorPosition(len(written))
        self.setFocus()
        self.textEdited.emit(self.text())

    # Event handlers

    def event(self, event: QEvent) -> bool:
        is_tab = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab
        return (is_tab and self.list.takes(cast("QKeyEvent", event))) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if self.list.takes(event):
            self.list.describe()
        elif asks_for_list(event) or key == Qt.Key.Key_Down:
            self._open_list(list(self._complete(self.text(), self.cursorPosition())))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.list.hide()
            self.entered.emit()
        elif key == Qt.Key.Key_Escape:
            self.offer("")
            self.textEdited.emit("")
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(520, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(150, super().minimumSizeHint().height())


def _word_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the words of the language begin and end in a question."""
    outer = outer_tokens(text)
    of_time: set[int] = set()
    for at in range(len(outer)):
        place = time_word_at(outer, at)
        if place is not None:
            of_time.update(outer[each].start for each in range(at, min(place.after, len(outer))))
    has_change = any(each.text == "changed" and each.start in of_time for each in outer)
    for each in tokens(text):
        is_word = each.text in _WORDS or (has_change and each.text in _OF_CHANGE)
        if each.sort == "word" and (is_word or each.start in of_time):
            yield each.start, each.end
