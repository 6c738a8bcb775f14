"""A small store, and a file to import into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.app.store.session import Session, open_session
from tests.app.recording import event, snapshot, store_of
from tests.app.transfer.importable import GivenFile


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return store_of(tmp_path / "store.esdb", [event("a", 5), event("b", 0), snapshot("a", 5)])


@pytest.fixture
def session(store: Path) -> Iterator[Session]:
    with closing(open_session(str(store))) as session:
        yield session


@pytest.fixture
def given_file(tmp_path: Path) -> GivenFile:
    def make(content: bytes) -> Path:
        path = tmp_path / "given.jsonl"
        path.write_bytes(content)
        return path

    return make
