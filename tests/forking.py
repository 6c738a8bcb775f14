"""New processes for the tests: copies of one that has imported the program already, in a tenth of the time."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import runpy
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
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


def run_program(
    line: Sequence[str], variables: Mapping[str, str], folder: Path, out: Path, err: Path, script: Path | None = None
) -> None:
    """Be the program, or a script, in a new process: with its arguments, variables, folder and files of output."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_SETMASK, ())  # what the program had blocked when it started the first copy
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)
    tempfile.tempdir = None
    if hasattr(time, "tzset"):
        time.tzset()
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    sys.stdout, sys.stderr = (os.fdopen(os.dup(number), "w", encoding="utf-8") for number in (1, 2))
    sys.argv = [str(script or "es-desktop"), *line]
    warnings.simplefilter("error")
    from es_desktop.__main__ import main

    try:
        sys.exit(main() if script is None else runpy.run_path(str(script), run_name="__main__"))
    finally:
        atexit._run_exitfuncs()  # multiprocessing leaves them out
