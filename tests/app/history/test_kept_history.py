"""The state history of a small store stays open between statements, and always says what the store has now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.app.entity.commands import Commands
from es_desktop.app.history.sql import KeptHistory, SqlHistory
from es_desktop.app.runtime.errors import no_progress
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.session import create_session
from es_desktop.examples.example import Example


class Asked:
    """A store with one example, and statements to its history."""

    def __init__(self, index: StoreIndex) -> None:
        self.index = index
        self.kept = KeptHistory(index)
        self.commands = Commands(index.session)
        self.example = self.commands.create(Example, {"foo": "v0"}).entity_id
        self.builds = 0

    def history(self) -> SqlHistory:
        self.index.update(no_progress)
        return self.kept.current(self._built, 0)

    def _built(self, done: int, total: int) -> None:
        self.builds += 1

    def counts(self) -> tuple[int, int]:
        """Return how many events and snapshots SQL knows."""
        statement = "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM snapshots)"
        with self.history().asked(statement) as answer:
            return next(answer.rows)


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Asked]:
    with (
        closing(create_session(str(tmp_path / "store.esdb"))) as session,
        closing(StoreIndex(session, tmp_path)) as index,
    ):
        found = Asked(index)
        yield found
        found.kept.close()


def test_it_is_built_once_for_many_statements(asked: Asked) -> None:
    first = asked.history()
    builds = asked.builds
    assert asked.counts() == (1, 0)
    assert asked.history() is first and asked.builds == builds


def test_new_events_and_snapshots_are_there_at_the_next_statement(asked: Asked) -> None:
    first = asked.history()
    assert asked.counts() == (1, 0)
    asked.commands.take_snapshot(asked.example)
    assert asked.counts() == (1, 1) and asked.history() is first, "nothing of the history changed"
    asked.commands.change_attribute(asked.example, "foo", "v1", 0)
    asked.commands.take_snapshot(asked.example)
    assert asked.counts() == (2, 2) and asked.history() is not first


def test_its_files_are_gone_once_it_is_closed(asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passing = tmp_path / "passing"
    passing.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(passing))
    asked.history()
    assert [*passing.glob("*/history")]
    asked.kept.close()
    assert not any(passing.iterdir())
