"""Every odd store, through the command line and the window: what can be read of it is shown, and nothing ends badly."""

from __future__ import annotations

import importlib
import json
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex
from PySide6.QtWidgets import QAbstractItemView, QLabel

from es_desktop.app.store.opening import given_options
from es_desktop.views.store.store_dialog import StoreDialog
from tests.menagerie.keeping import ALL, OddStore
from tests.running import ask
from tests.views.conftest import module_window, only_theme, shared_driver, theme  # noqa: F401 # fixtures
from tests.views.driving import Driver

for module in sorted(Path(__file__).parent.glob("*.py")):
    if module.stem != "keeping" and module.name != Path(__file__).name:
        importlib.import_module(f"tests.menagerie.{module.stem}")
_MOST_ROWS = 200


@pytest.fixture(params=ALL)
def odd(request: pytest.FixtureRequest) -> OddStore:
    return ALL[request.param]


@pytest.fixture
def arguments(odd: OddStore, tmp_path: Path) -> list[str]:
    """The store as the command line names it."""
    path = tmp_path / "odd.db"
    with closing(sqlite3.connect(path)) as connection:
        odd.fill(connection)
        connection.commit()
    if odd.table_map is None:
        return [str(path)]
    (tmp_path / "map.toml").write_text(odd.table_map)
    return [str(path), "--map", str(tmp_path / "map.toml")]


def test_the_command_line_shows_what_there_is(odd: OddStore, arguments: list[str], tmp_path: Path) -> None:
    for line, texts in odd.shows.items():
        command, *rest = shlex.split(line)
        answer = ask(tmp_path, command, *arguments, *rest)
        output = " ".join((answer.stdout + answer.stderr).split())
        for text in [texts] if isinstance(texts, str) else texts:
            is_wanted = not text.startswith("not ")
            assert (text.removeprefix("not ") in output) is is_wanted, f"{line}: {text!r} in {output}"


def test_the_window_shows_the_same(odd: OddStore, arguments: list[str], shared_driver: Driver, tmp_path: Path) -> None:  # noqa: F811
    driver = shared_driver
    known = ask(tmp_path, "info", *arguments, "--json")
    path, table_map = arguments[0], Path(arguments[-1]) if len(arguments) > 1 else None
    driver.workspace.open(path, options=given_options(None, None, table_map))
    driver.settle()
    for dialog in driver.dialogs(StoreDialog):  # of several stores the first one, as on the command line
        dialog.agree()
    driver.settle()
    if known.returncode:
        assert driver.workspace.session is None
        return
    counts, facts = json.loads(known.stdout), driver.workspace.facts
    assert facts is not None
    numbers = ("entities", "events", "snapshots")
    assert [getattr(facts, each) for each in numbers] == [counts[each] for each in numbers]
    assert [*facts.notes] == counts["notes"]
    texts = " ".join(_texts(driver).split())
    for text in odd.window:
        assert (text.removeprefix("not ") in texts) is not text.startswith("not "), texts


def _texts(driven: Driver) -> str:
    """Return the texts of all tables and labels of the window; those that are not in view too."""
    models = {view.model() for view in driven.window.findChildren(QAbstractItemView)}
    labels = [each.text() for each in driven.window.findChildren(QLabel)]
    return "\n".join([*labels, *(text for model in models if model is not None for text in _cells(model))])


def _cells(model: QAbstractItemModel) -> list[str]:
    rows, columns = range(min(model.rowCount(QModelIndex()), _MOST_ROWS)), range(model.columnCount(QModelIndex()))
    return [str(model.index(row, column).data()) for row in rows for column in columns]
