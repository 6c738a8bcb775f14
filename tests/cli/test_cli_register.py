"""``es-desktop register``: what it writes for this person, and that it takes exactly that away."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from es_desktop.app.desktop import registration
from tests.running import ask, fine

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="their desktops have other rules")


def files(folder: Path) -> set[str]:
    return {str(each) for each in folder.rglob("*") if each.is_file()}


def test_each_file_is_listed_and_removed_again(tmp_path: Path) -> None:
    home = {"PATH": ""}  # without the tools of a desktop
    share = tmp_path / "xdg_data_home"
    lines = fine(ask(tmp_path, "register", env=home))
    written = {line.removeprefix("wrote ") for line in lines if line.startswith("wrote ")}
    assert written == files(share) - {str(share / "es-desktop" / "registered.json")}
    assert [line for line in lines if "update-mime-database" in line]
    assert fine(ask(tmp_path, "register", env=home)) == lines
    removed = json.loads("".join(fine(ask(tmp_path, "register", "--remove", "--json", env=home))))
    assert {*removed["removed"]} == written
    assert files(share) == set()
    assert fine(ask(tmp_path, "register", "--remove", env=home)) == ["nothing was registered"]


def test_the_entry_starts_the_program_that_wrote_it(tmp_path: Path) -> None:
    fine(ask(tmp_path, "register", env={"PATH": ""}))
    entry = (tmp_path / "xdg_data_home" / "applications" / "es-desktop.desktop").read_text(encoding="utf-8")
    (line, _) = (each for each in entry.splitlines() if each.startswith("Exec="))
    assert tuple(shlex.split(line.removeprefix("Exec="))) == (*registration.program(), "%u")


def installed(monkeypatch: pytest.MonkeyPatch, folder: Path, *, has_script: bool = True) -> Path:
    """Have the program believe that the Python of this folder runs it."""
    python = folder / "bin" / "python3"
    python.parent.mkdir()
    if has_script:
        python.with_name("es-desktop").touch()
    monkeypatch.setattr(sys, "executable", str(python))
    return python


def test_a_wheel_is_started_by_its_script_or_as_a_module(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    python = installed(monkeypatch, tmp_path)
    assert registration.program() == (str(python.with_name("es-desktop")),)
    python.with_name("es-desktop").unlink()
    clone = registration.clone()
    assert clone is not None and registration.program() == (str(python), str(clone / "run.py"))


def test_a_packaged_program_is_started_by_its_file_and_an_image_by_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mounted = installed(monkeypatch, tmp_path)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("APPIMAGE", "/apps/es-desktop.AppImage")
    monkeypatch.setenv("APPDIR", "/tmp/.mount_other")
    assert registration.program() == (str(mounted),), "the variables are of another image that started it"
    monkeypatch.setenv("APPDIR", str(tmp_path))
    assert registration.program() == ("/apps/es-desktop.AppImage",)
