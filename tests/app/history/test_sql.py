"""SQL over the state history: what the documented views say is what the window shows, and nothing else can be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from es_desktop.app.history import sql
from es_desktop.app.history.sql import SqlHistory, sql_history
from es_desktop.app.runtime.errors import UserError, no_progress
from es_desktop.app.store.session import Session, open_session
from es_desktop.app.text.json_view import plain_json
from es_desktop.history.views import SNAPSHOTS, VIEWS
from tests.altering import ORDER
from tests.app.recording import event, store_of


@pytest.fixture(scope="module")
def session(demo_template: Path) -> Iterator[Session]:
    with closing(open_session(str(demo_template), writable=False)) as session:
        yield session


@pytest.fixture(scope="module")
def history(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlHistory]:
    with sql_history(session, tmp_path_factory.mktemp("indexes"), no_progress, no_progress, 0) as history:
        yield history


def rows(history: SqlHistory, statement: str) -> list[tuple[Any, ...]]:
    with history.asked(statement) as answer:
        return list(answer.rows)


def test_the_views_have_the_documented_columns(history: SqlHistory) -> None:
    for view in (*VIEWS, SNAPSHOTS):
        found = rows(history, f"DESCRIBE {view.name}")
        assert [each[:2] for each in found] == [(column.name, column.type) for column in view.columns]


def test_entities_and_events_are_those_of_the_store(history: SqlHistory, session: Session) -> None:
    found = rows(history, "SELECT id, type, version, events, created, modified, discarded FROM entities")
    wanted = {
        (str(e.id), e.type, e.version, e.events, _time(e.created), _time(e.modified), e.discarded)
        for e in session.entities()
    }
    assert set(found) == wanted
    wanted_events = [(each.version, each.type) for each in session.events(ORDER)]
    events = rows(history, f"SELECT version, type FROM events WHERE id = '{ORDER}' ORDER BY version")
    assert events == wanted_events
    assert rows(history, "SELECT count(*) FROM events") == [(session.store.reader.event_count(),)]


def _time(seconds: float | None) -> dt.datetime | None:
    if seconds is None:
        return None
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=round(seconds * 1e6))


def test_a_state_is_the_one_of_its_version(history: SqlHistory, session: Session) -> None:
    found = dict(rows(history, f"SELECT version, state FROM states WHERE id = '{ORDER}'"))
    for version in (0, 9, 17):
        wanted = plain_json(session.explain(ORDER, version).state)
        shown = {name: value if name not in ("total", "discount") else float(value) for name, value in wanted.items()}
        assert {**found[version], "total": float(found[version]["total"])} == shown


def test_changes_have_the_value_before(history: SqlHistory) -> None:
    select = "SELECT version, before_number, after_number FROM changes"
    found = rows(history, f"{select} WHERE id = '{ORDER}' AND attribute = 'total' ORDER BY version")
    assert len(found) > 3
    assert found[0][1] is None
    assert all(one[2] == other[1] for one, other in pairwise(found))


def test_each_type_has_a_table_of_its_last_states(history: SqlHistory, session: Session) -> None:
    found = rows(history, f"""SELECT status, total, lines, gift FROM "Order" WHERE id = '{ORDER}'""")
    state = session.explain(ORDER).state
    assert found == [(state["status"].value, float(state["total"]), plain_json(state["lines"]), state["gift"])]
    assert rows(history, 'SELECT count(*) FROM "Order"') == [(sum(e.type == "Order" for e in session.entities()),)]


def test_snapshots_are_there(history: SqlHistory, session: Session) -> None:
    wanted = sorted((str(ORDER), each.version) for each in session.snapshots(ORDER))
    assert rows(history, f"SELECT id, version FROM snapshots WHERE id = '{ORDER}' ORDER BY version") == wanted


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("COPY (SELECT 1) TO 'x.csv'", "more than read"),
        ("CREATE TABLE x AS SELECT 1", "more than read"),
        ("ATTACH 'x.db'", "more than read"),
        ("SET threads = 1", "more than read"),
        ("INSTALL httpfs", "more than read"),
        ("SELECT 1; SELECT 2", "more than one statement"),
        ("", "there is no statement"),
        ("SELECT * FROM read_text('/etc/passwd')", "disabled"),
        ("SELECT * FROM glob('/*')", "disabled"),
        ("SELECT * FROM '/etc/passwd'", "cannot be carried out"),
        ("SELECT * FROM sniff_csv('/etc/passwd')", "disabled"),
        ("SELEC 1", "syntax error"),
        ("SELECT * FROM evnts", "events"),
        ("SELECT typ FROM events", "type"),
    ],
)
def test_only_one_statement_that_reads_is_carried_out(history: SqlHistory, statement: str, reason: str) -> None:
    with pytest.raises(UserError, match=reason):
        rows(history, statement)


def test_a_statement_ends_after_its_time(history: SqlHistory) -> None:
    with (
        pytest.raises(UserError, match=r"longer than 0\.1 s"),
        history.asked("SELECT count(*) FROM range(10000000000000) a, range(1000) b", 0.1) as answer,
    ):
        list(answer.rows)
    assert rows(history, "SELECT 1") == [(1,)]


def test_types_and_attributes_with_odd_names(tmp_path: Path) -> None:
    data = '{"id": 1, "a\\"b": "x", "it\'s": [1], "": null}'
    store = store_of(tmp_path / "odd.esdb", [event(ORDER, 0, data, 'shop#We"ird.Filled')])
    with (
        closing(open_session(str(store), writable=False)) as session,
        sql_history(session, tmp_path, no_progress, no_progress, 0) as history,
    ):
        with history.asked('SELECT * FROM "We""ird"') as answer:
            found = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        assert found[0]["id"] == str(ORDER)
        assert (found[0]["id 2"], found[0]['a"b'], found[0]["it's"]) == (1.0, "x", [1])
        assert "(no name)" in found[0]


def test_without_the_libraries_it_says_what_to_install(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql, "is_available", lambda: False)
    with (
        pytest.raises(UserError, match=r"es-desktop\[history\]"),
        sql_history(session, tmp_path, no_progress, no_progress),
    ):
        pass
