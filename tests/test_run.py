"""run.py asks for what a command needs, once and for all of it."""

from __future__ import annotations

import sys
import tomllib

import pytest

import run
from tests.running import ROOT


@pytest.mark.parametrize(
    ("arguments", "is_for_terminal"),
    [
        (["info", "my.esdb"], True),
        (["--version"], True),
        (["help"], True),
        (["selftest"], False),
        (["my.esdb"], False),
        (["./shop", "--at", "3"], False),
        (["--demo"], False),
        (["test"], False),
        ([], False),
    ],
)
def test_a_command_that_prints_needs_nothing_of_qt(arguments: list[str], is_for_terminal: bool) -> None:
    assert run.is_for_terminal(arguments) is is_for_terminal
    assert not any(name.startswith("lib") for name in run.lacking("text")[0])


def test_each_command_of_its_own_is_an_extra_of_the_package() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert {*run.DOWNLOADS} - {"run"} <= {*extras}
    assert {"test", "build", "docs", "release"} <= {*run.DOWNLOADS}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="packages of Debian")
def test_who_may_not_install_is_told_once_all_that_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "lacking", lambda command: (["libgl1", "python3-venv"], ["libxcb-cursor0"]))
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SystemExit) as ended:
        run.prepare_system("run")
    assert "apt-get install -y --no-install-recommends libgl1 python3-venv libxcb-cursor0" in str(ended.value)
    assert capsys.readouterr().err == ""


def test_a_window_is_not_missed_where_none_is_wanted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "lacking", lambda command: ([], ["libxcb-cursor0"]))
    monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    run.prepare_system("test")
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("DISPLAY", ":0")
    run.prepare_system("run")
    assert "a window may be impossible without: sudo apt-get install" in capsys.readouterr().err
