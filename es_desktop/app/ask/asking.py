"""Asking: the answers of a store to a question, as they are found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.history.histories import scan_histories
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.find import entities_with_words
from es_desktop.app.search.known_names import require_known, require_paths
from es_desktop.app.search.state_scan import SearchProgress, Without
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.index.totals import totals

from .answers import (
    Answer,
    Asked,
    Examined,
    FoundVersion,
    Take,
    TakeAnswer,
    TakeCounted,
    TakeTimes,
    TakeVersions,
    conditions_of_versions,
    lasts,
)
from .buckets import Bucket, Period, buckets_between
from .by_columns import ColumnAnswers, Found, kept_columns
from .one_state import answers_from_states, needs_histories
from .request import AskRequest

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session

_LOOKED_AT: Final = 1_000
"""Entities that are looked at between two reports of the progress."""
_NO_TIMES: Final = UserError("no event of the store has a time", "Ask without a count over time.")


def ask(
    session: Session,
    request: AskRequest,
    index: StoreIndex | None = None,
    *,
    columns: ColumnAnswers | None = None,
    processes: int | None = None,
) -> Generator[Answer | SearchProgress, None, None]:
    """Yield an answer for each entity that the question holds for, as they are found, and now and then how far it is.

    The last value says that it is done. ``index`` and ``processes`` are as of ``scan_histories``; with words, the index
    must be up to date. With the ``columns`` of a state history, or those kept beside the index, only what they cannot
    say is folded; answers come in another order then. Without them, a question about one state of each entity folds no
    more than that. Entities that cannot be evaluated are in the progress. Raises ``UserError`` at the end if nothing is
    found because no entity has what the question names.
    """
    asked = yield from _asked(session, request, index)

    def known(found: Found) -> Iterator[tuple[int, list[Answer]]]:
        return ((len(page), page) for page in found.pages())

    yield from _answered(session, request, TakeAnswer(asked), index, columns, processes, lambda found: [found], known)


def _answered(
    session: Session,
    request: AskRequest,
    take: Take,
    index: StoreIndex | None,
    columns: ColumnAnswers | None,
    processes: int | None,
    rows: Callable[[Any], Collection[Any]],
    known: Callable[[Found], Iterator[tuple[int, Collection[Any]]]],
    **settings: Any,
) -> Generator[Any, None, None]:
    """Yield the rows of each entity that the question holds for, and the progress.

    ``known`` yields those that columns know, with the number of their entities; ``rows`` returns those of a fold.
    """
    with ExitStack() as stack:
        columns = columns or stack.enter_context(kept_columns(index))
        among = _with_words(request, index)
        if columns is not None and (among is not None or request.text is None):
            found = stack.enter_context(columns.asked(take.asked, request.all_types, among, **settings))
            if found is not None:
                yield from _with_columns(session, request, take, index, found, rows, known(found), among)
                return
        if _is_of_states(request, take):
            yield from _scan_states(session, request, index, processes, among)
        else:
            yield from _scan(session, request, take, index, processes, rows, among)


def _is_of_states(request: AskRequest, take: Take) -> bool:
    """Return whether no more than one state of each entity has to be folded."""
    return isinstance(take, TakeAnswer) and not needs_histories(request)


def _with_words(request: AskRequest, index: StoreIndex | None) -> Collection[int] | None:
    """Return the numbers of the entities that have the words of a request; ``None`` for all."""
    return None if request.text is None or index is None else entities_with_words(index, request.text, request.as_of)


def _with_columns(
    session: Session,
    request: AskRequest,
    take: Take,
    index: StoreIndex | None,
    found: Found,
    rows: Callable[[Any], Collection[Any]],
    pages: Iterator[tuple[int, Collection[Any]]],
    among: Collection[int] | None,
) -> Generator[Any, None, None]:
    """Yield what columns know, and the rows of the entities that have to be folded."""
    total = session.store.reader.event_count()
    hits = 0
    for count, page in pages:
        yield from page
        hits += count
        yield SearchProgress(total, found.entities, 0, hits)
    searched = SearchProgress(total, found.entities, 0, hits, without=found.without())
    if found.odd:
        odd = frozenset(found.odd)
        folded: Iterator[Any] = (
            answers_from_states(session, request, index, 0, odd, searched)
            if _is_of_states(request, take)
            else _scanned(session, request, take, index, 0, rows, odd, searched)
        )
        for each in folded:
            if isinstance(each, SearchProgress):
                searched = each
            else:
                yield each
    if not searched.hits and among is None:
        _require_names(session, request, searched.without, set(found.event_types))
    yield replace(searched, events=total, is_done=True)


def ask_versions(
    session: Session,
    request: AskRequest,
    index: StoreIndex | None = None,
    *,
    columns: ColumnAnswers | None = None,
    processes: int | None = None,
) -> Generator[FoundVersion | SearchProgress, None, None]:
    """Yield each version at which the conditions of the question are true together, where the question holds.

    Otherwise as ``ask``. Raises ``UserError`` at once for a question without a condition that a version can meet.
    """
    if not conditions_of_versions(request.question):
        raise UserError(
            "the question has no condition that is true at a version", "Ask with ever, or without versions."
        )
    asked = yield from _asked(session, request, index)
    take = TakeVersions(asked)
    yield from _answered(
        session, request, take, index, columns, processes, list, Found.version_pages, lists_versions=True
    )


def ask_over_time(
    session: Session,
    request: AskRequest,
    period: Period | None = None,
    index: StoreIndex | None = None,
    *,
    columns: ColumnAnswers | None = None,
    processes: int | None = None,
) -> Generator[tuple[Bucket, ...] | SearchProgress, None, None]:
    """Yield how many entities the question holds for as of the end of each day, week or month; counts grow meanwhile.

    Without a ``period`` it is chosen by the time range of the store. Otherwise as ``ask``; the last value but one has
    all counts. Raises ``UserError`` for a store without times.
    """
    first, last = yield from _store_times(session, index)
    last = last if request.as_of is None or last is None else min(last, request.as_of)
    if first is None or last is None or last < first:
        raise _NO_TIMES
    buckets = buckets_between(first, last, period)
    asked = Asked(request.question, request.as_of, last)
    changes = [0] * (len(buckets) + 1)

    def counted(spans: Any) -> list[tuple[Bucket, ...]]:
        for begin, end in spans:
            changes[begin] += 1
            changes[end] -= 1
        return []

    def known(found: Found) -> Iterator[tuple[int, list[tuple[Bucket, ...]]]]:
        for begin, stop, count in found.tables.spans():
            changes[begin] += count
            changes[stop] -= count
        yield found.tables.found_count(), []

    times = tuple(each.last for each in buckets)
    take = TakeTimes(asked, times)
    for each in _answered(session, request, take, index, columns, processes, counted, known, times=times):
        if isinstance(each, SearchProgress) and each.is_done:
            yield _with_counts(buckets, changes)
        yield each


def ask_counted(
    session: Session,
    request: AskRequest,
    buckets: Sequence[Bucket],
    index: StoreIndex | None = None,
    *,
    columns: ColumnAnswers | None = None,
    processes: int | None = None,
) -> Generator[EntityFacts | SearchProgress, None, None]:
    """Yield the entities that ``ask_over_time`` counts in one of some buckets at least. Otherwise as ``ask``."""
    asked = yield from _asked(session, request, index)
    times = tuple(each.last for each in buckets)

    def known(found: Found) -> Iterator[tuple[int, list[EntityFacts]]]:
        return ((len(page), page) for page in found.entity_pages())

    take = TakeCounted(asked, times)
    yield from _answered(session, request, take, index, columns, processes, lambda found: [found], known, times=times)


def _with_counts(buckets: tuple[Bucket, ...], changes: list[int]) -> tuple[Bucket, ...]:
    found: list[Bucket] = []
    count = 0
    for bucket, change in zip(buckets, changes, strict=False):
        count += change
        found.append(replace(bucket, count=count))
    return tuple(found)


class StoreTimes(NamedTuple):
    """The first and the last time of all events; seconds since the epoch."""

    first: float | None = None
    last: float | None = None


def _store_times(session: Session, index: StoreIndex | None) -> Generator[SearchProgress, None, StoreTimes]:
    """Return the times of a store: from a whole index, or else by reading the ends of every entity.

    Yields now and then, so that the caller can stop.
    """
    events = session.store.reader.event_count()
    if index is not None and index.state.is_whole and index.state.events == events:
        known = totals(index.database)
        return StoreTimes(known.first_time, known.last_time)
    times: list[float] = []
    for number, each in enumerate(session.entities()):
        times += (time for time in (each.created, each.modified) if time is not None)
        if number % _LOOKED_AT == 0:
            times = [min(times), max(times)] if times else []
            yield SearchProgress(events)
    return StoreTimes(min(times, default=None), max(times, default=None))


def _asked(session: Session, request: AskRequest, index: StoreIndex | None) -> Generator[SearchProgress, None, Asked]:
    end = (yield from _store_times(session, index)).last if lasts(request.question) else None
    return Asked(request.question, request.as_of, end, request.columns)


def _scan_states(
    session: Session,
    request: AskRequest,
    index: StoreIndex | None,
    processes: int | None,
    among: Collection[int] | None,
) -> Generator[Answer | SearchProgress, None, None]:
    """Yield the answers ``among`` all to a question about one state of each entity, and the progress, by folding."""
    searched = SearchProgress(0)
    for each in answers_from_states(session, request, index, processes, among, searched):
        searched = each if isinstance(each, SearchProgress) else searched
        if each is not searched or not searched.is_done:
            yield each
    if not searched.hits and among is None:
        _require_names(session, request, searched.without, set())
    yield searched


def _scan(
    session: Session,
    request: AskRequest,
    take: Take,
    index: StoreIndex | None,
    processes: int | None,
    rows: Callable[[Any], Collection[Any]],
    among: Collection[int] | None,
) -> Generator[Any, None, None]:
    """Yield the rows of each entity ``among`` all that the question holds for, and the progress, by folding."""
    searched = SearchProgress(session.store.reader.event_count())
    events: set[str] = set()
    for each in _scanned(session, request, take, index, processes, rows, among, searched, events):
        searched = each if isinstance(each, SearchProgress) else searched
        yield each
    if not searched.hits and among is None:
        _require_names(session, request, searched.without, events)
    yield replace(searched, is_done=True)


def _scanned(
    session: Session,
    request: AskRequest,
    take: Take,
    index: StoreIndex | None,
    processes: int | None,
    rows: Callable[[Any], Collection[Any]],
    among: Collection[int] | None,
    searched: SearchProgress,
    events: set[str] | None = None,
) -> Generator[Any, None, None]:
    """Yield the rows of entities ``among`` all that are folded, and the progress from ``searched`` on.

    The types of events that are met are added to ``events``.
    """
    types = request.all_types
    with closing(scan_histories(session, take, index=index, types=types, among=among, processes=processes)) as results:
        for taken in results:
            if taken is not None:
                hits = 0
                for each in taken.histories:
                    if events is not None:
                        events |= each.events
                    if each.found is not None:
                        hits += 1
                        yield from rows(each.found)
                searched = _after(searched, taken.histories, hits, taken.entities, taken.events)
            yield searched


def _after(
    before: SearchProgress, found: tuple[Examined, ...], hits: int, entities: int, events: int
) -> SearchProgress:
    failures = [each.failure for each in found if each.failure]
    without = before.without
    for each in found:
        has_all = each.has_begun and not each.missing and not each.failure
        counts = {each.type: 1} if each.missing else {}
        without = without.and_of(Without(each.missing, counts, frozenset({each.type} if has_all else ())))
    return SearchProgress(
        before.total,
        before.entities + entities,
        min(before.events + events, before.total),
        before.hits + hits,
        before.failures + len(failures),
        before.first_failure or next(iter(failures), ""),
        without,
    )


def _require_names(session: Session, request: AskRequest, without: Without, events: set[str]) -> None:
    """Raise ``UserError`` for what the question names, and no entity has."""
    types = request.all_types
    if types is not None:
        require_known(types, (facts.type for facts in session.entities()), "entity type")
    known = {each.casefold() for each in events}
    unknown = [each for each in request.question.event_types if each.casefold() not in known]
    if events:
        require_known(unknown, events, "event type")
    require_paths(session, without)
