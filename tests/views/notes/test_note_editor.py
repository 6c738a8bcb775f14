"""The editor of a note: what it hands on, and when."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from es_desktop.app.notes.notebook import Bookmark
from es_desktop.views.notes import NoteEditor


class Typed:
    """An editor, and what it handed on."""

    def __init__(self, qtbot: QtBot) -> None:
        self.editor = NoteEditor()
        self.noted: list[tuple[int | None, str]] = []
        self._qtbot = qtbot
        qtbot.addWidget(self.editor)
        self.editor.noted.connect(lambda bookmark, note: self.noted.append((bookmark.version, note)))

    def type(self, text: str) -> None:
        self._qtbot.keyClicks(self.editor, text)


@pytest.fixture
def typed(qtbot: QtBot) -> Typed:
    return Typed(qtbot)


def test_a_note_that_was_only_shown_is_not_written_again(typed: Typed) -> None:
    for note in ("as it was\r\nwith other line ends", "plain", ""):
        typed.editor.set_bookmark(Bookmark("a", 1, note))
        typed.editor.save_note()
    typed.editor.set_bookmark(None)
    assert typed.noted == []


def test_what_is_typed_is_handed_on_once_and_to_its_own_bookmark(typed: Typed) -> None:
    typed.editor.set_bookmark(Bookmark("a", 1, "odd"))
    typed.type("!")
    typed.editor.set_bookmark(Bookmark("a", 2))
    typed.editor.save_note()
    assert typed.noted == [(1, "odd!")]
    assert typed.editor.toPlainText() == ""


def test_what_was_typed_for_another_bookmark_is_not_undone_here(typed: Typed) -> None:
    typed.editor.set_bookmark(Bookmark("a", 1, "odd"))
    typed.type("!")
    typed.editor.set_bookmark(Bookmark("a", 2, "odd!"))
    typed.editor.undo()
    assert typed.editor.toPlainText() == "odd!"


def test_a_note_that_is_being_typed_stays_while_its_bookmark_is_kept(typed: Typed) -> None:
    typed.editor.set_bookmark(Bookmark("a", 1, "odd"))
    typed.type("!")
    typed.editor.set_bookmark(Bookmark("a", 1, "from elsewhere"))
    assert typed.editor.toPlainText() == "odd!"
    typed.editor.save_note()
    typed.editor.set_bookmark(Bookmark("a", 1, "odd!", 5.0))
    typed.editor.set_bookmark(Bookmark("a", 1, "from elsewhere", 6.0))
    assert (typed.noted, typed.editor.toPlainText()) == ([(1, "odd!")], "from elsewhere")


def test_without_a_bookmark_nothing_can_be_typed(typed: Typed) -> None:
    assert not typed.editor.isEnabled()
    typed.editor.set_bookmark(Bookmark("a"))
    assert typed.editor.isEnabled()
    typed.editor.set_bookmark(None)
    assert not typed.editor.isEnabled() and typed.editor.toPlainText() == ""
