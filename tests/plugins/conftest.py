"""A folder that packages with plugins are installed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from es_desktop.system.plugins import VARIABLE
from tests.packages import importable


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of packages, on the path of this process and of those that it starts; all are switched on."""
    monkeypatch.setenv(VARIABLE, "")
    with importable(tmp_path / "site"):
        yield tmp_path / "site"
