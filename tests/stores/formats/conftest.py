"""What the tests of the formats share: a store of the list of samples, opened after a change was made to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import pytest

from es_desktop.core import KnownClasses
from es_desktop.stores import OpenedStore, OpenOptions, StoreLocation, open_store
from tests.stores.formats.samples import SAMPLES


class Opening(Protocol):
    """Opens the file of a name, after a statement changed it."""

    def __call__(self, file: str, change: str = "", *values: Any, scope: str | None = None) -> OpenedStore: ...


@pytest.fixture
def opening(tmp_path: Path) -> Iterator[Opening]:
    opened: list[OpenedStore] = []

    def opening(file: str, change: str = "", *values: Any, scope: str | None = None) -> OpenedStore:
        folder = tmp_path / str(len(opened))
        folder.mkdir()
        path = next(sample for sample in SAMPLES if sample.file == file).copy_to(folder)
        with closing(sqlite3.connect(path)) as connection, connection:
            if change:
                assert connection.execute(change, values).rowcount
        opened.append(open_store(StoreLocation(path), KnownClasses(), writable=False, options=OpenOptions(scope)))
        return opened[-1]

    yield opening
    for each in opened:
        each.close()
