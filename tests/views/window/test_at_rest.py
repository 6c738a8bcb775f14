"""A window in which nothing happens does nothing: it neither paints nor lays anything out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from tests.conftest import SAMPLES
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window


class Counter(QObject):
    """Counts the paintings of all widgets."""

    def __init__(self) -> None:
        super().__init__()
        self.paintings: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.paintings.append(watched.objectName() or type(watched).__name__)
        return False


def paintings_at_rest() -> list[str]:
    """Return what is painted although nothing happens: less than a moment passes, so no cursor blinks."""
    app, counter = QApplication.instance(), Counter()
    assert app is not None
    for _ in range(50):
        QApplication.processEvents()
    app.installEventFilter(counter)
    for _ in range(50):
        QApplication.processEvents()
    app.removeEventFilter(counter)
    return counter.paintings


@pytest.mark.parametrize("width", [1024, 1250, 1900])
@pytest.mark.parametrize("store", ["es-9.5.6-sqlite-plain.db", "emmett-sqlite-0.42.4.db", "demo"])
def test_no_dock_paints_itself_again_and_again(
    driver: Driver, demo_store: Path, tmp_path: Path, store: str, width: int
) -> None:
    driver.window.resize(width, 700)
    driver.open(demo_store if store == "demo" else Path(shutil.copyfile(SAMPLES / store, tmp_path / "store.db")))
    for dock in driver.every_dock():
        dock.raise_()
        driver.settle()
        found = paintings_at_rest()
        assert len(found) < 5, (dock.windowTitle(), found[:30])
