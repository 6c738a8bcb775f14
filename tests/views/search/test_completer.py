"""What completes a line."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from es_desktop.views.search.completer import Completer


def test_a_text_is_offered_whatever_its_accents(qtbot: QtBot) -> None:
    line = QLineEdit()
    qtbot.addWidget(line)
    completer = Completer(["customer.größe", "street"], line)
    for typed, offered in (("GROSSE", "customer.größe"), ("Stré", "street"), ("zoe", "")):
        completer.setCompletionPrefix(typed)
        assert completer.currentCompletion() == offered
