"""Actions of the menu Help that explain the window."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QApplication, QWidget

from .spec import ActionContext, ActionSpec


def _asked_in(context: ActionContext) -> QWidget:
    """Return the window, or its dialog that a person is in."""
    return QApplication.activeWindow() or context.window


def _explain(context: ActionContext) -> None:
    from ..glossary.whats_this import explain_focus

    explain_focus(context.preferences.kept, _asked_in(context))


def _ask(context: ActionContext) -> None:
    from ..glossary.whats_this import WhatsThis

    WhatsThis(context.preferences.kept, _asked_in(context))


def _list(context: ActionContext) -> None:
    from ..glossary.whats_this import show_glossary

    show_glossary(context.preferences.kept, context.window)


EXPLAIN: Final = (
    ActionSpec("explain", "Explain what has the focus", _explain, "F1"),
    ActionSpec("whats-this", "What's this? Click a part", _ask, "Shift+F1"),
    ActionSpec("glossary", "Glossary…", _list),
)
