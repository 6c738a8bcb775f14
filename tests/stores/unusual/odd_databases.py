"""Databases on a server that are odd as a whole, as SQL for a superuser; a user named reader may read what is said."""

from __future__ import annotations

from typing import Final

EMMETT: Final = (
    "CREATE TABLE {} (stream_id text, stream_position bigint, message_kind text DEFAULT 'E', message_data jsonb, "
    "message_metadata jsonb, message_type text, global_position bigserial, created timestamptz DEFAULT now());"
)
EVENTSOURCING_9: Final = (
    "CREATE TABLE {} (originator_id uuid, originator_version bigint, topic text, state bytea, "
    "notification_id bigserial, PRIMARY KEY (originator_id, originator_version));"
)


def emmett(table: str, *streams: str) -> str:
    """A table of messages, with an event of each stream."""
    rows = ", ".join(f"('{stream}', 1, '{{}}', 'Placed')" for stream in streams)
    insert = f"INSERT INTO {table} (stream_id, stream_position, message_data, message_type) VALUES {rows};"
    return EMMETT.format(table) + (insert if streams else "")


def eventsourcing(application: str, orders: int, events: int) -> str:
    """The tables of an application, with so many events of each order."""
    return EVENTSOURCING_9.format(f"{application}_events") + (
        f"INSERT INTO {application}_events SELECT ('00000000-0000-4000-8000-00000000000' || n)::uuid, v, "
        f"'shop:Order.Placed', '{{}}' FROM generate_series(1, {orders}) n, generate_series(1, {events}) v;"
    )


SCHEMA_WITHOUT_USAGE: Final = (
    "CREATE SCHEMA audit;"
    + emmett("audit.emt_messages", "audit-1")
    + emmett("emt_messages", "order-1", "order-2")
    + "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA audit TO reader;"
)
"""The reader may read all tables, and has no USAGE on a schema."""
UNRELATED_SCHEMA_WITHOUT_USAGE: Final = (
    "CREATE SCHEMA audit; CREATE TABLE audit.trail (n int, what text);"
    + emmett("emt_messages", "order-1")
    + "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA audit TO reader;"
)
NO_RIGHT_TO_A_TABLE: Final = (
    emmett("emt_messages", "order-1") + eventsourcing("shop", 1, 1) + "GRANT SELECT ON emt_messages TO reader;"
)
NO_RIGHT_TO_THE_SNAPSHOTS: Final = (
    eventsourcing("shop", 1, 1)
    + "CREATE TABLE shop_snapshots (originator_id uuid, originator_version bigint, topic text, state bytea);"
    + "GRANT SELECT ON shop_events TO reader;"
)
NO_RIGHT_TO_OUR_SNAPSHOTS: Final = (
    "CREATE TABLE integer_sequenced_items (id bigserial, sequence_id text, position bigint, topic text, data text);"
    "CREATE TABLE snapshots (LIKE integer_sequenced_items); CREATE TABLE es_desktop_store (layout_version int);"
    "INSERT INTO integer_sequenced_items (sequence_id, position, topic, data) "
    "VALUES ('order-1', 0, 'a#B.Created', '{}');"
    "GRANT SELECT ON integer_sequenced_items, es_desktop_store TO reader;"
)
NO_RIGHT_TO_THE_STREAMS: Final = (
    "CREATE TABLE mt_events (seq_id bigint, id uuid, stream_id text, version bigint, data jsonb, type text, "
    "timestamp timestamptz, tenant_id text, is_archived bool);"
    "CREATE TABLE mt_streams (id text, type text, version bigint, timestamp timestamptz, created timestamptz, "
    "tenant_id text, is_archived bool);"
    "INSERT INTO mt_events VALUES (1, gen_random_uuid(), 'order-1', 1, '{}', 'placed', now(), 'T', false);"
    "GRANT SELECT ON mt_events TO reader;"
)
"""A table that Marten's events can be read without."""
SOME_COLUMNS: Final = (
    emmett("emt_messages", "order-1")
    + "ALTER TABLE emt_messages ADD secret text;"
    + "GRANT SELECT (stream_id, stream_position, message_kind, message_data, message_metadata, message_type, "
    "global_position, created) ON emt_messages TO reader;"
)
"""The reader may read all columns but one."""
FAILING_ROW_SECURITY: Final = (
    emmett("emt_messages", "order-1")
    + eventsourcing("shop", 2, 1)
    + "ALTER TABLE shop_events ENABLE ROW LEVEL SECURITY;"
    "CREATE POLICY own ON shop_events USING (current_setting('app.tenant') = topic);"
    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;"
)
"""Rows of a table are seen only where a setting of the application's own is made."""
THREE_APPLICATIONS: Final = (
    EVENTSOURCING_9.format("billing_events")
    + eventsourcing("shop", 3, 2)
    + eventsourcing("zoo", 2, 1)
    + "CREATE TABLE shop_snapshots (originator_id uuid, originator_version bigint, topic text, state bytea);"
)
TENANT_PER_SCHEMA: Final = "CREATE SCHEMA tenant_a; CREATE SCHEMA tenant_b;" + (
    emmett("tenant_a.emt_messages", "order-1") + emmett("tenant_b.emt_messages", "order-1", "order-2")
)
INHERITED_CHUNKS: Final = (
    emmett("emt_messages", "order-1")
    + "CREATE TABLE chunk_1 () INHERITS (emt_messages);"
    + "INSERT INTO chunk_1 (stream_id, stream_position, message_data, message_type) "
    "VALUES ('order-2', 1, '{}', 'Placed');"
)
MATERIALIZED_VIEW: Final = (
    emmett("raw", "order-1")
    + "ALTER TABLE raw RENAME message_type TO kind;"
    + "CREATE MATERIALIZED VIEW messages AS SELECT stream_id, stream_position, message_kind, message_data, "
    "message_metadata, kind AS message_type, global_position, created FROM raw;"
)
COLUMNS_BY_CASE: Final = emmett("emt_messages", "order-1") + """CREATE TABLE doubled (id int, "Id" int, "ID" int);"""
"""Columns of a table differ by case only."""
