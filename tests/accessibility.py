"""Reads and drives the program from outside, as a screen reader does: ``python -m tests.accessibility``.

Starts the window on the demo under a display, a D-Bus session and an accessibility bus of its own, reads every part of
it by AT-SPI, and then, by nothing else, chooses versions, raises each tab and presses painted parts.
Needs Linux with the Debian packages ``xvfb dbus-daemon at-spi2-core gir1.2-atspi-2.0 python3-gi``.
"""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from tests.patience import PATIENCE

_PACKAGES: Final = "xvfb dbus-daemon at-spi2-core gir1.2-atspi-2.0 python3-gi"
_READER: Final = "/usr/bin/python3"
_VIEWS: Final = ("Explore", "Ask", "Process", "Quality")
"""The switch in the toolbar; this runs without the packages of the program."""
"""The interpreter of the system, for which Debian's packages are."""
_KNOWN: Final = 'does not implement "GetApplicationBusAddress"', "es-desktop: ended by a signal"
"""What Qt 6.11 says of a question of the bus that it does not know."""
_INSIDE: Final = "--inside"
"""Seconds until what does not come is given up."""
_CHILDREN: Final = 80
"""How many children of one part are asked for: a table has a cell for each row of the store, shown or not."""
_FRAMES: Final = {
    "border",
    "filler",
    "frame",
    "label",
    "layered pane",
    "panel",
    "popup menu",
    "scroll bar",
    "separator",
    "split pane",
    "unknown",
}
"""The roles of what only holds other parts or is empty; the grip of a splitter has an unknown one."""


