"""The house rules: who may import whom, and what no file of the program does."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = "es_desktop"
FILES = sorted((ROOT / PACKAGE).rglob("*.py"))


@dataclass(frozen=True)
class Folder:
    """What the files of one folder may import besides their own folder and the standard library."""

    ours: frozenset[str]
    third_party: tuple[str, ...] = ()


def folder(*ours: str, third_party: tuple[str, ...] = ()) -> Folder:
    return Folder(frozenset(ours), third_party)


HOUSE = {
    "core": folder(third_party=("msgspec",)),
    "examples": folder("core"),
    "replay": folder("core", third_party=("simpleeval",)),
    "stores": folder("core", third_party=("sqlalchemy", "psycopg", "msgspec", "cryptography", "yaml", "defusedxml")),
    "trusted": folder("core"),
    "index": folder("core"),
    "app": folder(
        "core", "examples", "replay", "stores", "trusted", "index", third_party=("keyring", "msgspec", "platformdirs")
    ),
    "models": folder("app", "replay", "core", third_party=("PySide6.QtCore", "PySide6.QtGui")),
    "views": folder("models", "app", "replay", "core", third_party=("PySide6",)),
}
"""The table of the architecture: a folder, what of ours it may import, and which libraries."""

COMPOSERS = {"cli", "gui", "__main__"}
"""The files that put it together: they may import anything, and nothing imports them but the way in."""

FORBIDDEN = {
    "pickle": "pickle runs what it reads",
    "marshal": "marshal breaks on what it reads",
    "shelve": "shelve is pickle",
    "eval": "text is data",
    "exec": "text is data",
    "time.sleep": "waiting is a timer or an event",
    "processEvents": "it re-enters the event loop",
    **dict.fromkeys(("itemData", "currentData", "findData", "setItemData"), "Qt changes the type of some values"),
}
METHODS = {"processEvents", "itemData", "currentData", "findData", "setItemData"}
"""What is forbidden as a method of anything."""
IMPORTS_BY_NAME = {
    "importlib.import_module",
    "importlib.util.spec_from_file_location",
    "importlib.util.module_from_spec",
    "__import__",
    "runpy",
    "pkgutil.resolve_name",
}
MOST_LINES = 400


@dataclass(frozen=True)
class Source:
    """One file, as what it is called from the package's root and what it says."""

    parts: tuple[str, ...]
    text: str

    @classmethod
    def of(cls, path: Path) -> "Source":
        return cls(path.relative_to(ROOT / PACKAGE).with_suffix("").parts, path.read_text(encoding="utf-8"))

    @property
    def home(self) -> str:
        """The folder that the file lives in; its own name where it lies in the package's root."""
        return self.parts[0]

    def imports(self) -> Iterator[tuple[int, str]]:
        """Yield the line and the full name of everything that is imported, inside functions too."""
        for node in ast.walk(ast.parse(self.text)):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                module = self._absolute(node)
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)

    def names(self) -> Iterator[tuple[int, str]]:
        """Yield the line and the dotted name of everything that is used, and the last part of each by itself."""
        for node in ast.walk(ast.parse(self.text)):
            if isinstance(node, ast.Name):
                yield node.lineno, node.id
            elif isinstance(node, ast.Attribute):
                yield node.lineno, ast.unparse(node)
                yield node.lineno, f".{node.attr}"

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = (PACKAGE, *self.parts)[: -node.level]
        return ".".join((*package, *([node.module] if node.module else [])))


def wrong_imports(source: Source) -> list[str]:
    """What a file imports although the table does not let it."""
    return [f"line {line}: {name}" for line, name in source.imports() if not may_import(source.home, name)]


def may_import(home: str, name: str) -> bool:
    top, *inside = name.split(".")
    if top == PACKAGE:
        return may_import_ours(home, inside[0] if inside else "")
    if top in sys.stdlib_module_names:
        return True
    if home in HOUSE:
        return any(f"{name}.".startswith(f"{each}.") for each in HOUSE[home].third_party)
    return home in COMPOSERS and (top != "PySide6" or home == "gui")


def may_import_ours(home: str, target: str) -> bool:
    if target in COMPOSERS:
        return home in {"__main__", target} or (home == "gui" and target == "cli")
    if target not in HOUSE:
        return True  # the package itself, for its version
    return home in COMPOSERS or target == home or (home in HOUSE and target in HOUSE[home].ours)


def forbidden_things(source: Source) -> list[str]:
    """What a file does although no file may."""
    by_name = set() if source.home == "trusted" else IMPORTS_BY_NAME
    found = []
    for line, name in [*source.imports(), *source.names()]:
        for word in (*FORBIDDEN, *by_name):
            if name == word or name.startswith(f"{word}.") or (name == f".{word}" and word in METHODS):
                found.append(f"line {line}: {name} ({FORBIDDEN.get(word, 'nothing is imported by its name')})")
    return found


