"""Has the tools of a Linux desktop judge what the program registers, in a new home, with a program in an odd folder.

python -m tests.desktop_checks: it needs the Debian packages desktop-file-utils, appstream, shared-mime-info, xdg-utils
and libglib2.0-bin. It prints one line for each check.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer

from es_desktop.app.desktop import xdg
from es_desktop.app.notes.address import Address
from es_desktop.app.runtime import places
from es_desktop.app.store.session import create_session
from es_desktop.views.window.hand_over import Listener, Request

STORE_TYPE = "application/x-es-desktop-store"
_SECONDS = 60
_PROGRAM = """#!/bin/sh
printf '%s\\n' "$#" "$1" > "{fifo}"
"""
"""What stands for the program: it says what it was started with."""


def run(*line: object) -> str:
    """Return what a tool prints; raises if it fails."""
    words = [*map(str, line)]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=_SECONDS)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: {done.stdout}")
    return done.stdout.strip()


def check(what: str, found: object, wanted: object) -> None:
    """Print what holds. Raises ``AssertionError`` if the two values differ."""
    assert found == wanted, f"{what}: {found!r} instead of {wanted!r}"
    print(f"desktop: {what}")


def check_descriptions(folder: Path) -> None:
    """Check the files as a package installs them for all."""
    share = folder / "prefix" / "usr" / "share"
    for name, content in xdg.shared_files(("es-desktop",)).items():
        (share / name).parent.mkdir(parents=True, exist_ok=True)
        (share / name).write_bytes(content)
    (share / "metainfo").mkdir()
    metainfo = share / "metainfo" / "org.eventstreamexplorer.es_desktop.metainfo.xml"
    shutil.copy(places.resources() / "es-desktop.metainfo.xml", metainfo)
    check("the menu entry is valid", run("desktop-file-validate", share / xdg.ENTRY), "")
    run("appstreamcli", "validate", "--no-net", metainfo)
    run("appstreamcli", "validate-tree", "--no-net", share.parents[1])
    print("desktop: the metainfo is valid, and fits the menu entry")


def check_registration(folder: Path) -> None:
    """Register for a person with a new home, ask the desktop, open a store as a double click does, and undo it."""
    home, odd = folder / "home", folder / 'it\'s 100% "odd" $HOME `x` \\ö'
    for each in (home, odd):
        each.mkdir()
    fifo, program = folder / "started", odd / "es-desktop"
    os.mkfifo(fifo)
    program.write_text(_PROGRAM.format(fifo=fifo), encoding="utf-8")
    program.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    os.environ.clear()
    os.environ.update(kept, HOME=str(home))

    done = xdg.register(xdg.data_home(), (str(program),))
    check("the tools are there", done.advice, ())
    check("the registered menu entry is valid", run("desktop-file-validate", xdg.data_home() / xdg.ENTRY), "")
    for each in (STORE_TYPE, "x-scheme-handler/esdb"):
        check(f"{each} is opened by the program", run("xdg-mime", "query", "default", each), "es-desktop.desktop")
    store, other = odd / "a store.esdb", odd / "without ending"
    create_session(str(store)).close()
    shutil.copy(store, other)
    for each in (store, other):
        found = run("gio", "info", "-a", "standard::content-type", each)
        check(f"{each.name} is a store", found.rpartition(" ")[2], STORE_TYPE)
    for opened in (str(store), "esdb:/a%20b?entity=5f"):
        with subprocess.Popen(["timeout", str(_SECONDS), "cat", fifo], stdout=subprocess.PIPE, text=True) as reader:
            run("gio", "open", opened)
            given = reader.communicate()[0].splitlines()
        # A desktop may hand over a file as its path or as a URL.
        found = [given[0], Address.parse(given[1])]
        check(f"a double click on {opened} starts the program with it", found, ["1", Address.parse(opened)])
    check_second_start(store)
    xdg.unregister(xdg.data_home())
    left = [str(each) for each in xdg.data_home().rglob("*") if not each.is_dir()]
    check("nothing of it is left", left, [])


def check_second_start(store: Path) -> None:
    """Let this process be the running program, and a double click start the real one: it hands the store over."""
    program = (sys.executable, "-P", "-m", "es_desktop")
    xdg.register(xdg.data_home(), program)
    os.environ.update(PYTHONPATH=str(Path(__file__).parents[1]), QT_QPA_PLATFORM="offscreen")
    app, requests = QCoreApplication([]), []
    listener = Listener(places.meeting_address(), app)
    listener.requested.connect(requests.append)
    listener.requested.connect(app.quit)
    QTimer.singleShot(_SECONDS * 1_000, app.quit)
    quiet = subprocess.DEVNULL
    with subprocess.Popen(["gio", "open", str(store)], stdout=quiet, stderr=quiet):
        app.exec()
    listener.close()
    check("a second double click is handed to the program that runs", requests, [Request(str(store))])


def main() -> None:
    """Run all checks. Raises ``AssertionError`` at the first that fails."""
    with tempfile.TemporaryDirectory(prefix="es-desktop-checks-") as name:
        check_descriptions(Path(name))
        check_registration(Path(name))
    print("desktop: all checks passed")


if __name__ == "__main__":
    sys.exit(main())
