"""The error of conditions."""

from __future__ import annotations


class ConditionError(Exception):
    """A condition is not valid, fails, or takes too long: ``text`` says why, ``hint`` what to do. One line each."""

    def __init__(self, text: str, hint: str = "", expression: str = "", column: int | None = None) -> None:
        super().__init__(f"{text}. {hint}" if hint else text)
        self.text = text
        self.hint = hint
        self.expression = expression
        self.column = column
        """The column in the expression, from 0; ``None`` for the whole expression."""

    @property
    def marked(self) -> str:
        """The expression, with a caret below the column if that is known."""
        return self.expression if self.column is None else f"{self.expression}\n{' ' * self.column}^"
