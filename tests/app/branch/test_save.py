"""Saving a branch: a new store with its events, which gives its states; the open store is not touched."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.branch.edits import insert, set_payload
from es_desktop.app.branch.save import save_branch
from es_desktop.app.branch.view import RecordedHistory
from es_desktop.app.runtime.errors import Cancelled, UserError
from es_desktop.app.store.session import Session, open_session
from es_desktop.replay import Branch, Move, Skip, compare_states
from tests.app.branch.branching import drafts, folded, histories_of, longest, states
from tests.app.recording import event, store_of, stored_rows
from tests.conftest import SAMPLES
from tests.trials import FEW


@pytest.fixture(scope="module")
def session(demo_template: Path) -> Iterator[Session]:
    with closing(open_session(str(demo_template), writable=False)) as session:
        yield session


@pytest.fixture
def recorded(session: Session) -> RecordedHistory:
    return longest(session, "Order")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def check_saved(recorded: RecordedHistory, branch: Branch, path: Path) -> None:
    """A store that was saved holds the branch's one entity with its states at each version, and no snapshot."""
    expected = folded(recorded, branch)
    with closing(open_session(str(path))) as saved:
        facts = saved.facts()
        assert (facts.events, facts.snapshots, facts.entities) == (len(expected), 0, min(1, len(expected)))
        assert saved.is_writable
        if not len(expected):
            return
        again = RecordedHistory(saved, saved.entity(recorded.facts.id))
        assert [each.version for each in again.events] == list(expected.versions)
        chain = again.chain()
        results = [(each.type, each.timestamp) for each in branch.events()]
        assert [(each.type, each.timestamp) for each in again.events] == results
        for ours, theirs in zip(states(chain), states(expected), strict=True):
            assert compare_states(theirs, ours) == ()
        assert set(chain.failures) == set(expected.failures)


@FEW
@given(data=st.data())
def test_the_saved_store_gives_the_states_of_the_branch(session: Session, data: st.DataObject) -> None:
    recorded = data.draw(st.sampled_from(histories_of(session, 2)))
    branch = recorded.branch(data.draw(drafts(recorded)).edits)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "what-if.esdb"
        count = save_branch(recorded, branch, path)
        assert count == len(branch.events())
        assert [each.name for each in Path(folder).iterdir()] == [path.name]
        check_saved(recorded, branch, path)


def test_the_store_that_it_comes_from_is_not_touched(demo_store: Path, tmp_path: Path) -> None:
    with closing(open_session(str(demo_store), writable=False)) as session:
        before = digest(demo_store)
        recorded = longest(session, "Ticket")
        save_branch(recorded, recorded.branch([Skip(2)]), tmp_path / "new.esdb")
        assert digest(demo_store) == before
    assert digest(demo_store) == before
    assert sorted(each.name for each in tmp_path.iterdir() if each.is_file()) == ["demo.esdb", "new.esdb"]


@pytest.mark.parametrize(
    "name",
    [
        "es-3.0.0-sqlalchemy-sqlite.db",
        "es-3.1.0-sqlalchemy-sqlite.db",
        "es-9.5.6-sqlite-plain.db",
        "emmett-sqlite-0.42.4.db",
    ],
)
def test_a_branch_of_another_programs_store_is_saved_and_the_store_stays_byte_for_byte(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / "theirs").mkdir()
    store = Path(shutil.copyfile(SAMPLES / name, tmp_path / "theirs" / name))
    before = digest(store)
    with closing(open_session(str(store))) as session:
        assert not session.is_writable
        for facts in list(session.entities())[:4]:
            recorded = RecordedHistory(session, facts)
            first, last = recorded.events[0], recorded.events[-1]
            edits = set_payload(
                recorded, recorded.branch([Skip(last.version)] if last is not first else []), first.version, {"n": 1}
            )
            edits, _ = insert(recorded.branch(edits), first.version, first.topic, {"colour": "green"})
            branch = recorded.branch(edits)
            path = tmp_path / f"{facts.id}.esdb"
            save_branch(recorded, branch, path)
            check_saved(recorded, branch, path)
            with closing(open_session(str(path))) as saved:
                assert "a hypothetical branch of " in " ".join(saved.facts().notes)
    assert digest(store) == before
    assert [each.name for each in store.parent.iterdir()] == [name]


def test_records_that_are_as_they_were_stay_so_to_the_last_byte(
    recorded: RecordedHistory, session: Session, tmp_path: Path
) -> None:
    records = {item[1]: item for item in session.store.reader.records(recorded.facts.id)}
    path = tmp_path / "new.esdb"
    branch = recorded.branch([Skip(2), Move(5, before=4)])
    save_branch(recorded, branch, path)
    saved = [(row[2], row[4], row[6]) for row in stored_rows(path)["integer_sequenced_items"]]
    assert saved == [
        (p.version, records[p.name][2], records[p.name][3]) for p in branch.entries if p.version is not None
    ]


def test_events_that_cannot_be_read_or_whose_class_is_not_known_are_saved_too(tmp_path: Path) -> None:
    data = ['{"timestamp": 5.5, "n": 0}', "no JSON", '{"timestamp": 7.5, "n": {"__decimal__": "1.50"}}']
    store = store_of(tmp_path / "old.esdb", [event("e", each, text) for each, text in enumerate(data)])
    with closing(open_session(str(store))) as session:
        recorded = RecordedHistory(session, session.entity("e"))
        edits = set_payload(recorded, recorded.branch([Skip(0)]), 2, {"n": "edited"})
        edits, _ = insert(recorded.branch(edits), 2, "shop#Cart.Filled", {"n": "new"})
        save_branch(recorded, recorded.branch(edits), tmp_path / "new.esdb")
        check_saved(recorded, recorded.branch(edits), tmp_path / "new.esdb")
    saved = [row[6] for row in stored_rows(tmp_path / "new.esdb")["integer_sequenced_items"]]
    assert saved[0] == "no JSON"
    assert [json.loads(each) for each in saved[1:]] == [{"timestamp": 7.5, "n": each} for each in ("edited", "new")]


def test_an_existing_file_is_not_overwritten(recorded: RecordedHistory, tmp_path: Path) -> None:
    path = tmp_path / "there.esdb"
    path.write_bytes(b"mine")
    with pytest.raises(UserError, match="exists already, and is not written over"):
        save_branch(recorded, recorded.branch(), path)
    assert path.read_bytes() == b"mine"
    assert list(tmp_path.iterdir()) == [path]


def test_where_nothing_can_be_written_nothing_is_left(recorded: RecordedHistory, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be made"):
        save_branch(recorded, recorded.branch(), tmp_path / "nowhere" / "new.esdb")

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        save_branch(recorded, recorded.branch(), tmp_path / "new.esdb", stop)
    assert list(tmp_path.iterdir()) == []
