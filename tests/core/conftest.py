"""Fixtures of the core tests: a bus for each test, and an application."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from es_desktop.core import EventBus
from tests.core.application import MEMORY, Application, running_application


@pytest.fixture(autouse=True)
def bus() -> Iterator[EventBus]:
    """The bus of the test; the bus of the process stays empty."""
    with EventBus().activated() as bus:
        yield bus


@pytest.fixture(params=["memory", "file"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Application]:
    """An application on a database in memory, and one on a file."""
    uri = MEMORY if request.param == "memory" else f"sqlite:///{tmp_path / 'events.db'}"
    with running_application(uri) as application:
        yield application
