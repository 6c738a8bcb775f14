"""Text of a store in the window: as it is, never as markup, keys or orders to Qt; and no way past that."""

from __future__ import annotations

import ast
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction, QHelpEvent, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QMenu,
    QMessageBox,
    QToolTip,
    QWidget,
)

from es_desktop.app.search.questions import AskedQuestion
from es_desktop.app.store.opening import MapFolder, Opener
from es_desktop.app.store.table_maps import map_from_toml
from es_desktop.app.text.plain import elide
from es_desktop.views.style.plain_text import Label, message_box, set_tip, set_title
from tests.strangers import MAP
from tests.views.driving import Driver

BAD = "<b>x</b><img src=y>&amp;&lt;i&gt;\u202e[*]\x1b[31m"
LINES = f"{BAD}\nsecond\u2028third"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store whose ids, types, names and values are such text."""
    path = tmp_path / f"{BAD.replace('/', '')}.db"
    payload = json.dumps({"name": LINES, BAD: {BAD: [LINES]}, "half": "\ud800", "long": "x" * 100_000})
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE shop_log (subject TEXT, nr INTEGER, what TEXT, happened_at TEXT, body TEXT)")
        connection.execute("CREATE TABLE shop_snapshots (subject TEXT, nr INTEGER, body TEXT)")
        rows = [(LINES, nr, f"{LINES} {nr % 2}", None, payload if nr else "{") for nr in range(4)]
        connection.executemany("INSERT INTO shop_log VALUES (?, ?, ?, ?, ?)", rows)
        connection.execute("INSERT INTO shop_snapshots VALUES (?, 2, ?)", (LINES, payload))
        connection.commit()
    return path


@pytest.fixture
def opener(tmp_path: Path, store: Path) -> Opener:
    maps = MapFolder(tmp_path / "maps")
    maps.save(str(store), map_from_toml(MAP))
    return Opener(maps=maps)


def everything(driver: Driver) -> Iterator[QWidget]:
    for top in QApplication.topLevelWidgets():
        yield from (top, *top.findChildren(QWidget))


def tips_of_rows(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    for row in range(min(20, model.rowCount() if model is not None else 0)):
        for column in range(model.columnCount()):
            assert model.index(row, column).data() is not NotImplemented
            yield str(model.index(row, column).data(Qt.ItemDataRole.ToolTipRole) or "")


def test_no_text_of_a_store_is_interpreted_as_something_else(driver: Driver, store: Path) -> None:
    driver.open(store)
    assert driver.answers.errors == []
    driver.act("verify-entity")
    driver.act("compare-before")
    driver.act("ask-question")
    driver.workspace.questioner.ask(AskedQuestion("ever version >= 0"))
    driver.settle()
    for version in (0, 2, 3):
        driver.workspace.selection.go_to(version)
        driver.settle()
    for dock in driver.every_dock():
        dock.show()
        dock.raise_()
        driver.settle()
    seen = ""
    for widget in everything(driver):
        assert not Qt.mightBeRichText(widget.toolTip()), widget.toolTip()
        if isinstance(widget, QLabel):
            assert widget.textFormat() is Qt.TextFormat.PlainText, widget.text()
            seen += widget.text()
        if isinstance(widget, QAbstractButton):
            assert "x" not in widget.shortcut().toString()
        for action in () if isinstance(widget, QMenu) and not widget.toolTipsVisible() else widget.actions():
            assert not Qt.mightBeRichText(action.toolTip()), action.text()
    assert "<b>x</b>" in seen, "it is shown as it is"
    assert not {"\x1b", "\u202e", "\u2028"}.intersection(seen)
    assert driver.window.windowTitle().isprintable()


def test_a_tip_of_a_row_is_shown_as_it_is(driver: Driver, store: Path) -> None:
    driver.open(store)
    table = driver.window.docks.entities.table
    tips = list(tips_of_rows(table))
    assert any("<b>" in tip for tip in tips)
    point = table.visualRect(table.model().index(0, 0)).center()
    QApplication.sendEvent(table.viewport(), QHelpEvent(QEvent.Type.ToolTip, point, table.mapToGlobal(point)))
    driver.qtbot.waitUntil(lambda: bool(QToolTip.text()))
    assert not Qt.mightBeRichText(QToolTip.text()) and "<\u200bb>x" in QToolTip.text()
    QToolTip.hideText()


def test_boxes_show_their_texts_unchanged(driver: Driver) -> None:
    box = message_box(driver.window, QMessageBox.Icon.Warning, BAD, LINES, LINES)
    assert {each.textFormat() for each in box.findChildren(QLabel)} == {Qt.TextFormat.PlainText}
    assert "\x1b" not in box.text() + box.informativeText() + box.windowTitle()
    box.deleteLater()


def test_titles_and_tooltips_are_plain_text(qapp: QApplication) -> None:
    label, action = Label(LINES), QAction()
    set_title(label, "a[*]b\nc")
    set_tip(label, BAD)
    set_tip(action, "")
    assert label.windowTitle() == "a[*][*]b↵c"
    assert not Qt.mightBeRichText(label.toolTip())
    assert label.text().splitlines() == [*map(elide, LINES.splitlines())]


# No file goes past it ---------------------------------------------------------------------------------------------

VIEWS = Path(__file__).parents[3] / "es_desktop" / "views"
FILES = sorted(each for each in VIEWS.rglob("*.py") if each.name != "plain_text.py")
NEVER = {"QLabel", "QToolTip", "QMessageBox.about", "setToolTip", "setInformativeText", "setTextFormat"}
"""What makes or shows text that Qt guesses about: ``plain_text`` has one of each."""
LITERAL = {"setWindowTitle", "setStatusTip", "setTitle", "QAction", "QPushButton", "QCheckBox", "QRadioButton"} | {
    *("addAction", "addMenu", "addButton", "addItem", "addItems", "push_button")
}
"""What takes a text that is ours, or one that ``plain`` made."""
PLAIN = {"elide", "plain_label", "plain_lines", "plain_tip", "count_text", "format_number"}
NO_TEXT = {"self", "body", "button", "action", "each", "self.recent", "self.by_id[spec.id]"} | {
    *("self.agree_button", "icon('search', theme.tokens)"),
    *("QMessageBox.StandardButton.Cancel", "QMessageBox.StandardButton.Close", "box.StandardButton.Close"),
}
"""Widgets, actions and icons."""
REASONS = {
    "entity/value_menu: f'{text}\\t{key_of(name)}'": "words of ours, or made plain by the caller",
    "entity/commands_dock: f'{label}{reason}'": "both were made plain",
    "entity/timeline_dock: text": "three words of ours",
    "entity/timeline_dock: f'Only {name}'": "made plain there",
    "entity/timeline_dock: f'Hide {name}'": "made plain there",
    "preferences/editors: [*(text for _, text in preference.choices), *sorted(zones() - {'UTC'})]": "words of ours, or "
    "names of time zones",
    "search/saved_button: title": "two words of ours",
    "store/start_page: text": "words of ours",
    "style/copying: f'As {format}' if format else 'With headings\\tCtrl+C'": "the names of our formats",
    "style/view_menu: f'Hide {self._title(column)}'": "made plain by _title",
    "style/view_menu: self._title(each)": "made plain by _title",
    "style/view_menu: menu": "a menu that is there",
    "style/view_menu: text": "words of ours",
    "style/builders: text": "words of ours, or made plain by the caller",
    "style/fields: label": "words of ours",
    "style/form_dialog: agree": "words of ours, some with a key",
    "style/fields: f'All {self._noun}s'": "a word of ours",
    "transfer/seen_dialog: each.title": "words of ours",
    "transfer/seen_dialog: each.about.title": "the names of our formats",
    "transfer: each.about.title": "the names of our formats",
    "trust: found": "paths in a line that is edited: the text is the value",
    "watch/watch_dock: text": "words of ours",
    "window/pictures: view.windowTitle()": "in a file, which holds it as plain text",
    "window/pictures: each.value.title": "the names of our formats",
    "window/pictures: radio": "a widget",
    "window/windows: f\"&{number} {plain_label(' · '.join(filter(None, (name, where))))}\"": "a number, and made plain",
    "window/prompts: yes": "a word of ours",
    "window/palette: column": "of an item of a list, made plain there",
    "window/window_actions: name": "the menus of our table of actions",
}


def calls(path: Path) -> Iterator[tuple[int, str, list[ast.expr]]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            yield node.lineno, name, node.args
        elif isinstance(node, ast.ClassDef):
            yield from ((node.lineno, ast.unparse(base), []) for base in node.bases)


def is_ours(text: ast.expr) -> bool:
    """Return whether a text is a literal, or made of such and of what a plain function returns."""
    match text:
        case ast.Constant():
            return True
        case ast.JoinedStr(values):
            parts = [each.value for each in values if isinstance(each, ast.FormattedValue) and each.format_spec is None]
            return all(map(is_ours, parts))
        case ast.Call(func=ast.Name(name)):
            return name in PLAIN or name.startswith("Q")
        case ast.IfExp(body=body, orelse=other):
            return is_ours(body) and is_ours(other)
        case ast.Name(name):
            return name.isupper()
    return False


def test_no_file_shows_text_in_another_way() -> None:
    wrong: list[str] = []
    known = {key.replace('"', "'"): reason for key, reason in REASONS.items()}
    reasons = dict(known)
    for path in FILES:
        name_of_file = path.relative_to(VIEWS).with_suffix("").as_posix().removesuffix("/__init__")
        for line, name, args in calls(path):
            text = ast.unparse(args[0]).replace('"', "'") if args else ""  # Python 3.12 quotes otherwise than 3.11
            if name in NEVER or (name in LITERAL and args and not is_ours(args[0]) and text not in NO_TEXT):
                reason = reasons.pop(f"{name_of_file}: {text}", None) or known.get(f"{name_of_file}: {text}")
                wrong += [] if reason else [f"{name_of_file}, line {line}: {name}({text})"]
    assert not wrong, "use es_desktop/views/style/plain_text.py, or plain_label of app/text/plain.py"
    assert not reasons, "no longer needed"
