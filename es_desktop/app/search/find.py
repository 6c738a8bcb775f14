"""Find: entities by their state, events by the words in them, or entities by both."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from heapq import merge
from itertools import chain, groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.core import EntityId, RecordedEvent
from es_desktop.index import EventSearch
from es_desktop.index.events import entities_of, event_rows, find_events
from es_desktop.index.ids import id_of_raw
from es_desktop.index.words import match_expression

from .state_search import SearchProgress, StateHit, StateSearch, search_states
from .store_index import Progress, StoreIndex

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session

_PAGE: Final = 200
"""Events that are read at once: few, so that the first of them are reason early."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is searched for; at least one of ``condition`` and ``text``.

    Raises ``UserError`` for a condition that cannot be parsed, and for a text without a word.
    """

    condition: str | None = None
    """On the state of an entity."""
    text: str | None = None
    """Words that must occur in the payload of an event."""
    as_of: float | None = None
    """Seconds since the epoch; what came later does not count."""
    types: frozenset[str] | None = None
    """Entity types; of entities or of events if there is no condition."""

    search: StateSearch | None = field(init=False, compare=False, repr=False)
    """What is searched for by its state; ``None`` if there is no condition."""

    def __post_init__(self) -> None:
        search = None if self.condition is None else StateSearch(self.condition, self.as_of, self.types)
        object.__setattr__(self, "search", search)
        if self.text is not None and not match_expression(self.text):
            raise UserError(f"there is no word in {self.text!r} to look for", "Give one, or several.")


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event that holds the words."""

    entity_id: EntityId
    entity_type: str
    event: RecordedEvent


def find(
    session: Session, folder: Path, request: Request, progress: Progress
) -> Iterator[StateHit | SearchProgress | FoundEvent]:
    """Yield what is found, as it is found; where states are examined, also how far that is.

    ``folder`` holds the indexes of large stores. ``progress`` is reason how far the index is while it is made, which a
    text needs; it may raise to stop.
    """
    with ExitStack() as stack:
        index = StoreIndex.kept(session, folder) if request.text is None else StoreIndex(session, folder)
        if index is not None:
            stack.callback(index.close)
        if request.text is not None:
            assert index is not None, "it was just opened"
            _make_searchable(index, progress)
        if request.search is not None:
            among = None if request.text is None else _holding(index, request)
            yield from search_states(session, request.search, index, among=among)
        else:
            yield from _events(index, request)


def _make_searchable(index: StoreIndex, progress: Progress) -> None:
    if not index.keeps_text:
        reason = "the words of encrypted records are not kept, and this store is too large to look through without"
        raise UserError(reason, "Look for a state, or leave the key out.")
    index.update(progress)


def _holding(index: StoreIndex | None, request: Request) -> frozenset[int]:
    """Return what the index calls the entities of which an event holds the words."""
    assert index is not None, "a text needs it"
    found = find_events(index.database, _words(request))
    return frozenset(number for chunk in found for number in entities_of(index.database, chunk))


def _events(index: StoreIndex | None, request: Request) -> Iterator[FoundEvent]:
    assert index is not None, "a text needs it"
    numbers = _numbers(index, request)
    while page := list(islice(numbers, _PAGE)):
        rows = event_rows(index.database, page)
        keys = [(id_of_raw(row.id), row.position) for row in rows]
        for (entity_id, _), row, event in zip(keys, rows, index.session.events_at(keys), strict=True):
            if event is not None:
                yield FoundEvent(entity_id, row.entity_type or event.entity_type, event)


def _numbers(index: StoreIndex, request: Request) -> Iterator[int]:
    """Yield the numbers of the events that hold the words, ascending."""
    if request.types is None:
        searches = [_words(request)]
    else:
        searches = [_words(request, event_types=request.types), _words(request, entity_types=request.types)]
    found = merge(*(chain.from_iterable(find_events(index.database, each)) for each in searches))
    return (number for number, _ in groupby(found))


def _words(
    request: Request, event_types: frozenset[str] | None = None, entity_types: frozenset[str] | None = None
) -> EventSearch:
    until = None if request.as_of is None else math.nextafter(request.as_of, math.inf)
    return EventSearch(request.text or "", event_types, entity_types, until=until)
