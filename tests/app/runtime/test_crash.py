"""A crash leaves a report for the next start, and nothing else does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from es_desktop.app.runtime.crash import reports_crash, take_crashes
from tests.patience import PATIENCE

PROGRAM = """
import ctypes, os, sys
from pathlib import Path
from es_desktop.app.runtime.crash import reports_crash
with reports_crash(Path(sys.argv[1]), "versions") as note:
    note("/there/a.esdb?password=tiger")
    {end}
"""


def end_with(folder: Path, end: str) -> int:
    line = [sys.executable, "-c", PROGRAM.format(end=end), str(folder)]
    return subprocess.run(line, stderr=subprocess.DEVNULL, timeout=PATIENCE, check=False).returncode


@pytest.mark.parametrize("end", ["ctypes.string_at(0)", "os.abort()"])
def test_a_crash_leaves_where_it_was_and_the_store(end: str, tmp_path: Path) -> None:
    folder = tmp_path / "made" / "crashes"
    with reports_crash(folder, "versions") as note:  # another window, which runs on
        note("other.esdb")
        assert end_with(folder, end) not in (0, 1, 2)
        (crash,) = take_crashes(folder)
        assert crash.report.startswith("versions\n") and "line 7 in <module>" in crash.report
        assert "a.esdb" not in crash.report
        assert crash.store.startswith("/there/a.esdb") and "tiger" not in crash.store
        assert take_crashes(folder) == []
        assert len([*folder.iterdir()]) == 1, "only that of the other window"
    assert [*folder.iterdir()] == []


@pytest.mark.parametrize("end", ["pass", "os._exit(1)"])
def test_an_end_that_is_no_crash_leaves_no_report(end: str, tmp_path: Path) -> None:
    end_with(tmp_path, end)
    assert take_crashes(tmp_path) == []
    assert [*tmp_path.iterdir()] == []


def test_a_folder_that_cannot_be_made_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "crashes"
    assert take_crashes(folder) == []
    with reports_crash(folder, "versions") as note:
        note("store.esdb")
    assert [*tmp_path.iterdir()] == [tmp_path / "file"]
