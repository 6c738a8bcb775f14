"""The shortcuts of all actions as preferences of a window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMainWindow

from es_desktop.app.preferences.kept import Preferences
from es_desktop.app.preferences.table import Kind, Preference, keys_name
from es_desktop.views.actions import MENUS, flat
from es_desktop.views.preferences.live import LivePreferences, Peers
from es_desktop.views.preferences.shortcuts import SHORTCUTS
from es_desktop.views.style.theme import Theme


def shortcut_preferences() -> tuple[Preference, ...]:
    """Return a preference for the shortcuts of each action, in the order of the menus."""
    return tuple(
        Preference(keys_name(spec.id), SHORTCUTS, spec.text.rstrip("…"), Kind.KEYS, spec.keys, f"Menu {way}")
        for menu, groups in MENUS.items()
        for way, spec in flat(menu, groups)
    )


def live_preferences(
    kept: Preferences, theme: Theme, set_keys: Callable[[str, str], object], peers: Peers, window: QMainWindow
) -> LivePreferences:
    """Return those of a window, with its shortcuts; the arguments are those of ``LivePreferences``."""
    kept.add(shortcut_preferences())
    return LivePreferences(kept, theme, set_keys, peers, window)
