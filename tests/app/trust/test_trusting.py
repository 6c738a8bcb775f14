"""Trusted code that fails, ends its process, or hangs: which event it was, and that everything else goes on."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import pytest

from es_desktop.app.entity.checks import verify_store
from es_desktop.app.runtime.errors import Cancelled
from es_desktop.app.store.session import open_session
from es_desktop.app.store.table_maps import map_from_toml
from es_desktop.app.trust.fold import TrustError, TrustLostError
from es_desktop.replay import Exactness, Rebuild
from es_desktop.replay.fold import fold_events, start_of
from es_desktop.stores import OpenOptions
from tests.app.trust.trusting import ORDER, counting, fold_in, shop_in, trusting
from tests.conftest import SAMPLES
from tests.menagerie.keeping import LOG_MAP, log
from tests.patience import PATIENCE
from tests.trusted.coding import PATIENT, QUICK

ID = UUID(ORDER)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return shop_in(tmp_path)


def errors_of(rebuild: Rebuild) -> dict[int, str]:
    return {step.version: step.error for step in rebuild.steps if step.error}


def test_an_event_that_raises_is_a_step_with_the_lines_of_the_code(store: Path, tmp_path: Path) -> None:
    trust = fold_in(tmp_path / "code", counting("if event['version'] == 4: raise ValueError('no stock')"))
    with trusting(store, trust) as session:
        rebuild = session.explain(ID)
    assert errors_of(rebuild) == {4: "ValueError: no stock"}
    assert rebuild.steps[3].traceback.startswith(f'  File "{trust.folder / "mine.py"}", line 2, in fold\n')
    assert "raise ValueError" in rebuild.steps[3].traceback
    assert rebuild.state == {"count": 14}
    assert [step.exactness for step in rebuild.steps] == ["exact"] * 3 + ["broken"] * 12


@pytest.mark.parametrize(
    ("line", "results"),
    [
        ("import os; os._exit(3)", "the code ended its process with exit status 3"),
        ("while True: pass", "the code did not come back within 0.6 s, and was ended"),
        ("import sys; sys.exit(3)", "the code called sys.exit(3)"),
    ],
)
def test_an_event_at_which_the_process_ends_is_a_failed_step_and_the_others_are_folded(
    store: Path, tmp_path: Path, line: str, results: str
) -> None:
    trust = fold_in(tmp_path / "code", counting("if event['version'] == 4:", f"    {line}"))
    with trusting(store, trust, QUICK) as session:
        for _ in range(2):  # the second time from what is known
            rebuild = session.explain(ID)
            assert errors_of(rebuild) == {4: results}
            assert (rebuild.state, rebuild.exactness) == ({"count": 14}, Exactness.BROKEN)
        assert session.trusted is not None and session.trusted.lost is None


def test_a_step_that_hangs_is_reported_with_its_line(store: Path, tmp_path: Path) -> None:
    trust = fold_in(tmp_path / "code", counting("while event['version'] == 4: pass"))
    with trusting(store, trust, QUICK) as session:
        step = session.explain(ID).steps[3]
    assert step.traceback == f'  File "{trust.folder / "mine.py"}", line 2, in fold\n'


def test_code_that_ends_again_and_again_is_given_up_with_one_reason(store: Path, tmp_path: Path) -> None:
    trust = fold_in(tmp_path / "code", "import os\ndef fold(state, event):\n    os._exit(3)\n")
    with trusting(store, trust) as session:
        results = []
        for _ in range(3):
            with pytest.raises(TrustLostError) as raised:
                session.explain(ID)
            results.append(raised.value)
        assert session.trusted is not None and session.trusted.lost is results[0]
    assert results[0] is results[1] is results[2]
    assert results[0].text.startswith("the code of mine:fold is no longer used: it ended 3 times: ")
    assert results[0].text.endswith("exit status 3")


def test_work_that_asks_code_that_is_not_trusted_any_more_is_cancelled(store: Path, tmp_path: Path) -> None:
    with trusting(store, fold_in(tmp_path / "code", counting("pass"))) as session:
        entity = session.entity(ID)
        chain = session.chain(entity, session.outline(ID).versions)
        session.set_trust(None)
        with pytest.raises(Cancelled):
            chain.steps(0, 3)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such pipe")
def test_code_that_is_asked_when_its_trust_ends_is_cancelled_at_once(store: Path, tmp_path: Path) -> None:
    trust = fold_in(tmp_path / "code", counting("open('started').close()", "while True: pass"))
    os.mkfifo(trust.folder / "started")  # the code may only read
    with trusting(store, trust) as session:
        ends: list[BaseException] = []

        def ask() -> None:
            try:
                session.explain(ID)
            except BaseException as error:
                ends.append(error)

        asking = Thread(target=ask)
        asking.start()
        (trust.folder / "started").write_text("")  # waits until the code reads it
        session.set_trust(None)
        asking.join(PATIENCE)
    assert [type(each) for each in ends] == [Cancelled]


def test_a_state_that_cannot_be_encoded_is_reported(store: Path, tmp_path: Path) -> None:
    trust = fold_in(tmp_path / "code", "import threading\ndef fold(s, e): return {'lock': threading.Lock()}\n")
    with trusting(store, trust) as session:
        chain = session.chain(session.entity(ID), session.outline(ID).versions)
        assert [str(change.after.type_name) for change in chain.steps(0, 1)[0].changes] == ["lock"]
        trusted: Any = session.trusted
        fold, events = chain.fold, session.events(ID)
        first = fold_events(fold, start_of(fold, None), events[:1])
        with pytest.raises(TrustError, match="cannot be used: TypeError: cannot pickle"):
            fold_events(fold, first, events[1:])
        assert trusted.lost is None


def test_snapshots_say_nothing_of_what_a_function_makes(store: Path, tmp_path: Path) -> None:
    with trusting(store, fold_in(tmp_path / "code", counting("pass"))) as session:
        assert all("from zero" in base.error for base in session.bases(session.entity(ID)).rows)
        checks = [found.check for found in verify_store(session)]
    assert {check.ok for check in checks} == {None}
    assert all("a function folds events only" in check.reason for check in checks)


def test_a_history_whose_first_events_are_lost_is_not_exact(store: Path, tmp_path: Path) -> None:
    """A function folds what there is, and cannot know what is not."""
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("DELETE FROM stored_events WHERE originator_id = ? AND originator_version < 4", (ORDER,))
    with trusting(store, fold_in(tmp_path / "code", counting("pass"))) as session:
        rebuild = session.explain(ID)
    assert errors_of(rebuild) == {4: "versions 1 to 3 are missing"}
    assert (rebuild.state, rebuild.exactness) == ({"count": 12}, Exactness.BROKEN)


def test_a_history_that_lost_version_0_only_is_not_exact(tmp_path: Path) -> None:
    """Where versions begin at 0, and in a mapped table of which others begin there."""
    sample = Path(shutil.copyfile(SAMPLES / "es-5.1.1-sqlalchemy-sqlite.db", tmp_path / "five.db"))
    mapped = tmp_path / "mapped.db"
    with closing(sqlite3.connect(mapped)) as connection, connection:
        log(connection, [(stream, n, "Set", {"n": n}) for stream in ("a", "b") for n in range(3)])
    trust = fold_in(tmp_path / "code", counting("pass"))
    for path, delete, options in (
        (sample, "FROM stored_events WHERE id = 77", OpenOptions()),
        (mapped, "FROM log WHERE stream = 'a' AND v = 0", OpenOptions(table_map=map_from_toml(LOG_MAP))),
    ):
        with closing(sqlite3.connect(path)) as connection, connection:
            assert connection.execute(f"DELETE {delete}").rowcount == 1
        with closing(open_session(str(path), writable=False, options=options)) as session:
            session.set_trust(trust, PATIENT)
            found = [session.explain(each.id) for each in session.entities()]
        assert sorted({each.exactness for each in found}) == [Exactness.BROKEN, Exactness.EXACT]
        (broken,) = [each for each in found if each.exactness is Exactness.BROKEN]
        assert errors_of(broken) == {1: "version 0 is missing"}
