"""What is peculiar to the formats of ``handmade_b.py``."""

from __future__ import annotations

import base64
import json
import re
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import create_engine

from es_desktop.core import KnownClasses
from es_desktop.stores import OpenedStore, open_store, parse_location
from tests.stores.formats.conftest import Opening
from tests.stores.formats.history import ADA, GRACE, ITEMS, STATE
from tests.stores.formats.samples import SAMPLES
from tests.stores.formats.writing import protobuf
from tests.stores.inspection import outline_of
from tests.stores.serving import Server, driven


def id_of(opened: OpenedStore, order: str) -> Any:
    """Return how a store calls an order."""
    (found,) = (each for each in opened.reader.ids() if order in str(each))
    return found


# Where a record cannot be read, it says why, and the others are read ----------------------------------------------


def first_error(opened: OpenedStore, order: str = ADA) -> str:
    """Return what the first event of an order says, and see that the second one is read."""
    first, second, *_ = opened.reader.events(id_of(opened, order))
    assert (second.error, second.type) == (None, "ItemAdded")
    assert first.error is not None and first.data == {}
    return first.error


def test_bitcode_is_reported(opening: Opening) -> None:
    opened = opening("evento.db", "UPDATE event SET data = x'' WHERE version = 2")
    assert "bitcode" in first_error(opened)
    assert opened.reader.events(ADA)[0].type == "OrderPlaced"


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"\xac\xed\x00\x05sr", "a serialized Java object"),
        (b"<a><b></a>", "not valid XML"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "defines entities"),
        (None, "large object that is not there"),
    ],
)
def test_what_only_axon_reads_is_reported(opening: Opening, payload: bytes | None, reason: str) -> None:
    opened = opening("axon-4-jpa.db", "UPDATE domain_event_entry SET payload = ? WHERE sequence_number = 0", payload)
    assert reason in first_error(opened)


def test_a_large_object_that_is_gone_is_reported(server: Server) -> None:
    url = next(sample for sample in SAMPLES if sample.file == "axon-4-jpa.db").serve(server)
    engine = create_engine(driven(url))
    with engine.begin() as connection:
        connection.exec_driver_sql("SELECT lo_unlink(payload) FROM domain_event_entry WHERE sequence_number = 0")
    engine.dispose()
    with closing(open_store(parse_location(url), KnownClasses(), writable=False)) as opened:
        assert "large object that is not there" in first_error(opened)


@pytest.mark.parametrize(
    ("serializer", "payload", "reason"),
    [
        (2, b"\x0a\x03abc", r"serializer 2 \(com.shop.Order\$OrderPlaced\): protobuf"),
        (77, b"\x0a\x03abc", "serializer 77 .* neither JSON nor CBOR"),
        (1, b"\xac\xed\x00\x05sr", "a serialized Java object"),
    ],
)
def test_a_payload_of_akka_says_what_wrote_it(opening: Opening, serializer: int, payload: bytes, reason: str) -> None:
    change = "UPDATE event_journal SET event_ser_id = ?, event_payload = ? WHERE sequence_number = 1"
    assert re.search(reason, first_error(opening("akka-jdbc.db", change, serializer, payload)))


def test_texts_of_akka_are_texts(opening: Opening) -> None:
    change = "UPDATE event_journal SET event_ser_id = 20, event_ser_manifest = '', event_payload = ? WHERE ordering = 1"
    opened = opening("akka-jdbc.db", change, b"{hello}")
    first, *_ = opened.reader.events(f"Order|{ADA}")
    assert (first.type, first.data, first.error) == ("event", {"value": "{hello}"}, None)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (b"", "no message of a journal"),
        (b"\xff", "a protobuf message that is cut off"),
        (b"\x0a\x7f", "a protobuf message that is cut off"),
        (protobuf({1: 5, 2: 7}), "no message of a journal"),
    ],
)
def test_a_message_that_is_no_envelope_says_so(opening: Opening, message: bytes, error: str) -> None:
    opened = opening("akka-legacy.db", "UPDATE journal SET message = ? WHERE sequence_number = 1", message)
    assert first_error(opened) == f"the payload is {error}"


@pytest.mark.parametrize("snapshot", [b"", b"\x01\x00\x00\x00", b"\xff\xff\x00\x00abcd"])
def test_a_snapshot_without_its_header_says_so(opening: Opening, snapshot: bytes) -> None:
    opened = opening("akka-legacy.db", "UPDATE snapshot SET snapshot = ?", snapshot)
    (found,) = opened.reader.snapshots(f"Order-{ADA}")
    assert (found.state, found.version) == (None, 2)
    assert found.error is not None and "no snapshot of a journal" in found.error


