"""What the answers to a question have in common, against the other entities of their type."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from es_desktop.app.ask.answers import Answer
from es_desktop.app.ask.asking import AskRequest, ask
from es_desktop.app.ask.parsing import asked_question
from es_desktop.app.ask.question import Question
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
    found = []
    for each in ask(session, AskRequest(question, types=types), index, processes=processes):
        if isinstance(each, Answer):
            found.append(each.entity)
        elif isinstance(each, SearchProgress):
            progress(each.events // 2, each.total)
    if not found:
        raise UserError("the question finds nothing, so there is nothing in common", "Ask for less.")
    ((chosen, _),) = Counter(each.type for each in found).most_common(1)

    def second_half(done: int, total: int) -> None:
        progress((total + done) // 2, total)

    ids = [each.id for each in found]
    asked = names_of(question)
    return in_common(session, chosen, ids, asked=asked, index=index, processes=processes, progress=second_half)


def names_of(question: Question) -> frozenset[str]:
    """Return the attributes and event types that a question names: a fact on one of them would say it again."""
    paths = (path.partition(".")[0].partition("[")[0] for path in question.paths)
    return frozenset((*paths, *question.paths, *question.event_types))
