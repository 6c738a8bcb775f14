"""Which keys an action can have."""

from __future__ import annotations

from typing import Final

from es_desktop.app.preferences.kept import Preferences
from es_desktop.app.preferences.table import Kind, Preference
from es_desktop.views.actions.spec import is_plain_key

SHORTCUTS: Final = "Shortcuts"


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