def start() -> int:
    """Start display, buses, program and reader; return the exit status of the reader."""
    missing = [each for each in ("Xvfb", "dbus-run-session", _READER) if shutil.which(each) is None]
    probe = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
    if missing or subprocess.run([_READER, "-c", probe], capture_output=True, check=False).returncode:
        print(f"needs the Debian packages {_PACKAGES}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder, _Display() as number:
        environment = {
            **os.environ,
            "DISPLAY": f":{number}",
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "XDG_RUNTIME_DIR": folder,
            "XDG_CONFIG_HOME": folder,
            "XDG_DATA_HOME": folder,
            "HOME": folder,
            "NO_AT_BRIDGE": "1",
        }
        environment.pop("WAYLAND_DISPLAY", None)
        program = [sys.executable, "-X", "faulthandler", "-m", "es_desktop", "--demo"]
        command = ["dbus-run-session", "--", _READER, "-W", "ignore", __file__, _INSIDE, *program]
        return subprocess.run(command, env=environment, check=False).returncode


class _Display:
    """A display without a screen, with a number that is free."""

    def __enter__(self) -> str:
        read, write = os.pipe()
        options = ["-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
        self._server = subprocess.Popen(["Xvfb", *options], pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            return pipe.readline().strip()

    def __exit__(self, *_: object) -> None:
        self._server.terminate()
        self._server.wait()


class Reader:
    """A screen reader of one program."""

    def __init__(self, process: int) -> None:
        gi = importlib.import_module("gi")
        gi.require_version("Atspi", "2.0")
        self.atspi: Any = importlib.import_module("gi.repository.Atspi")
        self.atspi.init()
        self.desktop = self.atspi.get_desktop(0)
        self.desktop.set_cache_mask(self.atspi.Cache.NONE)  # what is asked is what is there now
        self._process = process

    def program(self) -> Any:
        """Return the program, once it is on the bus with a window."""
        found = (self.desktop.get_child_at_index(index) for index in range(self.desktop.get_child_count()))
        return next((each for each in found if each and each.get_process_id() == self._process), None)

    def nodes(self, node: Any = None, above: tuple[str, ...] = ()) -> Iterator[tuple[Any, tuple[str, ...]]]:
        """Yield what is below a node and shown, each with its path."""
        node = self.program() if node is None else node
        path = (*above, f"{node.get_role_name()} {node.get_name()!r}")
        yield node, path
        for index in range(min(node.get_child_count(), _CHILDREN)):
            child = node.get_child_at_index(index)
            if child is not None and self.is_shown(child):
                yield from self.nodes(child, path)

    def is_shown(self, node: Any) -> bool:
        return bool(node.get_state_set().contains(self.atspi.StateType.SHOWING))

    def find(self, role: str, name: str) -> Any:
        """Return the part of the window with a role, and a name that starts so; wait for it."""
        return wait(lambda: next((n for n, _ in self.nodes() if _is(n, role, name)), None), f"{role} {name!r}")

    def rect(self, node: Any) -> Any:
        return node.get_component_iface().get_extents(self.atspi.CoordType.SCREEN)


def _is(node: Any, role: str, name: str) -> bool:
    return bool(node.get_role_name() == role and node.get_name().startswith(name))


def wait(condition: Callable[[], Any], what: str) -> Any:
    """Return what a condition returns, once that is true."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come")


def read(process: subprocess.Popen[bytes]) -> None:
    """Read and drive the program."""
    reader = Reader(process.pid)
    wait(lambda: reader.program() and reader.find("table", "Entities"), "the window")
    version = reader.find("spin button", "Version").get_value_iface()
    strip = reader.find("slider", "Timeline of versions")
    wait(lambda: strip.get_child_count() > 1, "the chosen entity")
    began = time.monotonic()
    found = list(reader.nodes())
    print(f"{len(found)} parts of the window were read in {time.monotonic() - began:.1f} s")
    nameless = _nameless(reader)
    last = int(version.get_current_value())

    strip.get_value_iface().set_current_value(1)
    wait(lambda: version.get_current_value() == 1, "version 1, by the slider")
    parts = [strip.get_child_at_index(index) for index in range(strip.get_child_count())]
    _press(parts[-1])
    wait(lambda: version.get_current_value() == last, "the last version, by its part of the strip")
    steps = reader.find("list", "Steps of the rebuild")
    card = steps.get_child_at_index(1)
    wanted = int(card.get_name().split()[0].replace(",", ""))
    _press(card)
    wait(lambda: version.get_current_value() == wanted, "the version of a step")
    print(f"version 1 by the slider, {last} by its part of the strip, {wanted} by its step")

    for view in _VIEWS:
        _press(reader.find("check box", view))
        nameless |= _raise_all(reader)
    _press(reader.find("check box", "Explore"))
    _press(reader.find("page tab", "Activity"))
    _press(reader.find("list", "Events by type").get_child_at_index(0))
    others = {"Timeline", "Log", "Activity"}
    wait(partial(_only_panel, reader, _area(reader), "Log", others), "the log, by a bar")
    for path in sorted(nameless):
        print(f"without a name: {path}")
    assert not nameless, f"{len(nameless)} parts have no name"


def _area(reader: Reader) -> Any:
    """Return what holds the panels of the view in front."""
    return next(n for n, path in reader.nodes() if len(path) == 4 and n.get_role_name() == "frame")


def _raise_all(reader: Reader) -> set[str]:
    """Raise each tab of the view in front; return the paths of what has no name there."""
    area = _area(reader)
    nameless = _nameless(reader, area)
    bars = [_children(each) for each in _children(area) if each.get_role_name() == "page tab list"]
    groups = [[each for each in bar if each.get_role_name() == "page tab"] for bar in bars]
    for group in groups:
        for tab in filter(reader.is_shown, group):
            _press(tab)
            title, others = tab.get_name(), {each.get_name() for each in group}
            panel = wait(partial(_only_panel, reader, area, title, others), f"{title!r} in front, and no other")
            time.sleep(0.3)  # what is inside is laid out, and read from the store
            nameless |= _nameless(reader, panel)
    print(f"{sum(map(len, groups))} tabs were raised; the others of their groups do not call themselves showing")
    return nameless


def _press(node: Any) -> None:
    actions = node.get_action_iface()
    names = [actions.get_action_name(index) for index in range(actions.get_n_actions())]
    assert "Press" in names, (node.get_name(), names)
    actions.do_action(names.index("Press"))


def _children(node: Any) -> list[Any]:
    return [node.get_child_at_index(index) for index in range(node.get_child_count())]


def _nameless(reader: Reader, top: Any = None) -> set[str]:
    """Return the paths of what is shown and has no name."""
    nodes = reader.nodes(top)
    return {" / ".join(path) for node, path in nodes if node.get_role_name() not in _FRAMES and not node.get_name()}


def _only_panel(reader: Reader, area: Any, title: str, others: set[str]) -> Any:
    """Return the panel with a title, if it is shown and no other of its tabs."""
    panels = [each for each in _children(area) if each.get_role_name() == "panel" and reader.is_shown(each)]
    shown = {each.get_name(): each for each in panels if each.get_name() in others}
    return shown.get(title) if len(shown) == 1 else None


def inside(program: list[str]) -> int:
    """Start the program and read it; the buses of the session are there."""
    process = subprocess.Popen(program, stderr=subprocess.PIPE)
    try:
        read(process)
        assert process.poll() is None, "the program ended"
        process.send_signal(signal.SIGTERM)
        _, complaints = process.communicate(timeout=PATIENCE)
        lines = [line for line in complaints.decode().splitlines() if line and not any(each in line for each in _KNOWN)]
        assert not lines, "\n".join(lines)
        print(f"the program ended with {process.returncode}")
    except AssertionError as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    finally:
        if process.poll() is None:
            process.kill()
            print(process.communicate()[1].decode()[-3000:], file=sys.stderr)
    print("1 passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(inside(sys.argv[2:]) if sys.argv[1:2] == [_INSIDE] else start())
