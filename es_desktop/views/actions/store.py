"""Actions that open, create, refresh and close stores, and that ask for what a store needs to open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtGui import QGuiApplication

from es_desktop.app.runtime.errors import StoreDamaged, StoreRefused, UserError
from es_desktop.system.limits import NAMES, limit_met

from ..style.dialogs import open_dialog
from .spec import ActionContext, ActionSpec, a_store, need
from .transfer import rescue
from .view import show_preferences

if TYPE_CHECKING:
    from es_desktop.app.store.opening import OpenOptions
    from es_desktop.app.store.table_maps import Sampled
    from es_desktop.models.workspace import Workspace


def _open(context: ActionContext) -> None:
    store = context.prompts.store_to_open()
    if store is not None:
        context.workspace.open(store)


def _open_in_window(context: ActionContext) -> None:
    store = context.prompts.store_to_open()
    if store is not None:
        context.windows.open(store)


def open_dropped(context: ActionContext, files: Sequence[str]) -> None:
    """Open stores that were dropped, the first in this window; of a folder those that a person chooses."""
    folders = [each for each in files if Path(each).is_dir()]
    for number, file in enumerate(each for each in files if each not in folders):
        window = context.windows.of(context.window)
        (window.another() if number else window).workspace.open(file)
    for folder in folders:
        _open_folder(context, folder)


def _open_folder(context: ActionContext, folder: str) -> None:
    """Ask which of the stores in a folder to open; where there is only one, open it."""
    from es_desktop.app.store.folder import StoreFile, stores_in

    from ..store.store_dialog import FolderDialog

    def choose(found: Sequence[StoreFile]) -> None:
        if len(found) == 1:
            context.windows.open(str(found[0].path))
            return
        dialog = FolderDialog(folder, found, context.theme, context.window)
        open_dialog(dialog, lambda: open_dropped(context, dialog.chosen))

    runner, refused = context.workspace.runner, context.workspace.refused
    runner.run("Looking for stores", lambda job: stores_in(Path(folder), job.check), choose, failed=refused.emit)


def _open_address(context: ActionContext) -> None:
    from es_desktop.app.notes.address import SCHEME, Address
    from es_desktop.app.store.opening import OpenOptions

    copied = QGuiApplication.clipboard().text().strip()
    text = context.prompts.address(copied if copied.lower().startswith(f"{SCHEME}:") else "")
    if text is None:
        return
    try:
        address = Address.parse(text)
    except UserError as error:
        context.prompts.show_error(error)
    else:
        options = OpenOptions(scope=address.scope)
        context.workspace.open(address.store, entity=address.entity, version=address.version, options=options)


def _connect(context: ActionContext) -> None:
    from ..store.connect_dialog import ConnectDialog

    dialog = ConnectDialog(context.workspace, context.window)

    def accepted() -> None:
        if dialog.make_new.isChecked():
            context.workspace.stores.create(dialog.store, dialog.options)
        else:
            context.workspace.open(dialog.store, options=dialog.options)

    open_dialog(dialog, accepted)


def _new_store(context: ActionContext) -> None:
    store = context.prompts.store_to_make()
    if store is not None:
        context.workspace.stores.create(store)


def _reset_demo(context: ActionContext) -> None:
    text = "The demo store is created again. Your changes to it will be lost."
    if context.prompts.confirm("Reset the demo", text, "Reset"):
        context.workspace.open_demo(context.demo_path, recreate=True)


def _pause_index(context: ActionContext) -> None:
    indexer = context.workspace.listing.indexer
    if indexer.is_paused:
        indexer.resume()
    else:
        indexer.pause()


def ask_for_missing_option(context: ActionContext, error: StoreRefused, options: OpenOptions) -> None:
    """Ask for the password, the table map or the store that ``error`` says is missing, and open it again."""
    from ..store.connect_dialog import PasswordDialog

    if not context.prompts.can_ask(error):
        return
    if error.wants == "password":
        dialog = PasswordDialog(context.workspace, error, options, context.window)
        open_dialog(dialog, lambda: context.workspace.stores.open(error.store, dialog.options))
    elif error.wants == "store":
        _ask_store(context, error.store, options, error.stores, None)
    else:
        _ask_map(context, error.store, options, lambda: error.tables)


def show_refusal(context: ActionContext, error: UserError) -> None:
    """Show an error; of a limit, or of an open file that is damaged, replaced or gone, offer what can be done."""
    session, met = context.workspace.session, limit_met(str(error))
    if met:
        if context.prompts.choose(error, ["Raise the limit…"]) is not None:
            show_preferences(context, met)
        return
    if isinstance(error, StoreDamaged) and session is not None:
        if context.prompts.choose(error, ["Rescue what can be read…"]) is not None:
            rescue(context)
        return
    wants = error.wants if isinstance(error, StoreRefused) else ""
    if session is None or wants not in ("reopening", "saving"):
        context.prompts.show_error(error)
        return
    reopen, save = "Open what is there now", "Save what was opened…"
    offers = [reopen, save] if wants == "reopening" else [save]
    chosen = context.prompts.choose(error, offers)
    if chosen == reopen:
        context.workspace.stores.open(session.absolute_name, session.options)
    elif chosen == save:
        path = context.prompts.store_to_save(session.short_name)
        if path is not None:
            context.workspace.stores.save(session, path)


def _ask_store(
    context: ActionContext, name: str, options: OpenOptions, stores: Sequence[Any], shown: str | None
) -> None:
    from ..store.store_dialog import StoreDialog

    dialog = StoreDialog(name, stores, shown, context.theme, context.window)
    open_dialog(dialog, lambda: context.workspace.stores.open(name, replace(options, scope=dialog.chosen)))


def _choose_store(context: ActionContext) -> None:
    session = context.workspace.session
    if session is not None:
        shown = session.store.shown.table_name
        _ask_store(context, session.absolute_name, session.options, session.store.detection.stores, shown)


def _allow_changes(context: ActionContext) -> None:
    session = context.workspace.session
    text = "Another program made this store. What you change here, it will read; close it first if it keeps a state."
    if session is not None and session.case is not None:
        text = "This is a case. What you change here is in this file from now on, and no longer what was handed on."
    if session is not None and context.prompts.confirm("Allow changes", text, "Allow"):
        context.workspace.stores.open(session.absolute_name, replace(session.options, writes_any=True))


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
    open_dialog(dialog, lambda: context.workspace.unlock(dialog.keys))


_several_stores: Final = need(
    a_store,
    lambda ws: ws.session is None or len(ws.session.store.detection.stores) > 1,
    "The database holds no other store.",
)
_unmarked_store: Final = need(
    a_store,
    lambda ws: ws.session is None or ws.session.store.waits_for_permission,
    "Only a case, or a store that another program made with the core of this one, needs that.",
)
_encrypted_records: Final = need(
    a_store, lambda ws: ws.encrypted_entity is not None, "No record of this store is encrypted."
)
OPEN: Final = (
    ActionSpec("open", "Open a store…", _open, "Ctrl+O", icon="open", short="Open"),
    ActionSpec("open-address", "Open an address…", _open_address),
    ActionSpec("connect", "Connect to a database…", _connect, "Ctrl+Shift+O"),
    ActionSpec("new-store", "New store…", _new_store, "Ctrl+N", icon="new-store"),
)
DEMO: Final = (
    ActionSpec("demo", "Open the demo", lambda on: on.workspace.open_demo(on.demo_path), "Ctrl+D", icon="demo"),
    ActionSpec("reset-demo", "Reset the demo…", _reset_demo),
)
REFRESH: Final = ActionSpec("refresh", "Refresh", lambda on: on.workspace.refresh(), "F5", a_store, "refresh")
READING: Final = (
    ActionSpec("pause-index", "Pause indexing", _pause_index, "", a_store,
               is_checked=lambda ws: ws.listing.indexer.is_paused),
    ActionSpec("choose-store", "Choose a store…", _choose_store, "", _several_stores),
    ActionSpec("allow-changes", "Allow changes…", _allow_changes, "", _unmarked_store),
    ActionSpec("unlock", "Unlock with a key…", _unlock, "", _encrypted_records),
    ActionSpec("map-tables", "Map tables…", _map_again, "", _mapped_tables),
    ActionSpec("limits", "Limits…", lambda on: show_preferences(on, NAMES[0])),
)  # fmt: skip
CLOSE: Final = ActionSpec("close", "Close the store", lambda on: on.workspace.close_store(), "Ctrl+W", a_store, "close")
QUIT: Final = ActionSpec("quit", "Quit", lambda on: on.windows.close(), "Ctrl+Q")
WINDOWS: Final = (
    ActionSpec("new-window", "New window", lambda on: on.windows.of(on.window).another()),
    ActionSpec("open-in-window", "Open a store in a new window…", _open_in_window),
    ActionSpec("next-window", "Next window", lambda on: on.windows.after(on.window).come_forward(), "Ctrl+F6"),
    ActionSpec("close-window", "Close this window", lambda on: on.window.close(), "Ctrl+F4"),
)
