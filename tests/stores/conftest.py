"""Fixtures of the tests of stores: the known classes, and a location for a store."""

from pathlib import Path

import pytest

from es_desktop.core import KnownClasses, Snapshot
from es_desktop.examples import DEMO_MODELS
from es_desktop.stores import StoreLocation


@pytest.fixture
def classes() -> KnownClasses:
    known = KnownClasses([Snapshot])
    known.register_model(*DEMO_MODELS)
    return known


@pytest.fixture
def location(tmp_path: Path) -> StoreLocation:
    return StoreLocation(tmp_path / "made.esdb")
