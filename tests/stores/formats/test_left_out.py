"""Rows of a format's tables that are not shown are counted in its notes, and none is if all are shown."""

from __future__ import annotations

import pytest

from tests.stores.formats.conftest import Opening

CASES = {
    "spatie-laravel-sqlite.db": (
        "UPDATE stored_events SET aggregate_uuid = NULL WHERE id < 3",
        "2 events without an aggregate are left out",
    ),
    "axon-5.db": (
        "UPDATE aggregate_event_entry SET aggregate_identifier = NULL WHERE global_index = 1",
        "1 event without an aggregate is left out",
    ),
    "rails-2.db": (
        "DELETE FROM event_store_events_in_streams WHERE id < 3",
        "2 events in no stream of their own are left out",
    ),
    "rails-1.db": (
        "DELETE FROM event_store_events_in_streams WHERE id = 1",
        "1 event in no stream of its own is left out",
    ),
    "verbs.db": ("DELETE FROM verb_state_events WHERE id = 1", "1 event of no state is left out"),
    "akka-r2dbc.db": (
        "UPDATE event_journal_0 SET deleted = NULL WHERE seq_nr = 1",
        "2 events with the mark deleted are left out",
    ),
    "marten.db": ("UPDATE mt_events SET type = 'tombstone' WHERE seq_id < 4", "3 tombstones are left out"),
    "emmett-sqlite-0.42.4.db": (
        "UPDATE emt_messages SET message_kind = 'C' WHERE global_position = 2",
        "1 message that is no event is left out",
    ),
    "commanded.db": ("DELETE FROM events WHERE rowid = 1", "1 event without a row in events is left out"),
    "sqlstreamstore.db": (
        "DELETE FROM streams WHERE id_internal = 9",
        "1 event without a row in streams is left out",
    ),
    "eventuous.db": (
        "UPDATE shop_messages SET stream_id = 77 WHERE global_position < 3",
        "2 events without a row in shop_streams are left out",
    ),
}


@pytest.mark.parametrize("file", CASES)
def test_rows_that_are_left_out_are_counted(file: str, opening: Opening) -> None:
    change, note = CASES[file]
    assert note not in opening(file).tables.notes
    opened = opening(file, change)
    assert note in opened.tables.notes
    assert note.removesuffix(" left out").rpartition(" ")[0] in opened.tables.left_out


def test_a_type_of_null_is_no_tombstone(opening: Opening) -> None:
    opened = opening("marten.db", "UPDATE mt_events SET type = NULL WHERE seq_id = 1")
    assert opened.reader.counts().events == opening("marten.db").reader.counts().events


@pytest.mark.parametrize(
    ("file", "change", "note"),
    [
        (
            "commanded.db",
            "DELETE FROM stream_events WHERE stream_id = 1 AND stream_version = 4",
            "ends at 3, and had 4",
        ),
        ("sqlstreamstore.db", "DELETE FROM messages WHERE stream_version = 3", "ends at 2, and had 3"),
        ("eventuous.db", "UPDATE shop_streams SET version = 9 WHERE stream_id = 1", "ends at 3, and had 9"),
        ("marten.db", "UPDATE mt_streams SET version = 9", "3 entities lack their last events: "),
    ],
)
def test_last_events_that_are_lost_are_noted(file: str, change: str, note: str, opening: Opening) -> None:
    assert not any("last events" in each for each in opening(file).tables.notes)
    (found,) = [each for each in opening(file, change).tables.notes if "last events" in each]
    assert note in found
