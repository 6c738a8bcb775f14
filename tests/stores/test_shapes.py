"""Stores in UTF-16, and in the smallest and the largest pages: all that is done with a file is done with these too."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.session import create_session, open_session
from es_desktop.core import KnownClasses, StoreRefusedError
from es_desktop.stores import StoreLocation, open_store
from es_desktop.stores.writing import append_records
from tests.app.recording import event, snapshot, store_of
from tests.app.storing import in_another_shape, sql
from tests.conftest import SAMPLES
from tests.running import ask
from tests.stores.inspection import files_in

SHAPES = {
    "UTF-16, low bytes first": ("encoding = 'UTF-16le'",),
    "UTF-16, high bytes first, in pages of 512 bytes": ("encoding = 'UTF-16be'", "page_size = 512"),
    "pages of 64 KiB with pointer maps": ("page_size = 65536", "auto_vacuum = FULL"),
}
OTHERS = ("emmett-sqlite-0.42.4.db", "es-9.5.6-sqlite-textids.db", "blessql-0.1.4-sqlite.db")
PAYLOAD = '{"name": "Zoë 🦊"}'


@pytest.fixture(params=SHAPES)
def shape(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return SHAPES[request.param]


@pytest.fixture
def ours(tmp_path: Path, shape: tuple[str, ...]) -> Path:
    """A store of ours with 40 entities of two events each."""
    records = [event(f"é{number:02}", at, PAYLOAD) for number in range(40) for at in range(2)]
    plain = store_of(tmp_path / "plain.esdb", [*records, snapshot("é00", 0, '{"topic": "a#B", "state": {}}')])
    return in_another_shape(plain, tmp_path / "shaped.esdb", *shape)


def test_a_store_of_ours_is_written_indexed_and_not_written_once_it_was_replaced(tmp_path: Path, ours: Path) -> None:
    with closing(open_session(str(ours))) as session:
        append_records(session.store.tables, [event("日本", 0, PAYLOAD), snapshot("é01", 1)])
        with closing(StoreIndex(session, tmp_path)) as index:
            index.update(lambda done, total: None)
            assert (index.state.entities, index.state.events) == (41, 81)
        assert [each.data["name"] for each in session.events("日本")] == ["Zoë 🦊"]
        assert not session.has_changed()  # it is followed, as the window does
        create_session(str(tmp_path / "other.esdb")).close()
        (tmp_path / "other.esdb").replace(ours)
        with pytest.raises(StoreRefusedError, match="since it was opened"):
            append_records(session.store.tables, [event("é00", 2)])
        session.save_as(tmp_path / "saved.esdb")
    with closing(open_session(str(tmp_path / "saved.esdb"), writable=False)) as session:
        assert session.facts().counts == ("41 entities", "81 events", "2 snapshots")
    assert not [each for each in files_in(tmp_path) if each.endswith(("-wal", "-shm"))]


def test_of_a_damaged_store_all_but_one_page_is_rescued(tmp_path: Path, ours: Path) -> None:
    content = bytearray(ours.read_bytes())
    size = int.from_bytes(content[16:18], "big")
    size = 65_536 if size == 1 else size
    with closing(sqlite3.connect(ours)) as connection:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'snapshots'"
        ((page,),) = connection.execute(query).fetchall()
    content[(page - 1) * size : page * size] = b"\xff" * size
    ours.write_bytes(content)
    answer = ask(tmp_path, "rescue", ours, tmp_path / "rescued.esdb")
    assert (answer.returncode, "80 events and 0 snapshots rescued" in answer.stdout) == (1, True)
    assert f"page {page} of snapshots cannot be read" in answer.stdout
    with closing(open_session(str(tmp_path / "rescued.esdb"), writable=False)) as session:
        assert [each.data["name"] for each in session.events("é39")] == ["Zoë 🦊"] * 2


@pytest.mark.parametrize("name", OTHERS)
def test_a_store_of_another_program_is_read_with_its_log(tmp_path: Path, name: str, shape: tuple[str, ...]) -> None:
    plain = Path(shutil.copyfile(SAMPLES / name, tmp_path / "plain.db"))
    expected = [ask(tmp_path, each, plain, "--json").stdout.splitlines() for each in ("entities", "export")]
    (tmp_path / "live").mkdir()
    shaped = in_another_shape(plain, tmp_path / "live" / "shaped.db", *shape)
    with closing(sqlite3.connect(shaped)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE later (x)")
        writer.commit()
        before = shaped.with_name("shaped.db-wal").read_bytes()
        found = [ask(tmp_path, each, shaped, "--json").stdout.splitlines() for each in ("entities", "export")]
        assert sorted(files_in(shaped.parent)) == ["shaped.db", "shaped.db-shm", "shaped.db-wal"]
        assert shaped.with_name("shaped.db-wal").read_bytes() == before
    assert found == expected


def test_rows_that_come_later_are_seen(ours: Path) -> None:
    with closing(open_store(StoreLocation(ours), KnownClasses(), writable=False)) as opened:
        assert not opened.has_changed()
        sql(ours, "UPDATE integer_sequenced_items SET position = 7 WHERE sequence_id = 'é00' AND position = 1")
        assert opened.has_changed()
        assert [each.version for each in opened.reader.events("é00")] == [0, 7]


@pytest.mark.parametrize("header", [0, 1, 2, 3, 7])
def test_the_encoding_in_a_header_may_be_damaged(tmp_path: Path, ours: Path, header: int) -> None:
    content = bytearray(ours.read_bytes())
    content[56:60] = header.to_bytes(4, "big")
    ours.write_bytes(content)
    assert "40 entities, 80 events, 1 snapshot" in ask(tmp_path, "info", ours).stdout
