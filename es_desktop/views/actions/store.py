"""Actions that open, create, refresh and close stores."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QGuiApplication

from es_desktop.app.runtime.errors import UserError

from .connect import CONNECT, UNLOCK
from .needs import a_store
from .spec import ActionContext, ActionSpec


def _open(context: ActionContext) -> None:
    store = context.prompts.store_to_open()
    if store is not None:
        context.workspace.open(store)


def _open_address(context: ActionContext) -> None:
    from es_desktop.app.notes.address import SCHEME, Address

    copied = QGuiApplication.clipboard().text().strip()
    text = context.prompts.address(copied if copied.lower().startswith(f"{SCHEME}:") else "")
    if text is None:
        return
    try:
        address = Address.parse(text)
    except UserError as error:
        context.prompts.show_error(error)
    else:
        context.workspace.open(address.store, entity=address.entity, version=address.version)


def _new_store(context: ActionContext) -> None:
    store = context.prompts.store_to_make()
    if store is not None:
        context.workspace.create(store)


def _demo(context: ActionContext) -> None:
    context.workspace.open_demo(context.demo_path)


def _reset_demo(context: ActionContext) -> None:
    text = "The demo store is created again. Your changes to it will be lost."
    if context.prompts.confirm("Reset the demo", text, "Reset"):
        context.workspace.open_demo(context.demo_path, recreate=True)


def _refresh(context: ActionContext) -> None:
    context.workspace.refresh()


def _pause_index(context: ActionContext) -> None:
    indexer = context.workspace.listing.indexer
    if indexer.is_paused:
        indexer.resume()
    else:
        indexer.pause()


def _close(context: ActionContext) -> None:
    context.workspace.close_store()


def _quit(context: ActionContext) -> None:
    context.window.close()


STORE: Final = (
    ActionSpec("open", "Store", "Open a store…", _open, ("Ctrl+O",), "open", short="Open"),
    ActionSpec("open-address", "Store", "Open an address…", _open_address),
    *CONNECT,
    ActionSpec("new-store", "Store", "New store…", _new_store, ("Ctrl+N",), "new-store"),
    ActionSpec("demo", "Store", "Open the demo", _demo, ("Ctrl+D",), "demo"),
    ActionSpec("reset-demo", "Store", "Reset the demo…", _reset_demo),
    ActionSpec("refresh", "Store", "Refresh", _refresh, ("F5",), "refresh", a_store, starts_group=True),
    ActionSpec(
        "pause-index",
        "Store",
        "Pause indexing",
        _pause_index,
        needs=a_store,
        is_checked=lambda workspace: workspace.listing.indexer.is_paused,
    ),
    *UNLOCK,
    ActionSpec("close", "Store", "Close the store", _close, ("Ctrl+W",), "close", a_store),
)
QUIT: Final = (ActionSpec("quit", "Store", "Quit", _quit, ("Ctrl+Q",), starts_group=True),)
