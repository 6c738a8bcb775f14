"""The watch over the tests ends a process that waits, and one that native code keeps from doing anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE

ROOT = Path(__file__).parents[1]
PROGRAM = """
import os, re, threading
from tests.watching import Watch
watch = Watch(2, looks=0.01, stuck={stuck})
watch.start(100, lambda: os._exit(4))
watch.start({seconds}, lambda: os._exit(3))
{work}
"""


def run(work: str, *, seconds: float = 100, stuck: float = 100) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-c", PROGRAM.format(work=work, seconds=seconds, stuck=stuck)]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_a_test_that_waits_is_ended() -> None:
    assert run("threading.Event().wait(50)", seconds=0.1).returncode == 3


def test_one_that_is_stuck_in_native_code_is_ended_with_a_traceback() -> None:
    ended = run("re.match('(a*)*b', 'a' * 40)", stuck=0.5)
    assert ended.returncode == 1
    assert 'File "<string>", line 7 in <module>' in ended.stderr


def test_one_that_ends_is_not() -> None:
    assert run("watch.stop(); watch.close()").returncode == 0
