"""A database with several stores: each is named with its counts, one is chosen, and what is left out is said."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from es_desktop.core import EventBus, EventStore, PersistencePolicy, SequencedItemMapper
from es_desktop.examples import Example, create_new_example
from es_desktop.stores import (
    SQLAlchemyActiveRecordStrategy,
    SQLAlchemyDatastore,
    SQLAlchemySettings,
    SqlIntegerSequencedItem,
)
from tests.running import Answer, ask, fine, refused
from tests.stores.serving import Server, driven
from tests.stores.unusual import odd_databases, odd_files
from tests.stores.unusual.test_unusual_stores import filled, served

Run = Callable[..., Answer]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """The program, asked in a folder of the test."""
    return partial(ask, tmp_path)


@pytest.fixture
def applications(server: Server) -> str:
    """Three applications of Python eventsourcing: billing, which is empty, shop with 6 events, and zoo with 2."""
    return served(server, odd_databases.THREE_APPLICATIONS)


def info(run: Run, *arguments: object) -> dict[str, object]:
    found: dict[str, object] = json.loads(fine(run("info", "--json", *arguments))[0])
    return found


def test_info_names_each_store_with_its_counts_and_how_to_open_it(run: Run, applications: str) -> None:
    assert info(run, applications)["stores"] == [
        {"scope": name, "format": "Python eventsourcing 9", "entities": entities, "events": events, "shown": not at}
        for at, (name, entities, events) in enumerate(
            [("shop_events", 3, 6), ("zoo_events", 2, 2), ("billing_events", 0, 0)]
        )
    ]
    lines = fine(run("info", applications))
    assert "  zoo_events (Python eventsourcing 9, 2 entities, 2 events): --scope zoo_events opens it" in lines
    assert "  billing_events (Python eventsourcing 9, empty): --scope billing_events opens it" in lines


@pytest.mark.parametrize("scope", ["zoo", "zoo_events", "public.zoo", "public.zoo_events", "ZOO"])
def test_each_command_reads_the_store_that_the_scope_names(run: Run, applications: str, scope: str) -> None:
    found = info(run, applications, "--scope", scope)
    assert (found["entities"], found["events"]) == (2, 2)
    assert len(fine(run("entities", applications, "--scope", scope, "--json"))) == 2
    entity = "00000000-0000-4000-8000-000000000002"
    assert len(fine(run("events", applications, entity, "--scope", scope, "--json"))) == 1
    assert len(fine(run("events", applications, entity, "--json"))) == 2, "of the shop"
    assert len(fine(run("find", applications, "--text", "Placed", "--scope", scope, "--json"))) >= 0


def test_the_url_and_the_address_choose_one_too(run: Run, applications: str) -> None:
    assert info(run, f"{applications}&scope=zoo")["events"] == 2
    quoted = applications.replace("?", "%3F")
    assert info(run, f"esdb:{quoted}?scope=zoo")["events"] == 2
    assert info(run, f"esdb:{quoted}?scope=zoo", "--scope", "shop")["events"] == 6


def test_a_name_of_none_or_of_several_is_refused_with_the_names_that_are_there(run: Run, applications: str) -> None:
    refusal = refused(run("info", applications, "--scope", "circus"))
    assert "there is no part 'circus'" in refusal
    assert "shop_events, zoo_events, billing_events" in refusal
    assert "the name of 3 stores" in refused(run("info", applications, "--scope", "Python eventsourcing 9"))


def test_the_format_chooses_one_of_two_libraries(run: Run, tmp_path: Path) -> None:
    path = filled(tmp_path / "two.db", odd_files.two_libraries)
    assert info(run, path)["format"] == "Python eventsourcing 9"
    assert (info(run, path, "--scope", "emmett")["events"], info(run, path, "--scope", "emt_messages")["events"]) == (
        2,
        2,
    )
    assert info(run, f"sqlite:///{path}?scope=emmett")["events"] == 2


def test_the_store_with_the_most_events_is_the_default(run: Run, tmp_path: Path) -> None:
    path = filled(tmp_path / "two.db", odd_files.two_libraries)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO emt_messages (stream_id, stream_position, message_data, message_type) "
            "VALUES (?, 1, '{}', 'A')",
            [(f"cart-{each}",) for each in range(3, 9)],
        )
    found = info(run, path)
    assert (found["format"], found["events"]) == ("Emmett", 8)


def test_a_schema_chooses_a_tenant(run: Run, server: Server) -> None:
    url = served(server, odd_databases.TENANT_PER_SCHEMA)
    assert [info(run, url, "--scope", each)["events"] for each in ("tenant_a", "tenant_b")] == [1, 2]
    stores = info(run, url)["stores"]
    assert isinstance(stores, list)
    assert [each["scope"] for each in stores] == ["tenant_b.emt_messages", "tenant_a.emt_messages"]


def test_the_search_path_of_the_role_and_of_the_url_come_before_the_counts(run: Run, server: Server) -> None:
    url = served(server, odd_databases.TENANT_PER_SCHEMA)
    assert info(run, f"{url}&options=-csearch_path%3Dtenant_a")["events"] == 1
    database = conninfo_to_dict(url)["dbname"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{database}" SET search_path = tenant_a'.encode())
    assert info(run, url)["events"] == 1
    assert info(run, url, "--scope", "tenant_b")["events"] == 2


def test_chunks_of_more_columns_and_partitions_are_parts_of_one_store(run: Run, server: Server) -> None:
    chunks = "".join(
        f"CREATE TABLE chunk_{each} (note text) INHERITS (emt_messages); INSERT INTO chunk_{each} "
        f"(stream_id, stream_position, message_data, message_type) VALUES ('cart-{each}', 1, '{{}}', 'Opened');"
        for each in range(3)
    )
    found = info(run, served(server, odd_databases.emmett("emt_messages", "order-1") + chunks))
    assert (found["entities"], found["events"], found.get("stores")) == (4, 4, None)


def test_a_chunk_is_read_where_its_parent_may_not_be(run: Run, server: Server) -> None:
    chunk = "CREATE TABLE chunk () INHERITS (emt_messages); INSERT INTO chunk SELECT * FROM ONLY emt_messages;"
    grant = "GRANT SELECT ON chunk TO reader;"
    found = info(run, served(server, odd_databases.emmett("emt_messages", "order-1") + chunk + grant))
    assert (found["entities"], found["events"]) == (1, 1)


def test_a_view_of_a_store_is_not_the_default(run: Run, server: Server) -> None:
    view = "CREATE VIEW doubled AS SELECT * FROM shop_events UNION ALL SELECT * FROM zoo_events;"
    found = info(run, served(server, odd_databases.THREE_APPLICATIONS + view))
    assert found["events"] == 6
    assert "doubled" in str(found["stores"])


def test_copy_and_export_say_what_they_leave_out(run: Run, tmp_path: Path, applications: str) -> None:
    left = "not in it: zoo_events (Python eventsourcing 9, 2 entities, 2 events)"
    assert left in fine(run("copy", applications, tmp_path / "copy.esdb"))
    assert left in fine(run("export", applications, "--out", tmp_path / "records.jsonl"))
    printed = run("export", applications)
    assert left in printed.stderr
    assert "zoo" not in printed.stdout
    copied = json.loads(fine(run("copy", applications, tmp_path / "other.esdb", "--json", "--scope", "zoo"))[0])
    assert (copied["entities"], copied["left_out"]) == (
        2,
        "not in it: shop_events (Python eventsourcing 9, 3 entities, 6 events)",
    )
    assert "zoo_events in" in info(run, tmp_path / "other.esdb")["notes"][0]  # type: ignore[index]


def test_two_stores_of_a_database_are_compared(run: Run, applications: str) -> None:
    entity = "00000000-0000-4000-8000-000000000001"
    beside = f"{applications}&scope=zoo"
    answer = run("compare", applications, f"{entity}@1", f"{entity}@1", "--with", beside, "--json")
    assert answer.returncode in (0, 1), answer.stderr


# A store that another program made with our core ----------------------------------------------------------------------


def write_with_core(uri: str) -> str:
    """Write an entity with two events as a program does that uses the core as its library; return the entity's id."""
    datastore = SQLAlchemyDatastore(SQLAlchemySettings(uri))
    datastore.setup_connection()
    datastore.setup_tables()
    events = EventStore(
        SQLAlchemyActiveRecordStrategy(datastore.db_session, SqlIntegerSequencedItem),
        SequencedItemMapper(sequence_id_attr_name="originator_id", position_attr_name="originator_version"),
    )
    with EventBus().activated():
        policy = PersistencePolicy(events, event_type=Example.Event)
        example = create_new_example(foo="a")
        example.foo = "b"
        policy.close()
    datastore.drop_connection()
    return str(example.id)


