"""Files that other libraries wrote, or made like theirs, and what each holds: a line here, and the contract holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from es_desktop.app.store.credentials import keys_from_file
from tests.stores.formats import handmade_a, handmade_b, handmade_c, handmade_python
from tests.stores.formats.moving import (
    BLESSQL,
    EMMETT,
    EVENT_SOURCERY,
    EVENTFLOW,
    EVENTSOURCE_PY,
    EVTSTORE,
    NATIVE_9,
    RAILS,
    SPATIE,
    TEXTIDS_9,
)
from tests.stores.formats.sample import FOLDER, Sample

ORDERS = {"OrderPlaced": 3, "ItemAdded": 9, "OrderPaid": 1}
ORDERS_IN_SNAKE_CASE = {"order.order_placed": 3, "order.item_added": 9, "order.order_paid": 1}


def made(file: str, format: str, build: Callable[[Connection], None], **known: Any) -> Sample:
    """Return a store of the three orders of ``history.py``, with what sets it apart."""
    usual = {"sequences": 3, "events": 13, "snapshots": 0, "entity_types": {"Order": 3}, "event_types": ORDERS}
    return Sample(file, format, build=build, **{**usual, **known})


PYTHON_4 = "Python eventsourcing 2 to 8 (SQLAlchemy)"
PYTHON_9 = "Python eventsourcing 9"

SHOP: dict[str, Any] = {
    "sequences": 16,
    "events": 147,
    "entity_types": {"Order": 12, "Customer": 4},
    "event_types": {
        "ItemAdded": 108,
        "Placed": 12,
        "Shipped": 6,
        "Paid": 6,
        "ItemRemoved": 6,
        "Registered": 4,
        "Discarded": 2,
        "Cancelled": 2,
        "NameChanged": 1,
    },
}
SMALL_SHOP: dict[str, Any] = {
    "sequences": 8,
    "events": 50,
    "snapshots": 4,
    "entity_types": {"Order": 4, "Customer": 4},
    "event_types": {
        "ItemAdded": 35,
        "Placed": 4,
        "Registered": 4,
        "ItemRemoved": 2,
        "Shipped": 1,
        "Paid": 1,
        "Discarded": 1,
        "Cancelled": 1,
        "NameChanged": 1,
    },
    "declared": NATIVE_9,
}
TODO: dict[str, Any] = {
    "sequences": 11,
    "events": 112,
    "snapshots": 7,
    "entity_types": {"TodoList": 8, "User": 3},
    "event_types": {"ItemAdded": 77, "ItemDone": 17, "Created": 11, "AttributeChanged": 4, "Discarded": 3},
    "first_version": 0,
    "has_order": False,
}
BANK: dict[str, Any] = {
    "sequences": 11,
    "events": 111,
    "snapshots": 7,
    "entity_types": {"Account": 8, "Person": 3},
    "event_types": {"Deposited": 80, "Tagged": 13, "Created": 11, "AttributeChanged": 4, "Discarded": 3},
    "first_version": 0,
}
BASKETS: dict[str, Any] = {
    "sequences": 4,
    "events": 13,
    "snapshots": 0,
    "entity_types": {"orders": 3, "accounts": 1},
    "event_types": {"placed": 3, "itemAdded": 9, "opened": 1},
    "scopes": ("accounts", "orders"),
}
KEYS = keys_from_file(FOLDER / "es-9.5.6-sqlite-aes-zlib.db.key")

SAMPLES = [
    Sample("es-9.5.6-sqlite-zlib.db", PYTHON_9, **SMALL_SHOP),
    Sample("es-9.5.6-sqlite-aes-zlib.db", PYTHON_9, **SMALL_SHOP, undecodable=50),
    Sample("es-9.5.6-sqlite-aes-zlib.db", PYTHON_9, **SMALL_SHOP, keys=KEYS),
    Sample("es-3.1.0-sqlalchemy-sqlite.db", PYTHON_4, **TODO),
    Sample("es-3.1.0-sqlalchemy-sqlite-aes.db", PYTHON_4, **TODO, undecodable=112),
    Sample("es-3.1.0-sqlalchemy-sqlite-aes.db", PYTHON_4, **TODO, keys=(b"0123456789abcdef",)),
    Sample(
        "es-9.5.6-sqlite-textids.db", PYTHON_9, 3, 48, 3, {"Course": 3}, {"Joined": 45, "Opened": 3}, declared=TEXTIDS_9
    ),
    Sample(
        "es-9.5.6-sqlite-system-reports.db",
        PYTHON_9,
        1,
        4,
        0,
        {"Counter": 1},
        {"Incremented": 3, "Started": 1},
        declared=NATIVE_9,
    ),
    Sample("es-5.1.1-sqlalchemy-sqlite.db", PYTHON_4, **BANK),
    Sample("es-6.3.0-sqlalchemy-sqlite.db", PYTHON_4, **BANK),
    Sample("es-7.2.4-sqlalchemy-sqlite.db", PYTHON_4, **BANK),
    Sample(
        "es-8.2.5-sqlalchemy-sqlite-two-apps.db",
        PYTHON_4,
        10,
        40,
        0,
        {"Account": 5, "Person": 5},
        {"Deposited": 30, "Created": 10},
        first_version=0,
        scopes=("accounts", "audit"),
    ),
    Sample("es-sqlalchemy-1.0.1-sqlite.db", PYTHON_9, **SHOP, snapshots=10),
    Sample(
        "es-2.1.1-sqlalchemy-sqlite.db",
        PYTHON_4,
        11,
        86,
        7,
        {"Bed": 7, "Gardener": 3, "Timebucketedlog": 1},
        {"Planted": 36, "Watered": 35, "Created": 10, "AttributeChanged": 2, "Discarded": 2, "Started": 1},
        first_version=0,
    ),
    Sample("es-3.0.0-sqlalchemy-sqlite.db", PYTHON_4, **TODO),
    Sample("es-9.5.6-sqlite-plain.db", PYTHON_9, **SHOP, snapshots=10, declared=NATIVE_9),
    Sample("es-9.0.3-sqlite-plain.db", PYTHON_9, **SHOP, snapshots=1, declared=NATIVE_9),
    Sample(
        "emmett-sqlite-0.42.4.db",
        "Emmett",
        12,
        106,
        0,
        {"shopping_cart": 10, "Invoice": 1, "no_dash_stream": 1},
        {
            "ProductItemAdded": 66,
            "ProductItemRemoved": 12,
            "DiscountApplied": 12,
            "ShoppingCartOpened": 10,
            "ShoppingCartConfirmed": 4,
            "Thing": 1,
            "InvoiceIssued": 1,
        },
        declared=EMMETT,
    ),
    Sample(
        "eventsource-py-0.8.1-sqlite.db",
        "eventsource-py",
        7,
        32,
        2,
        {"Order": 5, "Customer": 2},
        {"ItemAdded": 24, "OrderPlaced": 5, "Registered": 2, "OrderPaid": 1},
        declared=EVENTSOURCE_PY,
    ),
    Sample(
        "spatie-laravel-sqlite.db",
        "spatie/laravel-event-sourcing",
        4,
        32,
        4,
        {"aggregate": 4},
        {"MoneyAdded": 32},
        declared=SPATIE,
    ),
    Sample("eventflow-sqlite.db", "EventFlow", 4, 40, 0, {"Order": 4}, {"LineAdded": 40}, declared=EVENTFLOW),
    Sample(
        "rails_event_store-2-sqlite-yaml.db",
        "Rails Event Store",
        4,
        32,
        0,
        {"Order": 4},
        {"ItemAddedToBasket": 32},
        first_version=0,
        declared=RAILS,
    ),
    Sample(
        "es-8.2.5-sqlalchemy-sqlite-items.db",
        PYTHON_4,
        4,
        18,
        2,
        {"Account": 4},
        {"Created": 4, "Deposited": 14},
        first_version=0,
    ),
    Sample(
        "python-event-sourcery-0.6.1-sqlite.db",
        "python-event-sourcery",
        6,
        15,
        3,
        {"order": 4, "account": 1, "stream": 1},
        {"OrderPlaced": 4, "ItemAdded": 9, "AccountOpened": 2},
        scopes=("default", "north"),
        declared=EVENT_SOURCERY,
    ),
    Sample(
        "blessql-0.1.4-sqlite.db",
        "blessql",
        3,
        12,
        0,
        {"stream": 3},
        {"TaskCreated": 3, "TaskRenamed": 9},
        declared=BLESSQL,
    ),
    Sample("evtstore-12.0.1-sqlite.db", "evtstore", **BASKETS, declared=EVTSTORE),
    Sample(
        "livestore-0.4.0-sqlite.db",
        "LiveStore",
        1,
        8,
        0,
        {"eventlog": 1},
        {"v1.TodoCreated": 4, "v1.TodoCompleted": 2, "v1.TodoDeleted": 1, "FilterChosen": 1},
        has_times=False,
    ),
    made("blessql-1.db", "blessql", handmade_python.blessql, entity_types={"stream": 3}),
    made("event-sourcery-django.db", "python-event-sourcery", handmade_python.event_sourcery_django, snapshots=1),
    made("opencode.db", "opencode", handmade_c.opencode, first_version=0, entity_types={"session": 3}),
    made(
        "eventsourcing-django.db",
        PYTHON_9,
        handmade_python.eventsourcing_django,
        snapshots=1,
        scopes=("Reports", "Shop"),
    ),
    made("rails-1.db", "Rails Event Store", handmade_a.rails_1, first_version=0),
    made("rails-2.db", "Rails Event Store", handmade_a.rails_2, first_version=0),
    made("marten.db", "Marten or Fisher", handmade_a.marten, scopes=("*DEFAULT*", "north")),
    made("fisher.db", "Marten or Fisher", handmade_a.fisher, scopes=("*DEFAULT*", "north")),
    made(
        "verbs.db",
        "hirethunk/verbs",
        handmade_a.verbs,
        sequences=4,
        events=14,
        snapshots=1,
        entity_types={"Order": 3, "Customer": 1},
        event_types={**ORDERS, "OrderPaid": 2},
        scopes=("App\\States\\Customer", "App\\States\\Order"),
    ),
    made("broadway.db", "Broadway", handmade_a.broadway, first_version=0, entity_types={"aggregate": 3}),
    made(
        "patchlevel-aggregates.db",
        "Patchlevel",
        handmade_a.patchlevel_aggregates,
        entity_types={"order": 2, "guest_order": 1},
        event_types=ORDERS_IN_SNAKE_CASE,
        scopes=("guest_order", "order"),
    ),
    made(
        "patchlevel-streams.db",
        "Patchlevel",
        handmade_a.patchlevel_streams,
        entity_types={"order": 3},
        event_types=ORDERS_IN_SNAKE_CASE,
    ),
    made(
        "patchlevel-streams-of-today.db",
        "Patchlevel",
        handmade_a.patchlevel_streams_of_today,
        entity_types={"order": 3},
        event_types=ORDERS_IN_SNAKE_CASE,
    ),
    made("prooph-stream.db", "prooph", handmade_a.prooph_stream, has_order=False),
    made("prooph-aggregates.db", "prooph", handmade_a.prooph_aggregates, has_order=False),
    made(
        "eventsauce.db",
        "EventSauce",
        handmade_a.eventsauce,
        entity_types={"SalesOrder": 2, "guest_messages": 1},
        has_order=False,
    ),
    made(
        "eventsauce-before-1.db",
        "EventSauce",
        handmade_a.eventsauce_before_1,
        entity_types={"order_messages": 3},
        has_order=False,
    ),
    made("commanded.db", "Commanded EventStore", handmade_b.commanded_json, snapshots=1),
    made("commanded-jsonb.db", "Commanded EventStore", handmade_b.commanded_jsonb, snapshots=1),
    made("commanded-terms.db", "Commanded EventStore", handmade_b.commanded_terms, snapshots=1),
    made("axon-4-jpa.db", "Axon Framework 4", handmade_b.axon_jpa, snapshots=1, first_version=0),
    made("axon-4-jdbc.db", "Axon Framework 4", handmade_b.axon_jdbc, snapshots=1, first_version=0),
    made("axon-5.db", "Axon Framework 5", handmade_b.axon_5, first_version=0),
    made("akka-jdbc.db", "Akka or Pekko (JDBC)", handmade_b.akka_jdbc, snapshots=1),
    made("akka-legacy.db", "Akka (JDBC before 5.0)", handmade_b.akka_legacy, snapshots=1),
    made("akka-r2dbc.db", "Akka or Pekko (R2DBC)", handmade_b.akka_r2dbc, snapshots=1),
    made("neventstore.db", "NEventStore", handmade_b.neventstore, snapshots=1, stored_times=handmade_b.of_commits),
    made("sqlstreamstore.db", "SQLStreamStore", handmade_b.sqlstreamstore, first_version=0),
    made("eventuous.db", "Eventuous", handmade_b.eventuous, snapshots=1, first_version=0),
    made("hallgren.db", "hallgren/eventsourcing (Go)", handmade_b.hallgren, snapshots=1),
    made("cqrs-es.db", "cqrs-es (Rust)", handmade_b.cqrs_es, snapshots=1, has_times=False, has_order=False),
    made("evento.db", "evento (Rust)", handmade_b.evento, undecodable=13),
    made("sequent.db", "sequent (Ruby)", handmade_b.sequent, snapshots=1, has_order=False),
]

DUMPS = [
    Sample(
        "message-db-1.3.0.sql", "message-db", 5, 45, 1, {"account": 5}, {"Deposited": 40, "Opened": 5}, first_version=0
    ),
    Sample(
        "es-9.5.6-dcb.sql",
        "Python eventsourcing 9.5 (DCB)",
        6,
        18,
        0,
        {"student": 3, "course": 2, "without entity": 1},
        {
            "StudentJoinedCourse": 8,
            "Registered": 5,
            "PlacesUpdated": 2,
            "TermStarted": 1,
            "TermEnded": 1,
            "CourseArchived": 1,
        },
        has_times=False,
    ),
    Sample(
        "castore-2.4.2.sql",
        "Castore",
        4,
        13,
        0,
        {"ORDERS": 3, "ACCOUNTS": 1},
        {"ORDER_PLACED": 3, "ITEM_ADDED": 9, "ACCOUNT_OPENED": 1},
        scopes=("ACCOUNTS", "ORDERS"),
    ),
    Sample("depeche-db-0.13.1.sql", "Depeche DB", 3, 12, 0, {"order": 3}, {"OrderPlaced": 3, "ItemAdded": 9}),
    Sample("evtstore-12.0.1.sql", "evtstore", **BASKETS),
]
"""What only a server holds."""
