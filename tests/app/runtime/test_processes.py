"""Work in processes of their own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.runtime.places import KEY_VARIABLE
from es_desktop.app.runtime.processes import Send, run_in_processes
from tests.patience import PATIENCE

pytestmark = pytest.mark.usefixtures("new_process")


def send_environment(send: Send) -> None:
    send(dict(os.environ))


def send_blocked(send: Send) -> None:
    send(signal.pthread_sigmask(signal.SIG_BLOCK, ()))


@pytest.mark.skipif(sys.platform == "win32", reason="other systems have no such signals")
def test_ctrl_c_in_a_terminal_does_not_reach_a_process_even_while_it_loads() -> None:
    # In a new interpreter: the first process that it starts is a special case.
    code = f"from {__name__} import *\nif __name__ == '__main__': print([*run_in_processes(send_blocked, [()])])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert "SIGINT" in answer.stdout and "SIGHUP" in answer.stdout


def wait_for_ever(send: Send) -> None:
    send(os.getpid())
    threading.Event().wait()


def start_and_end(send: Send) -> None:
    """Start a process and end without a chance to end it too."""
    multiprocessing.current_process().daemon = False  # such a one may start others
    for each in run_in_processes(wait_for_ever, [()]):
        if each is not None:
            send(each)
            os._exit(1)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the system does not list its processes so")
def test_a_process_ends_with_the_one_that_started_it(qtbot: QtBot) -> None:
    found = run_in_processes(start_and_end, [()])
    started = next(each for each in found if each is not None)
    with pytest.raises(UserError):
        list(found)

    def has_ended() -> bool:  # perhaps nobody asks for its status
        line = Path(f"/proc/{started}/cmdline")
        return not line.exists() or not line.read_bytes()

    qtbot.waitUntil(has_ended)


def test_a_process_does_not_inherit_a_password_or_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGPASSWORD", KEY_VARIABLE):
        monkeypatch.setenv(name, "tiger")
    (found,) = (each for each in run_in_processes(send_environment, [()]) if each is not None)
    assert "tiger" not in found.values() and found["PATH"] == os.environ["PATH"]
    assert os.environ["PGPASSWORD"] == os.environ[KEY_VARIABLE] == "tiger", "they stay here"