def check_written_with_core(run: Run, store: str, entity: str, tmp_path: Path) -> None:
    found = info(run, store)
    assert (found["format"], found["writable"], found["events"]) == ("es-desktop store", True, 2)
    explained = json.loads(fine(run("explain", store, entity, "--json"))[0])
    assert (explained["exactness"], explained["state"]["foo"]) == ("exact", "b")
    assert run("verify", store).returncode == 0
    exported = tmp_path / "other.jsonl"
    other = str(tmp_path / "other.db")
    fine(run("export", f"sqlite:///{other}", write_with_core(f"sqlite:///{other}"), "--out", exported))
    assert "2 events" in fine(run("import", store, exported))[0]
    assert info(run, store)["events"] == 4


def test_a_file_that_another_program_wrote_with_the_core_is_ours(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    entity = write_with_core(f"sqlite:///{path}")
    before = path.read_bytes()
    assert info(run, path)["entities"] == 1
    assert path.read_bytes() == before, "reading leaves it as it is"
    check_written_with_core(run, str(path), entity, tmp_path)


@pytest.mark.parametrize("schema", ["public", "Tenant A"])
def test_a_database_that_another_program_wrote_with_the_core_is_ours(
    run: Run, tmp_path: Path, server: Server, schema: str
) -> None:
    url = server.fresh_database()
    database = conninfo_to_dict(url)["dbname"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'.encode())
        connection.execute(f'ALTER DATABASE "{database}" SET search_path = "{schema}"'.encode())
    entity = write_with_core(driven(url))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{database}" RESET search_path'.encode())
    check_written_with_core(run, url, entity, tmp_path)


def test_one_store_of_ours_a_schema_is_written_where_it_is(run: Run, tmp_path: Path, server: Server) -> None:
    url = server.fresh_database()
    database = conninfo_to_dict(url)["dbname"]
    with psycopg.connect(url, autocommit=True) as connection:
        for schema in ("one", "two"):
            connection.execute(f"CREATE SCHEMA {schema}".encode())
            connection.execute(f'ALTER DATABASE "{database}" SET search_path = {schema}'.encode())
            write_with_core(driven(url))
        connection.execute(f'ALTER DATABASE "{database}" RESET search_path'.encode())
    exported = tmp_path / "two.jsonl"
    fine(run("export", url, "--scope", "two", "--out", exported))
    assert "2 events and 0 snapshots imported" in fine(run("import", url, exported, "--scope", "one"))[0]
    assert [info(run, url, "--scope", each)["events"] for each in ("one", "two")] == [4, 2]
