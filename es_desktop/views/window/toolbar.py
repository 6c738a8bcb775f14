"""The toolbar: the switch of the views, what the view in front has there, and whether the store is writable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QSpinBox, QToolBar, QToolButton, QWidget

from es_desktop.models.guard import Guarded
from es_desktop.models.window_view import EXPLORE
from es_desktop.system.counts import format_number
from es_desktop.views.glossary.parts import set_part
from es_desktop.views.glossary.terms import with_term
from es_desktop.views.panels.view_switch import ViewSwitch
from es_desktop.views.panels.window_views import Tool, WindowView
from es_desktop.views.preferences.keys import with_keys
from es_desktop.views.style.fields import ChoiceBox, calm, offer_versions
from es_desktop.views.style.pill import Pill
from es_desktop.views.style.plain_text import Label, set_tip
from es_desktop.views.style.theme import restyle

from .settings import Settings

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session
    from es_desktop.models.workspace import Workspace
    from es_desktop.views.entity.commands_dock import CommandsDock

_EDITS: Final = ("new-entity", "snapshot")
_MOVES: Final = ("first", "back", "play", "forward", "last")
_JUMPS: Final = ("previous-snapshot", "next-snapshot")
_FREQUENCIES: Final = (None, 1, 2, 5, 10, 20, 50, 100)
_DEFAULT_FREQUENCY: Final = 10
_FOLDS: Final = ("search", "edits", "words", "views", "open", "gaps")
"""Whose words go first where the window is narrow, and then the gaps; icons and fields stay."""
_SMALL_GAP: Final = 1
"""Pixels between controls that have no room."""


class ToolBar(Guarded, QToolBar):
    """One row of controls, with as many words as there is room for. Empty until ``follow`` is called."""

    def __init__(
        self,
        workspace: Workspace,
        actions: Mapping[str, QAction],
        recent: QMenu,
        settings: Settings,
        parent: QWidget,
    ) -> None:
        """``recent`` is the menu of the recent stores, which the window has in its menus, too."""
        super().__init__("Toolbar", parent)
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setIconSize(QSize(16, 16))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._settings = settings
        self._workspace = workspace
        self._by_id = actions
        self._view = EXPLORE
        self._gap = 0
        """Pixels between controls that have room, as the theme has it."""
        self._tools: dict[str, list[QAction]] = {}
        """What each view has in the toolbar; of a view that was not shown yet, nothing."""
        self._buttons: dict[str, QToolButton] = {}
        self._every = Label(parent=self)
        self.recent = recent
        self._add_open(actions)
        self._switch = ViewSwitch(actions, self)
        self.addWidget(self._switch)
        first = self.addSeparator()
        for name in _EDITS:
            self._add(actions[name])
        self._has_store = self._has_dock = self._has_policy = False
        self.commands = QToolButton(self)
        self._add_commands()
        self.addSeparator()
        for name in (*_MOVES, *_JUMPS):
            (self._add_play if name == "play" else self._add)(actions[name])
        self.addSeparator()
        self.version = calm(QSpinBox(self))
        self._of = Label(parent=self)
        self._add_version()
        self.addSeparator()
        every = self.addWidget(self._every)
        options = [(_frequency_text(each), each) for each in _FREQUENCIES]
        self._frequency = ChoiceBox(options, self, name="Events between snapshots")
        set_part(self._frequency, "policy")
        self._policy = every, self.addWidget(self._frequency)
        self._tools[EXPLORE] = self.actions()[self.actions().index(first) + 1 :]
        space = QWidget(self)
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._space = self.addWidget(space)
        self._badge = Pill(parent=self)
        self._badge_action = self.addWidget(self._badge)
        self._add_search(actions["palette"])
        self._name_overflow()
        self._show_store(None)
        self._show_version(None, None, None)

    def _name_overflow(self) -> None:
        """Name Qt's button for what has no room, for screen readers."""
        more = self.findChild(QToolButton, "qt_toolbar_ext_button")
        assert isinstance(more, QToolButton)
        more.setAccessibleName("More of the toolbar")

    def show_view(self, view: WindowView) -> None:
        """Show the controls of a view, and no other's."""
        self._view = view.name
        self._switch.show_view(view)
        if view.name not in self._tools:
            before = self.actions()
            for tool in view.tools:
                self._add_tool(tool)
            self._tools[view.name] = [each for each in self.actions() if each not in before]
        self._fit()

    def _add_tool(self, tool: Tool) -> None:
        if not isinstance(tool, str):
            self.insertWidget(self._space, tool(self._workspace, self))
            return
        button = self._button_of(self._by_id[tool])
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.insertWidget(self._space, button)

    def follow(self, commands: CommandsDock) -> None:
        """Show the version, the policy and, if their dock is hidden, the commands of the workspace from now on."""
        workspace = self._workspace

        def show_version() -> None:
            selection = workspace.selection
            self._show_version(selection.version, selection.first, selection.last)

        def on_store() -> None:
            session = workspace.session
            self._show_store(session)
            if session is not None and not session.why_read_only:
                saved = self._settings.frequency_of(session.kept_name, _DEFAULT_FREQUENCY)
                workspace.commander.set_frequency(saved)

        workspace.store_changed.connect(on_store)
        commander = workspace.commander
        commander.frequency_changed.connect(lambda every: self._show_frequency(workspace.session, every))
        workspace.selection.version_changed.connect(lambda version: show_version())
        workspace.inspector.outline_changed.connect(lambda view: show_version())
        self.version.valueChanged.connect(workspace.selection.go_to)
        self._frequency.activated.connect(lambda: commander.set_frequency(self._frequency.chosen))
        menu, shown = self.commands.menu(), commands.toggleViewAction()
        menu.aboutToShow.connect(lambda: commands.fill_menu(menu))
        commands.offers_changed.connect(lambda: commands.fill_menu(menu) if menu.isVisible() else None)
        shown.toggled.connect(self._on_commands_dock)
        self._on_commands_dock(shown.isChecked())
        on_store()
        show_version()

    def _add_commands(self) -> None:
        self.commands.setObjectName("commands-menu")
        self.commands.setText("Commands")
        self.commands.setMenu(QMenu(self.commands))
        self.commands.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.commands.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_tip(self.commands, "The commands of the chosen entity")
        self._commands_action = self.addWidget(self.commands)

    def _on_commands_dock(self, is_there: bool) -> None:
        """Show the menu of commands where their dock is hidden."""
        self._has_dock = is_there
        if self.isVisible():  # not while the window is deleted, which hides its docks
            self._fit()

    def _add_open(self, actions: Mapping[str, QAction]) -> None:
        button = self._buttons["open"] = QToolButton(self)
        button.setDefaultAction(actions["open"])
        button.setText("Open")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        button.setMenu(self.recent)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.addWidget(button)

    def _add(self, action: QAction) -> None:
        self.addWidget(self._button_of(action))

    def _button_of(self, action: QAction) -> QToolButton:
        """Return a button of its own for an action: hiding the action would take it from the menus, and its keys."""
        button = self._buttons[str(action.objectName())] = QToolButton(self)
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    def _add_play(self, action: QAction) -> None:
        """Add a button of its own for play: its icon has another colour than in menus."""
        self.play = QToolButton(self)
        self.play.setProperty("role", "accent")
        self.play.setAccessibleName("Play")
        self.play.clicked.connect(action.trigger)
        self.addWidget(self.play)

        def follow() -> None:
            self.play.setEnabled(action.isEnabled())
            set_tip(self.play, action.toolTip())

        action.changed.connect(follow)

    def _add_search(self, action: QAction) -> None:
        self._add(action)

        def name_it() -> None:
            text = f"Search  {action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)}"
            if action.iconText() != text:
                action.setIconText(text)

        action.changed.connect(name_it)
        name_it()

    def _add_version(self) -> None:
        self._version_word = self.addWidget(Label("version", self))
        self.version.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.version.setAccessibleName("Version")
        set_tip(self.version, with_keys("Type a version and press Enter ({go-to})"))
        self.version.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.version.setFixedWidth(54)
        self.version.setKeyboardTracking(False)
        self.addWidget(self.version)
        self._of.setMinimumWidth(38)
        self.addWidget(self._of)

    def _show_store(self, session: Session | None) -> None:
        why = "" if session is None else session.why_read_only
        word = "" if session is None else "READ ONLY" if why else "WRITABLE"
        self._badge.show_text(word, is_locked=bool(why))
        self._badge_action.setVisible(session is not None)
        set_tip(self._badge, with_term(why, self._badge.part_at(None)) if word else "")
        self._has_store, self._has_policy = session is not None, not why  # nothing is written where there is a reason
        self._fit()
        set_tip(self._frequency, "Snapshot policy: take a snapshot after every so many events of an entity")

    def _show_frequency(self, session: Session | None, frequency: int | None) -> None:
        """Show the policy, and save it for the store."""
        if session is not None and frequency != self._settings.frequency_of(session.kept_name, _DEFAULT_FREQUENCY):
            self._settings.set_frequency_of(session.kept_name, frequency)
        if not self._frequency.offers(frequency):
            self._frequency.offer(_frequency_text(frequency), frequency)
        self._frequency.choose(frequency)

    def _show_version(self, version: int | None, first: int | None, last: int | None) -> None:
        self.version.setEnabled(version is not None)
        self.version.blockSignals(True)
        offer_versions(self.version, version, first, last)
        if version is not None and self.version.value() != version:
            self.version.setRange(0, 0)  # at its least value it shows a text
        self.version.setSpecialValueText("" if version in (None, self.version.value()) else format_number(version))
        self.version.blockSignals(False)
        self._of.setText("" if last is None else f"of {format_number(last)}")

    def _fold(self, count: int) -> None:
        """Leave out the words of the first ``count`` of ``_FOLDS``."""
        shown = set(_FOLDS[count:])
        for name, fold in (("palette", "search"), ("open", "open"), *((each, "edits") for each in _EDITS)):
            style = Qt.ToolButtonStyle.ToolButtonIconOnly
            if fold in shown:
                style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
            if self._buttons[name].toolButtonStyle() != style:
                self._buttons[name].setToolButtonStyle(style)
                restyle(self._buttons[name])
        self._switch.fold(is_menu="views" not in shown)
        self._version_word.setVisible("words" in shown and self._view == EXPLORE)
        self._every.setText("snapshot every" if "words" in shown else "every")

    def _fit(self) -> None:
        """Show as many words as there is room for; called after whatever changes a width."""
        hidden = set() if self._has_policy else set(self._policy)
        if not self._has_store or self._has_dock:
            hidden.add(self._commands_action)
        for view, tools in self._tools.items():
            for tool in tools:
                tool.setVisible(view == self._view and tool not in hidden)
        for each in self.findChildren(QWidget):
            each.ensurePolished()  # its width is not known before
        layout = self.layout()
        assert layout is not None
        self._gap = max(self._gap, layout.spacing())
        for count in range(len(_FOLDS) + 1):
            self._fold(count)
            layout.setSpacing(self._gap if "gaps" in _FOLDS[count:] else _SMALL_GAP)
            layout.invalidate()  # it does not notice what changes while it is hidden
            if self.sizeHint().width() <= self.width():
                break

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()


def _frequency_text(frequency: int | None) -> str:
    return "off" if frequency is None else format_number(frequency)
