"""A workspace or a log for each test, shut down at its end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from es_desktop.app.runtime.errors import Cancelled
from es_desktop.app.search.store_index import StoreIndex, index_source
from es_desktop.app.store.session import Session, open_session
from es_desktop.index import IndexFiller
from es_desktop.models.runtime.tasks import TaskRunner
from tests.app.recording import store_of
from tests.index.indexing import slices_of
from tests.models.search.logged import EVENTS, FIRST_EVENTS, RECORDS, Logged, stop
from tests.models.working import Working


@pytest.fixture
def working(qtbot: QtBot, tmp_path: Path) -> Iterator[Working]:
    working = Working(qtbot, tmp_path / "notebooks")
    yield working
    working.workspace.shut_down()
    assert not working.crashed, working.crashed


@pytest.fixture(scope="session")
def long_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose log has several pages, made once; copy it before you open it."""
    return store_of(tmp_path_factory.mktemp("long") / "made.esdb", RECORDS)


@pytest.fixture
def long_store(long_template: Path, tmp_path: Path) -> Path:
    """A store of the test's own whose log has several pages."""
    return Path(shutil.copyfile(long_template, tmp_path / "made.esdb"))


@pytest.fixture
def long_session(long_store: Path) -> Iterator[Session]:
    with closing(open_session(str(long_store), writable=False)) as session:
        yield session


@pytest.fixture
def indexes(tmp_path: Path) -> Path:
    return tmp_path / "indexes"


@pytest.fixture
def logged(qtbot: QtBot, long_session: Session, indexes: Path) -> Iterator[Logged]:
    runner = TaskRunner()
    crashed: list[BaseException] = []
    runner.crashed.connect(crashed.append)
    logged = Logged(qtbot, runner, indexes)
    yield logged
    logged.show(None)
    runner.close()
    assert not crashed, crashed


@pytest.fixture
def long_store_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("es_desktop.app.search.store_index.SMALL", EVENTS - FIRST_EVENTS)


@pytest.fixture
def partly_indexed(logged: Logged, long_session: Session, indexes: Path, long_store_is_large: None) -> Logged:
    """A log of a large store whose index is partly filled, and paused."""
    with closing(StoreIndex(long_session, indexes)) as index, slices_of(FIRST_EVENTS), pytest.raises(Cancelled):
        IndexFiller(index.database, index_source(long_session.store), keeps_text=True).run(stop)
    logged.indexer.opened.connect(lambda index: logged.indexer.pause())
    logged.show_all(long_session)
    assert logged.indexer.index is not None and logged.indexer.index.state.events == FIRST_EVENTS
    return logged
