"""The menu of the searches that a person saved: beside the filter that they are of, and in the palette."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from es_desktop.app.search.questions import SavedSearch
from es_desktop.app.text.plain import plain_label
from es_desktop.models.search.saved_searches import TITLES, Kind
from es_desktop.models.workspace import Workspace
from es_desktop.views.style.dialogs import open_dialog, open_menu
from es_desktop.views.style.fields import line_edit
from es_desktop.views.style.form_dialog import FormDialog
from es_desktop.views.style.plain_text import set_tip

_LONGEST: Final = 80


class NameDialog(FormDialog):
    """Asks for the name of a search, and says if another one has it."""

    def __init__(self, title: str, agree: str, name: str, taken: set[str], parent: QWidget) -> None:
        super().__init__(title, agree, parent)
        self._taken = taken - {name}
        self.line = line_edit("Name of the search", "open orders over 100", self)
        self.line.setMaxLength(_LONGEST)
        self.line.setText(name)
        self.line.selectAll()
        self.line.textChanged.connect(lambda: self._check())
        self.add_form().row("Name", self.line)
        self.add_result()
        self._check()
        self.line.setFocus()  # without a name there is nothing to agree to, and the other button would have it

    @property
    def name(self) -> str:
        return " ".join(self.line.text().split())

    def _check(self) -> None:
        self.agree_button.setEnabled(bool(self.name))
        replaces = self.name in self._taken
        self.result_line.show_text("The search that has this name is replaced." if replaces else "", "dim")


class SavedButton(QPushButton):
    """Opens the menu of the saved searches of one kind."""

    def __init__(self, kind: Kind, workspace: Workspace, parent: QWidget) -> None:
        super().__init__("Saved…", parent, autoDefault=False)
        self._kind = kind
        self._searches = workspace.searches
        self.setProperty("role", "link")
        self.setAccessibleName(f"Saved searches: {TITLES[kind]}")
        set_tip(self, "Searches that you saved for this store")
        self.clicked.connect(self._open)

    def _open(self) -> None:
        menu, saved = QMenu(self), self._searches.of(self._kind)
        group = QActionGroup(menu)
        now = self._searches.current(self._kind).question
        for each in saved:
            action = menu.addAction(plain_label(each.name), partial(self._searches.apply, each))
            action.setCheckable(True)
            action.setActionGroup(group)
            action.setChecked(each.question == now)
        menu.addSeparator()
        save = menu.addAction("Save as…", partial(self._ask_name, "Save the search", "Save", "", self._save))
        why_not = self._searches.why_not_saved(self._kind)
        save.setEnabled(not why_not)
        if why_not:
            save.setText(f"Save as…   {plain_label(why_not)}")
        for title, act in (("Rename", self._rename), ("Delete", self._searches.remove)):
            inner = menu.addMenu(title)
            inner.setEnabled(bool(saved))
            for each in saved:
                inner.addAction(plain_label(each.name), partial(act, each))
        open_menu(menu, self.mapToGlobal(QPoint(0, self.height())))

    def _save(self, name: str) -> None:
        self._searches.save(self._kind, name)

    def _rename(self, search: SavedSearch) -> None:
        self._ask_name("Rename the search", "Rename", search.name, partial(self._searches.rename, search))

    def _ask_name(self, title: str, agree: str, name: str, done: Callable[[str], object]) -> None:
        taken = {each.name for each in self._searches.of(self._kind)}
        dialog = NameDialog(title, agree, name, taken, self)
        open_dialog(dialog, lambda: done(dialog.name))


def saved_actions(workspace: Workspace) -> list[QAction]:
    """Return an action for each saved search, which asks for it again."""
    actions = []
    for each in workspace.searches.of():
        action = QAction(plain_label(f"{TITLES[each.key[0]]}: {each.name}"))
        action.triggered.connect(partial(workspace.searches.apply, each))
        actions.append(action)
    return actions
