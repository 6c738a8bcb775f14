"""Finding entities by their state: in two processes, against one."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from es_desktop.app.ask.answers import Answer
from es_desktop.app.ask.asking import ask
from es_desktop.app.ask.parsing import asked_question
from es_desktop.app.ask.request import AskRequest
from es_desktop.app.search.state_scan import SearchProgress
from es_desktop.app.store.session import open_session

from .measuring import Figure, interleaved, ratio_of_at_least
from .stores import store_of

_REQUEST = AskRequest(asked_question('status == "open" and total > 100'))


def find_state(folder: Path, events: int) -> Figure:
    """All entities of a store, without an index; the start of the processes counts."""
    store = store_of(events)
    with closing(open_session(str(store), writable=False)) as session:
        entities = session.store.reader.counts().sequences

        def find(processes: int) -> None:
            found = list(ask(session, _REQUEST, processes=processes))
            end = found[-1]
            assert isinstance(end, SearchProgress) and end.entities == entities
            assert any(isinstance(each, Answer) for each in found)

        two, one = interleaved(lambda: find(2), lambda: find(1))
    return Figure(
        "find-state", entities / two, entities / one, "one process", "entities/s", events, ratio_of_at_least(1.6)
    )
