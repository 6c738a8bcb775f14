"""The plugin of pytest. It loads nothing else until a test asks for a fixture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from es_desktop.api import Store
    from es_desktop.app.store.models import Model


@pytest.fixture
def es_models() -> Sequence[Model]:
    """The entity classes that are tested. Write a fixture of this name that returns yours."""
    return ()


@pytest.fixture
def es_store(tmp_path: Path, es_models: Sequence[Model]) -> Iterator[Store]:
    """An empty store in a file of its own. Entities that the test makes and changes are stored in it."""
    from es_desktop.api import create

    with create(tmp_path / "test.esdb", es_models) as store, store.activated():
        yield store
