"""A notebook: what a person marked in a store, kept beside it and never in it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.notes.notebook import (
    Bookmark,
    DisplayPreferences,
    Notebook,
    NotebookFolder,
    Watchpoint,
    notebook_from_json,
    notebook_to_json,
)
from es_desktop.app.runtime.errors import UserError

TEXTS = st.text(max_size=8)
PATHS = st.lists(TEXTS, max_size=3).map(tuple)
BOOKMARKS = st.builds(Bookmark, TEXTS, st.none() | st.integers(0, 9), TEXTS, st.none() | st.floats(0, 1e9))
NOTEBOOKS = st.builds(
    Notebook,
    st.lists(BOOKMARKS, max_size=4, unique_by=lambda each: each.key).map(tuple),
    st.lists(st.builds(Watchpoint, TEXTS, TEXTS, st.booleans()), max_size=3, unique_by=lambda w: w.expression).map(
        tuple
    ),
    st.dictionaries(TEXTS, st.builds(DisplayPreferences, PATHS, PATHS, PATHS), max_size=3),
)


@given(NOTEBOOKS)
def test_a_notebook_comes_back_from_its_text(notebook: Notebook) -> None:
    assert notebook_from_json(notebook_to_json(notebook)) == notebook


@given(NOTEBOOKS, BOOKMARKS)
def test_there_is_one_bookmark_for_each_key(notebook: Notebook, bookmark: Bookmark) -> None:
    marked = notebook.with_bookmark(bookmark)
    assert marked.bookmark(bookmark.entity, bookmark.version) == bookmark
    assert len({each.key for each in marked.bookmarks}) == len(marked.bookmarks)
    assert marked.without_bookmark(bookmark.entity, bookmark.version) == notebook.without_bookmark(*bookmark.key)


@given(NOTEBOOKS, NOTEBOOKS)
def test_joining_loses_nothing_of_the_first_and_takes_what_is_new_of_the_second(one: Notebook, two: Notebook) -> None:
    both = one.merged_with(two)
    assert both.bookmarks[: len(one.bookmarks)] == one.bookmarks
    assert {each.key for each in both.bookmarks} == {each.key for each in (*one.bookmarks, *two.bookmarks)}
    assert {each.expression for each in both.watchpoints} >= {each.expression for each in two.watchpoints}
    assert one.merged_with(one) == one
    assert both.merged_with(two) == both


def test_the_marks_of_some_entities_go_with_them() -> None:
    notebook = Notebook((Bookmark("a", 1, "here"), Bookmark("b"), Bookmark("a")))
    assert [each.key for each in notebook.of_entities(frozenset("a")).bookmarks] == [("a", 1), ("a", None)]


def test_display_preferences_are_those_of_their_type(tmp_path: Path) -> None:
    preferences = DisplayPreferences(lanes=("total",), hidden=("lines",))
    notebook = Notebook().with_preferences("Order", preferences)
    assert notebook.preferences_of("Order") == preferences
    assert notebook.preferences_of("Account") == DisplayPreferences()
    assert notebook.with_preferences("Order", DisplayPreferences()) == Notebook()
    assert msgspec.json.decode(msgspec.json.encode(notebook)) == {
        "outlooks": {"Order": {"lanes": ["total"], "hidden": ["lines"]}}
    }, "files that were written earlier are read"


def test_each_store_has_a_notebook_of_its_own(tmp_path: Path) -> None:
    folder = NotebookFolder(tmp_path / "deep" / "notebooks")
    assert folder.load("/a/shop.db") == Notebook()
    mine = Notebook((Bookmark("a", 1, "odd"),))
    folder.save("/a/shop.db", mine)
    assert folder.load("/a/shop.db") == mine
    assert folder.load("/b/shop.db") == Notebook()
    folder.save("/a/shop.db", Notebook())
    assert folder.load("/a/shop.db") == Notebook()
    assert list((tmp_path / "deep" / "notebooks").iterdir()) == [], "an empty notebook leaves no file behind"


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"bookmarks": 3}'])
def test_a_file_that_is_not_a_notebook_is_reported_and_not_changed(tmp_path: Path, text: bytes) -> None:
    folder = NotebookFolder(tmp_path)
    path = folder.path_of("shop.db")
    path.write_bytes(text)
    with pytest.raises(UserError, match="cannot be read") as caught:
        folder.load("shop.db")
    assert str(path) in caught.value.hint
    assert path.read_bytes() == text


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError, match="cannot be saved"):
        NotebookFolder(tmp_path / "file").save("shop.db", Notebook((Bookmark("a"),)))
