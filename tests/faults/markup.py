"""Markup in every string of a store, a note, a file name and an error: no widget of the window shows it as markup.

A round is a store with other texts; each place of the window that shows one is looked at.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

from tests.faults.common import Figures, Scratch
from tests.faults.windows import OpenWindow, run_driven

if TYPE_CHECKING:
    from es_desktop.models.workspace import Workspace

SHORT = 1
LONG = 25
_TEXTS: Final = (
    "<b>x</b>",
    "<img src='file:///etc/passwd'>",
    "&amp;&lt;i&gt;",
    "&x &y",
    "<a href='file:///'>x</a>",
    "<!-- x --><table><tr><td>",
    "< b>x",
    "</p>\n<h1>x",
    "<style>*{color:red}</style>",
    "[*]%1 %n",
    "<?xml version='1.0'?>",
    "\u202e<b>x",
)


def _store(path: Path, random: Random) -> Path:
    """A store whose table, ids, types, names, values and file name are such texts."""

    def text() -> str:
        return "".join(random.sample(_TEXTS, random.randint(1, 3)))

    path = path / f"{text().replace('/', '')[:60]}.db".replace("\n", "")
    entities = [text() for _ in range(3)]
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TABLE emt_messages (stream_id TEXT, stream_position INTEGER, partition TEXT, message_kind TEXT, "
            "message_data TEXT, message_metadata TEXT, message_schema_version TEXT, message_type TEXT, "
            "message_id TEXT, is_archived INTEGER, global_position INTEGER PRIMARY KEY, created TEXT)"
        )
        for number, entity in enumerate(entities * 2):
            payload = json.dumps({text(): text(), "deep": {text(): [text()]}}) if number % 3 else "{<b>broken"
            row = (
                f"{text()}-{entity}",
                number + 1,
                text(),
                "E",
                payload,
                "{}",
                text(),
                text(),
                text(),
                0,
                "2025-01-01",
            )
            connection.execute(
                "INSERT INTO emt_messages (stream_id, stream_position, partition, message_kind, message_data, "
                "message_metadata, message_schema_version, message_type, message_id, is_archived, created) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        quoted = text().replace('"', '""')
        connection.execute(f'CREATE VIEW "{quoted}" AS SELECT gone FROM nowhere')
        connection.commit()
    return path


def faults(app: Any) -> Iterator[str]:
    """Yield what each widget and action of an application shows as markup, or takes for a key."""
    from PySide6.QtGui import Qt
    from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QMenu, QTabBar, QTextEdit, QWidget

    for top in app.topLevelWidgets():
        for widget in (top, *top.findChildren(QWidget)):
            name = type(widget).__name__
            if Qt.mightBeRichText(widget.toolTip()):
                yield f"the tooltip of a {name}"
            if (
                isinstance(widget, QLabel)
                and widget.textFormat() is not Qt.TextFormat.PlainText
                and _has(widget.text())
            ):
                yield f"the text of a {name}"
            if isinstance(widget, (QAbstractButton, QTabBar)) and _takes_key(widget):
                yield f"a key of a {name}"
            if isinstance(widget, QTextEdit) and any(tag in widget.toHtml() for tag in ("<img", "<a ", "<table")):
                yield f"the lines of a {name}"
            if any(mark in widget.windowTitle() for mark in "\u202e\n"):
                yield f"the title of a {name}"
            if not (isinstance(widget, QMenu) and not widget.toolTipsVisible()):
                yield from (
                    f"the tip of an action in a {name}" for each in widget.actions() if _is_rich(each.toolTip())
                )
            if isinstance(widget, QAbstractItemView) and widget.model() is not None:
                model = widget.model()
                for row in range(min(9, model.rowCount())):
                    for column in range(model.columnCount()):
                        if model.index(row, column).data() == "cannot be shown":
                            yield f"a cell of a {name} cannot be shown"


def _is_rich(text: str) -> bool:
    from PySide6.QtGui import Qt

    return bool(Qt.mightBeRichText(text))


def _has(text: str) -> bool:
    return "<" in text or "&" in text


def _takes_key(widget: Any) -> bool:
    from PySide6.QtWidgets import QTabBar

    if isinstance(widget, QTabBar):
        return any("&x" in widget.tabText(index).replace("&&", "") for index in range(widget.count()))
    return "&x" in widget.text().replace("&&", "") or "&y" in widget.text().replace("&&", "")


def fill_views(workspace: Workspace, text: Callable[[], str]) -> None:
    """Ask a question, save it, and keep a rule, with texts that may hold anything: other views show them."""
    from es_desktop.app.rules.rule import Rule, RuleForm
    from es_desktop.app.search.questions import AskedQuestion

    asked = AskedQuestion(f"ever event == {json.dumps(text())} or ever version >= 0")
    workspace.questioner.ask(asked)
    workspace.searches.save("asked", text())
    for entity_type in workspace.process.types[:1]:
        workspace.rules.keep(Rule(entity_type, RuleForm.LAST, text(), event=text()), True)


def _drive(home: Path, rounds: int, seed: int, pipe: Any) -> None:
    from PySide6.QtWidgets import QMessageBox

    from es_desktop.app.runtime.errors import UserError
    from es_desktop.replay.diff import join_path
    from es_desktop.views.entity.value_menu import ValueMenu, value_in_view
    from es_desktop.views.style.plain_text import message_box
    from es_desktop.views.window.bug_dialog import show_bug
    from tests.views.driving import every_dock

    random = Random(seed)
    for number in range(rounds):
        folder = home / str(number)
        folder.mkdir()
        store = _store(folder, random)
        opened = OpenWindow(folder, store)
        window, workspace = opened.window, opened.window.workspace

        def look(what: str, number: int = number, opened: OpenWindow = opened) -> None:
            pipe.send(f"round {number}: {what}")
            opened.settle()
            found = [*faults(opened.app), *opened.failures]
            opened.failures.clear()
            pipe.send(found)

        look("the store")
        fill_views(workspace, lambda: "".join(random.sample(_TEXTS, 2)))
        look("a question and a kept rule")
        for dock in every_dock(window):
            dock.raise_()
            look(f"the panel {dock.objectName()}")
        window.actions_by_id["view-explore"].trigger()
        model = window.docks.entities.table.model()
        for row in range(model.rowCount()):
            window.docks.entities.table.selectRow(row)
            look("an entity")
            for version in range(1, 7):
                workspace.selection.go_to(version)
            look("a version")
        for action in ("verify-entity", "ask-question", "compare-before", "what-if"):
            found = window.actions_by_id.get(action)
            if found is not None and found.isEnabled():
                found.trigger()
                look(action)
        view = workspace.inspector.view
        for path in () if view is None else ("deep", join_path("", random.choice(_TEXTS))):
            menu = ValueMenu(workspace, window.theme, path, value_in_view(workspace, path), window)
            look("the menu of a value")
            menu.deleteLater()
        text = "".join(random.sample(_TEXTS, 3))
        workspace.message.emit(text)
        look("a message")
        error = UserError(text, text)
        box = message_box(window, QMessageBox.Icon.Warning, text, error.text, error.hint)
        box.open()
        look("an error")
        box.close()
        show_bug(window, ValueError(text))
        look("a bug")
        opened.settings.add_recent(str(store))
        look("the recent stores")
        for each in opened.app.topLevelWidgets():
            each.close()
            each.deleteLater()
        opened.app.processEvents()


def run(rounds: int, seed: int) -> Figures:
    figures = Figures(rounds=rounds)
    with Scratch() as home:
        run_driven(_drive, figures, home, rounds, seed)
    return figures
