"""The indexer: updates the index of the open store in a task, and can be paused and resumed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.session import Session, open_session
from es_desktop.models.runtime.tasks import Queue, TaskRunner
from es_desktop.models.search.indexer import Indexer
from es_desktop.stores.writing import append_records
from tests.app.recording import event, store_of
from tests.models.working import Gate, hold_indexing

EVENTS = 40


class Indexing:
    """An indexer, and the names of its signals in order."""

    def __init__(self, qtbot: QtBot, runner: TaskRunner, folder: Path) -> None:
        self._qtbot = qtbot
        self.runner = runner
        self.indexer = Indexer(runner, folder)
        self.signals: list[str] = []
        for name in ("opened", "grown", "completed", "paused_changed"):
            getattr(self.indexer, name).connect(lambda *_, name=name: self.signals.append(name))

    def wait_for(self, signal: str, times: int = 1) -> None:
        self._qtbot.waitUntil(lambda: self.signals.count(signal) >= times)

    @property
    def index(self) -> StoreIndex:
        index = self.indexer.index
        assert index is not None
        return index


@pytest.fixture
def every_store_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("es_desktop.app.search.store_index.SMALL", 3)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return store_of(tmp_path / "made.esdb", [event("cart", at) for at in range(EVENTS)])


@pytest.fixture
def session(store: Path) -> Iterator[Session]:
    with closing(open_session(str(store), writable=False)) as session:
        yield session


@pytest.fixture
def indexing(qtbot: QtBot, session: Session, tmp_path: Path) -> Iterator[Indexing]:
    runner = TaskRunner()
    crashed: list[BaseException] = []
    runner.crashed.connect(crashed.append)
    indexing = Indexing(qtbot, runner, tmp_path / "indexes")
    yield indexing
    indexing.indexer.set_session(None)
    runner.close()
    assert not crashed, crashed


def test_a_store_is_indexed_when_it_is_opened(indexing: Indexing, session: Session) -> None:
    indexing.indexer.set_session(session)
    assert not indexing.runner.is_idle, "a person waits for the index of a small store"
    indexing.wait_for("completed")
    assert indexing.signals[0] == "opened" and indexing.signals[-1] == "completed"
    assert (indexing.index.state.events, indexing.indexer.is_indexing) == (EVENTS, False)
    assert indexing.indexer.progress is None


def test_a_large_store_is_indexed_while_the_person_works(
    indexing: Indexing, session: Session, every_store_is_large: None
) -> None:
    gate = hold_indexing(indexing.indexer, indexing.runner)
    indexing.indexer.set_session(session)
    indexing.wait_for("opened")
    assert indexing.runner.is_idle and indexing.indexer.is_indexing
    gate.opened.set()
    indexing.wait_for("completed")
    assert "grown" in indexing.signals
    assert indexing.index.state.is_whole


def test_appended_events_are_indexed_at_an_update(indexing: Indexing, session: Session, store: Path) -> None:
    indexing.indexer.set_session(session)
    indexing.wait_for("completed")
    with closing(open_session(str(store))) as writing:
        append_records(writing.store.tables, [event("cart", EVENTS)])
    indexing.indexer.update()
    indexing.wait_for("completed", 2)
    assert indexing.index.state.events == EVENTS + 1


def test_it_can_be_paused_and_resumed(indexing: Indexing, session: Session, every_store_is_large: None) -> None:
    gate = hold_indexing(indexing.indexer, indexing.runner)
    indexing.indexer.set_session(session)
    indexing.wait_for("opened")
    indexing.indexer.pause()
    gate.opened.set()
    assert (indexing.indexer.is_paused, indexing.indexer.is_indexing) == (True, False)
    indexing.indexer.update()
    assert not indexing.indexer.is_indexing, "it was paused"
    indexing.indexer.resume()
    assert (indexing.indexer.is_paused, indexing.indexer.is_indexing) == (False, True)
    indexing.wait_for("completed")
    assert indexing.signals.count("paused_changed") == 2
    assert indexing.index.state.is_whole


def test_a_store_that_is_closed_while_it_is_indexed_is_released(
    indexing: Indexing, session: Session, tmp_path: Path, every_store_is_large: None
) -> None:
    gate = hold_indexing(indexing.indexer, indexing.runner)
    indexing.indexer.set_session(session)
    indexing.wait_for("opened")
    closed = indexing.index
    indexing.indexer.set_session(None)
    assert (indexing.indexer.index, indexing.indexer.is_indexing) == (None, False)
    gate.opened.set()
    other = store_of(tmp_path / "other.esdb", [event("other", at) for at in range(5)])
    with closing(open_session(str(other), writable=False)) as another:
        indexing.indexer.set_session(another)
        indexing.wait_for("completed")
        assert indexing.index is not closed and indexing.index.state.events == 5
        assert indexing.signals.count("completed") == 1
        indexing.indexer.set_session(None)


def test_a_store_that_is_closed_before_its_index_is_open_emits_nothing(indexing: Indexing, session: Session) -> None:
    gate = Gate()
    indexing.runner.run("Waiting", gate, queue=Queue.INDEX)
    gate.wait_until_started()
    indexing.indexer.set_session(session)
    indexing.indexer.set_session(None)
    indexing.indexer.set_session(session)
    gate.opened.set()
    indexing.wait_for("completed")
    assert indexing.signals.count("opened") == 1


def test_an_update_while_it_is_at_work_follows_it(indexing: Indexing, session: Session, store: Path) -> None:
    gate = hold_indexing(indexing.indexer, indexing.runner)
    indexing.indexer.set_session(session)
    indexing.wait_for("opened")
    with closing(open_session(str(store))) as writing:
        append_records(writing.store.tables, [event("cart", EVENTS)])
    indexing.indexer.update()
    gate.opened.set()
    indexing.wait_for("completed", 2)
    assert indexing.index.state.events == EVENTS + 1
