"""The shortcuts of all actions as preferences, and which keys an action can have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QMainWindow

from es_desktop.app.preferences.kept import Preferences
from es_desktop.app.preferences.table import Kind, Preference, keys_name
from es_desktop.views.actions import MENUS, flat
from es_desktop.views.actions.spec import is_plain_key
from es_desktop.views.style.theme import Theme

from .live import LivePreferences, Peers

SHORTCUTS: Final = "Shortcuts"


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


def why_not_key(preference: Preference, key: str) -> str:
    """Return why an action cannot have a key; an empty text if it can.

    A key without Ctrl or Alt never writes: only actions that have one from the start can have another.
    """
    if not is_plain_key(key) or any(map(is_plain_key, str(preference.default).split())):
        return ""
    return f"{key} alone is for typing and moving. Press it together with Ctrl or Alt, or press a function key."


def owner_of(key: str, name: str, preferences: Preferences) -> Preference | None:
    """Return the preference for another action than ``name`` that has the key; ``None`` if the key is free."""
    others = (each for each in preferences.table.values() if each.kind is Kind.KEYS and each.name != name)
    return next((each for each in others if key in preferences.text(each.name).split()), None)
