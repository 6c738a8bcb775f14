"""What is reported of tests that copies of a process run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOT

TESTS = """
import os, pathlib, warnings, pytest

@pytest.fixture(scope="session")
def kept():
    yield
    pathlib.Path(__file__).with_name(f"closed-{os.getpid()}").touch()

@pytest.mark.parametrize("number", range(20))
def test_each(number, kept): pass

def test_that_fails():
    print("what it printed")
    assert not "wrong"

def test_that_ends_the_process(): os._exit(7)
def test_that_is_left_out(kept): pytest.skip("for a reason")
def test_that_warns(kept): warnings.warn("of this")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="run.py uses copies on Linux")
def test_every_test_is_reported_whatever_becomes_of_its_process(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]")
    line = [sys.executable, "-m", "pytest", "-p", "tests.sharing", "--copies=2", "-p", "no:cacheprovider", "-rs", "-q"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    answer = subprocess.run(line, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=100)
    assert answer.returncode == 1, answer.stderr
    assert re.search(r"^2 failed, 21 passed, 1 skipped, 1 warning in ", answer.stdout, re.MULTILINE), answer.stdout
    assert "the process ended with status 7 while it ran test_it.py::test_that_ends_the_process" in answer.stdout
    assert "Captured stdout call" in answer.stdout and "what it printed" in answer.stdout
    assert "for a reason" in answer.stdout and "UserWarning: of this" in answer.stdout
    assert 1 <= len(list(tmp_path.glob("closed-*"))) <= 2, "a copy leaves nothing open when it has no more tests"
