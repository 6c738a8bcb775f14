"""Each file is of one format and no other, so the order of the list of formats does not matter."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine

from es_desktop.stores.formats import FORMATS
from es_desktop.stores.layout import Layout
from tests.stores.formats.samples import SAMPLES, Sample


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.file)
def test_a_store_is_of_one_format_and_no_other(sample: Sample, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{sample.place(tmp_path)}")
    with engine.connect() as connection:
        layout = Layout.of(connection)
    engine.dispose()
    assert [each.name for each in FORMATS if each.detect(layout)] == [sample.format]
