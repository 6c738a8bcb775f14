"""The commands of the chosen entity: a button each, the form of one, and its events before they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QButtonGroup, QFrame, QMenu, QPushButton, QScrollArea, QVBoxLayout, QWidget

from es_desktop.app.branch.commands import BranchCommands
from es_desktop.app.entity.commands import Offer, Preview
from es_desktop.app.entity.fields import start_values
from es_desktop.app.entity.view import EntityView
from es_desktop.app.text.plain import elide, plain_label
from es_desktop.core import commands_of
from es_desktop.models.branch.current_branch import progress_of
from es_desktop.models.presence import Absence
from es_desktop.models.runtime.tasks import Job, LatestRequest
from es_desktop.system.counts import format_number
from es_desktop.views.preferences.keys import with_keys
from es_desktop.views.style.builders import delay, fill, push_button
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.form_dialog import row_of
from es_desktop.views.style.icons import icon
from es_desktop.views.style.plain_text import Hint, Label, set_tip
from es_desktop.views.style.theme import restyle
from es_desktop.views.style.tokens import Tokens

from .change_dialog import PreviewPane
from .command_form import CommandForm
from .flow import FlowLayout

_TYPING_MILLISECONDS: Final = 120
_LETTERS: Final = 40
_LONGEST: Final = 600
"""Letters of an explanation."""
_DIALOGS: Final = {"change_attribute": "change", "discard": "discard"}
"""The commands that have a dialog of their own, by the action that opens it."""
_NO_COMMANDS: Final = Absence(
    "No model with commands is known for this entity. Trust the code that has it, to try its commands as a what-if; "
    "or work on a copy of the store to change it.",
    "trust-code",
)
_MOST_READ: Final = 5_000
"""Events of an entity that are all read for a what-if without being asked to."""
_TOO_LONG: Final = "Commands are a what-if here, for which all {} events are read. Start one ({what-if}) to see them."


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Commands to be shown, and the value of a state that their form starts with."""

    names: tuple[str, ...] = ()
    path: str = ""
    state: Mapping[str, Any] = field(default_factory=dict)


_NOTHING_WANTED: Final = _Wanted()


