"""Each term is explained where it stands in the window, and all of them in the glossary."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTabBar,
    QWidget,
)

from es_desktop.app.preferences.table import keys_name
from es_desktop.views.compare.compare_dialog import CompareDialog
from es_desktop.views.entity.change_dialog import ChangeDialog, DiscardDialog, NewEntityDialog
from es_desktop.views.glossary.part_finder import label_of, parts_at
from es_desktop.views.glossary.term_view import GlossaryDialog, HelpPanel
from es_desktop.views.glossary.terms import Term, terms, terms_of
from es_desktop.views.glossary.whats_this import explanation_of
from es_desktop.views.rules.rules_dock import RulesDock
from es_desktop.views.snapshot_cost.dialog import SnapshotCostDialog
from es_desktop.views.style.fields import ChoiceBox
from es_desktop.views.transfer import ExportDialog
from es_desktop.views.watch.expression_line import RunDialog
from tests.views.driving import Driver
from tests.views.window.test_screen_reader import OPENING

VIEWS = sorted((Path(__file__).parents[3] / "es_desktop" / "views").rglob("*.py"))
pytestmark = pytest.mark.one_window

OF_THE_CODE = """
sequenced item; origin; fold; mutator; event player; repository; snapshot strategy; core event types; session; bus;
rehearsal; changes; action; selection; watch trace; task; job; queue; latest request; progress; checkpoint; block;
row window;
dock, card, strip; segment; state history; plugin; decoder; hue; passage of time; format (text); report
"""
"""The terms of docs/glossary.md that are words of the code, and not of the window."""


def meanings() -> dict[str, str]:
    """Return the meaning of each term of docs/glossary.md, as plain text."""
    text = (Path(__file__).parents[3] / "docs" / "glossary.md").read_text("utf-8")
    rows = re.findall(r"^\| \*\*(.+?)\*\* \| (.*) \| [^|]* \|$", text, re.MULTILINE)
    return {name: re.sub(r"[*`]", "", meaning) for name, meaning in rows}


def test_the_document_says_the_same_and_each_term_is_of_the_window_or_of_the_code() -> None:
    found = meanings()
    assert [term.name for term in terms() if not found[term.name].startswith(term.what)] == []
    engineers = {" ".join(name.split()) for name in OF_THE_CODE.split(";")}
    assert {*found} == {term.name for term in terms()} | engineers
    assert len({term.name for term in terms()}) == len(terms())


def test_what_to_do_names_actions_with_their_present_keys(driver: Driver) -> None:
    kept = driver.window.preferences.kept
    for term in terms():
        assert term.what.endswith(".") and term.do.endswith("."), term.name
        assert "{" not in term.advice(kept)
    rebuild = next(term for term in terms() if term.name == "zero")
    assert "Rebuild from zero (Z)" in rebuild.advice(kept)
    driver.window.preferences.set({keys_name("from-zero"): "Ctrl+F9"})
    assert "Rebuild from zero (Ctrl+F9)" in rebuild.advice(kept)
    driver.window.preferences.set({keys_name("from-zero"): "Z"})


def panel(driver: Driver) -> HelpPanel:
    return driver.dialog(HelpPanel)


def names(shown: HelpPanel) -> list[str]:
    return [view.term.name for view in shown.views]


def explained(driver: Driver, focus: QWidget) -> list[str]:
    """Press F1 with the focus in a widget; return the terms that are explained."""
    driver.window.activateWindow()
    driver.qtbot.waitUntil(driver.window.isActiveWindow)
    focus.setFocus()
    driver.press(Qt.Key.Key_F1)
    shown = panel(driver)
    found = names(shown)
    driver.qtbot.keyClick(shown, Qt.Key.Key_Escape)
    driver.qtbot.waitUntil(lambda: not driver.dialogs(HelpPanel))
    return found


def test_f1_explains_what_has_the_focus(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    docks, toolbar = driver.window.docks, driver.window.toolbar
    assert explained(driver, docks.entities.table)[0] in {"entity", "entity type"}
    assert "rebuild" in explained(driver, docks.rebuild.choice.buttons()[0])
    assert explained(driver, toolbar.version) == ["version"]
    docks.state.tree.setCurrentIndex(docks.state.tree.model().index(0, 2))
    assert explained(driver, docks.state.tree)[0] == "writer"


def click_part(driver: Driver, widget: QWidget, at: QPoint | None = None) -> list[str]:
    """Ask what a part is, click it; return the terms that are explained."""
    driver.press(Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    driver.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())
    shown = panel(driver)
    found = names(shown)
    shown.close()
    return found


def test_whats_this_explains_what_is_clicked_and_does_nothing_else(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.choose("Account")
    docks, selection = driver.window.docks, driver.workspace.selection
    before = (selection.entity_id, selection.version)
    strip, table = docks.timeline.strip, docks.timeline.table
    base = strip.content.base
    assert base is not None
    hatched = QPoint(round(strip.x_of(base - 3)), strip.height() // 2)
    assert click_part(driver, strip, hatched)[0] == "base"
    assert click_part(driver, docks.state.title_bar.badge)[0] == "exact"
    policy = driver.window.toolbar.findChild(ChoiceBox)
    assert "snapshotting policy" in click_part(driver, policy)
    bar = next(each for each in docks.area.findChildren(QTabBar) if "Compare" in map(each.tabText, range(each.count())))
    compare = [bar.tabText(at) for at in range(bar.count())].index("Compare")
    assert "comparison" in click_part(driver, bar, bar.tabRect(compare).center())
    headings = [table.model().headerData(at, Qt.Orientation.Horizontal) for at in range(table.model().columnCount())]
    column = headings.index("What changed")
    at = QPoint(table.columnViewportPosition(column) + 20, 40)
    assert click_part(driver, table.viewport(), at)[0] == "change"
    assert (selection.entity_id, selection.version) == before
    driver.press(Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    driver.press(Qt.Key.Key_Escape)
    assert QApplication.overrideCursor() is None
    driver.click_cell(table, 0, 0)
    assert not driver.dialogs(HelpPanel)


def test_whats_this_is_asked_once_and_ends_when_the_window_goes(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    for _ in range(3):
        driver.act("whats-this")
    driver.press(Qt.Key.Key_Escape)
    assert QApplication.overrideCursor() is None
    driver.act("whats-this")
    driver.window.hide()
    assert QApplication.overrideCursor() is None


def test_the_glossary_lists_all_and_finds_by_any_word(driver: Driver) -> None:
    driver.act("glossary")
    dialog = driver.dialog(GlossaryDialog)
    assert dialog.focusWidget() is dialog.search
    assert [view.term for view in dialog.views if view.isVisible()] == list(terms())
    driver.type_into(dialog.search, "hatched")
    assert [view.term.name for view in dialog.views if view.isVisible()] == ["base"]
    assert all(view.accessibleName() and view.accessibleDescription() for view in dialog.views)


def test_each_term_is_in_a_part_that_the_window_has(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    window = driver.window
    for dock in driver.every_dock():
        dock.raise_()
    parts = {part for widget in window.findChildren(QWidget) for part in parts_at(widget, None)}
    badges = {f"badge.{word}" for word in ("exact", "inferred", "broken", "false snapshot", "READ ONLY", "WRITABLE")}
    painted = {"strip", "strip.snapshot", "strip.hatching", "card.base", "card.step"}
    headings = {
        f"{name}.{view.model().headerData(column, Qt.Orientation.Horizontal) or view.model().columns[column].name}"
        for name, view in (
            ("entities", window.docks.entities.table),
            ("timeline", window.docks.timeline.table),
            ("state", window.docks.state.tree),
            ("log", window.docks.log.table),
            ("rules", window.docks.built(RulesDock).table),
        )
        for column in range(view.model().columnCount())
    }
    sources = "\n".join(each.read_text("utf-8") for each in VIEWS)
    dialogs = {f"dialog.{name}" for name in re.findall(r"^class (\w+)\(", sources, re.MULTILINE)}
    there = parts | badges | painted | headings | dialogs
    of_fields = re.compile(r"dialog\.\w+\..+")  # the walk through the dialogs looks at these
    missing = {part for term in terms() for part in term.parts if part not in there and not of_fields.match(part)}
    assert missing == set() and all(term.parts for term in terms())
    explained = {part.partition(".")[0] for term in terms() for part in term.parts}
    assert {dock.name for dock in driver.every_dock()} <= explained, "F1 says nothing there"


EXPLAINED = tuple(each for each in OPENING if each not in {"palette", "shortcuts", "about", "glossary", "context-menu"})
"""Those of the actions that open a dialog or a popup with fields of its own."""
FIELDS = (QLineEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox, QAbstractButton, QAbstractItemView)


def fields_of(top: QWidget) -> list[QWidget]:
    """Return what a person can fill in or choose in a dialog, but for its last buttons."""
    fields = [each for each in top.findChildren(QWidget) if isinstance(each, FIELDS) and each.isVisible()]
    last = {button for box in top.findChildren(QDialogButtonBox) for button in box.buttons()}
    inner = {each for field in fields for each in field.findChildren(QWidget)}
    return [each for each in fields if each not in last | inner and label_of(each)]


def test_each_field_of_each_dialog_is_explained_and_first_what_its_label_names(
    driver: Driver, demo_store: Path
) -> None:
    driver.open(demo_store)
    driver.choose("Order")
    tree, missing, walked, others = driver.window.docks.state.tree, [], set[str](), set[str]()
    for action in EXPLAINED:
        driver.window.activateWindow()
        tree.setFocus()
        driver.qtbot.waitUntil(tree.hasFocus)
        tree.setCurrentIndex(tree.model().index(0, 0))
        driver.act(action)
        driver.settle()
        for dialog in driver.dialogs(QDialog):
            name = type(dialog).__name__
            is_of_terms = any(terms_of([f"dialog.{name}"]))
            others.update([] if is_of_terms else [name])
            for field in fields_of(dialog):
                found, label = explanation_of(field, None), label_of(field)
                walked.update(parts_at(field, None))
                is_list = isinstance(field, QAbstractItemView)  # its columns have labels of their own
                named = [] if is_list else [term.name for term in terms() if term.is_named_in(label)]
                is_said = is_of_terms or named or field.accessibleDescription()
                if is_said and (not found or (named and found[0].name not in named)):
                    missing.append((name, label))
            dialog.close()
    assert not missing
    assert others == {"PreferencesDialog", "MessagesPopup"}, "they are about no term"
    of_fields = {part for term in terms() for part in term.parts if part.startswith("dialog.") and part.count(".") > 1}
    assert of_fields <= walked


@pytest.mark.parametrize(
    ("label", "names"),
    [
        ("Filter the entities", ["entity"]),
        ("Event types", ["event type", "event"]),
        ("Snapshotting policy", ["snapshotting policy"]),
        ("Rebuild from a false snapshot", ["false snapshot", "snapshot", "rebuild"]),
        ("Statement", []),
    ],
)
def test_a_label_names_terms_of_one_or_of_several(label: str, names: list[str]) -> None:
    assert [term.name for term in terms_of([f"label.{label}"])] == names


def test_a_term_matches_by_its_words() -> None:
    term = Term("base", "What a rebuild starts from.", "Choose it.", ("rebuild",))
    assert term.matches("RÉBUILD choose") and not term.matches("rebuild zero")


@pytest.mark.parametrize(
    ("action", "dialog_class", "of_focus", "of_field"),
    [
        ("change", ChangeDialog, "command", "command"),
        ("new-entity", NewEntityDialog, "entity", "entity"),
        ("discard", DiscardDialog, "discarded", "discarded"),
        ("run-to-condition", RunDialog, "condition", "condition"),
        ("export", ExportDialog, "case", "version"),
        ("compare-other", CompareDialog, "comparison", "comparison"),
        ("worth", SnapshotCostDialog, "snapshot cost", "snapshot cost"),
    ],
)
def test_a_dialog_and_its_fields_are_explained(
    driver: Driver, demo_store: Path, action: str, dialog_class: type[QDialog], of_focus: str, of_field: str
) -> None:
    driver.open(demo_store)
    driver.act(action)
    dialog = driver.dialog(dialog_class)
    driver.qtbot.waitUntil(dialog.isActiveWindow)
    driver.press(Qt.Key.Key_F1)
    assert of_focus in names(panel(driver))
    driver.qtbot.keyClick(panel(driver), Qt.Key.Key_Escape)
    assert dialog.isVisible()
    driver.qtbot.waitUntil(dialog.isActiveWindow)
    field = next(iter([*dialog.findChildren(QSpinBox), *dialog.findChildren(QAbstractButton)]))
    assert of_field in click_part(driver, field)
