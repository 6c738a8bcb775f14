"""Databases on a server, encrypted records, and tables of no known format: what has to be asked to open them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .needs import a_store
from .spec import ActionSpec, Desk, open_dialog

if TYPE_CHECKING:
    from es_desktop.app.runtime.errors import PasswordWanted, UnknownTables
    from es_desktop.models.store.opener import OpenRequest
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


def ask_password(desk: Desk, error: PasswordWanted, request: OpenRequest) -> None:
    """Go on from a store that a server does not let anybody into without a password, or not with this one."""
    from ..store.password_dialog import PasswordDialog

    if not desk.asking.may_ask(error):
        return
    dialog = PasswordDialog(desk.workspace, error, request, desk.window)
    open_dialog(dialog, lambda: desk.workspace.stores.open(request.at(error.store, dialog.options)))


def offer_map(desk: Desk, error: UnknownTables, request: OpenRequest) -> None:
    """Go on from a store of no known format: let a person say which columns hold what."""
    if desk.asking.may_ask(error):
        _map(desk, error.store, request)


def _map(desk: Desk, place: str, request: OpenRequest) -> None:
    from ..store.mapping_dialog import MappingDialog

    dialog = MappingDialog(desk.workspace, place, request, desk.theme, desk.window)
    open_dialog(dialog, lambda: desk.workspace.stores.open(request.at(place, dialog.options)))


def _map_again(desk: Desk) -> None:
    from es_desktop.models.store.opener import OpenRequest

    session = desk.workspace.session
    if session is not None:
        _map(desk, session.place, OpenRequest(session.place, session.options))


def _mapped_tables(workspace: Workspace) -> str:
    session = workspace.session
    if session is None or session.options.table_map is not None:
        return a_store(workspace)
    return f"This store is read as {session.format_name}, which needs no map."


def _unlock(desk: Desk) -> None:
    from ..store.unlock_dialog import UnlockDialog

    dialog = UnlockDialog(desk.window)
    open_dialog(dialog, lambda: desk.workspace.reopener.unlock(dialog.keys))


def _sealed_records(workspace: Workspace) -> str:
    if a_store(workspace) or workspace.reopener.sealed_entity is not None:
        return a_store(workspace)
    return "No record of this store is encrypted."


CONNECT: Final = (ActionSpec("connect", "Store", "Connect to a database…", _connect, ("Ctrl+Shift+O",)),)
UNLOCK: Final = (
    ActionSpec("unlock", "Store", "Unlock with a key…", _unlock, needs=_sealed_records),
    ActionSpec("map-tables", "Store", "Map its tables…", _map_again, needs=_mapped_tables),
)
