"""A workspace for each test, shut down at its end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.models.working import Working


@pytest.fixture
def working(qtbot: QtBot, tmp_path: Path) -> Iterator[Working]:
    working = Working(qtbot, tmp_path / "notebooks")
    yield working
    working.workspace.shut_down()
    assert not working.crashed, working.crashed
