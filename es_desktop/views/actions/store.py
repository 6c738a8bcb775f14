"""Opening and closing stores."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QGuiApplication

from es_desktop.app.runtime.errors import UserError

from .connect import CONNECT, UNLOCK
from .needs import a_store
from .spec import ActionSpec, Desk


def _open(desk: Desk) -> None:
    store = desk.asking.store_to_open()
    if store is not None:
        desk.workspace.open(store)


def _open_address(desk: Desk) -> None:
    from es_desktop.app.notes.address import SCHEME, Address

    copied = QGuiApplication.clipboard().text().strip()
    text = desk.asking.address(copied if copied.lower().startswith(f"{SCHEME}:") else "")
    if text is None:
        return
    try:
        address = Address.parse(text)
    except UserError as error:
        desk.asking.tell(error)
    else:
        desk.workspace.open(address.store, entity=address.entity, version=address.version)


def _new_store(desk: Desk) -> None:
    store = desk.asking.store_to_make()
    if store is not None:
        desk.workspace.create(store)


def _demo(desk: Desk) -> None:
    desk.workspace.open_demo(desk.demo_path)


def _fresh_demo(desk: Desk) -> None:
    text = "The demo store is made anew; what you changed in it is lost."
    if desk.asking.confirm("Start the demo afresh", text, "Start afresh"):
        desk.workspace.open_demo(desk.demo_path, recreate=True)


def _refresh(desk: Desk) -> None:
    desk.workspace.refresh()


def _rest_index(desk: Desk) -> None:
    indexer = desk.workspace.listing.indexer
    if indexer.is_paused:
        indexer.resume()
    else:
        indexer.pause()


def _close(desk: Desk) -> None:
    desk.workspace.close_store()


def _quit(desk: Desk) -> None:
    desk.window.close()


STORE: Final = (
    ActionSpec("open", "Store", "Open a store…", _open, ("Ctrl+O",), "open", short="Open"),
    ActionSpec("open-address", "Store", "Open an address…", _open_address),
    *CONNECT,
    ActionSpec("new-store", "Store", "New store…", _new_store, ("Ctrl+N",), "new-store"),
    ActionSpec("demo", "Store", "Open the demo", _demo, ("Ctrl+D",), "demo"),
    ActionSpec("fresh-demo", "Store", "Start the demo afresh…", _fresh_demo),
    ActionSpec("refresh", "Store", "Refresh", _refresh, ("F5",), "refresh", a_store, starts_group=True),
    ActionSpec(
        "rest-index",
        "Store",
        "Let indexing rest",
        _rest_index,
        needs=a_store,
        is_checked=lambda workspace: workspace.listing.indexer.is_paused,
    ),
    *UNLOCK,
    ActionSpec("close", "Store", "Close the store", _close, ("Ctrl+W",), "close", a_store),
)
QUIT: Final = (ActionSpec("quit", "Store", "Quit", _quit, ("Ctrl+Q",), starts_group=True),)
