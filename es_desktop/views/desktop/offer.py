"""A bar on the start page that offers to add the program to the desktop, until a person has answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout

from es_desktop.app.desktop.registered import Registration
from es_desktop.app.desktop.registration import register, should_offer
from es_desktop.app.runtime.errors import UserError
from es_desktop.models.runtime.tasks import TaskRunner
from es_desktop.views.style.builders import fill, push_button
from es_desktop.views.style.plain_text import Label

if TYPE_CHECKING:
    from es_desktop.views.store.start_page import StartPage
    from es_desktop.views.window.settings import Settings

_QUESTION: Final = "Add the program to the applications menu, and have a double click open .esdb files?"
_DONE: Final = "It is in the applications menu now. The command es-desktop register --remove takes it out again."


def offer_registration(page: StartPage, settings: Settings, runner: TaskRunner) -> None:
    """Show the bar if this program is installed, in no menu, and the person has not answered. Asks in a thread."""
    if not settings.offers_registration:
        return

    def show(is_offered: bool) -> None:
        if is_offered:
            page.show_bar(RegistrationOffer(settings, runner))

    runner.run("Looking for the program in the menus", lambda job: should_offer(), show, quiet=True)


class RegistrationOffer(QFrame):
    """The question with its two answers; then what was done, and what is left for the person to do."""

    def __init__(self, settings: Settings, runner: TaskRunner) -> None:
        super().__init__()
        self.setProperty("role", "foot")
        self._settings, self._runner = settings, runner
        self._text = Label(_QUESTION, wraps=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._add = push_button("Add it", self)
        self._add.clicked.connect(self._start)
        self._close = push_button("Not now", self, "link")
        self._close.clicked.connect(self._end)
        fill(QHBoxLayout(self), (self._text, 1), self._add, self._close, margins=(24, 8, 24, 8), spacing=8)

    def _start(self) -> None:
        self._add.setEnabled(False)
        self._runner.run("Adding the program to the menu", lambda job: register(), self._show, failed=self._show)

    def _show(self, done: Registration | UserError) -> None:
        self._settings.set_registration_answered()
        self._text.setText(str(done) if isinstance(done, UserError) else "\n".join([_DONE, *done.advice]))
        self._add.hide()
        self._close.setText("Close")

    def _end(self) -> None:
        self._settings.set_registration_answered()
        self.hide()
        self.deleteLater()
