"""The fixture of the tests of watchpoints."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.models.working import Working


@pytest.fixture
def order(working: Working, demo_store: Path) -> Working:
    """The demo, with the longest order chosen."""
    working.open(demo_store)
    working.choose("Order")
    return working
