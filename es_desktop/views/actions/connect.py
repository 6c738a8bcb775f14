"""Databases on a server, encrypted records, and tables of no known format: what has to be asked to open them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from .needs import a_store
from .spec import ActionSpec, Desk, open_dialog

if TYPE_CHECKING:
    from es_desktop.app.runtime.errors import StoreRefused
    from es_desktop.app.store.map_guess import Sampled
    from es_desktop.app.store.opening import OpenOptions
    from es_desktop.models.workspace import Workspace


def _connect(desk: Desk) -> None:
    from ..store.connect_dialog import ConnectDialog

    dialog = ConnectDialog(desk.workspace, desk.window)

    def accepted() -> None:
        if dialog.make_new.isChecked():
            desk.workspace.create(dialog.store, dialog.options)
        else:
            desk.workspace.open(dialog.store, options=dialog.options)

    open_dialog(dialog, accepted)


def ask_what_is_wanted(desk: Desk, error: StoreRefused, options: OpenOptions) -> None:
    """Go on from a store that cannot be opened without a password, or without a map of its tables."""
    if not desk.asking.may_ask(error):
        return
    if error.wants == "password":
        _ask_password(desk, error, options)
    else:
        _ask_map(desk, error.store, options, lambda: error.tables)


def _ask_password(desk: Desk, error: StoreRefused, options: OpenOptions) -> None:
    from ..store.connect_dialog import PasswordDialog

    dialog = PasswordDialog(desk.workspace, error, options, desk.window)
    open_dialog(dialog, lambda: desk.workspace.stores.open(error.store, dialog.options))


def _ask_map(desk: Desk, place: str, options: OpenOptions, look: Callable[[], Sequence[Sampled]]) -> None:
    from ..store.mapping_dialog import MappingDialog

    dialog = MappingDialog(desk.workspace, place, options, look, desk.theme, desk.window)
    open_dialog(dialog, lambda: desk.workspace.stores.open(place, dialog.options))


def _map_again(desk: Desk) -> None:
    session = desk.workspace.session
    if session is not None:
        _ask_map(desk, session.full_name, session.options, session.store.sample_tables)


def _mapped_tables(workspace: Workspace) -> str:
    session = workspace.session
    if session is None or session.options.table_map is not None:
        return a_store(workspace)
    return f"This store is read as {session.format_name}, which needs no map."


def _unlock(desk: Desk) -> None:
    from ..store.unlock_dialog import UnlockDialog

    dialog = UnlockDialog(desk.window)
    open_dialog(dialog, lambda: desk.workspace.reopener.unlock(dialog.keys))


def _encrypted_records(workspace: Workspace) -> str:
    if a_store(workspace) or workspace.reopener.encrypted_entity is not None:
        return a_store(workspace)
    return "No record of this store is encrypted."


CONNECT: Final = (ActionSpec("connect", "Store", "Connect to a database…", _connect, ("Ctrl+Shift+O",)),)
UNLOCK: Final = (
    ActionSpec("unlock", "Store", "Unlock with a key…", _unlock, needs=_encrypted_records),
    ActionSpec("map-tables", "Store", "Map its tables…", _map_again, needs=_mapped_tables),
)
