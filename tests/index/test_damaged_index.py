"""An index whose file is damaged while it is open."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.core import DatastoreError
from es_desktop.index import IndexDatabase


def test_a_damaged_index_is_a_datastore_error_with_a_way_out(tmp_path: Path) -> None:
    path = tmp_path / "store.index"
    with closing(IndexDatabase(path)):
        pass
    content = path.read_bytes()
    with closing(IndexDatabase(path)) as database:
        path.write_bytes(content[:16_384] + b"\xff" * (len(content) - 16_384))
        with pytest.raises(DatastoreError) as caught:
            database.rows("SELECT * FROM entity JOIN event JOIN topic")
    assert str(path) in caught.value.hint
