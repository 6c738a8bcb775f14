"""Actions that ask for what a store needs to open: a server's address, a password, a key, a table map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from .needs import a_store
from .spec import ActionContext, ActionSpec, open_dialog

if TYPE_CHECKING:
    from es_desktop.app.runtime.errors import StoreRefused
    from es_desktop.app.store.opening import OpenOptions
    from es_desktop.app.store.table_maps import Sampled
    from es_desktop.models.workspace import Workspace


def _connect(context: ActionContext) -> None:
    from ..store.connect_dialog import ConnectDialog

    dialog = ConnectDialog(context.workspace, context.window)

    def accepted() -> None:
        if dialog.make_new.isChecked():
            context.workspace.create(dialog.store, dialog.options)
        else:
            context.workspace.open(dialog.store, options=dialog.options)

    open_dialog(dialog, accepted)


def ask_for_missing_option(context: ActionContext, error: StoreRefused, options: OpenOptions) -> None:
    """Ask for the password or the table map that ``error`` says is missing, and open the store again."""
    if not context.prompts.can_ask(error):
        return
    if error.wants == "password":
        _ask_password(context, error, options)
    else:
        _ask_map(context, error.store, options, lambda: error.tables)


def _ask_password(context: ActionContext, error: StoreRefused, options: OpenOptions) -> None:
    from ..store.connect_dialog import PasswordDialog

    dialog = PasswordDialog(context.workspace, error, options, context.window)
    open_dialog(dialog, lambda: context.workspace.stores.open(error.store, dialog.options))


def _ask_map(context: ActionContext, store: str, options: OpenOptions, sample: Callable[[], Sequence[Sampled]]) -> None:
    from ..store.mapping_dialog import MappingDialog

    dialog = MappingDialog(context.workspace, store, options, sample, context.theme, context.window)
    open_dialog(dialog, lambda: context.workspace.stores.open(store, dialog.options))


def _map_again(context: ActionContext) -> None:
    session = context.workspace.session
    if session is not None:
        _ask_map(context, session.absolute_name, session.options, session.store.sample_tables)


def _mapped_tables(workspace: Workspace) -> str:
    session = workspace.session
    if session is None or session.options.table_map is not None:
        return a_store(workspace)
    return f"This store has the format {session.format_name}, which needs no map."


def _unlock(context: ActionContext) -> None:
    from ..store.connect_dialog import UnlockDialog

    dialog = UnlockDialog(context.window)
    open_dialog(dialog, lambda: context.workspace.reopener.unlock(dialog.keys))


def _encrypted_records(workspace: Workspace) -> str:
    if a_store(workspace) or workspace.reopener.encrypted_entity is not None:
        return a_store(workspace)
    return "No record of this store is encrypted."


CONNECT: Final = (ActionSpec("connect", "Store", "Connect to a database…", _connect, ("Ctrl+Shift+O",)),)
UNLOCK: Final = (
    ActionSpec("unlock", "Store", "Unlock with a key…", _unlock, needs=_encrypted_records),
    ActionSpec("map-tables", "Store", "Map tables…", _map_again, needs=_mapped_tables),
)
