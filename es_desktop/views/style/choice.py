"""A combo box of Python values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from PySide6.QtWidgets import QComboBox, QWidget

from es_desktop.app.text.plain import elide

T = TypeVar("T")


class ChoiceBox(QComboBox, Generic[T]):
    """Offers values by their texts. Qt holds the texts only, because it would change the type of some values."""

    def __init__(
        self, options: Iterable[tuple[str, T]] = (), parent: QWidget | None = None, *, name: str = "", letters: int = 0
    ) -> None:
        """``name`` is its accessible name; ``letters`` is its width, otherwise its texts set it."""
        super().__init__(parent)
        self._values: list[T] = []
        self.setAccessibleName(name)
        if letters:
            self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            self.setMinimumContentsLength(letters)
        self.set_options(options)

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
