"""What cannot be opened is refused with a hint, and stays what it was."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.core import KnownClasses, StoreRefusedError
from es_desktop.stores import OpenedStore, StoreLocation, create_store, open_store
from es_desktop.stores.formats.esdb import USER_VERSION
from tests.stores.inspection import files_in


def refusal(act: Callable[[], OpenedStore]) -> tuple[str, str]:
    """The text and the hint with which something is refused."""
    with pytest.raises(StoreRefusedError) as caught:
        act().close()
    return str(caught.value), caught.value.hint


def test_a_store_of_a_newer_layout_is_refused(location: StoreLocation, classes: KnownClasses) -> None:
    create_store(location, classes).close()
    with closing(sqlite3.connect(location.path)) as connection:
        connection.execute(f"PRAGMA user_version = {USER_VERSION + 1}")
    before = files_in(location.path.parent)
    for writable in (True, False):
        text, hint = refusal(lambda: open_store(location, classes, writable=writable))  # noqa: B023
        assert "newer version" in text
        assert hint == "Update the program to open it."
    assert files_in(location.path.parent) == before


def test_a_file_that_stands_already_is_never_replaced(location: StoreLocation, classes: KnownClasses) -> None:
    location.path.write_text("precious")
    text, hint = refusal(lambda: create_store(location, classes))
    assert "exists already" in text
    assert "Choose another name" in hint
    assert location.path.read_text() == "precious"


def test_a_store_in_a_folder_that_is_not_there_is_refused(tmp_path: Path, classes: KnownClasses) -> None:
    text, hint = refusal(lambda: create_store(StoreLocation(tmp_path / "nowhere" / "made.esdb"), classes))
    assert "cannot be made" in text
    assert "Choose another folder" in hint


def nothing(path: Path) -> None:
    """There is no file."""


def empty(path: Path) -> None:
    path.touch()


def text_file(path: Path) -> None:
    path.write_text("a shopping list\n" * 100)


def folder(path: Path) -> None:
    path.mkdir()


def other_tables(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")


def damaged(path: Path) -> None:
    other_tables(path)
    content = bytearray(path.read_bytes())
    content[100:] = b"\xff" * (len(content) - 100)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (nothing, "there is no file"),
        (empty, "not an SQLite database"),
        (text_file, "not an SQLite database"),
        (folder, "cannot be read"),
        (other_tables, "holds no event tables"),
        (damaged, "cannot be read"),
    ],
)
def test_what_is_no_store_is_refused_with_a_hint(
    tmp_path: Path, classes: KnownClasses, prepare: Callable[[Path], None], reason: str
) -> None:
    path = tmp_path / "given.db"
    prepare(path)
    names = sorted(file.name for file in tmp_path.iterdir())
    for writable in (True, False):
        text, hint = refusal(lambda: open_store(StoreLocation(path), classes, writable=writable))  # noqa: B023
        assert reason in text
        assert hint.endswith(".")
    assert sorted(file.name for file in tmp_path.iterdir()) == names
