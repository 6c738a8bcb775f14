"""Asking: the answers of a store to a question, as they are found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.history.histories import scan_histories
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.find import Request, entities_with_words, search_states
from es_desktop.app.search.known_names import require_known, require_paths
from es_desktop.app.search.state_scan import SearchProgress, ShownEnd, StateSearch, Without
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.index.totals import totals
from es_desktop.replay.conditions import Condition
from es_desktop.replay.diff import PathError, parse_path

from .answers import (
    Answer,
    Asked,
    ClauseAnswer,
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
from .question import AsOfClause, Question, StateClause, TimeWord

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session

_LOOKED_AT: Final = 1_000
"""Entities that are looked at between two reports of the progress."""
_NO_TIMES: Final = UserError("no event of the store has a time", "Ask without a count over time.")


@dataclass(frozen=True, slots=True)
class AskRequest:
    """What is asked. Raises ``UserError`` for a column that is no path, or types that are named twice."""

    question: Question
    as_of: float | None = None
    """Seconds since the epoch; what came later does not count."""
    text: str | None = None
    """Words that must occur in the payload of one of the entity's events."""
    types: frozenset[str] | None = None
    """The entity types, where the question does not name them."""
    columns: tuple[str, ...] = ()
    """Paths whose values are shown; those that the question names if there are none."""

    def __post_init__(self) -> None:
        if self.types is not None and self.question.types:
            raise UserError("the types are named in the question, and beside it", "Leave out one of both.")
        for path in self.columns:
            try:
                parse_path(path)
            except PathError as error:
                raise UserError(f"{path!r} is no path: {error}", "Such as lines[0].price.") from None

    @property
    def all_types(self) -> frozenset[str] | None:
        """The types of the entities that are asked; ``None`` for all."""
        return frozenset(self.question.types) or self.types


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
    more than that. Entities that cannot be evaluated are in the progress. Raises
    ``UserError`` at the end if nothing is found because no entity has what the question names.
    """
    asked = yield from _asked(session, request, index)
    with ExitStack() as stack:
        known = columns or stack.enter_context(kept_columns(index))
        if known is not None and request.text is None:
            found = stack.enter_context(known.asked(asked, request.all_types))
            if found is not None:
                yield from _with_columns(session, request, index, found)
                return
    if needs_histories(request):
        yield from _scan(session, request, TakeAnswer(asked), index, processes, lambda found: [found])
        return
    among, searched = _with_words(request, index), SearchProgress(0)
    for each in _from_states(session, request, index, processes, among, searched):
        searched = each if isinstance(each, SearchProgress) else searched
        if each is not searched or not searched.is_done:
            yield each
    if not searched.hits and among is None:
        _require_names(session, request, searched.without, set())
    yield searched


def _with_columns(
    session: Session, request: AskRequest, index: StoreIndex | None, found: Found
) -> Generator[Answer | SearchProgress, None, None]:
    """Yield the answers that columns give, and those of the entities that have to be folded."""
    total = session.store.reader.event_count()
    hits = 0
    for page in found.pages():
        yield from page
        hits += len(page)
        yield SearchProgress(total, found.entities, 0, hits)
    searched = SearchProgress(total, found.entities, 0, hits, without=found.without())
    if found.odd:
        odd: Iterator[Answer | SearchProgress]
        if needs_histories(request):
            take = TakeAnswer(found.asked)
            odd = _scanned(session, request, take, index, 0, lambda found: [found], frozenset(found.odd), searched)
        else:
            odd = _from_states(session, request, index, 0, frozenset(found.odd), searched)
        for each in odd:
            if isinstance(each, Answer):
                yield each
            else:
                searched = each
    if not searched.hits:
        _require_names(session, request, searched.without, set(found.event_types))
    yield replace(searched, events=total, is_done=True)


def ask_versions(
    session: Session, request: AskRequest, index: StoreIndex | None = None, *, processes: int | None = None
) -> Generator[FoundVersion | SearchProgress, None, None]:
    """Yield each version at which the conditions of the question are true together, where the question holds.

    Otherwise as ``ask``. Raises ``UserError`` at once for a question without a condition that a version can meet.
    """
    if not conditions_of_versions(request.question):
        raise UserError(
            "the question has no condition that is true at a version", "Ask with ever, or without versions."
        )
    asked = yield from _asked(session, request, index)
    yield from _scan(session, request, TakeVersions(asked), index, processes, list)


def ask_over_time(
    session: Session,
    request: AskRequest,
    period: Period | None = None,
    index: StoreIndex | None = None,
    *,
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

    take = TakeTimes(asked, tuple(each.last for each in buckets))
    for each in _scan(session, request, take, index, processes, counted):
        if isinstance(each, SearchProgress) and each.is_done:
            yield _with_counts(buckets, changes)
        yield each


def ask_counted(
    session: Session,
    request: AskRequest,
    buckets: Sequence[Bucket],
    index: StoreIndex | None = None,
    *,
    processes: int | None = None,
) -> Generator[EntityFacts | SearchProgress, None, None]:
    """Yield the entities that ``ask_over_time`` counts in one of some buckets at least. Otherwise as ``ask``."""
    asked = yield from _asked(session, request, index)
    take = TakeCounted(asked, tuple(each.last for each in buckets))
    yield from _scan(session, request, take, index, processes, lambda found: [found])


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


def as_state_search(request: AskRequest) -> Request | None:
    """Return a question about one state of each entity as a search by state; ``None`` for any other question.

    The search finds the same, with the nearest snapshots and without whole histories. Raises ``UserError`` for a
    condition without a word of time that looks back at the state before.
    """
    asked = None if request.columns else _one_state(request)
    return None if asked is None else Request(asked[0].expression, request.text, asked[1], request.all_types)


def needs_histories(request: AskRequest) -> bool:
    """Return whether whole histories are folded to answer a question, where no columns do."""
    asked = _one_state(request)
    return asked is None or asked[0].uses_previous


def _one_state(request: AskRequest) -> tuple[Condition, float | None] | None:
    """Return the condition of a question about one state of each entity, and as of when; ``None`` for any other."""
    (clause, *others) = request.question.clauses
    if others or not isinstance(clause, StateClause | AsOfClause):
        return None
    if isinstance(clause, AsOfClause):
        as_of = clause.time if request.as_of is None else min(clause.time, request.as_of)
        return None if clause.condition.uses_previous else (clause.condition, as_of)
    is_of_history = clause.condition.uses_previous and not clause.is_bare
    return None if is_of_history or clause.word is not TimeWord.NOW else (clause.condition, request.as_of)


def _from_states(
    session: Session,
    request: AskRequest,
    index: StoreIndex | None,
    processes: int | None,
    among: Collection[int] | None,
    before: SearchProgress,
) -> Generator[Answer | SearchProgress, None, None]:
    """Yield the answers to a question about one state of each entity, of which nothing else is folded.

    ``among`` is what the index calls the entities to choose from; the progress goes on from ``before``.
    """
    asked = _one_state(request)
    assert asked is not None, "it is about one state"
    condition, as_of = asked
    end = None if as_of == request.as_of else ShownEnd(request.as_of)
    search = StateSearch(condition.expression, as_of, request.all_types, request.columns, end)
    with closing(search_states(session, search, index, among=among, processes=processes)) as found:
        for each in found:
            if isinstance(each, SearchProgress):
                yield before.and_of(each)
                continue
            exactness = session.verdict(each.entity, each.exactness, each.base).exactness
            clause, now = ClauseAnswer(each.version, each.time), each.values if end is None else each.now
            entity = replace(each.entity, snapshots=0)
            yield Answer(entity, each.version, each.time, exactness, (clause,), each.values, now)


def _with_words(request: AskRequest, index: StoreIndex | None) -> Collection[int] | None:
    """Return what the index calls the entities that have the words of a question; ``None`` for all."""
    return None if request.text is None or index is None else entities_with_words(index, request.text, request.as_of)


def _asked(session: Session, request: AskRequest, index: StoreIndex | None) -> Generator[SearchProgress, None, Asked]:
    end = (yield from _store_times(session, index)).last if lasts(request.question) else None
    return Asked(request.question, request.as_of, end, request.columns)


def _scan(
    session: Session,
    request: AskRequest,
    take: Take,
    index: StoreIndex | None,
    processes: int | None,
    rows: Callable[[Any], Collection[Any]],
) -> Generator[Any, None, None]:
    """Yield the rows of each entity that the question holds for, and the progress."""
    among = _with_words(request, index)
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
