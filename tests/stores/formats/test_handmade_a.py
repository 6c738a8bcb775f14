"""What is peculiar to the formats of ``handmade_a.py``."""

from __future__ import annotations

from uuid import UUID

from tests.stores.formats import handmade_a
from tests.stores.formats.conftest import Opening
from tests.stores.formats.history import ADA, EDSGER, GRACE, STATE, history


def test_an_index_of_links_and_the_stream_of_everything_are_left_out(opening: Opening) -> None:
    found = {str(each) for each in opening("rails-1.db").reader.ids()}
    assert found == {f"Ordering::Order${order}" for order in (ADA, GRACE, EDSGER)}


def test_an_event_is_in_each_stream_that_it_is_linked_to(opening: Opening) -> None:
    event = history()[4]
    link = f"INSERT INTO event_store_events_in_streams VALUES (99, 'Audit', NULL, '{event.id}', '2025-03-01')"
    opened = opening("rails-2.db", link)
    (linked,) = opened.reader.events("Audit")
    assert (linked.version, linked.type, linked.data) == (0, event.type, event.data)
    assert linked.entity_type == "Audit"
    assert opened.reader.counts().events == 14


def test_a_state_of_the_same_id_as_one_of_another_type_is_another_state(opening: Opening) -> None:
    same_id = "UPDATE verb_state_events SET state_id = 1 WHERE state_id = 4"
    opened = opening("verbs.db", same_id)
    assert any("the type is part of each id" in note for note in opened.tables.notes)
    (event,) = opened.reader.events(r"1 (App\States\Customer)")
    assert len(opened.reader.events(r"1 (App\States\Order)")) == 4
    assert (event.version, event.type, event.entity_type) == (1, "OrderPaid", "Customer")
    opened = opening("verbs.db", same_id, scope=r"App\States\Order")
    assert [each.version for each in opened.reader.events("1")] == [1, 2, 3, 4]
    assert opened.reader.counts().sequences == 3


def test_a_snapshot_without_a_version_is_of_the_last_event_that_it_knows(opening: Opening) -> None:
    opened = opening("verbs.db", "UPDATE verb_snapshots SET state_id = 2, last_event_id = last_event_id + 3")
    (snapshot,) = opened.reader.snapshots("2")
    assert (snapshot.version, snapshot.type, snapshot.state) == (2, "Order", STATE)


def test_streams_of_two_tenants_are_two_entities(opening: Opening) -> None:
    same = f"UPDATE shop_fi_events SET stream_id = '{ADA}' WHERE tenant_id = 'north'"
    assert len(opening("fisher.db", same).reader.events(ADA)) == 4
    opened = opening("fisher.db", same, scope="north")
    assert [each.version for each in opened.reader.events(ADA)] == [1, 2, 3, 4, 5]
    assert opened.reader.counts().sequences == 1


def test_events_of_no_aggregate_are_those_of_their_stream(opening: Opening) -> None:
    table = handmade_a.stream_table("order_stream")
    opened = opening("prooph-stream.db", f"UPDATE {table} SET metadata = '{{}}'")
    events = opened.reader.events("order_stream")
    assert [each.version for each in events] == list(range(1, 14))
    assert {each.entity_type for each in events} == {"stream"}


def test_a_message_that_is_no_json_says_so_and_the_others_are_read(opening: Opening) -> None:
    opened = opening("eventsauce.db", "UPDATE order_messages SET payload = substr(payload, 1, 40) WHERE id = 1")
    first, second, *_ = opened.reader.events(UUID(ADA))
    assert (first.version, first.type, first.data) == (1, "message", {})
    assert first.error is not None and "not valid JSON" in first.error
    assert (second.type, second.error) == ("ItemAdded", None)


def test_a_time_in_a_form_of_the_applications_own_is_unknown_and_the_event_is_read(opening: Opening) -> None:
    odd = "UPDATE order_messages SET payload = replace(payload, '2025-03-01 09:01:00', 'the first of March')"
    first, second, *_ = opening("eventsauce.db", odd).reader.events(UUID(ADA))
    assert (first.timestamp, first.error, first.data) == (None, None, {"customer": "Ada"})
    assert second.timestamp


def test_an_envelope_of_another_form_is_shown_unchanged(opening: Opening) -> None:
    opened = opening("broadway.db", """UPDATE events SET payload = '{"class": "X", "more": 1}' WHERE id = 1""")
    first, *_ = opened.reader.events(UUID(ADA))
    assert first.data == {"class": "X", "more": 1}
