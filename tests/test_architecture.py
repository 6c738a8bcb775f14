"""The house rules: who may import whom, and what no file of the program does."""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from pytest_archon import archrule
from pytest_archon.collect import collect_imports, walk
from pytest_archon.failure import pop_failures

ROOT = Path(__file__).parents[1]
PACKAGE = "es_desktop"


# Who may import whom ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Folder:
    """What the files of one folder may import besides their own folder and the standard library."""

    ours: tuple[str, ...] = ()
    third_party: tuple[str, ...] = ()


LIBRARIES_OF_STORES = ("sqlalchemy", "psycopg", "msgspec", "cryptography", "yaml", "defusedxml")
BELOW_APP = ("core", "examples", "replay", "stores", "trusted", "index", "history")
ALL = ("version", "system", *BELOW_APP, "app", "api", "models", "views")
HOUSE = {
    "version": Folder(),
    "system": Folder(),
    "core": Folder(("system",), ("msgspec",)),
    "examples": Folder(("core",)),
    "replay": Folder(("core",)),
    "stores": Folder(("core", "system"), LIBRARIES_OF_STORES),
    "trusted": Folder(("core", "system")),
    "index": Folder(("core", "system")),
    "history": Folder(("core", "system"), ("duckdb", "msgspec", "numpy")),
    "app": Folder(("version", "system", *BELOW_APP), ("keyring", "msgspec", "platformdirs", "pyarrow", "xlsxwriter")),
    "api": Folder(("app", "replay", "stores", "trusted", "core", "system"), ("pandas", "pyarrow")),
    "testing": Folder(("api", "app", "core"), ("pytest",)),
    "models": Folder(("app", "replay", "core", "system"), ("PySide6.QtCore", "PySide6.QtGui")),
    "views": Folder(("version", "models", "app", "replay", "core", "system"), ("PySide6", "shiboken6")),
    # What plugins import, and nothing of ours.
    "plugins": Folder(("app", "stores", "core")),
    # Those that put it together: only the way in imports them.
    "cli": Folder(ALL, ("(?!PySide6).*",)),
    "gui": Folder((*ALL, "cli"), (".*",)),
    "__main__": Folder((*ALL, "cli", "gui"), ("(?!PySide6).*",)),
}
"""The table of the architecture: a folder, what of ours it may import, and which libraries (regular expressions)."""


def wrong_imports(package: str) -> list[str]:
    """Return what is imported in a package although the table does not let it, inside functions and for types too."""
    for name, folder in HOUSE.items():
        # pytest-archon takes ``from .x`` in an __init__ for a neighbour of the folder: what is none is let through.
        others = "|".join({*HOUSE} - {name, *folder.ours})
        ours = rf"{package}(?!\.(?:{others})(?:\.|$))(?:\.\w+)*"
        libraries = [rf"(?!{package}\b){each}" for each in folder.third_party]
        _may_import_only(package, rf"{package}\.{name}", ours, *sys.stdlib_module_names, *libraries)
    _may_import_only(package, package + "$", rf"{package}\.(?:version|api)", *sys.stdlib_module_names)
    return sorted(failure.reason.partition(" (matched")[0] for failure in pop_failures())


def _may_import_only(package: str, modules: str, *allowed: str) -> None:
    rule = archrule(modules, use_regex=True).match(rf"^(?:{modules})(?:\.|$)")
    rule.should_not_import(rf"^(?!(?:{'|'.join(allowed)})(?:\.|$))").check(package, only_direct_imports=True)


def test_a_file_imports_only_what_its_folder_may() -> None:
    assert wrong_imports(PACKAGE) == []


def test_no_files_import_each_other_in_a_circle() -> None:
    """Neither inside functions nor for types: who reads one of them would have to read all."""
    imports = collect_imports(PACKAGE, walk)
    ours = {module: {each for each in found if each in imports} for module, found in imports.items()}
    TopologicalSorter(ours).prepare()  # raises CycleError, which names the files


