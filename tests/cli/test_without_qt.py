"""Without PySide6 the commands and the Python API work, and the window says what to install."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.running import ROOT, environment

OF_QT = ("PySide6", "pyside6", "shiboken6", "__pycache__")


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all installed libraries but those of Qt."""
    folder = tmp_path_factory.mktemp("libraries")
    for name in ("purelib", "platlib"):
        for each in Path(sysconfig.get_path(name)).iterdir():
            link = folder / each.name
            if not each.name.startswith(OF_QT) and not each.name.endswith(".pth") and not link.exists():
                link.symlink_to(each, target_is_directory=each.is_dir())
    return folder


def run(libraries: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**environment(home), "PYTHONPATH": os.pathsep.join((str(ROOT), str(libraries)))}
    line = [sys.executable, "-S", *arguments]
    return subprocess.run(line, env=env, cwd=home, capture_output=True, encoding="utf-8", check=False)


def test_the_api_and_the_commands_work(libraries: Path, tmp_path: Path, demo_template: Path) -> None:
    code = "import es_desktop as es, sys\nwith es.open(sys.argv[1]) as store: print(len(store.entities().to_list()))"
    asked = run(libraries, tmp_path, "-c", code, str(demo_template))
    assert (asked.returncode, asked.stdout) == (0, "300\n"), asked.stderr
    done = run(libraries, tmp_path, "-m", "es_desktop", "find", str(demo_template), "total > 1000", "--type", "Order")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


@pytest.mark.parametrize("arguments", [["--demo"], ["--screenshot", "x.png"], ["selftest"]])
def test_the_window_says_what_to_install(libraries: Path, tmp_path: Path, arguments: list[str]) -> None:
    answer = run(libraries, tmp_path, "-m", "es_desktop", *arguments)
    assert answer.returncode == 2
    (line,) = answer.stderr.splitlines()
    assert line.startswith("es-desktop: The window needs PySide6, which is not installed. Install it: pip install ")
