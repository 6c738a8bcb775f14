"""What has no room is cut with an ellipsis in its place: in every dock of the smallest window, with long values."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtWidgets import QTableView

from es_desktop.app.entity.commands import Commands
from es_desktop.app.search.questions import AskedQuestion
from es_desktop.app.store.session import create_session
from es_desktop.app.text.values import FROM_ZERO
from es_desktop.examples import Order
from es_desktop.models.table.model import TONE_ROLE, RowsModel
from es_desktop.models.table.model import Column as TableColumn
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table
from es_desktop.views.style.theme import Theme
from tests.views.driving import Driver
from tests.views.reading import cut_texts

pytestmark = pytest.mark.one_window
SMALL = 1024, 700
LONG = "Wolfeschlegelsteinhausenbergerdorff und Zoë Ñandú von und zu der langen Straße 17"


@pytest.fixture
def long_store(tmp_path: Path) -> Path:
    """An order whose values are all long."""
    path = tmp_path / "a store with a name that is longer than any place in the window has room for.esdb"
    session = create_session(str(path))
    commands = Commands(session)
    order_id = commands.create(Order, {"customer": LONG}).entity_id
    with session.bus.activated():
        order = session.repository[order_id]
        for number in range(12):
            order.add_item(f"sku-{number}-{LONG}", LONG, 123_456_789, Decimal("98765432109876.54"))
        commands.take_snapshot(order_id)
    session.close()
    return path


def fill(driver: Driver) -> None:
    """Have something to show in every dock."""
    docks, workspace = driver.window.docks, driver.workspace
    for name in ("bookmark-event", "verify-store", "what-if", "back", "compare-before"):
        driver.act(name)
        driver.settle()
    for watched in ("customer", "lines", "total > 100"):
        workspace.watchpoints.add(watched)
    workspace.questioner.ask(AskedQuestion("total > 0"))
    docks.commands.open_command("add_item")
    driver.settle()


def test_no_text_of_any_dock_is_cut_without_an_ellipsis(driver: Driver, long_store: Path) -> None:
    driver.window.resize(*SMALL)
    driver.window.docks.restore_default()
    driver.open(long_store)
    driver.choose("Order")
    fill(driver)
    found = {}
    for dock in driver.every_dock():
        dock.show()
        dock.raise_()
        driver.settle()
        found[dock.title] = [*cut_texts(dock.title_bar), *cut_texts(dock.widget())]
    found["bars"] = [*cut_texts(driver.window.toolbar), *cut_texts(driver.window.statusBar())]
    assert {dock: cut for dock, cut in found.items() if cut} == {}


CHANGES = "status OPEN · + lines[0] SKU-9 × 2, 19.90 · total 1.00 → 20.90 · address.place.city Porto → Lyon"


@pytest.mark.parametrize(
    ("column", "tone", "text"),
    [
        (Column(), None, CHANGES),
        (Column(changes=True), None, CHANGES),
        (Column(mono=True, arrow=True), "changed", "an old value → a new value"),
        (Column(arrow=True), "failed", f"a wrong value{FROM_ZERO}the right value"),
        (Column(paths=True), None, "address.place.city.name"),
        (Column(pill=True), None, "1,234,567,890"),
    ],
    ids=["plain", "changes", "arrow", "wrong", "path", "pill"],
)
def test_a_cell_is_whole_or_has_an_ellipsis_at_every_width(
    driver: Driver, theme: Theme, column: Column, tone: str | None, text: str
) -> None:
    table = QTableView(driver.window)
    driver.qtbot.addWidget(table)
    model: RowsModel[str] = RowsModel((TableColumn("A", str),), (text,), row_roles={TONE_ROLE: lambda row: tone})
    set_up_table(table, model, RowDelegate(table, {0: column}, theme=theme), "Rows")
    table.resize(900, 120)
    table.show()
    for width in range(40, 800, 9):
        table.setColumnWidth(0, width)
        assert not cut_texts(table.viewport()), width
