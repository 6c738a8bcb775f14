"""The columns of the list of entities."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QFontMetrics

from es_desktop.views.style.rows import PAD
from tests.views.driving import Driver


def test_no_number_is_cut(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    table = driver.window.docks.entities.table
    model = table.model()
    titles = [str(model.headerData(column, table.horizontalHeader().orientation())) for column in range(7)]
    numbers = [titles.index(title) for title in ("Ver", "Events", "◆")]
    metrics = QFontMetrics(table.font())
    for column in numbers:
        table.setColumnHidden(column, False)
        texts = [str(model.index(row, column).data()) for row in range(model.rowCount())]
        assert max(map(len, texts)) >= 3
        assert max(map(metrics.horizontalAdvance, texts)) + 2 * PAD <= table.columnWidth(column)
