"""A damaged store in the window: what can be read is shown, and written to a new store on request."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from es_desktop.app.store.session import open_session
from tests.models.working import cancelled_at
from tests.views.driving import Driver

PAGE = 4096


def test_what_can_be_read_is_shown_and_rescued(driver: Driver, sample: Path, tmp_path: Path) -> None:
    content = bytearray(sample.read_bytes())
    content[13 * PAGE : 15 * PAGE] = b"\xff" * (2 * PAGE)
    sample.write_bytes(content)
    driver.answers.chosen, driver.answers.file = "Rescue", str(tmp_path / "rescued.esdb")
    driver.open(sample)
    (error,) = driver.answers.errors
    assert error.text.startswith("the file is damaged: pages ")
    assert driver.answers.offered == f"{sample.stem}-rescued.esdb"
    shown = driver.workspace.entities.rowCount()
    assert shown
    with closing(open_session(str(tmp_path / "rescued.esdb"))) as rescued:
        assert len(list(rescued.entities())) == shown
        assert rescued.is_writable


def test_reading_a_damaged_file_shows_its_progress_and_can_be_cancelled(driver: Driver, tmp_path: Path) -> None:
    path = tmp_path / "large.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA page_size = 512").close()
        connection.execute("CREATE TABLE stored_events (id INTEGER PRIMARY KEY, text TEXT)").close()
        connection.executemany("INSERT INTO stored_events (text) VALUES (?)", [("x" * 400,)] * 800)
        connection.commit()
    content = bytearray(path.read_bytes())
    content[20 * 512 : 21 * 512] = b"\xff" * 512
    path.write_bytes(content)
    # Pages, after the file was copied.
    with cancelled_at(driver.workspace.runner, lambda progress: progress.total > 100) as seen:
        driver.open(path)
    assert [each.total for each in seen] == [1, len(content) // 512]
    assert {each.job.title for each in seen} == {"Opening the store"}
    assert driver.workspace.session is None and driver.answers.errors == []
