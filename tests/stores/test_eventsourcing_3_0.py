"""Files of Python eventsourcing 3.0, whose payloads repeat what the columns say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from es_desktop.core import KnownClasses
from es_desktop.stores import Counts, OpenedStore, open_store, parse_location

NAME = "es-3.0.0-sqlalchemy-sqlite.db"
SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture
def opened(tmp_path: Path) -> OpenedStore:
    path = shutil.copyfile(SAMPLES / NAME, tmp_path / NAME)
    return open_store(parse_location(str(path)), KnownClasses(), writable=True)


def test_it_opens_with_all_that_it_holds(opened: OpenedStore) -> None:
    assert opened.reader.counts() == Counts(11, 112, 7)
    assert not opened.is_writable
    opened.close()


def test_what_the_columns_say_is_no_part_of_what_happened(opened: OpenedStore) -> None:
    for sequence in opened.reader.sequences():
        for event in opened.reader.events(sequence.sequence_id):
            assert event.error is None
            assert not {"originator_id", "originator_version", "timestamp"} & set(event.data)
            assert event.timestamp is not None
    opened.close()
