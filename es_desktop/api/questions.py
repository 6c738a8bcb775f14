"""Questions to a whole store: to the last states, or to all versions of every entity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from es_desktop.app.runtime import places
from es_desktop.app.runtime.errors import Progress, UserError, no_progress
from es_desktop.app.text import json_objects
from es_desktop.app.text.json_objects import JsonObject
from es_desktop.app.text.json_view import utc_time

from .rows import Rows
from .values import FoundState, Value

if TYPE_CHECKING:
    from es_desktop.app.ask.answers import Answer, ClauseAnswer
    from es_desktop.app.ask.answers import FoundVersion as VersionFound
    from es_desktop.app.ask.buckets import Bucket
    from es_desktop.app.ask.named import NamesNotSeen
    from es_desktop.app.ask.question import Question
    from es_desktop.app.ask.request import AskRequest
    from es_desktop.app.search.state_scan import SearchProgress
    from es_desktop.app.store.session import Session
    from es_desktop.core import EntityId

Time: TypeAlias = dt.datetime | str | float
"""A time. A text is an ISO date, which means its end, or a date and time; a number is seconds since the epoch."""
OnNote: TypeAlias = Callable[[str], None]


def no_note(note: str) -> None:
    """Leave a note out."""


@dataclass(frozen=True, slots=True, repr=False)
class FoundEntity(Value):
    """An entity for which all clauses of a question hold."""

    question: Question
    answer: Answer

    @property
    def entity_id(self) -> EntityId:
        """The id of the entity."""
        return self.answer.entity.id

    @property
    def type(self) -> str:
        """Its entity type."""
        return self.answer.entity.type

    @property
    def version(self) -> int:
        """The witness: the version that made a clause true, or the last one."""
        return self.answer.version

    @property
    def time(self) -> dt.datetime | float | None:
        """Of the event of that version, in UTC; ``None`` if it has none."""
        return utc_time(self.answer.time)

    @property
    def values(self) -> Mapping[str, Any]:
        """The values of the columns at that version, by path."""
        return self.answer.values

    @property
    def now(self) -> Mapping[str, Any]:
        """The values of the columns at the last version."""
        return self.answer.now

    @property
    def clauses(self) -> tuple[ClauseAnswer, ...]:
        """For each clause its witness, and how long or how often."""
        return self.answer.clauses

    def to_dict(self) -> JsonObject:
        return json_objects.answer_json(self.answer, self.question)

    def __repr__(self) -> str:
        return f"FoundEntity({self.type} {self.entity_id} at version {self.version}: {dict(self.values)!r})"


@dataclass(frozen=True, slots=True, repr=False)
class FoundVersion(Value):
    """A version at which the conditions of a question are true."""

    found: VersionFound

    @property
    def entity_id(self) -> EntityId:
        """The id of the entity."""
        return self.found.entity.id

    @property
    def version(self) -> int:
        """The number of the version."""
        return self.found.version

    @property
    def values(self) -> Mapping[str, Any]:
        """The values of the columns there, by path."""
        return self.found.values

    def to_dict(self) -> JsonObject:
        return json_objects.found_version_json(self.found)

    def __repr__(self) -> str:
        return (
            f"FoundVersion({self.found.entity.type} {self.entity_id} at version {self.version}: {dict(self.values)!r})"
        )


@dataclass(frozen=True, slots=True, repr=False)
class CountedTime(Value):
    """A day, a week or a month, and how many entities a question holds for as of its end."""

    bucket: Bucket

    @property
    def count(self) -> int:
        """How many entities."""
        return self.bucket.count

    def to_dict(self) -> JsonObject:
        return json_objects.bucket_json(self.bucket)

    def __repr__(self) -> str:
        return f"CountedTime({self.to_dict()['from']}: {self.count})"


class Questions:
    """The part of a store that answers questions."""

    session: Session

    def find(
        self,
        question: str,
        *,
        text: str | None = None,
        as_of: Time | None = None,
        types: Sequence[str] | None = None,
        ever: bool = False,
        first: bool = False,
        columns: Sequence[str] = (),
        progress: Progress = no_progress,
        on_note: OnNote = no_note,
    ) -> Rows[FoundState | FoundEntity]:
        """Return the entities that a question holds for, such as ``ever total > 100 and never status == "paid"``.

        A condition alone is about the last state, or that of the time ``as_of``, and finds ``FoundState``; with
        ``ever`` or ``first`` it is about all versions. ``text`` is words that one of their events holds. ``types`` are
        the types of the entities, and ``columns`` the paths whose values are shown. ``on_note`` receives what a person
        should know of the answer, such as that some entities could not be rebuilt. Raises ``UserError`` for a question
        that cannot be understood; so does reading, if there is no such type, or no entity has what it names.
        """
        request = _ask_request(question, text, as_of, types, columns, _bare(ever, first))
        as_search = _search_request(request)

        def states() -> Iterator[FoundState | FoundEntity]:
            from es_desktop.app.entity.checks import check_base
            from es_desktop.app.search.find import find
            from es_desktop.app.search.state_scan import SearchProgress, StateHit

            assert as_search is not None
            names = _names(request, columns)
            for found in find(self.session, places.indexes(), as_search, progress):
                if isinstance(found, StateHit):
                    names.see(found.entity.type, found.values)
                    check_base(self.session, found.entity, found.base)
                    verdict = self.session.verdict(found.entity, found.exactness, found.base)
                    yield FoundState(replace(found, exactness=verdict.exactness))
                elif isinstance(found, SearchProgress):
                    progress(found.events, found.total)
                    _note(found, on_note)
            names.require_known(self.session, places.indexes(), progress)

        def answers() -> Iterator[FoundState | FoundEntity]:
            from es_desktop.app.ask.answers import Answer
            from es_desktop.app.ask.asking import ask

            names = _names(request, columns)
            for found in self._asked(ask, request, progress, on_note):
                if isinstance(found, Answer):
                    names.see(found.entity.type, found.values, found.now)
                    yield FoundEntity(request.question, found)
            names.require_known(self.session, places.indexes(), progress)

        name = f"entities with {question}"
        return Rows(answers if as_search is None else states, _as_dict, name)

    def find_versions(
        self,
        question: str,
        *,
        text: str | None = None,
        as_of: Time | None = None,
        types: Sequence[str] | None = None,
        columns: Sequence[str] = (),
        progress: Progress = no_progress,
        on_note: OnNote = no_note,
    ) -> Rows[FoundVersion]:
        """Return every version at which the conditions of a question are true, of the entities that it holds for.

        A condition alone is asked of all versions. Otherwise as ``find``. Raises ``UserError`` for a question without a
        condition that is true at a version.
        """
        from es_desktop.app.ask.question import TimeWord

        bare = TimeWord.EVER if _is_bare(question) else TimeWord.NOW
        request = _ask_request(question, text, as_of, types, columns, bare)

        def read() -> Iterator[FoundVersion]:
            from es_desktop.app.ask.answers import FoundVersion as Found
            from es_desktop.app.ask.asking import ask_versions

            names = _names(request, columns)
            for each in self._asked(ask_versions, request, progress, on_note):
                if isinstance(each, Found):
                    names.see(each.entity.type, each.values)
                    yield FoundVersion(each)
            names.require_known(self.session, places.indexes(), progress)

        return Rows(read, FoundVersion.to_dict, f"versions with {question}")

    def count_over_time(
        self,
        question: str,
        period: str = "",
        *,
        text: str | None = None,
        as_of: Time | None = None,
        types: Sequence[str] | None = None,
        ever: bool = False,
        first: bool = False,
        progress: Progress = no_progress,
        on_note: OnNote = no_note,
    ) -> Rows[CountedTime]:
        """Return how many entities a question holds for as of the end of each day, week or month.

        ``period`` is ``day``, ``week`` or ``month``; by the time range of the store if it is empty. Otherwise as
        ``find``.
        """
        request = _ask_request(question, text, as_of, types, (), _bare(ever, first))

        def read() -> Iterator[CountedTime]:
            from es_desktop.app.ask.asking import ask_over_time
            from es_desktop.app.ask.buckets import Period

            if period and period not in tuple(Period):
                raise UserError(f"{period!r} is no period of a count", f"There are {', '.join(Period)}.")
            chosen = Period(period) if period else None
            _names(request).require_known(self.session, places.indexes(), progress)

            def asked(session: Session, request: AskRequest, index: Any) -> Any:
                return ask_over_time(session, request, chosen, index)

            for found in self._asked(asked, request, progress, on_note):
                if isinstance(found, tuple):
                    yield from map(CountedTime, found)

        return Rows(read, CountedTime.to_dict, f"counts of {question}")

    def _asked(
        self, ask: Callable[..., Iterator[Any]], request: AskRequest, progress: Progress, on_note: OnNote
    ) -> Iterator[Any]:
        """Yield what a way to ask yields, with the index that it needs, and report how far it is."""
        from es_desktop.app.search.find import opened_index
        from es_desktop.app.search.state_scan import SearchProgress

        has_words = request.text is not None
        opened = opened_index(self.session, places.indexes(), progress, is_needed=has_words, has_words=has_words)
        with opened as index:
            for found in ask(self.session, request, index):
                if isinstance(found, SearchProgress):
                    progress(found.events, found.total)
                    _note(found, on_note)
                yield found


def _as_dict(found: FoundState | FoundEntity) -> JsonObject:
    return found.to_dict()


def _note(progress: SearchProgress | Any, on_note: OnNote) -> None:
    """Report at the end of a search what a person should know of it."""
    if progress.is_done:
        for note in filter(None, (progress.trouble, progress.without.text)):
            on_note(note)


def _bare(ever: bool, first: bool) -> Any:
    from es_desktop.app.ask.question import TimeWord

    if ever and first:
        raise UserError("ever and first contradict each other", "Give one of them.")
    return TimeWord.EVER if ever else TimeWord.FIRST if first else TimeWord.NOW


def _is_bare(question: str) -> bool:
    from es_desktop.app.ask.parsing import asked_question
    from es_desktop.app.ask.question import StateClause

    clauses = asked_question(question).clauses
    return any(isinstance(each, StateClause) and each.is_bare for each in clauses)


def _ask_request(
    question: str, text: str | None, as_of: Time | None, types: Sequence[str] | None, columns: Sequence[str], bare: Any
) -> AskRequest:
    from es_desktop.app.ask.parsing import asked_question
    from es_desktop.app.ask.request import AskRequest

    asked_types = None if types is None else frozenset(types)
    return AskRequest(asked_question(question, bare), seconds_of(as_of), text, asked_types, tuple(columns))


def _names(request: AskRequest, columns: Sequence[str] = ()) -> NamesNotSeen:
    from es_desktop.app.ask.named import NamesNotSeen

    return NamesNotSeen(request.all_types, (*request.question.paths, *columns))


def _search_request(request: AskRequest) -> Any:
    """Return what a question about one state is as a search, which needs no whole histories; otherwise ``None``."""
    from es_desktop.app.ask.one_state import as_state_search

    return as_state_search(request)


def seconds_of(time: Time | None) -> float | None:
    """Return a time in seconds since the epoch. Raises ``UserError`` for a text that is none."""
    from es_desktop.app.text.times import parse_as_of

    if time is None or isinstance(time, float | int):
        return time
    return parse_as_of(time) if isinstance(time, str) else time.timestamp()
