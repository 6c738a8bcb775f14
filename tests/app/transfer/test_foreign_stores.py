"""Stores of other programs go out as what the program reads in them: a case of one shows what the store shows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.app.transfer.export import ExportFormat, ExportRequest, export_to_file
from es_desktop.app.transfer.import_ import import_file
from es_desktop.replay import plain_state
from es_desktop.stores import OpenOptions
from tests.conftest import SAMPLES

FOREIGN = sorted(path.name for path in SAMPLES.glob("*.db"))


def shown(session: Session) -> list[Any]:
    """All facts of the entities, events, snapshots and states."""
    found: list[Any] = []
    for each in sorted(session.entities(), key=lambda each: str(each.id)):
        found.append((each.id, each.type, each.version, each.events, each.snapshots))
        found.append(session.explain(each.id).state)
        for event in session.events(each.id):
            time = None if event.error else event.timestamp
            found.append((event.version, event.type, event.entity_type, time, event.data, bool(event.error)))
        for snapshot in session.snapshots(each.id):
            state = None if snapshot.state is None else plain_state(snapshot.state)
            found.append((snapshot.version, snapshot.topic, snapshot.timestamp, state, bool(snapshot.error)))
    return found


@pytest.fixture(scope="module", params=FOREIGN)
def foreign(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    store = shutil.copyfile(SAMPLES / request.param, tmp_path_factory.mktemp("foreign") / request.param)
    with closing(open_session(str(store))) as session:
        yield session


@pytest.fixture(scope="module")
def expected(foreign: Session) -> list[Any]:
    return shown(foreign)


@pytest.mark.parametrize("is_case", [True, False])
def test_what_comes_back_shows_the_same(tmp_path: Path, foreign: Session, expected: list[Any], is_case: bool) -> None:
    """As a case, and as lines: of one format or the other by turns, as ``test_records`` has each format go all ways."""
    by_turns = (ExportFormat.JSONL, ExportFormat.CLOUDEVENTS)[FOREIGN.index(Path(foreign.absolute_name).name) % 2]
    format, facts = ExportFormat.CASE if is_case else by_turns, foreign.facts()
    done = export_to_file(foreign, tmp_path / "out.esdb", ExportRequest(format))
    assert (done.events, done.snapshots) == (facts.events, facts.snapshots)
    if not is_case:
        with closing(create_session(str(tmp_path / "made.esdb"))) as made:
            assert import_file(made, tmp_path / "out.esdb").events == done.events
            assert shown(made) == expected
        return
    with closing(open_session(str(tmp_path / "out.esdb"), options=OpenOptions(writes_any=True))) as case:
        assert case.is_writable
        assert shown(case) == expected


@pytest.mark.parametrize("name", FOREIGN)
def test_a_spreadsheet_of_it_names_types_events_and_times(tmp_path: Path, name: str) -> None:
    with closing(open_session(str(shutil.copyfile(SAMPLES / name, tmp_path / name)))) as session:
        entity = next(session.entities())
        first = session.events(entity.id, limit=1)[0]
        export_to_file(session, tmp_path / "out.csv", ExportRequest(ExportFormat.CSV, (entity.id,)))
    row = (tmp_path / "out.csv").read_text("utf-8").splitlines()[1]
    time = "" if first.timestamp is None else "20"
    assert row.startswith(f"{entity.id},{entity.type},{first.version},{first.type},{time}")
