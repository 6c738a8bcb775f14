"""A dock that is built late shows what one shows that has followed everything from the start."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QLineEdit, QPlainTextEdit, QWidget

from es_desktop.views.panels.docks import Docks
from es_desktop.views.style.dock_frame import Dock
from es_desktop.views.style.plain_text import ElidedLabel
from tests.views.driving import Driver


def content(dock: Dock) -> dict[str, object]:
    """Return the texts, rows and current rows of a dock, by class and accessible name."""
    found: dict[str, object] = {}
    parts = (dock.title_bar, dock.widget())  # the title is cut beside a tab, and says less there
    for part in parts:
        labels = [each for each in part.findChildren(QLabel) if each.isVisibleTo(part) and each is not parts[0].title]
        # How long a bar is depends on how wide the dock is.
        labels = [each for each in labels if each.objectName() != "bars"]
        for number, label in enumerate(labels):
            name = f"label {number} of {type(part).__name__}"
            found[name] = label.whole_text() if isinstance(label, ElidedLabel) else label.text()
        for button in part.findChildren(QAbstractButton):
            if button.text() and button.isVisibleTo(part):
                found[f"button {button.text()}"] = button.isEnabled(), button.isChecked()
        for text in (*part.findChildren(QLineEdit), *part.findChildren(QPlainTextEdit)):
            if text.accessibleName():
                found[text.accessibleName()] = text.text() if isinstance(text, QLineEdit) else text.toPlainText()
    for view in dock.findChildren(QAbstractItemView):
        model = view.model()
        if view.accessibleName() and model is not None and view.isVisibleTo(dock):
            cells = [
                [model.index(row, column).data() for column in range(model.columnCount())]
                for row in range(min(20, model.rowCount()))
            ]
            found[view.accessibleName()] = view.currentIndex().row(), cells
    return found


def test_a_hint_keeps_its_margins_in_a_dock_that_is_built_after_the_start_page_was_painted(
    driver: Driver, demo_store: Path
) -> None:
    driver.window.grab()
    driver.open(demo_store)
    hint = driver.window.docks.state.hint
    assert hint.isVisible() and hint.contentsRect().left() > 10


def test_each_dock_shows_what_happened_before_it_was_built(driver: Driver, demo_store: Path) -> None:
    window, workspace = driver.window, driver.workspace
    area = QWidget(window)  # it ends with the window, after the workspace
    early = Docks(workspace, window.theme, window.actions_by_id, area)
    for dock in early.all:
        dock.build()
    driver.open(demo_store)
    driver.choose("Order")
    chosen = workspace.selection
    assert chosen.entity_id is not None and chosen.version is not None
    workspace.notes.set_bookmark(chosen.entity_id, chosen.version - 1, "odd")
    workspace.comparison.compare_with_before()
    workspace.watchpoints.add("total")
    workspace.log.update_search(event_types=frozenset({"Order.ItemAdded"}))
    driver.settle()
    workspace.what_if.begin(chosen.version - 2)
    driver.settle()
    chosen.step(-1)
    driver.settle()
    empty = [dock for dock in window.docks.all if not dock.widget().children()]
    assert len(empty) == 8
    for dock in empty:
        dock.raise_()
        driver.settle()
        expected = next(each for each in early.all if each.name == dock.name)
        assert content(dock) == content(expected), dock.name
