"""What a person types into or chooses from: lines, numbers, one of some values, several of some names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QEvent, QLocale, QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from es_desktop.app.text.plain import elide, plain_label
from es_desktop.models.guard import Guarded
from es_desktop.system.counts import format_number

from ..glossary.parts import set_part
from .builders import fill
from .dialogs import stay_open_for_checks
from .theme import mono_font, restyle

T = TypeVar("T")
B = TypeVar("B", bound=QWidget)
_MOST: Final = 2**31 - 1


class _Wheel(Guarded, QObject):
    """Keeps the wheel from a box without the focus: it scrolls what the box is in."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_kept = event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus()
        if is_kept:
            event.ignore()
        return is_kept


def calm(box: B) -> B:
    """Return a box of numbers or options that the wheel changes only while it has the focus, which a click gives it."""
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.installEventFilter(_Wheel(box))
    return box


def offer_versions(box: QSpinBox, version: int | None, first: int | None, last: int | None) -> None:
    """Offer the versions from first to last, with one as the value, as far as a box of Qt can: it has 32 bits."""
    box.setLocale(QLocale())  # as numbers are written now
    box.setGroupSeparatorShown(True)
    set_part(box, "version")
    box.setRange(*(max(-_MOST, min(each or 0, _MOST)) for each in (first, last)))
    box.setValue(max(-_MOST, min(version or 0, _MOST)))


def line_edit(
    name: str,
    placeholder: str,
    parent: QWidget,
    *,
    is_mono: bool = False,
    is_secret: bool = False,
    can_clear: bool = False,
) -> QLineEdit:
    """Return a line with an accessible name; a secret one shows dots for what is typed."""
    line = QLineEdit(parent, placeholderText=placeholder, clearButtonEnabled=can_clear)
    line.setAccessibleName(name)
    for action in line.findChildren(QAction):
        action.setText("Clear")  # the only one; Qt gives it no text for a screen reader
    if is_mono:
        line.setFont(mono_font())
    if is_secret:
        line.setEchoMode(QLineEdit.EchoMode.Password)
    return line


def text_page(name: str, parent: QWidget, *, is_read_only: bool = True) -> QPlainTextEdit:
    """Return some lines in a fixed-width font with an accessible name; Tab leaves them."""
    page = QPlainTextEdit(parent, readOnly=is_read_only, tabChangesFocus=True)
    page.setFont(mono_font())
    page.setAccessibleName(name)
    return page


def make_choice(labels: Sequence[str], parent: QWidget) -> tuple[QFrame, QButtonGroup]:
    """Return a segmented control and its button group; ids count from 0, which is checked."""
    frame = QFrame(parent)
    frame.setProperty("role", "choice")
    layout = fill(QHBoxLayout(frame), margins=(1, 1, 1, 1))
    group = QButtonGroup(frame)
    for number, label in enumerate(labels):
        button = QPushButton(label, frame)
        button.setProperty("role", "choice")
        button.setCheckable(True)
        button.setChecked(number == 0)
        group.addButton(button, number)
        layout.addWidget(button)
    frame.setFixedHeight(24)
    return frame, group


class ChoiceBox(Guarded, QComboBox, Generic[T]):
    """Offers values by their texts. Qt holds the texts only, because it would change the type of some values."""

    def __init__(
        self, options: Iterable[tuple[str, T]] = (), parent: QWidget | None = None, *, name: str = "", letters: int = 0
    ) -> None:
        """``name`` is its accessible name; ``letters`` is its width, otherwise its texts set it."""
        super().__init__(parent)
        calm(self)
        self._values: list[T] = []
        self.setAccessibleName(name)
        if letters:
            self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            self.setMinimumContentsLength(letters)
        self.set_options(options)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.setAccessibleDescription(name)  # on Linux, Qt's name of a combo box is the text of its chosen option

    @property
    def values(self) -> tuple[T, ...]:
        """The values that are offered, in their order."""
        return tuple(self._values)

    @property
    def chosen(self) -> T:
        """The chosen value. Raises ``IndexError`` if there are no options."""
        return self._values[max(0, self.currentIndex())]

    def set_options(self, options: Iterable[tuple[str, T]]) -> None:
        """Replace the options; the first is chosen."""
        self.clear()
        self._values.clear()
        for text, value in options:
            self.offer(text, value)

    def offer(self, text: str, value: T) -> None:
        """Add an option at the end."""
        self._values.append(value)  # before Qt signals that the first one is chosen
        self.addItem(elide(text))

    def offers(self, value: T) -> bool:
        """Return whether a value of the same type and content is offered."""
        return self._index_of(value) is not None

    def choose(self, value: T) -> None:
        """Choose a value; does nothing if it is not offered."""
        index = self._index_of(value)
        if index is not None:
            self.setCurrentIndex(index)

    def _index_of(self, value: T) -> int | None:
        # 1, True and a member of an IntEnum are equal, and not the same choice.
        same = (at for at, each in enumerate(self._values) if type(each) is type(value) and each == value)
        return next(same, None)


_LETTERS: Final = 16
Names = Callable[[], Mapping[str, int]]
"""Returns the names, each with its count."""


class PickButton(QPushButton):
    """Shows the checked names; its menu has an entry for each name. No checked name means all."""

    picked = Signal(object)
    """A frozen set of names, or ``None`` for all."""

    def __init__(self, noun: str, names: Names, parent: QWidget | None = None) -> None:
        """``noun`` is the singular of what is listed, such as ``event type``."""
        super().__init__(parent)
        self._noun = noun
        self._names = names
        self._chosen: frozenset[str] | None = None
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        stay_open_for_checks(self._menu)
        self.setProperty("role", "filter")
        self.setMenu(self._menu)
        self.show_picked(None)

    def show_picked(self, names: frozenset[str] | None) -> None:
        """Show these names as checked; emits nothing."""
        self._chosen = names
        if names is None:
            text = f"{self._noun}s"
        elif len(names) == 1:
            text = plain_label(next(iter(names)), _LETTERS)
        else:
            text = f"{len(names)} {self._noun}s"
        self.setText(f"{text[:1].upper()}{text[1:]}  " if names is None else f"{text}  ")
        restyle(self, state="" if names is None else "on")

    def _fill(self) -> None:
        menu = self._menu
        menu.clear()
        self._every = menu.addAction(f"All {self._noun}s")
        self._every.triggered.connect(lambda: self._pick(None))
        self._every.setEnabled(self._chosen is not None)
        menu.addSeparator()
        for name, count in self._names().items():
            action = menu.addAction(f"{plain_label(name)}\t{format_number(count)}")
            action.setCheckable(True)
            action.setChecked(self._chosen is not None and name in self._chosen)
            action.triggered.connect(lambda checked, name=name: self._turn(name))

    def _turn(self, name: str) -> None:
        self._pick(frozenset((self._chosen or frozenset()) ^ {name}) or None)

        self._every.setEnabled(self._chosen is not None)

    def _pick(self, names: frozenset[str] | None) -> None:
        self.show_picked(names)
        self.picked.emit(names)
