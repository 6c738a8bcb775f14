"""OCEL 2.0 and XES: logs for process mining, checked as their readers read them.

Of OCEL 2.0 this checks its tables, keys and columns (https://www.ocel-standard.org/specification/formats/relational/),
the fields and types of its JSON form (/specification/formats/json/), and that each event is of an object that is there.
Of XES it checks that it is well-formed, and that log, traces and events have the elements and keys of
https://www.xes-standard.org/, in their order.

The library pm4py reads all three; it is too large to be installed for the tests. To try it by hand, on the demo::

    python -m venv mining && mining/bin/pip install pm4py
    es-desktop demo demo.esdb
    es-desktop export demo.esdb --format ocel --out demo.sqlite
    es-desktop export demo.esdb --format ocel-json --out demo.jsonocel
    es-desktop export demo.esdb --format xes --out demo.xes
    mining/bin/python - <<'END'
    import pm4py
    from pm4py.objects.ocel.validation import ocel20_rel_validation
    print(ocel20_rel_validation.apply("demo.sqlite"))     # all 24 constraints are met, none is not
    print(pm4py.read_ocel2_sqlite("demo.sqlite"))         # 5129 events, 300 objects, 4 object types
    print(pm4py.read_ocel2_json("demo.jsonocel"))         # the same
    log = pm4py.read_xes("demo.xes")
    print(pm4py.discover_dfg(log[log["case:entity:type"] == "Order"]))  # as es-desktop process says it
    END
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import Session, open_session
from es_desktop.app.transfer.export import ExportCounts, ExportFormat, ExportRequest, export_to_file, exported_lines
from es_desktop.app.transfer.process_logs.flat_values import FlatType, as_type, common_type, flat_value, type_of
from es_desktop.core.json_text import JsonNumber
from tests.app.recording import event, store_of

XES = "{http://www.xes-standard.org/}"
ONE = UUID("5f2c0000-0000-4000-8000-000000000001")
NOON = 1_700_000_000.5


@pytest.fixture
def demo(demo_template: Path) -> Iterator[Session]:
    with closing(open_session(str(demo_template), writable=False)) as session:
        yield session


@pytest.fixture
def odd(tmp_path: Path) -> Iterator[Session]:
    """A store with texts that no name in SQL or XML may have, no times, and values of several types."""
    created = {
        "timestamp": NOON,
        "a": 1,
        "A": "x",
        "n\u0000l": "\u0001<&\"'",
        "lines": [1],
        "ocel_id": True,
        "none": None,
    }
    records = [
        event(ONE, 0, json.dumps(created), "shop#Order.Created"),
        event(ONE, 1, '{"a":2.5}', "shop#Order.Map type"),
        event(ONE, 2, '{"timestamp":1700000009.0,"a":"many"}', "shop#Order.map_type"),
        event("o1", 0, '{"timestamp":1e300,"big":123456789012345678901234567890}', "shop#object.object"),
    ]
    with closing(open_session(str(store_of(tmp_path / "odd.esdb", records)), writable=False)) as session:
        yield session


def exported(session: Session, path: Path, format: ExportFormat, *entities: Any, to: int | None = None) -> ExportCounts:
    return export_to_file(session, path, ExportRequest(format, entities or None, to))


# OCEL as a database -------------------------------------------------------------------------------------------------


def columns_of(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    return {row[1]: row[2] for row in connection.execute(f'PRAGMA table_info("{table}")')}


def references(connection: sqlite3.Connection, table: str) -> set[tuple[str, str, str]]:
    """Return the foreign keys of a table: its column, the other table, and the column there."""
    return {(row[3], row[2], row[4]) for row in connection.execute(f'PRAGMA foreign_key_list("{table}")')}


_RELATIONS = {
    "event_object": (("event", "event"), ("object", "object")),
    "object_object": (("source", "object"), ("target", "object")),
}


def assert_is_ocel(connection: sqlite3.Connection) -> None:
    """Assert what the standard asks of a database."""
    connection.row_factory = None
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    expected = {"event", "object", "event_object", "object_object", "event_map_type", "object_map_type"}
    for of, own in (("event", {"ocel_time"}), ("object", {"ocel_time", "ocel_changed_field"})):
        types = dict(connection.execute(f"SELECT ocel_type, ocel_type_map FROM {of}_map_type"))
        assert {each for (each,) in connection.execute(f"SELECT DISTINCT ocel_type FROM {of}")} <= set(types)
        counted = 0
        for name, mapped in types.items():
            table = f"{of}_{mapped}"
            expected.add(table)
            columns = columns_of(connection, table)
            assert references(connection, table) == {("ocel_id", of, "ocel_id")}
            assert {"ocel_id", *own} <= set(columns) and columns["ocel_time"] == "TIMESTAMP"
            assert set(columns.values()) <= {"TEXT", "INTEGER", "REAL", "BOOLEAN", "TIMESTAMP"}
            ids = f'SELECT DISTINCT ocel_id FROM "{table}"'
            of_type = f"SELECT ocel_id FROM {of} WHERE ocel_type = ?"
            assert {*connection.execute(ids)} == {*connection.execute(of_type, [name])}
            counted += len({*connection.execute(ids)})
            for (time,) in connection.execute(f'SELECT ocel_time FROM "{table}"'):
                dt.datetime.fromisoformat(time)
        assert connection.execute(f"SELECT count(*) FROM {of}").fetchone() == (counted,)
        assert references(connection, of) == {("ocel_type", f"{of}_map_type", "ocel_type")}
    ids = {name: {(f"ocel_{column}_id", of, "ocel_id") for column, of in ends} for name, ends in _RELATIONS.items()}
    assert {name: references(connection, name) for name in ids} == ids
    assert tables == expected
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    lonely = "SELECT count(*) FROM event WHERE ocel_id NOT IN (SELECT ocel_event_id FROM event_object)"
    assert connection.execute(lonely).fetchone() == (0,)


def test_the_demo_is_a_database_of_objects_and_events(demo: Session, tmp_path: Path) -> None:
    done = exported(demo, tmp_path / "demo.sqlite", ExportFormat.OCEL)
    facts = demo.facts()
    assert done.events == facts.events and done.snapshots == 0
    with closing(sqlite3.connect(tmp_path / "demo.sqlite")) as connection:
        assert_is_ocel(connection)
        counts = [connection.execute(f"SELECT count(*) FROM {each}").fetchone()[0] for each in ("event", "object")]
        assert counts == [facts.events, facts.entities]
        assert dict(connection.execute("SELECT ocel_type, count(*) FROM object GROUP BY 1")) == facts.types
        assert columns_of(connection, "object_Order")["total"] == "REAL"
        order = demo.entity(next(each.id for each in demo.entities() if each.type == "Order" and each.version > 6)).id
        totals = [
            value
            for (value,) in connection.execute(
                "SELECT total FROM object_Order WHERE ocel_id = ? AND total IS NOT NULL ORDER BY rowid", [str(order)]
            )
        ]
    states = [demo.explain(order, version).state for version in range(demo.entity(order).version + 1)]
    expected = [float(state["total"]) for state in states if state is not None]
    assert totals == [each for at, each in enumerate(expected) if not at or each != expected[at - 1]]


def test_names_that_sql_does_not_tell_apart_and_times_that_are_missing(odd: Session, tmp_path: Path) -> None:
    done = exported(odd, tmp_path / "odd.sqlite", ExportFormat.OCEL)
    assert "2 events without a time have that of the event before" in done.note
    with closing(sqlite3.connect(tmp_path / "odd.sqlite")) as connection:
        assert_is_ocel(connection)
        types = dict(connection.execute("SELECT ocel_type, ocel_type_map FROM event_map_type"))
        assert types == {"Created": "Created", "Map type": "Maptype", "map_type": "map_type_2", "object": "object_2"}
        assert columns_of(connection, "event_Created") == {
            "ocel_id": "TEXT",
            "ocel_time": "TIMESTAMP",
            "a": "INTEGER",
            "A_2": "TEXT",
            "nl": "TEXT",
            "ocel_id_2": "BOOLEAN",
        }
        (row,) = connection.execute('SELECT * FROM "event_Maptype"')
        assert row == (f"{ONE}/1", "2023-11-14 22:13:20.500", 2.5)
        assert connection.execute("SELECT ocel_time, big FROM event_object_2").fetchone() == (
            "1970-01-01 00:00:00.000",
            "123456789012345678901234567890",
        )
        changed = connection.execute(
            "SELECT ocel_changed_field, a FROM object_Order WHERE a IS NOT NULL ORDER BY rowid"
        ).fetchall()
        assert changed == [(None, "1"), ("a", "2.5"), ("a", "many")]


def test_only_some_entities_up_to_a_version(odd: Session, tmp_path: Path) -> None:
    exported(odd, tmp_path / "one.sqlite", ExportFormat.OCEL, ONE, to=1)
    with closing(sqlite3.connect(tmp_path / "one.sqlite")) as connection:
        assert_is_ocel(connection)
        assert [*connection.execute("SELECT ocel_id FROM event")] == [(f"{ONE}/0",), (f"{ONE}/1",)]
        assert [*connection.execute("SELECT ocel_id FROM object")] == [(str(ONE),)]


def test_a_database_is_not_printed(demo: Session) -> None:
    with pytest.raises(UserError, match=r"cannot be printed. Give it a file"):
        list(exported_lines(demo, ExportRequest(ExportFormat.OCEL)))


# OCEL as JSON -------------------------------------------------------------------------------------------------------

PYTHON_TYPES = {"string": str, "integer": int, "float": (int, float), "boolean": bool, "time": str}


def assert_is_ocel_json(log: dict[str, Any]) -> None:
    """Assert what the standard asks of the JSON form."""
    assert list(log) == ["objectTypes", "eventTypes", "events", "objects"]
    types = {}
    for name in ("eventTypes", "objectTypes"):
        types[name] = {each["name"]: {one["name"]: one["type"] for one in each["attributes"]} for each in log[name]}
        assert len(types[name]) == len(log[name])
    objects = {each["id"] for each in log["objects"]}
    assert len(objects) == len(log["objects"]) and len({each["id"] for each in log["events"]}) == len(log["events"])
    for each in log["events"]:
        assert list(each) == ["id", "type", "time", "attributes", "relationships"]
        assert dt.datetime.fromisoformat(each["time"]).tzinfo is not None
        assert [one["objectId"] in objects and one["qualifier"] for one in each["relationships"]] == ["of"]
        for one in each["attributes"]:
            assert list(one) == ["name", "value"]
            assert isinstance(one["value"], PYTHON_TYPES[types["eventTypes"][each["type"]][one["name"]]])
    for each in log["objects"]:
        assert list(each) == ["id", "type", "attributes", "relationships"]
        for one in each["attributes"]:
            assert list(one) == ["name", "time", "value"]
            assert dt.datetime.fromisoformat(one["time"]).tzinfo is not None
            assert isinstance(one["value"], PYTHON_TYPES[types["objectTypes"][each["type"]][one["name"]]])


def test_the_json_form_has_the_same_log(demo: Session, odd: Session, tmp_path: Path) -> None:
    for session in (demo, odd):
        exported(session, tmp_path / "a.json", ExportFormat.OCEL_JSON)
        log = json.loads((tmp_path / "a.json").read_bytes())
        assert_is_ocel_json(log)
        assert len(log["events"]) == session.facts().events and len(log["objects"]) == session.facts().entities
        lines = b"".join(exported_lines(session, ExportRequest(ExportFormat.OCEL_JSON)))
        assert json.loads(lines) == log
    order = next(each for each in log["objects"] if each["id"] == str(ONE))
    changes = [(each["value"], each["time"]) for each in order["attributes"] if each["name"] == "a"]
    assert changes == [
        ("1", "2023-11-14T22:13:20.500000Z"),
        ("2.5", "2023-11-14T22:13:20.500000Z"),
        ("many", "2023-11-14T22:13:29Z"),
    ]


# XES ----------------------------------------------------------------------------------------------------------------


def assert_is_xes(log: ElementTree.Element) -> None:
    """Assert what the standard asks of a log."""
    order = ["extension", "global", "classifier", "trace"]
    assert log.tag == f"{XES}log" and {"xes.version", "xes.features"} <= set(log.attrib)
    tags = [each.tag.removeprefix(XES) for each in log]
    assert tags == sorted(tags, key=order.index)
    names = [each.get("name", "") for each in log if each.tag in (f"{XES}classifier", f"{XES}extension")]
    assert all(each.isidentifier() for each in names), "older versions of the schema ask for names of XML"
    for trace in log.iter(f"{XES}trace"):
        inside = [each.tag.removeprefix(XES) for each in trace]
        assert inside == sorted(inside, key=lambda tag: tag == "event")
        assert "concept:name" in {each.get("key") for each in trace}
        for found in trace.iter(f"{XES}event"):
            keys = [each.get("key") for each in found]
            assert len(keys) == len(set(keys)) and keys[0] == "concept:name"
            for each in found:
                value = each.get("value", "")
                match each.tag.removeprefix(XES):
                    case "date":
                        assert dt.datetime.fromisoformat(value).tzinfo is not None
                    case "int":
                        int(value)
                    case "float":
                        float(value)
                    case "boolean":
                        assert value in ("true", "false")
                    case tag:
                        assert tag == "string"


def test_a_trace_is_an_entity_with_its_events(demo: Session, odd: Session, tmp_path: Path) -> None:
    for session in (demo, odd):
        done = exported(session, tmp_path / "a.xes", ExportFormat.XES)
        log = ElementTree.parse(tmp_path / "a.xes").getroot()
        assert_is_xes(log)
        facts = session.facts()
        assert (len(log.findall(f"{XES}trace")), len([*log.iter(f"{XES}event")])) == (facts.entities, facts.events)
    assert done.note == "2 events without a time"
    first = next(each for each in log.iter(f"{XES}event") if each[0].get("value") == "Created")
    assert {each.get("key"): each.get("value") for each in first} == {
        "concept:name": "Created",
        "version": "0",
        "time:timestamp": "2023-11-14T22:13:20.500000+00:00",
        "a": "1",
        "A": "x",
        "n\ufffdl": "\ufffd<&\"'",
        "ocel_id": "true",
    }


# Values -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ([1], None),
        ({"a": 1}, None),
        (True, True),
        (2**63 - 1, 2**63 - 1),
        (2**64, str(2**64)),
        (float("nan"), "nan"),
        (Decimal("117.40"), 117.4),
        (Decimal("0.1234567890123456789"), "0.1234567890123456789"),
        (Decimal("NaN"), "NaN"),
        (JsonNumber("1e5"), 100000.0),
        (ONE, str(ONE)),
        (
            dt.datetime(2026, 1, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=2))),
            dt.datetime(2026, 1, 1, 10, tzinfo=dt.UTC),
        ),
        (dt.datetime(2026, 1, 1), "2026-01-01T00:00:00"),
        (dt.date(2026, 1, 1), "2026-01-01"),
    ],
)
def test_single_values_are_kept_as_far_as_a_log_has_a_type_for_them(value: object, expected: object) -> None:
    found = flat_value(value)
    assert found == expected and type(found) is type(expected)


def test_an_attribute_with_values_of_several_types_is_a_number_or_a_text() -> None:
    assert common_type(FlatType.INTEGER, type_of(1.5)) is FlatType.FLOAT
    assert common_type(FlatType.FLOAT, type_of(True)) is FlatType.STRING
    assert [as_type(each, FlatType.STRING) for each in (True, 1, "a")] == ["true", "1", "a"]
    assert type(as_type(1, FlatType.FLOAT)) is float
