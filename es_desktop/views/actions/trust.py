"""Actions that trust code for the open store, and stop trusting it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from ..style.dialogs import open_dialog
from .spec import ActionContext, ActionSpec, a_store, need

if TYPE_CHECKING:
    from es_desktop.app.trust.fold import Trust

_ROWS_SAMPLED: Final = 500
_CHANGED: Final = "The code has changed since you trusted it, so it was not run."


def recall_trust(context: ActionContext) -> None:
    """Trust the code that is remembered for the open store, if there is any. **May run it**."""
    session = context.workspace.session
    if session is not None:
        context.workspace.trust_control.restore(context.settings.trust_of(session.kept_name))


def ask_again(context: ActionContext, trust: Trust) -> None:
    """Ask again for trust, because the code has changed since it was given."""
    _ask(context, trust, _CHANGED)


def _ask(context: ActionContext, offered: Trust | None, note: str) -> None:
    from es_desktop.app.trust.settings import modules_in_topics

    from ..trust import TrustDialog

    workspace, session = context.workspace, context.workspace.session
    if session is None:
        return
    named = modules_in_topics(each.topic or "" for each in islice(workspace.entities.loaded_entities(), _ROWS_SAMPLED))
    dialog = TrustDialog(workspace.trust_control, named, context.window)
    dialog.remember.setChecked(context.settings.trust_of(session.kept_name) is not None)
    if offered is not None:
        dialog.offer(offered, note=note)

    def accepted() -> None:
        trusted = dialog.trusted
        if trusted is None:
            return
        context.settings.set_trust_of(session.kept_name, trusted.remembered)
        message = f"{trusted.trust.title} now folds the events of this store"
        is_lost = dialog.remember.isChecked() and trusted.remembered is None
        kept = "; its folder is too large to check for changes, so it is not remembered" if is_lost else ""
        workspace.message.emit(f"{message}{kept}.")

    open_dialog(dialog, accepted)


def _stop(context: ActionContext) -> None:
    session = context.workspace.session
    if session is not None:
        context.settings.set_trust_of(session.kept_name, None)
    context.workspace.trust_control.stop()


_trusted_code: Final = need(a_store, lambda ws: ws.trust_control.trust is not None, "No code is trusted.")
TRUST: Final = (
    ActionSpec("trust-code", "Trust code…", lambda on: _ask(on, on.workspace.trust_control.trust, ""), "", a_store),
    ActionSpec("stop-trust", "Stop trusting code", _stop, "", _trusted_code),
)
