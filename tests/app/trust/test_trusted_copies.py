"""Trusted classes fold what was made of a store as they fold the store itself: copies, cases, imports, branches."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from es_desktop.app.branch.save import save_branch
from es_desktop.app.branch.view import RecordedHistory
from es_desktop.app.entity.verdict import NEAREST, ZERO
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.app.transfer.export import ExportFormat, ExportRequest, export_to_file
from es_desktop.app.transfer.import_ import import_file
from es_desktop.app.transfer.working_copy import StoreCopier
from es_desktop.app.trust.fold import Trust
from es_desktop.replay import Edit, Exactness, Insert, Skip
from tests.app.trust.trusting import ORDER, counting, fold_in, shop_in, trusting
from tests.conftest import SAMPLES

ID = UUID(ORDER)
SHOP = Trust(SAMPLES, ("es9_shop",), sys.executable)
FUNCTION = counting("pass")
COPIED = "the record was copied from another program, and its class cannot read it: name a function that folds"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shop_in(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def session(store: Path) -> Iterator[Session]:
    """The store, with the code that wrote it."""
    with trusting(store, SHOP) as session:
        yield session


def folded(session: Session) -> list[Any]:
    """The states of the order by the code, version by version, from zero and from its snapshot."""
    rebuilds = [session.explain(ID, base=base) for base in (ZERO, NEAREST)]
    steps = [[(each.version, each.error, each.exactness, each.changes) for each in one.steps] for one in rebuilds]
    return [steps, [(each.state, each.exactness, each.base) for each in rebuilds]]


def copy_of(store: Path, folder: Path) -> Path:
    with closing(open_session(str(store))) as source:
        StoreCopier(source, folder / "copy.esdb", [ID]).run()
    return folder / "copy.esdb"


def sent(store: Path, folder: Path, format: ExportFormat) -> Path:
    """Return what comes back of an export."""
    path = folder / f"out.{format}"
    with closing(open_session(str(store))) as source:
        export_to_file(source, path, ExportRequest(format, (ID,)))
    if format.is_store:
        return path
    with closing(create_session(str(folder / "made.esdb"))) as made:
        import_file(made, path)
    return folder / "made.esdb"


@pytest.mark.parametrize("format", [None, ExportFormat.CASE, ExportFormat.JSONL, ExportFormat.CLOUDEVENTS])
def test_what_was_made_of_a_store_is_folded_as_the_store(
    store: Path, session: Session, tmp_path: Path, format: ExportFormat | None
) -> None:
    child = copy_of(store, tmp_path) if format is None else sent(store, tmp_path, format)
    with trusting(child, SHOP) as opened:
        assert folded(opened) == folded(session)
        assert opened.explain(ID, base=ZERO).exactness is Exactness.EXACT
    with trusting(child, fold_in(tmp_path / "code", FUNCTION)) as opened:
        assert opened.explain(ID).state == {"count": 15}


@pytest.mark.parametrize("of_a_copy", [False, True])
def test_a_saved_branch_is_folded_as_the_branch(store: Path, session: Session, tmp_path: Path, of_a_copy: bool) -> None:
    with trusting(copy_of(store, tmp_path), SHOP) as copy:
        history = RecordedHistory(copy if of_a_copy else session, session.entity(ID))
        added = next(event for event in history.events if event.type == "ItemAdded")
        data = {**added.data, "sku": "NEW", "qty": 7}
        edits = [Edit(added.version, data), Skip(added.version + 1), Insert(15, "ItemAdded", {**data, "sku": "MORE"})]
        branch = history.branch(edits)
        chain = branch.chain(history.fold())
        expected = [chain.state_after(count) for count in range(len(chain) + 1)]
        save_branch(history, branch, tmp_path / "saved.esdb")
    assert expected[-1][0]["items"]["MORE"] == 7
    with trusting(tmp_path / "saved.esdb", SHOP) as saved:
        again = RecordedHistory(saved, saved.entity(ID)).chain()
        assert [again.state_after(count) for count in range(len(again) + 1)] == expected


# Copies that an older version of this program made --------------------------------------------------------------------


def without_origins(copy: Path) -> Path:
    """Let a copy be as it was made before a record said what it was made of."""
    with closing(sqlite3.connect(copy)) as connection, connection:
        for number, data in connection.execute("SELECT id, data FROM integer_sequenced_items").fetchall():
            payload = json.loads(data)
            older = {**payload["copied payload"], "timestamp": payload["timestamp"]}
            change = (json.dumps(older), number)
            connection.execute("UPDATE integer_sequenced_items SET data = ? WHERE id = ?", change)
    return copy


def test_an_older_copy_is_not_read_by_the_classes_of_its_program(store: Path, tmp_path: Path) -> None:
    """Its payloads are in other words, and what the classes made of them would be wrong."""
    copy = without_origins(copy_of(store, tmp_path))
    with trusting(copy, SHOP) as session:
        assert {step.error for step in session.explain(ID, base=ZERO).steps} == {COPIED}
    with trusting(copy, fold_in(tmp_path / "code", FUNCTION)) as session:
        assert session.explain(ID).state == {"count": 15}


def test_what_was_inferred_in_an_older_copy_stays_so_in_what_is_made_of_it(store: Path, tmp_path: Path) -> None:
    copy = without_origins(copy_of(store, tmp_path))
    with closing(open_session(str(copy))) as session:
        state = session.explain(ID, base=ZERO).state
        assert StoreCopier(open_again := session, tmp_path / "second.esdb").run().mismatches == ()
        assert open_again.explain(ID, base=ZERO).exactness is Exactness.INFERRED
    for child in (tmp_path / "second.esdb", sent(copy, tmp_path, ExportFormat.JSONL)):
        with closing(open_session(str(child))) as session:
            rebuild = session.explain(ID, base=ZERO)
            assert (rebuild.state, rebuild.exactness) == (state, Exactness.INFERRED)
