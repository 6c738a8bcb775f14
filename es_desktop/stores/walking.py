"""Walks through tables in pages by a key: each page begins after the last key of the one before.

Where a file is damaged, or an index is not in the order that it says, a page may lead back to an earlier one, and the
walk would never end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from es_desktop.core import DatastoreError

T = TypeVar("T")


def pages(read: Callable[[Any], Sequence[T]], key: Callable[[T], Any], size: int) -> Iterator[Sequence[T]]:
    """Yield the pages that ``read`` returns for the last key before them, at first ``None``, until one is not full.

    Raises ``DatastoreError`` instead of a page that does not lead forward.
    """
    after: Any = None
    ends: set[Any] = set()
    while page := read(after):
        end = key(page[-1])
        require_forward(after, key(page[0]), end)
        if end in ends:
            raise _not_forward(after)
        yield page
        if len(page) < size:
            return
        ends.add(end)
        after = end


def require_forward(after: Any, first: Any, last: Any) -> None:
    """Raise ``DatastoreError`` if the keys of a page do not ascend from ``first``, above ``after``, to ``last``.

    Only whole numbers are compared: the order of other keys is that of the database.
    """
    if type(first) is not int or type(last) is not int:
        return
    if last < first or (type(after) is int and first <= after):
        raise _not_forward(first if after is None else after)


def _not_forward(after: Any) -> DatastoreError:
    text = f"the table does not go forward after {after!r:.80}"
    return DatastoreError(text, "Rescue what can be read.", is_damage=True)
