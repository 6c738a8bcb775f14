"""Work in processes of their own."""

from __future__ import annotations

import os

import pytest

from es_desktop.app.runtime.processes import Send, run_in_processes
from es_desktop.app.store.credentials import VARIABLE


def send_environment(send: Send) -> None:
    send(dict(os.environ))


def test_a_process_does_not_inherit_a_password_or_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGPASSWORD", VARIABLE):
        monkeypatch.setenv(name, "tiger")
    (found,) = (each for each in run_in_processes(send_environment, [()]) if each is not None)
    assert "tiger" not in found.values() and found["PATH"] == os.environ["PATH"]
    assert os.environ["PGPASSWORD"] == os.environ[VARIABLE] == "tiger", "they stay here"