def test_wrong_imports_are_seen_and_right_ones_are_let_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = [
        ("core/events", "import sqlalchemy"),
        ("core/events", "from es_desktop.stores import Base"),
        ("core/events", "from es_desktop import stores"),
        ("core/events", "def later():\n    from ..replay.diff import diff"),
        ("core/events", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..replay.diff import diff"),
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
        ("views/dock", "from es_desktop.cli.arguments import parse"),
        ("cli/commands", "from es_desktop.gui import run"),
        ("cli/commands", "from PySide6.QtCore import QObject"),
        ("cli/arguments", "from es_desktop.gui import run"),
        ("__init__", "from es_desktop.core import publish"),
    ]
    right = [
        ("core/events", "import json, msgspec\nfrom . import clock\nfrom .topics import known_classes"),
        ("stores/formats/esdb", "from ..records import Base\nimport sqlalchemy.orm\nfrom es_desktop.core import x"),
        ("app/session", "from es_desktop.stores import Base\nfrom ..replay.diff import diff"),
        ("models/rows", "from PySide6.QtCore import Qt\nfrom PySide6.QtGui import QFont"),
        ("views/dock", "from PySide6.QtWidgets import QWidget\nfrom es_desktop.version import __version__"),
        ("gui", "from PySide6.QtWidgets import QWidget\nfrom es_desktop.views import dock\nimport platformdirs"),
        ("gui", "from es_desktop.cli.ending import OK"),
        (
            "cli/arguments",
            "from es_desktop.app.notes.address import Address\nfrom es_desktop.version import __version__",
        ),
        ("cli/commands", "from .ending import OK"),
        ("__main__", "from es_desktop import cli, gui"),
    ]
    monkeypatch.syspath_prepend(tmp_path)
    for number, (module, text) in enumerate((*wrong, *right)):
        package = tmp_path / f"house_{number}"
        path = (package / module).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        for folder in {"", *HOUSE} - {module}:
            (package / folder).mkdir(exist_ok=True)
            (package / folder / "__init__.py").touch()
        path.write_text(text.replace(PACKAGE, package.name), encoding="utf-8")
        assert len(wrong_imports(package.name)) == (number < len(wrong)), (module, text)


# What no file does ------------------------------------------------------------------------------------------------

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
IMPORTS_BY_NAME = dict.fromkeys(
    (
        "importlib.import_module",
        "importlib.util.spec_from_file_location",
        "importlib.util.module_from_spec",
        "__import__",
        "runpy",
        "pkgutil.resolve_name",
        "importlib.metadata.EntryPoint",
        "importlib.metadata.distributions",
        "importlib.metadata.entry_points",
    ),
    "nothing is imported by its name",
)
MOST_LINES = 400
MOST_FILES = 20
LARGE_FOLDERS = {"stores/formats"}
"""The folder of one file a format."""


def dotted(node: ast.AST) -> str:
    """Return ``a.b.c`` of a name and its attributes, and ``.b.c`` of those of anything else."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


@dataclass(frozen=True)
class Source:
    """One file: what it is called from the package's root, and what it says."""

    name: str
    text: str

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return [*ast.walk(ast.parse(self.text))]

    @cached_property
    def names(self) -> list[tuple[int, str]]:
        """The line and the dotted name of all that is imported or used, and the last part of each by itself."""
        return [*self._names()]

    def _names(self) -> Iterator[tuple[int, str]]:
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
            elif isinstance(node, ast.Name):
                yield node.lineno, node.id
            elif isinstance(node, ast.Attribute):
                yield node.lineno, dotted(node)
                yield node.lineno, f".{node.attr}"

    def uses(self, words: dict[str, str]) -> list[str]:
        """Return where it uses one of some words, and why it may not."""
        return [
            f"{self.name}:{line}: {name} ({why})"
            for line, name in self.names
            for word, why in words.items()
            if name == word or name.startswith(f"{word}.") or (name == f".{word}" and word in METHODS)
        ]


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    root = ROOT / PACKAGE
    return [Source(path.relative_to(root).as_posix(), path.read_text("utf-8")) for path in sorted(root.rglob("*.py"))]


def test_a_file_lives_in_a_folder_of_the_table(sources: list[Source]) -> None:
    files = ("__init__.py", "__main__.py", "gui.py", "version.py")
    assert [each.name for each in sources if each.name not in files and each.name.split("/")[0] not in HOUSE] == []


def test_a_file_does_nothing_that_is_forbidden(sources: list[Source]) -> None:
    assert [use for each in sources for use in each.uses(FORBIDDEN)] == []


def test_nothing_but_trusted_code_and_plugins_are_imported_by_name(sources: list[Source]) -> None:
    others = [each for each in sources if not each.name.startswith(("trusted/", "system/plugins.py"))]
    assert [use for each in others for use in each.uses(IMPORTS_BY_NAME)] == []


def test_a_signal_carries_objects(sources: list[Source]) -> None:
    """Qt cuts an int, copies a list, and loses what it knows no type for."""
    others = [
        f"{each.name}:{node.lineno}"
        for each in sources
        for node in each.nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Signal"
        if any(ast.unparse(argument) != "object" for argument in node.args)
    ]
    assert others == []


DRIVERS = ("stores/engines/", "stores/queries.py", "stores/layout.py", "index/", "history/")
"""Who uses a driver itself. All others read by statements of SQLAlchemy, whose errors pass ``as_datastore_errors``."""


def test_a_driver_is_used_in_few_places(sources: list[Source]) -> None:
    words = {"fetchall", "fetchone", "fetchmany", "driver_connection", "exec_driver_sql"}
    used = [
        f"{each.name}:{node.lineno}: {node.attr}"
        for each in sources
        for node in each.nodes
        if isinstance(node, ast.Attribute)
        and (node.attr in words or dotted(node) == "sqlite3.connect")
        and not each.name.startswith(DRIVERS)
    ]
    assert used == []


def test_a_file_is_short(sources: list[Source]) -> None:
    assert [each.name for each in sources if len(each.text.splitlines()) > MOST_LINES] == []


def test_a_folder_is_one_that_can_be_looked_through(sources: list[Source]) -> None:
    files = Counter(each.name.rpartition("/")[0] for each in sources)
    assert {folder for folder, count in files.items() if count > MOST_FILES} <= LARGE_FOLDERS


def test_files_stand_in_folders_by_feature(sources: list[Source]) -> None:
    assert [each.name for each in sources if re.fullmatch(r"(app|views)/(?!__init__)\w+\.py", each.name)] == []


# What no test does -------------------------------------------------------------------------------------------------


def attributes(nodes: Iterable[ast.AST]) -> Iterator[tuple[int, str, bool]]:
    """Yield the line and the name of each private attribute, and whether it is one of the class that the text is of."""
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name, True
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.lineno, node.target.id, True
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr, isinstance(node.value, ast.Name) and node.value.id == "self"


def test_tests_use_what_everybody_may_use(sources: list[Source]) -> None:
    own_names = (name for each in sources for _, name, is_own in attributes(each.nodes) if is_own)
    ours = {name for name in own_names if re.match("_[a-z]", name) and not name.endswith("_")}  # as notebooks call
    used = []
    samples = ROOT / "tests" / "samples"  # which others wrote
    for path in (each for each in sorted((ROOT / "tests").rglob("*.py")) if samples not in each.parents):
        found = [*attributes(ast.walk(ast.parse(path.read_text("utf-8"))))]
        own = {name for _, name, is_own in found if is_own}
        used += [f"{path.relative_to(ROOT)}:{line}: {name}" for line, name, _ in found if name in ours - own]
    assert used == []


# The rules see what they should ------------------------------------------------------------------------------------


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
    assert Source("app/session.py", text).uses(FORBIDDEN | IMPORTS_BY_NAME)


@pytest.mark.parametrize("text", ["dialog.exec()", "import importlib.util", "frame.eval()", "timer.sleep()"])
def test_a_harmless_thing_is_let_through(text: str) -> None:
    assert Source("app/session.py", text).uses(FORBIDDEN | IMPORTS_BY_NAME) == []
