"""The debugger's commands: snapshots that are true or false, and where a condition changes."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from es_desktop.app.entity.checks import verify_entity, verify_store
from es_desktop.app.entity.verdict import ZERO
from es_desktop.app.runtime.errors import Cancelled, UserError
from es_desktop.app.store.session import Session, open_session
from es_desktop.app.watch.watchpoints import watch
from tests.altering import ORDER, with_stale_snapshot, with_true_snapshots


@pytest.fixture
def altered(small_demo: Path) -> tuple[Path, UUID]:
    """A demo store with the snapshot of one order altered by hand in one nested value."""
    with closing(sqlite3.connect(with_true_snapshots(small_demo))) as connection:
        rows = connection.execute("SELECT id, sequence_id, data FROM snapshots ORDER BY id").fetchall()
        number, key, data = next(row for row in rows if "Order" in row[2] and json.loads(row[2])["state"]["_lines"])
        snapshot = json.loads(data)
        snapshot["state"]["_lines"][0]["name"] = "altered by hand"
        connection.execute("UPDATE snapshots SET data = ? WHERE id = ?", (json.dumps(snapshot), number))
        connection.commit()
    return small_demo, UUID(bytes=key)


def _open(store: Path) -> Session:
    return open_session(str(store), writable=False)


def test_every_other_snapshot_of_the_demo_is_true(demo_store: Path) -> None:
    with closing(_open(with_true_snapshots(demo_store))) as session:
        found = list(verify_store(session))
        assert len(found) == session.facts().snapshots
        assert all(each.check.ok is True for each in found)


def test_an_altered_snapshot_is_named_with_its_path_and_both_values(altered: tuple[Path, UUID]) -> None:
    store, entity_id = altered
    with closing(_open(store)) as session:
        (false,) = [each for each in verify_store(session) if each.check.ok is False]
        assert false.entity.id == entity_id
        assert false.check.path == "lines[0].name"
        assert false.check.snapshot == "altered by hand"
        assert isinstance(false.check.replayed, str) and false.check.replayed != "altered by hand"
        assert [each.check.ok for each in verify_entity(session, false.entity)] == [False]


def test_a_stale_nested_value_is_named_with_entity_version_path_and_the_event_that_it_missed(small_demo: Path) -> None:
    with closing(_open(with_stale_snapshot(with_true_snapshots(small_demo)))) as session:
        (false,) = [each for each in verify_store(session) if each.check.ok is False]
        check = false.check
        assert (false.entity.id, check.version, check.path) == (ORDER, 9, "lines[0].name")
        named = [session.explain(ORDER, version, base=ZERO).state["lines"][0]["name"] for version in range(1, 10)]
        assert named == ["Chef's knife, 18 cm"] * 7 + ["Vase, blue glaze"] * 2
        assert (check.snapshot, check.replayed, check.first_event) == (named[0], named[-1], 8)


def test_a_snapshot_of_an_inferred_state_cannot_be_checked(sample: Path) -> None:
    with closing(_open(sample)) as session:
        found = list(verify_store(session))
        assert len(found) == 7
        # One snapshot is of a discarded list: that it was discarded is known without its code.
        assert {each.check.ok for each in found} <= {None, True}
        assert any(each.check.ok is None and each.check.reason for each in found)


def test_progress_may_stop_it(small_demo: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise Cancelled

    with closing(_open(small_demo)) as session, pytest.raises(Cancelled):
        list(verify_store(session, stop))


def test_a_condition_is_watched_along_the_whole_history(small_demo: Path) -> None:
    with closing(_open(small_demo)) as session:
        order = next(each for each in session.entities() if each.type == "Order" and each.events > 12)
        by_hand = []
        before = False
        for version in range(order.version + 1):
            state = session.explain(order.id, version).state
            now = state is not None and state["total"] > 100
            if now != before:
                by_hand.append((version, before, now))
            before = now
        found = [(each.version, bool(each.before), bool(each.after)) for each in watch(session, order, "total > 100")]
        assert found == by_hand


def test_a_condition_that_cannot_be_parsed_is_refused_with_its_column(small_demo: Path) -> None:
    with closing(_open(small_demo)) as session:
        entity = next(session.entities())
        with pytest.raises(UserError, match="column"):
            list(watch(session, entity, "total >"))
        with pytest.raises(UserError):
            list(watch(session, entity, "__import__('os')"))