@pytest.fixture(params=FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def source(request: pytest.FixtureRequest) -> Source:
    return Source.of(request.param)


def test_a_file_lives_in_a_folder_of_the_table(source: Source) -> None:
    assert source.home in {*HOUSE, *COMPOSERS, "__init__"}


def test_a_file_imports_only_what_its_folder_may(source: Source) -> None:
    assert wrong_imports(source) == []


def test_a_file_does_nothing_that_is_forbidden(source: Source) -> None:
    assert forbidden_things(source) == []


def test_a_signal_carries_objects(source: Source) -> None:
    calls = (node for node in ast.walk(ast.parse(source.text)) if isinstance(node, ast.Call))
    signals = (node for node in calls if isinstance(node.func, ast.Name) and node.func.id == "Signal")
    others = [node.lineno for node in signals if any(ast.unparse(each) != "object" for each in node.args)]
    assert not others, f"lines {others}: Qt cuts an int, copies a list, and loses what it knows no type for"


def test_a_file_is_short(source: Source) -> None:
    assert len(source.text.splitlines()) <= MOST_LINES


# The rules see what they should -----------------------------------------------------------------------------------


def at(place: str, text: str) -> Source:
    return Source(tuple(place.split("/")), text)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("core/events", "import sqlalchemy"),
        ("core/events", "from es_desktop.stores import Base"),
        ("core/events", "from es_desktop import stores"),
        ("core/events", "def later():\n    from ..replay.diff import diff"),
        ("replay/fold", "import es_desktop.stores.reader"),
        ("stores/reader", "from es_desktop.replay import fold"),
        ("stores/formats/esdb", "from ...app import session"),
        ("trusted/child", "from es_desktop.stores import Base"),
        ("app/session", "from PySide6.QtCore import QObject"),
        ("app/session", "import sqlalchemy.orm"),
        ("models/rows", "from PySide6.QtWidgets import QWidget"),
        ("models/rows", "from PySide6 import QtWidgets"),
        ("models/rows", "import PySide6"),
        ("models/rows", "from es_desktop.stores import Base"),
        ("views/dock", "from es_desktop.stores import reader"),
        ("views/dock", "if 1:\n    import es_desktop.cli"),
        ("cli/commands", "from es_desktop.gui import run"),
        ("cli/commands", "from PySide6.QtCore import QObject"),
        ("cli/arguments", "from es_desktop.gui import run"),
        ("views/dock", "from es_desktop.cli.arguments import parse"),
        ("__init__", "from es_desktop.core import publish"),
    ],
)
def test_a_wrong_import_is_seen(place: str, text: str) -> None:
    assert len(wrong_imports(at(place, text))) == 1


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("core/events", "import json, msgspec\nfrom . import clock\nfrom .topics import known_classes"),
        ("stores/formats/esdb", "from ..records import Base\nimport sqlalchemy.orm\nfrom es_desktop.core import x"),
        ("app/session", "from es_desktop.stores import Base\nfrom ..replay.diff import diff"),
        ("models/rows", "from PySide6.QtCore import Qt\nfrom PySide6 import QtGui"),
        ("views/dock", "from PySide6.QtWidgets import QWidget\nfrom es_desktop import __version__"),
        ("gui", "from PySide6.QtWidgets import QWidget\nfrom es_desktop.views import dock\nimport platformdirs"),
        ("cli/arguments", "from es_desktop.app.notes.address import Address\nfrom es_desktop import __version__"),
        ("cli/commands", "from .arguments import OK"),
        ("gui", "from es_desktop.cli.arguments import OK"),
        ("__main__", "from es_desktop import cli, gui"),
    ],
)
def test_a_right_import_is_let_through(place: str, text: str) -> None:
    assert wrong_imports(at(place, text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from pickle import loads",
        "eval('1')",
        "exec('x = 1')",
        "import time\ntime.sleep(1)",
        "from time import sleep",
        "import importlib\nimportlib.import_module('os')",
        "from importlib import import_module",
        "__import__('os')",
        "import runpy",
        "app.processEvents()",
        "QApplication.instance().processEvents()",
        "box.currentData()",
    ],
)
def test_a_forbidden_thing_is_seen(text: str) -> None:
    assert forbidden_things(at("app/session", text))


@pytest.mark.parametrize("text", ["dialog.exec()", "import importlib.util", "frame.eval()", "timer.sleep()"])
def test_a_harmless_thing_is_let_through(text: str) -> None:
    assert forbidden_things(at("app/session", text)) == []


def test_only_trusted_code_imports_by_name() -> None:
    text = "import importlib\nimportlib.import_module(name)"
    assert forbidden_things(at("trusted/child", text)) == []
    assert forbidden_things(at("trusted/child", "import pickle"))
