"""The table of actions as Markdown, for the README."""

from __future__ import annotations

from es_desktop.views.actions import ACTIONS


def action_table() -> str:
    """Return a row for each action that has a shortcut: keys, what it does, and the menu that it is in."""
    rows = [
        f"| {' or '.join(f'`{keys}`' for keys in spec.shortcuts)} | {spec.text.rstrip('…')} | {spec.menu} |"
        for spec in ACTIONS
        if spec.shortcuts
    ]
    return "\n".join(["| keys | what it does | menu |", "|---|---|---|", *rows])
