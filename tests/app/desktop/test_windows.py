"""The registration on Windows, with a registry of the test: keys and values by their names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PureWindowsPath

from es_desktop.app.desktop.windows import is_registered, opening_line, register, unregister, windowed

PROGRAM = (r"C:\Program Files\Event Stream Explorer\es-desktop-window.exe",)
SHORTCUT = PureWindowsPath(r"C:\Users\Ann\Start Menu\Event Stream Explorer.lnk")
CLASSES = r"Software\Classes"


class FakeDesktop:
    """Keys in a dict; a key is there if it or one below it was made."""

    def __init__(self, keys: dict[str, dict[str, str]] | None = None) -> None:
        self.keys = {key: dict(values) for key, values in (keys or {}).items()}
        self.shortcuts: set[PureWindowsPath] = set()
        self.announced = 0

    def value(self, key: str, name: str) -> str | None:
        return self.keys.get(key, {}).get(name)

    def set_value(self, key: str, name: str, text: str) -> None:
        parts = key.split("\\")
        for count in range(1, len(parts) + 1):
            self.keys.setdefault("\\".join(parts[:count]), {})
        self.keys[key][name] = text

    def remove_value(self, key: str, name: str) -> None:
        del self.keys[key][name]

    def remove_key(self, key: str) -> None:
        del self.keys[key]
        self.keys = {each: values for each, values in self.keys.items() if not each.startswith(f"{key}\\")}

    def is_empty(self, key: str) -> bool:
        return self.keys.get(key) == {} and not any(each.startswith(f"{key}\\") for each in self.keys)

    def make_shortcut(self, path: PureWindowsPath, program: Sequence[str], icon: str) -> None:
        self.shortcuts.add(path)

    def remove_shortcut(self, path: PureWindowsPath) -> bool:
        is_there = path in self.shortcuts
        self.shortcuts.discard(path)
        return is_there

    def announce(self) -> None:
        self.announced += 1


def empty() -> FakeDesktop:
    return FakeDesktop({"Software": {}, CLASSES: {}})


def test_a_double_click_and_a_link_open_the_program() -> None:
    desktop = empty()
    assert not is_registered(desktop)
    register(desktop, PROGRAM, SHORTCUT)
    assert is_registered(desktop) and desktop.announced == 1 and desktop.shortcuts == {SHORTCUT}
    store_type = desktop.value(rf"{CLASSES}\.esdb", "")
    for key in (rf"{CLASSES}\{store_type}", rf"{CLASSES}\esdb"):
        assert desktop.value(rf"{key}\shell\open\command", "") == f'"{PROGRAM[0]}" "%1"'
    assert desktop.value(rf"{CLASSES}\esdb", "URL Protocol") == ""
    icon = desktop.value(rf"{CLASSES}\{store_type}\DefaultIcon", "")
    assert icon is not None and icon.endswith("app.ico")


def test_twice_is_the_same_as_once_and_what_is_written_is_listed() -> None:
    desktop = empty()
    first = register(desktop, PROGRAM, SHORTCUT)
    after = {key: dict(values) for key, values in desktop.keys.items()}
    assert register(desktop, PROGRAM, SHORTCUT) == first and desktop.keys == after
    with_values = {rf"HKEY_CURRENT_USER\{key}" for key, values in after.items() if values}
    assert {*first.written} == {*with_values, str(SHORTCUT)} and first.left == ()


def test_removing_leaves_exactly_what_was_there_before() -> None:
    desktop = empty()
    register(desktop, PROGRAM, SHORTCUT)
    removed = unregister(desktop, SHORTCUT).removed
    assert desktop.keys == empty().keys and desktop.shortcuts == set()
    assert str(SHORTCUT) in removed and rf"HKEY_CURRENT_USER\{CLASSES}\esdb" in removed
    assert unregister(desktop, SHORTCUT).removed == ()


def test_what_another_program_opens_stays_its_own() -> None:
    others = {
        "Software": {},
        CLASSES: {},
        rf"{CLASSES}\.esdb": {"": "Other.File"},
        rf"{CLASSES}\.esdb\OpenWithProgids": {"Other.File": ""},
        rf"{CLASSES}\esdb": {"": "URL:Other", "URL Protocol": ""},
        rf"{CLASSES}\esdb\shell\open\command": {"": "other.exe %1"},
    }
    desktop = FakeDesktop(others)
    left = register(desktop, PROGRAM, SHORTCUT).left
    assert left == (rf"HKEY_CURRENT_USER\{CLASSES}\.esdb", rf"HKEY_CURRENT_USER\{CLASSES}\esdb")
    assert desktop.value(rf"{CLASSES}\.esdb\OpenWithProgids", "es-desktop.store") == ""  # under "Open with"
    unregister(desktop, SHORTCUT)
    assert desktop.keys == others


def test_a_double_click_opens_no_console(tmp_path: Path) -> None:
    console, python = tmp_path / "es-desktop.exe", tmp_path / "python.exe"
    module = ("-P", "-m", "es_desktop")
    assert windowed(console, is_packaged=True) == (str(console),)
    assert windowed(python, is_packaged=False) == (str(python), *module)
    for name in ("es-desktopw.exe", "pythonw.exe"):
        (tmp_path / name).touch()
    assert windowed(console, is_packaged=True) == (str(tmp_path / "es-desktopw.exe"),)
    assert windowed(python, is_packaged=False) == (str(tmp_path / "pythonw.exe"), *module)


def test_a_path_is_quoted_and_a_percent_sign_is_no_variable() -> None:
    assert opening_line((r"C:\es.exe",)) == r'C:\es.exe "%1"'
    assert (
        opening_line((r"C:\100%1 a\es.exe", "-P", "-m", "es_desktop")) == r'"C:\100%%1 a\es.exe" -P -m es_desktop "%1"'
    )
