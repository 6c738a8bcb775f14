"""What the answers to a question have in common, against the other entities of their type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from es_desktop.app.ask.answers import Answer
from es_desktop.app.ask.asking import ask, ask_counted
from es_desktop.app.ask.buckets import Bucket
from es_desktop.app.ask.parsing import asked_question
from es_desktop.app.ask.question import Question
from es_desktop.app.ask.request import AskRequest
from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.runtime.errors import Progress, UserError, no_progress
from es_desktop.app.search.state_scan import SearchProgress

from .common import Common, in_common

if TYPE_CHECKING:
    from es_desktop.app.search.store_index import StoreIndex
    from es_desktop.app.store.session import Session


def common_of_question(
    session: Session,
    text: str,
    entity_type: str | None = None,
    *,
    index: StoreIndex | None = None,
    processes: int | None = None,
    progress: Progress = no_progress,
) -> Common:
    """Return what the entities that a question finds have in common; those of one type, the most frequent one if none
    is named. ``progress`` receives events that are done, of all; it may raise to stop. Raises ``UserError``.
    """
    question = asked_question(text)
    types = None if entity_type is None else frozenset({entity_type})
    found = ask(session, AskRequest(question, types=types), index, processes=processes)
    entities = (each.entity if isinstance(each, Answer) else each for each in found)
    return _common_of(session, question, entities, index, processes, progress)


def common_of_counted(
    session: Session,
    request: AskRequest,
    buckets: Sequence[Bucket],
    *,
    index: StoreIndex | None = None,
    processes: int | None = None,
    progress: Progress = no_progress,
) -> Common:
    """Return what the entities have in common that a question holds for at the end of one of some buckets.

    Otherwise as ``common_of_question``.
    """
    found = ask_counted(session, request, buckets, index, processes=processes)
    return _common_of(session, request.question, found, index, processes, progress)


def _common_of(
    session: Session,
    question: Question,
    found: Iterable[EntityFacts | SearchProgress],
    index: StoreIndex | None,
    processes: int | None,
    progress: Progress,
) -> Common:
    """Find the entities, and compare them; each is half of the work."""
    entities = list[EntityFacts]()
    for each in found:
        if isinstance(each, SearchProgress):
            progress(each.events // 2, each.total)
        else:
            entities.append(each)
    if not entities:
        raise UserError("the question finds nothing, so there is nothing in common", "Ask for less.")
    ((chosen, _),) = Counter(each.type for each in entities).most_common(1)

    def second_half(done: int, total: int) -> None:
        progress((total + done) // 2, total)

    ids, asked = [each.id for each in entities], names_of(question)
    return in_common(session, chosen, ids, asked=asked, index=index, processes=processes, progress=second_half)


def names_of(question: Question) -> frozenset[str]:
    """Return the attributes and event types that a question names: a fact on one of them would say it again."""
    paths = (path.partition(".")[0].partition("[")[0] for path in question.paths)
    return frozenset((*paths, *question.paths, *question.event_types))
