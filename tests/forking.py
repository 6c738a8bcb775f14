"""New processes for the tests: copies of one that has imported the program already, in a tenth of the time."""

from __future__ import annotations

import multiprocessing
from typing import Any, Final

METHOD: Final = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
_IMPORTED: Final = [
    "sqlalchemy.dialects.sqlite",
    "sqlalchemy.orm",
    "es_desktop.app.entity.view",
    "es_desktop.app.search.find",
    "es_desktop.app.search.store_index",
    "es_desktop.app.store.session",
    "es_desktop.cli.commands",
    "es_desktop.examples",
    "es_desktop.gui",
    "es_desktop.stores.opening",
    "es_desktop.views.window.main_window",
    "tests.faults.windows",
    "tests.faults.worker",
]


def new_processes() -> Any:
    """Return what starts a process. The one that is copied is started with the first copy."""
    context = multiprocessing.get_context(METHOD)
    if METHOD == "forkserver":
        context.set_forkserver_preload(_IMPORTED)
    return context