def bson(size: int) -> bytes:
    return size.to_bytes(4, "little") + bytes(size - 4)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (bson(20), "BSON"),
        (b"\x00\x01\x00\x00\x00\xff\xff\xff\xff\x01", "a serialized .NET object"),
        (b'{"a": 1}', "no list of events"),
        (b"[]", "holds 0 events"),
        (b'[{"Body": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]", "nested too deep"),
    ],
)
def test_a_commit_that_cannot_be_read_says_why(opening: Opening, payload: bytes, reason: str) -> None:
    opened = opening("neventstore.db", "UPDATE Commits SET Payload = ? WHERE CommitSequence = 1", payload)
    assert reason in first_error(opened)
    assert outline_of(opened, ADA)[:2] == [(1, "event"), (2, "ItemAdded")]


def test_a_damaged_count_of_items_does_not_keep_the_store_from_being_read(opening: Opening) -> None:
    opened = opening("neventstore.db", "UPDATE Commits SET Items = 2000000000 WHERE StreamIdOriginal = ?", GRACE)
    assert [each.type for each in opened.reader.events(ADA)] == ["OrderPlaced", "ItemAdded", "ItemAdded", "OrderPaid"]


def test_a_ruby_object_is_reported(opening: Opening) -> None:
    data = base64.encodebytes(b"\x04\x08o:\x10Shop::Order").decode()
    opened = opening("sequent.db", "UPDATE snapshot_records SET snapshot_json = ?", json.dumps({"data": data}))
    (snapshot,) = opened.reader.snapshots(ADA)
    assert (snapshot.version, snapshot.state) == (2, None)
    assert snapshot.error is not None and "Ruby object" in snapshot.error


# What is peculiar to one format -----------------------------------------------------------------------------------


def test_what_newtonsoft_says_of_types_is_no_part_of_a_state(opening: Opening) -> None:
    (snapshot,) = opening("neventstore.db").reader.snapshots(ADA)
    assert snapshot.state == {**STATE, "tags": ["new"]}


def test_an_event_that_is_linked_elsewhere_stays_one_event(opening: Opening) -> None:
    opened = opening("commanded.db")
    assert {str(each) for each in opened.reader.ids()} == {f"Order-{order}" for order in ITEMS}
    assert [record.order for record in opened.reader.all_records()] == list(range(1, 14))


def test_the_streams_of_sqlstreamstore_itself_are_left_out(opening: Opening) -> None:
    opened = opening("sqlstreamstore.db")
    assert not any(str(each).startswith("$") for each in opened.reader.ids())
    assert "1 message of the store itself ($…) is left out" in opened.tables.notes


def test_an_event_of_axon_without_an_aggregate_is_shown_by_itself(opening: Opening) -> None:
    change = "UPDATE DomainEventEntry SET aggregateIdentifier = eventIdentifier, sequenceNumber = 0, type = NULL"
    opened = opening("axon-4-jdbc.db", change)
    assert {each.first.entity_type for each in opened.reader.sequences()} == {"no aggregate"}
    assert opened.reader.counts().sequences == 13


def test_two_aggregates_of_one_id_differ_by_their_types(opening: Opening) -> None:
    change = "UPDATE events SET aggregate_type = 'Account', aggregate_id = ? WHERE aggregate_id = ?"
    opened = opening("cqrs-es.db", change, ADA, GRACE)
    assert opened.tables.scopes == ("Account", "Order")
    assert any("the type is part of each id" in note for note in opened.tables.notes)
    for entity_type in opened.tables.scopes:
        events = opened.reader.events(f"{ADA} ({entity_type})")
        assert [(each.version, each.entity_type) for each in events] == [(n, entity_type) for n in range(1, 5)]
    orders = opening("cqrs-es.db", change, ADA, GRACE, scope="Order")
    assert len(orders.reader.events(ADA)) == 4
    assert {each.entity_type for each in orders.reader.events(ADA)} == {"Order"}


@pytest.mark.parametrize(("payload", "data"), [('"OrderPlaced"', {}), ('{"a": 1}', {"a": 1})])
def test_an_event_without_the_name_of_its_variant_is_read(opening: Opening, payload: str, data: dict[str, Any]) -> None:
    opened = opening("cqrs-es.db", "UPDATE events SET payload = ? WHERE sequence = 1", payload)
    first, *_ = opened.reader.events(ADA)
    assert (first.type, first.data, first.error) == ("OrderPlaced", data, None)


def test_a_stream_that_is_called_by_a_bare_uuid_has_no_type_in_its_name(opening: Opening) -> None:
    opened = opening("eventuous.db", "UPDATE shop_streams SET stream_name = substr(stream_name, 7)")
    assert {each.first.entity_type for each in opened.reader.sequences()} == {"stream"}
