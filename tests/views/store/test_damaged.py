"""A damaged store in the window: what can be read is shown, and written to a new store on request."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from es_desktop.app.store.session import open_session
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