class CommandsDock(WorkspaceDock):
    name, title, shows = "commands", "Commands", "its commands"
    offers_changed = Signal()
    hypothesis_wanted = Signal(object)
    """A function of ``BranchCommands``: the edits of the branch of an entity whose store is only read."""

    def palette_actions(self) -> list[QAction]:
        """Return an action for each command of the chosen entity's model, which leads to its form."""
        session, view = self._workspace.session, self._workspace.inspector.view
        model = None if session is None or view is None else session.model_of(view.facts)
        actions = []
        if view is None or model is None:
            return []
        for each in commands_of(model):
            if each.name not in _DIALOGS:
                action = QAction(elide(f"{view.facts.type}: {each.label}"))
                action.triggered.connect(lambda _=False, name=each.name: self.open_command(name))
                actions.append(action)
        return actions

    def fill_menu(self, menu: QMenu) -> None:
        """Put an entry for each command of the chosen entity into a menu; what is refused says why, and is disabled."""
        self.build()
        menu.clear()
        for offer in self._offers:
            label = plain_label(self._label_of(offer), _LETTERS)
            reason = f"\t{plain_label(offer.refusal, _LETTERS)}" if offer.refusal else ""
            action = menu.addAction(f"{label}{reason}")
            action.setEnabled(not offer.refusal)
            if offer.refusal:
                action.setIcon(icon("lock", self._tokens, self._tokens.dim))
            action.triggered.connect(lambda _=False, each=offer: self._on_menu(each))
        if not self._offers:
            why_none = self.why_empty.text() or self.hint.text() or "Reading the commands…"
            menu.addAction(plain_label(why_none, _LONGEST)).setEnabled(False)

    def _on_menu(self, offer: Offer) -> None:
        if self._has_dialog(offer):
            self._on_clicked(offer)
        else:
            self.open_command(offer.command.name)

    def _fill(self, body: QWidget) -> None:
        runner = self._workspace.runner
        self._offers_request, self._preview_request = LatestRequest(runner), LatestRequest(runner)
        self._offer: Offer | None = None
        self._offers: tuple[Offer, ...] = ()
        self._branch: BranchCommands | None = None
        self._is_too_long = False
        self._wanted = _NOTHING_WANTED
        self._is_writing = False
        self._entity: Any = None
        self._group = QButtonGroup(body)
        self._typing = delay(_TYPING_MILLISECONDS, self._ask_preview, self)
        self._patience = delay(_TYPING_MILLISECONDS, self._on_long_work, self)
        self.hint = Hint(parent=body)
        self._page = QWidget(body)
        self._page.setObjectName("page")
        self._buttons = QWidget(self._page)
        self._explanation = Label(parent=self._page, role="dim", wraps=True)
        self.form = CommandForm(self._page)
        self.form.changed.connect(self._on_edited)
        self.form.write_button.clicked.connect(self._write)
        self.pane = PreviewPane(self._page)
        self._chosen_parts = (self._explanation, self.form, self.pane)
        parts = (self._buttons, *self._chosen_parts, (0, 1))
        self._rows = fill(QVBoxLayout(self._page), *parts, margins=(12, 10, 12, 6), spacing=8)
        scroll = QScrollArea(body, widgetResizable=True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._page)
        self._scroll = scroll
        scroll.verticalScrollBar().rangeChanged.connect(lambda least, most: self._scroll_to_form())
        fill(QVBoxLayout(body), self.hint, (scroll, 1), margins=(1, 0, 1, 1))
        self._theme.follow(self)
        self._workspace.inspector.outline_changed.connect(self._on_outline)
        self._workspace.selection.version_changed.connect(self._show_head)
        self._workspace.listing.states.changed.connect(self._show_head)
        self._workspace.what_if.changed.connect(self._on_branch)
        self._workspace.what_if.current.refused.connect(self._on_not_written)
        commander = self._workspace.commander
        for changed in (commander.frequency_changed, commander.refused, commander.conflicted):
            changed.connect(self._on_not_written)
        self._on_outline(self._workspace.inspector.view)

    @property
    def buttons(self) -> dict[str, QPushButton]:
        """The buttons by the names of their commands."""
        return {each.objectName(): each for each in self._buttons.findChildren(QPushButton)}

    @property
    def command(self) -> str:
        """The name of the command that is chosen here, if the dock is in view; empty for none."""
        return self._offer.command.name if self.widget().isVisible() and self._offer is not None else ""

    @property
    def explanation(self) -> str:
        """What is said of the chosen command."""
        return self._explanation.text()

    def open_command(self, *names: str, path: str = "", state: Mapping[str, Any] | None = None) -> None:
        """Show the form of the first of these commands that is not refused, as soon as the commands are read.

        With a path, the form starts with the value there in ``state``, and says which of the others change it too.
        """
        self.build()
        self.bring_forward(self)
        self._wanted = _Wanted(names, path, state or {})
        self._open_wanted()

    def _open_wanted(self) -> None:
        wanted = [each for each in self._offers if each.command.name in self._wanted.names]
        offer = next((each for each in wanted if not each.refusal), next(iter(wanted), None))
        if offer is not None:
            wish, self._wanted = self._wanted, _NOTHING_WANTED
            self.buttons[offer.command.name].setChecked(True)
            self._choose(offer, wish, [each for each in wanted if each is not offer])
            self._focus_form(wish.path)

    def set_tokens(self, tokens: Tokens) -> None:
        super().set_tokens(tokens)
        for button in self.buttons.values():
            if button.property("state") == "refused":
                button.setIcon(icon("lock", tokens, tokens.dim))

    def _on_outline(self, view: EntityView | None) -> None:
        self._show_head()
        entity_id = None if view is None else view.facts.id
        if entity_id != self._entity:
            self._entity, self._wanted = entity_id, _NOTHING_WANTED
            self._show_offers(())
        if view is None:
            self._offers_request.cancel()
            return
        self._read_offers(view)

    def _read_offers(self, view: EntityView) -> None:
        session, facts = self._workspace.session, view.facts
        if session is None:
            return
        commands, self._branch, self._is_too_long = self._workspace.commander.commands, None, False
        if not session.is_writable or session.model_of(facts) is None:
            if session.trusted is None and session.class_of(facts) is None:
                self._offers_request.cancel()
                self._show_offers_or_hint(())
                return
            self._is_too_long = facts.events > _MOST_READ and self._workspace.what_if.current.branch is None
            if self._is_too_long:
                self._offers_request.cancel()
                self._show_hint(Absence(with_keys(_TOO_LONG).format(format_number(facts.events)), "what-if"))
                return
            self._branch = self._workspace.what_if.commands(session, facts)
        branch = self._branch
        self._show_head()

        def work(job: Job) -> tuple[Offer, ...]:
            return commands.offers(facts.id, facts.version) if branch is None else branch.offers(progress_of(job))

        self._patience.start()
        self._offers_request.start(
            "Reading the commands",
            work,
            self._show_offers_or_hint,
            failed=lambda error: self._show_hint(Absence.of(error)),
        )

    def _on_long_work(self) -> None:
        if self._offers_request.is_running and not self._offers:
            self._show_hint(Absence("The commands are being read…"))

    def _on_branch(self) -> None:
        """Show the commands after the events of the branch, where it is them that a command adds to."""
        view, what_if = self._workspace.inspector.view, self._workspace.what_if
        is_other = self._branch is not None and self._branch.edits != what_if.edits
        if view is not None and (is_other or (self._is_too_long and what_if.current.branch is not None)):
            self._show_head()
            self._read_offers(view)

    def _show_head(self, *_: object) -> None:
        selection, view, parts = self._workspace.selection, self._workspace.inspector.view, [""]
        if view is not None:
            parts = [self._workspace.listing.name_of(view.facts)]
            if self._branch is not None:
                parts.append("what if · nothing is written")
            elif selection.version not in (None, view.facts.version):
                parts.append(f"at the end ({format_number(view.facts.version)})")
        self.title_bar.set_summary(", ".join(filter(None, parts)))

    def _show_hint(self, absence: Absence | None) -> None:
        self._explain(self.hint, absence)
        self._scroll.setVisible(absence is None)

    def _show_offers_or_hint(self, offers: tuple[Offer, ...]) -> None:
        self._show_hint(None if offers else _NO_COMMANDS)
        self._show_offers(offers)

    def _show_offers(self, offers: tuple[Offer, ...]) -> None:
        """Show a button for each command: those that may run, then those that are refused, with the reason."""
        name = "" if self._offer is None else self._offer.command.name
        self._offers = offers
        old, self._buttons = self._buttons, QWidget(self._page)
        self._rows.replaceWidget(old, self._buttons)
        old.hide()
        old.deleteLater()
        rows = fill(QVBoxLayout(self._buttons), spacing=6)
        for reason in dict.fromkeys(["", *(each.refusal for each in offers)]):
            buttons = [self._make_button(each) for each in offers if each.refusal == reason]
            label = Label(reason, self._buttons, role="hint", wraps=True)
            label.setVisible(bool(reason))
            if reason and len(buttons) == 1:
                rows.addLayout(row_of(*buttons, label, stretched=1))
                continue
            flow = FlowLayout()
            for button in buttons:
                flow.addWidget(button)
            fill(rows, flow, label, spacing=6)
        found = next((each for each in offers if each.command.name == name and not self._has_dialog(each)), None)
        if found is not None:
            self.buttons[name].setChecked(True)
        if found is not None and found == self._offer and not self._is_writing:
            self._ask_preview()  # what a person typed stays, whoever wrote
        else:
            self._choose(found)
        self._is_writing = False
        self._open_wanted()
        self.offers_changed.emit()

    def _make_button(self, offer: Offer) -> QPushButton:
        button = push_button(elide(self._label_of(offer), _LETTERS), self._buttons)
        button.setObjectName(offer.command.name)
        button.setCheckable(not self._has_dialog(offer))
        self._group.addButton(button)
        set_tip(button, offer.refusal or offer.command.explanation)
        button.clicked.connect(lambda: self._on_clicked(offer))
        if offer.refusal:
            button.setAccessibleDescription(f"refused: {offer.refusal}")
            button.setIconSize(QSize(12, 12))
            button.setIcon(icon("lock", self._tokens, self._tokens.dim))
            restyle(button, state="refused")
        return button

    def _has_dialog(self, offer: Offer) -> bool:
        return self._branch is None and offer.command.name in _DIALOGS

    def _label_of(self, offer: Offer) -> str:
        return f"{offer.command.label}…" if self._has_dialog(offer) else offer.command.label

    def _on_clicked(self, offer: Offer) -> None:
        if self._has_dialog(offer) and not offer.refusal:
            self._actions[_DIALOGS[offer.command.name]].trigger()
        else:
            self._choose(offer)
            self._focus_form()

    def _choose(self, offer: Offer | None, wish: _Wanted = _NOTHING_WANTED, others: Sequence[Offer] = ()) -> None:
        """Show the form of an offer, with what ``wish`` starts it with; ``others`` change the wished value too."""
        self._offer = offer
        self._preview_request.cancel()
        for part in self._chosen_parts:
            part.setVisible(offer is not None)
        if offer is None:
            return
        refusal = f"Not now: {offer.refusal}." if offer.refusal else ""
        also = f"Also for {wish.path}: {', '.join(each.command.label for each in others)}." if others else ""
        explanation = elide(" ".join(filter(None, (offer.command.explanation, refusal, also))), _LONGEST)
        self._explanation.setText(explanation)
        self._explanation.setVisible(bool(explanation))
        self.form.show_fields(offer.fields, start_values(offer.fields, wish.state, wish.path))
        for part in (self.form, self.pane):
            part.setVisible(not offer.refusal)
        self._ask_preview()

    def _scroll_to_form(self) -> None:
        """Show the form, and as much of the preview as there is space for, while a person fills it in."""
        focus = QApplication.focusWidget()
        if focus is not None and self.form.isAncestorOf(focus):
            for part in (self.pane, self.form):
                self._scroll.ensureWidgetVisible(part, 0, 0)

    def _focus_form(self, path: str = "") -> None:
        self.form.focus_on(path)
        QTimer.singleShot(0, self, self._scroll_to_form)

    def _on_edited(self) -> None:
        self._preview_request.cancel()  # a late preview of the old values would enable the button
        self.form.write_button.setEnabled(False)
        self._typing.start()

    def _ask_preview(self) -> None:
        offer, entity_id, version = self._offer, self._entity, self._workspace.selection.last
        if offer is None or offer.refusal or version is None:
            return
        self.form.write_button.setEnabled(False)
        form = self.form.read()
        if form.problem is not None:
            self.pane.show_refusal(form.problem, form.tone)
            return
        arguments = form.values
        commands, command = self._workspace.commander.commands, offer.command.name
        branch = self._branch

        def preview(job: Job) -> Preview:
            if branch is None:
                return commands.preview(entity_id, command, arguments, version)
            return branch.preview(command, arguments, progress_of(job))

        refused = partial(self.pane.show_refusal, tone=form.tone)
        self._preview_request.start("Preparing the event", preview, self._on_preview, failed=refused)

    def _on_not_written(self, *_: object) -> None:
        self._is_writing = False
        self._ask_preview()

    def _on_preview(self, preview: Preview) -> None:
        self.pane.show_preview(preview, "will be written" if self._branch is None else "a what-if: not written")
        events = "event" if len(preview.events) == 1 else f"{len(preview.events)} events"
        self.form.write_button.setText(f"Write {events}" if self._branch is None else f"Add {events} to the what-if")
        self.form.write_button.setEnabled(True)

    def _write(self) -> None:
        if self._offer is None:
            return
        name, arguments = self._offer.command.name, self.form.read().values
        self.form.write_button.setEnabled(False)
        self._is_writing = True
        if self._branch is not None:
            self.hypothesis_wanted.emit(lambda branch: branch.inserted(name, arguments))
            return
        self._workspace.commander.run_on_entity(
            self._offer.command.label,
            lambda commands, entity_id, version: commands.run(entity_id, name, arguments, version),
        )
