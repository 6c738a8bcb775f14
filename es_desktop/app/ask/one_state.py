"""Questions about one state of each entity: they need no whole histories, as a search by state does not."""

from __future__ import annotations

from collections.abc import Collection, Generator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from es_desktop.app.search.find import Request, search_states
from es_desktop.app.search.state_scan import SearchProgress, ShownEnd, StateSearch
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.replay.conditions import Condition

from .answers import Answer, ClauseAnswer
from .question import AsOfClause, StateClause, TimeWord

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session

    from .request import AskRequest


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


def answers_from_states(
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
