"""What is told of a condition that cannot be used."""

from __future__ import annotations


class ConditionError(Exception):
    """A condition cannot be understood, or takes too much: ``text`` says what, ``hint`` what to do. One line each."""

    def __init__(self, text: str, hint: str = "", expression: str = "", column: int | None = None) -> None:
        super().__init__(f"{text}. {hint}" if hint else text)
        self.text = text
        self.hint = hint
        self.expression = expression
        self.column = column
        """Where in the expression, counted from 0; ``None`` where it is about the whole."""

    @property
    def marked(self) -> str:
        """The expression, with a caret in the line below where the place is known."""
        return self.expression if self.column is None else f"{self.expression}\n{' ' * self.column}^"
