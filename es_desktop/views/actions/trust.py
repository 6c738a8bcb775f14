"""Code of a person's own: trusted for the open store, and not any more."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from .needs import a_store
from .spec import ActionSpec, Desk, open_dialog

if TYPE_CHECKING:
    from es_desktop.app.trust.fold import Trust
    from es_desktop.models.workspace import Workspace

_ROWS_LOOKED_AT: Final = 500
_CHANGED: Final = "The code has changed since you let this program remember it, so nothing of it was run."


def _trust(desk: Desk) -> None:
    _ask(desk, desk.workspace.trust_control.trust, "")


def recall_trust(desk: Desk) -> None:
    """Go on with what a person let be remembered for the store that was just opened."""
    session = desk.workspace.session
    if session is not None:
        desk.workspace.trust_control.restore(desk.settings.trust_of(session.full_name))


def ask_again(desk: Desk, trust: Trust) -> None:
    """Ask once more for what was remembered, as the code is another one by now."""
    _ask(desk, trust, _CHANGED)


def _ask(desk: Desk, offered: Trust | None, note: str) -> None:
    from es_desktop.app.trust.settings import modules_in_topics

    from ..trust.trust_dialog import TrustDialog

    workspace, session = desk.workspace, desk.workspace.session
    if session is None:
        return
    named = modules_in_topics(
        each.topic or "" for each in islice(workspace.entities.loaded_entities(), _ROWS_LOOKED_AT)
    )
    dialog = TrustDialog(workspace.trust_control, named, desk.window)
    dialog.remember.setChecked(desk.settings.trust_of(session.full_name) is not None)
    if offered is not None:
        dialog.offer(offered, note=note)

    def accepted() -> None:
        trusted = dialog.trusted
        if trusted is None:
            return
        desk.settings.set_trust_of(session.full_name, trusted.remembered)
        told = f"{trusted.trust.title} folds the states of this store now"
        is_lost = dialog.remember.isChecked() and trusted.remembered is None
        kept = "; its folder holds too much code to be watched, so it is not remembered" if is_lost else ""
        workspace.message.emit(f"{told}{kept}.")

    open_dialog(dialog, accepted)


def _stop(desk: Desk) -> None:
    session = desk.workspace.session
    if session is not None:
        desk.settings.set_trust_of(session.full_name, None)
    desk.workspace.trust_control.stop()


def _trusted_code(workspace: Workspace) -> str:
    return a_store(workspace) or ("" if workspace.trust_control.trust is not None else "No code is trusted.")


TRUST: Final = (
    ActionSpec("trust-code", "Store", "Trust code…", _trust, needs=a_store, starts_group=True),
    ActionSpec("stop-trust", "Store", "Stop trusting code", _stop, needs=_trusted_code),
)
