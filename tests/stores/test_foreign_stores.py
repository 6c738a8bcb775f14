"""A store that another program made is only read: it stays byte for byte what it was, also while it is written."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from es_desktop.core import KnownClasses
from es_desktop.stores import Counts, StoreLocation, open_store
from tests.stores.looking import files_in

SAMPLE = Path(__file__).parents[1] / "samples" / "es-3.1.0-sqlalchemy-sqlite.db"


@pytest.mark.parametrize("writable", [True, False])
def test_a_store_of_another_program_stays_byte_for_byte_what_it_was(
    tmp_path: Path, classes: KnownClasses, writable: bool
) -> None:
    path = tmp_path / SAMPLE.name
    shutil.copyfile(SAMPLE, path)
    before = files_in(tmp_path)
    opened = open_store(StoreLocation(path), classes, writable=writable)
    assert (opened.is_writable, opened.may_be_written, opened.format.is_ours) == (False, False, False)
    assert opened.reader.counts() == Counts(sequences=11, events=112, snapshots=7)
    summaries = list(opened.reader.sequences())
    assert len(summaries) == 11
    assert sum(each.events for each in summaries) == 112
    assert sum(each.snapshots for each in summaries) == 7
    for summary in summaries:
        assert isinstance(summary.sequence_id, UUID)
        events = opened.reader.events(summary.sequence_id)
        assert [event.version for event in events] == list(range(summary.events))
        assert all(event.error is None for event in events)
        assert (events[0], events[-1]) == (summary.first, summary.last)
        assert all(snapshot.error is None for snapshot in opened.reader.snapshots(summary.sequence_id))
    assert not opened.has_changed()
    assert files_in(tmp_path) == before, "while it is open"
    opened.close()
    assert files_in(tmp_path) == before


def test_a_commit_to_a_store_of_another_program_is_noticed(tmp_path: Path, classes: KnownClasses) -> None:
    path = tmp_path / "live.db"
    shutil.copyfile(SAMPLE, path)
    opened = open_store(StoreLocation(path), classes, writable=False)
    assert not opened.has_changed()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("DELETE FROM snapshots")
    assert opened.has_changed()
    assert opened.reader.counts() == Counts(11, 112, 0)
    opened.close()
