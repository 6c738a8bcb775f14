"""Preferences that take effect in the window as soon as they are set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from PySide6.QtCore import QLocale, QObject, Signal
from PySide6.QtWidgets import QMainWindow

from es_desktop.app.preferences.kept import Preferences
from es_desktop.app.preferences.table import (
    ANIMATIONS,
    FONT,
    FONT_SIZE,
    NUMBERS,
    PLUGIN,
    THEME,
    TIME_SWITCHES,
    ZONE,
    Kind,
    Value,
    action_id,
)
from es_desktop.app.text.time_format import TimeFormat
from es_desktop.system.counts import use_separators
from es_desktop.system.limits import NAMES, set_limits
from es_desktop.views.style.theme import Mode, Theme, use_animations

if TYPE_CHECKING:
    from es_desktop.models.workspace import Workspace

Peers: TypeAlias = "Callable[[], Iterable[LivePreferences]]"


class LivePreferences(QObject):
    """Sets preferences, lets each take effect in a window, and keeps them."""

    changed = Signal()

    def __init__(
        self, kept: Preferences, theme: Theme, set_keys: Callable[[str, str], object], peers: Peers, window: QMainWindow
    ) -> None:
        """Let those take effect that show in the empty window. The theme has its colours and fonts already.

        ``set_keys`` gives an action, by its id, its shortcuts; ``peers`` returns those of all windows.
        """
        super().__init__(window)
        self._peers = peers
        self.kept = kept
        self.theme = theme
        self._set_keys = set_keys
        self._window = window
        self._workspace: Workspace | None = None
        for name, preference in kept.table.items():
            if preference.kind is Kind.KEYS and not kept.is_default(name):
                set_keys(action_id(name), kept.text(name))

    def follow(self, workspace: Workspace) -> None:
        """Let the others take effect, before the workspace opens a store."""
        self._workspace = workspace
        self.kept.apply()
        use_locale(self.kept.text(NUMBERS))
        self.show_times()
        self.use_animations()

    def set(self, values: Mapping[str, Value]) -> None:
        """Set preferences to values that they accept, and keep them; those that have them already stay."""
        changed = [name for name, value in values.items() if self.kept.value(name) != value]
        for name in changed:
            self.kept.set(name, values[name])
        for each in self._peers() if changed else ():
            each.take_effect(changed)
        if changed and self._workspace is not None:
            save = self.kept.save
            self._workspace.runner.run("Keeping the preferences", lambda job: save(), protected=True)

    def take_effect(self, changed: Iterable[str]) -> None:
        """Let preferences take effect in this window."""
        effects = (_EFFECTS.get(PLUGIN if name.startswith(PLUGIN) else name) for name in changed)
        for effect in filter(None, dict.fromkeys(effects)):
            effect(self)
        for name in changed:
            if self.kept.table[name].kind is Kind.KEYS:
                self._set_keys(action_id(name), self.kept.text(name))
        self.changed.emit()

    def read_again(self) -> None:
        """Read the store again, with the limits and the plugins that hold now."""
        from es_desktop.system.plugins import switch_off

        set_limits(self.kept.limits)
        switch_off(self.kept.plugins_off)
        if self._workspace is not None:
            self._workspace.reopen()

    def use_theme(self) -> None:
        self.theme.set_mode(cast("Mode", self.kept.text(THEME)))

    def use_fonts(self) -> None:
        self.theme.set_fonts(of_system=self.kept.text(FONT) == "system", pixels=self.kept.number(FONT_SIZE))

    def use_animations(self) -> None:
        use_animations(self._window, bool(self.kept.number(ANIMATIONS)))

    def use_texts(self) -> None:
        """Show all times and numbers as they are to be shown now."""
        self.kept.apply()
        use_locale(self.kept.text(NUMBERS))
        self.show_times()
        if self._workspace is not None:
            self._workspace.refresh()

    def show_times(self) -> None:
        """Have all times shown in the format that holds now."""
        switches = {field: bool(self.kept.number(name)) for field, (name, _) in TIME_SWITCHES.items()}
        if self._workspace is not None:
            self._workspace.show_times(TimeFormat(**switches))


_EFFECTS: Final[Mapping[str, Callable[[LivePreferences], None]]] = {
    THEME: LivePreferences.use_theme,
    FONT: LivePreferences.use_fonts,
    FONT_SIZE: LivePreferences.use_fonts,
    ANIMATIONS: LivePreferences.use_animations,
    ZONE: LivePreferences.use_texts,
    **{name: LivePreferences.show_times for name, _ in TIME_SWITCHES.values()},
    NUMBERS: LivePreferences.use_texts,
    **dict.fromkeys((*NAMES, PLUGIN), LivePreferences.read_again),
}
"""What each preference does once it is set, but for shortcuts."""


def use_locale(numbers: str) -> None:
    """Have numbers written as the system's language does, or plain."""
    locale = QLocale.c() if numbers == "plain" else QLocale.system()
    plain = QLocale.NumberOption.OmitGroupSeparator if numbers == "plain" else QLocale.NumberOption.DefaultNumberOptions
    locale.setNumberOptions(plain)
    QLocale.setDefault(locale)
    use_separators("" if numbers == "plain" else locale.groupSeparator(), locale.decimalPoint())
