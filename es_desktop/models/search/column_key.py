"""What identifies a column of the list of entities while others come and go, and what its filter tests."""

from __future__ import annotations

from typing import NamedTuple

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.column_filter import ColumnTest, parse_column_filter
from es_desktop.app.text.plain import ELLIPSIS

from .listed_states import UNREAD


class ColumnKey(NamedTuple):
    """The name of a column in an ``EntityQuery``, or ``state`` and the path of the value."""

    by: str
    path: str = ""

    @property
    def text(self) -> str:
        """The key as text: ``version``, ``state total``."""
        return " ".join(filter(None, self))

    @property
    def tested(self) -> str:
        """What a ``ColumnTest`` calls the column: a name is a value of the state, as others are."""
        return "state" if self.by == "name" else self.by

    def test(self, typed: str, paths: tuple[tuple[str | None, str], ...]) -> ColumnTest | None:
        """Return the test of what is typed; ``None`` for what is not valid: it may have been kept for long."""
        try:
            return parse_column_filter(self.tested, typed, paths)
        except UserError:
            return None


def exact(text: str) -> str | None:
    """Return the filter that finds the text of a cell; ``None`` if it is not read."""
    if text == UNREAD:
        return None
    # A long text was cut: what is left of it is contained in the value.
    return text[:-1] if text.endswith(ELLIPSIS) else f"={text}"
