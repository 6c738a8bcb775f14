"""Whether Qt can start here: checked before it is loaded, because Qt itself would abort the process.

Standard library only, and nothing of Qt is imported. The start of the program asks: `display_problem` says
why no window can be opened (drawing to a file is still possible), `qt_problem` why Qt cannot load at all,
and `unsupported_pyside` which release must not be used.
"""

import ctypes
import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# System libraries and the Debian packages that hold them; run.py reads this, before anything is installed.
QT_LIBRARIES: Final[Mapping[str, str]] = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
}
WINDOW_LIBRARIES: Final[Mapping[str, str]] = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}

XCB_BAD_ADDRESS: Final = 5  # XCB_CONN_CLOSED_PARSE_ERR of xcb.h
REMEDY: Final = "Start it in a desktop session or through `ssh -X`; QT_QPA_PLATFORM names other Qt platforms."


@dataclass(frozen=True)
class DisplayProblem:
    """Why there can be no window, and what a person can do: one line each."""

    reason: str
    remedy: str


def display_problem(environ: Mapping[str, str], platform: str) -> DisplayProblem | None:
    """Return why Qt could not open a window; None if it can, or if QT_QPA_PLATFORM is set."""
    if not platform.startswith("linux") or environ.get("QT_QPA_PLATFORM"):
        return None
    x11, wayland = environ.get("DISPLAY", ""), environ.get("WAYLAND_DISPLAY", "")
    if not x11 and not wayland:
        return DisplayProblem("There is no display: neither DISPLAY nor WAYLAND_DISPLAY is set.", REMEDY)
    # Qt tries Wayland first, then X11. One of them is enough; the last failure is returned.
    problem = None
    if wayland:
        problem = _plugin_problem("qwayland") or _wayland_problem(wayland, environ.get("XDG_RUNTIME_DIR", ""))
        if problem is None:
            return None
    if x11:
        problem = _plugin_problem("qxcb") or _x11_problem(x11)
    return problem


def qt_problem(platform: str) -> DisplayProblem | None:
    """Return why Qt cannot even draw without a display; None if it can."""
    if importlib.util.find_spec("PySide6") is None:
        return DisplayProblem(
            "The window needs PySide6, which is not installed.",
            "Install it: pip install PySide6-Essentials. The commands and the Python API work without it.",
        )
    return _plugin_problem("qoffscreen") if platform.startswith("linux") else None


def unsupported_pyside(version: str, python: tuple[int, int]) -> str | None:
    """Return why a PySide6 release cannot be used: 6.12.0 aborts before Python 3.12 by a reference-counting fault."""
    if version.split(".")[:3] == ["6", "12", "0"] and python < (3, 12):
        return (
            f"PySide6 {version} aborts on Python {python[0]}.{python[1]}:"
            " install PySide6-Essentials 6.11.3, or use Python 3.12 or newer."
        )
    return None


def missing_libraries(packages: Mapping[str, str]) -> tuple[str, ...]:
    """Return the libraries of one of the tables above that this machine cannot load."""
    return tuple(name for name in packages if _load_error(name) is not None)


def _plugin_problem(plugin: str) -> DisplayProblem | None:
    """Return which libraries one of Qt's platform plugins lacks; None if it can be loaded."""
    path = _plugin_path(plugin)
    error = _load_error(str(path)) if path else None
    if error is None:
        return None
    packages = {**QT_LIBRARIES, **WINDOW_LIBRARIES} if plugin != "qoffscreen" else QT_LIBRARIES
    missing = missing_libraries(packages)
    if not missing:  # the missing library is not in the tables; the loader's message names it
        return DisplayProblem(f"Qt cannot be loaded: {error}.", "Install the package that holds it.")
    names = " ".join(dict.fromkeys(packages[name] for name in missing))
    return DisplayProblem(
        f"System libraries are missing: {', '.join(missing)}.",
        f"Install them (Debian, Ubuntu: sudo apt-get install -y {names}).",
    )


def _plugin_path(plugin: str) -> Path | None:
    """Return the file of a platform plugin in the installed PySide6; None if a distribution keeps it elsewhere."""
    spec = importlib.util.find_spec("PySide6")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder, "Qt", "plugins", "platforms", f"lib{plugin}.so")
        if path.is_file():
            return path
    return None


def _load_error(library: str) -> str | None:
    try:
        ctypes.CDLL(library)
    except OSError as error:
        return str(error)
    return None


def _x11_problem(display: str) -> DisplayProblem | None:
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError as error:
        return DisplayProblem(f"X11 cannot be reached: {error}.", REMEDY)
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
    code = int(xcb.xcb_connection_has_error(connection))
    if code == 0:
        return None  # left open: an X server restarts when its last client disconnects, and would refuse Qt meanwhile
    xcb.xcb_disconnect(connection)
    if code == XCB_BAD_ADDRESS:
        return DisplayProblem(f"DISPLAY={display} is not the address of an X server.", REMEDY)
    return DisplayProblem(f"The X server at DISPLAY={display} does not answer, or refuses the connection.", REMEDY)


def _wayland_problem(display: str, runtime_dir: str) -> DisplayProblem | None:
    if sys.platform == "win32":
        return None  # it has no such servers
    import socket  # imported here, because most starts do not need it

    # An absolute WAYLAND_DISPLAY stands alone; joining keeps it.
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(2)
            connection.connect(str(Path(runtime_dir, display)))
    except OSError as error:
        why = error.strerror or str(error)
        return DisplayProblem(f"The Wayland server {display} does not answer: {why}.", REMEDY)
    return None
