"""The entities of another store, to choose one to compare with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import Session
from es_desktop.models.compare.other_store import OtherStore
from tests.models.working import Working


@pytest.fixture
def own(working: Working, demo_store: Path) -> Session:
    working.open(demo_store)
    assert working.workspace.session is not None
    return working.workspace.session


@pytest.fixture
def stores(working: Working, own: Session) -> Iterator[OtherStore]:
    workspace = working.workspace
    stores = OtherStore(workspace.runner, workspace.sessions, own, workspace.selection, workspace.indexes)
    yield stores
    stores.close()


def types(stores: OtherStore) -> set[str]:
    return {each.type for each in stores.entities.loaded_entities()}


def test_the_open_store_is_not_opened_again(
    working: Working, stores: OtherStore, own: Session, demo_store: Path
) -> None:
    stores.open_store(str(demo_store.parent / "." / demo_store.name))
    working.settle()
    assert stores.session is own
    assert stores.entities.rowCount() == len(working.entities())


def test_another_store_is_only_read_and_can_be_taken(
    working: Working, stores: OtherStore, own: Session, sample: Path
) -> None:
    before = sample.read_bytes()
    stores.open_store(str(sample))
    working.settle()
    assert types(stores) == {"TodoList", "User"}
    stores.entities.set_filter("user")
    working.settle()
    assert types(stores) == {"User"}
    taken = stores.take()
    assert taken is not None and taken is not own and not taken.is_writable
    stores.close()
    working.settle()
    assert list(taken.entities()), "it is still open for the one who took it"
    working.workspace.sessions.close(taken)
    working.settle()
    assert sample.read_bytes() == before and [each.name for each in sample.parent.iterdir()] == [sample.name]


def test_a_store_that_was_not_taken_is_closed(
    working: Working, stores: OtherStore, sample: Path, demo_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores.open_store(str(sample))
    working.settle()
    session = stores.session
    assert session is not None
    close, closed = session.close, Event()
    monkeypatch.setattr(session, "close", lambda: (close(), closed.set()))
    stores.open_store(str(demo_store))
    working.settle()
    assert closed.is_set()
    assert types(stores) >= {"Order", "Account"}


def test_a_file_that_is_no_store_is_refused(working: Working, stores: OtherStore, tmp_path: Path) -> None:
    errors: list[UserError] = []
    stores.refused.connect(errors.append)
    stores.open_store(str(tmp_path / "nothing.esdb"))
    working.settle()
    assert len(errors) == 1 and "no file" in str(errors[0])
    assert stores.session is None and stores.take() is None and stores.entities.rowCount() == 0
