"""Starting the program as a person does: in a process of its own, and looking at what it answers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
Answer = subprocess.CompletedProcess[str]


def environment(home: Path) -> dict[str, str]:
    """An environment without a display, in which the program keeps what it remembers below a folder of the test."""
    left_out = ("QT_", "XDG_", "DISPLAY", "WAYLAND", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    homes = {name: str(home / name.lower()) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
    return {**kept, **homes, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def start(home: Path, *arguments: object, env: dict[str, str] | None = None, stdout: int = subprocess.PIPE) -> Answer:
    """Run the program with arguments, in the folder ``here`` of the test's own folder."""
    (home / "here").mkdir(exist_ok=True)
    line = [sys.executable, "-m", "es_desktop", *map(str, arguments)]
    settings: dict[str, Any] = {"env": {**environment(home), **(env or {})}, "cwd": home / "here", "timeout": 100}
    return subprocess.run(line, stdout=stdout, stderr=subprocess.PIPE, encoding="utf-8", check=False, **settings)


def fine(answer: Answer) -> list[str]:
    """The lines of an answer that has to be without complaint."""
    assert (answer.returncode, answer.stderr) == (0, "")
    return (answer.stdout or "").splitlines()


def refused(answer: Answer) -> str:
    """What is said of bad input: one line on standard error, and nothing else."""
    assert (answer.returncode, answer.stdout) == (2, ""), answer.stderr
    (line,) = answer.stderr.splitlines()
    assert line.startswith("es-desktop: ")
    return line.removeprefix("es-desktop: ")
