"""The formats of an export: JSON Lines, CloudEvents and CSV, to the letter."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings

from es_desktop.app.store.session import open_session
from es_desktop.app.text.cells import without_formula
from es_desktop.app.text.json_view import embeds
from es_desktop.app.transfer.export import ExportCounts, ExportFormat, ExportRequest, export_to_file, exported_lines
from es_desktop.app.transfer.jsonl import jsonl_lines, jsonl_record
from es_desktop.app.transfer.records import Record
from tests.app.recording import event, odd_payloads, payloads, records, snapshot, store_of
from tests.trials import FEW

ONE = UUID("5f2c0000-0000-4000-8000-000000000001")


# Payloads -------------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(payload=payloads | odd_payloads)
def test_a_payload_is_written_as_json_only_if_its_text_comes_back(payload: str | bytes) -> None:
    record = event("a", 0, payload)
    first, line = jsonl_lines([record])
    assert b"\n" not in line[:-1]
    assert jsonl_record(first.decode()) is None
    assert jsonl_record(line.decode()) == record
    if "data" in (results := json.loads(line)):
        assert isinstance(payload, str)
        assert f'"data":{payload}' in line.decode()
        assert is_safe(results["data"])


@pytest.mark.parametrize("nested", ["[]", '{"":}'])
def test_no_depth_of_nesting_is_lost(nested: str) -> None:
    opening, closing = nested[:-1], nested[-1]
    for depth in range(1, 1100, 7):
        record = event("a", 0, opening * depth + "1" + closing * depth)
        _, line = jsonl_lines([record])
        assert jsonl_record(line.decode()) == record


def is_safe(value: Any) -> bool:
    """Whether every reader of JSON takes a value for the same."""
    match value:
        case dict():
            return all(map(is_safe, (*value.keys(), *value.values())))
        case list():
            return all(map(is_safe, value))
        case int():
            return -(2**63) <= value < 2**63
        case float():
            return abs(value) <= 1.7976931348623157e308
        case str():
            return not any("\ud800" <= letter <= "\udfff" for letter in value)
    return True


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ('{"a":1,"b":[1.5,"é",null]}', True),
        ('{"a": 1, "b": "\\u00e9"}', True),
        ('{"a":"12345678901234567890"}', True),
        ('{"a":12345678901234567890}', False),
        ('{"a":1,"a":1}', False),
        ('{"a":NaN}', False),
        ('{"a":"\\ud800"}', False),
        ('{"a":1.50}', False),
        ('{"a":1} ', False),
        ("not json", False),
        ("[" * 100 + "]" * 100, True),
        ("[" * 900 + "]" * 900, False),
        ("[" + "[]," * 500 + "[]]", True),
    ],
)
def test_what_may_stand_as_json(payload: str, expected: bool) -> None:
    assert embeds(payload) is expected


# The formats ----------------------------------------------------------------------------------------------------------


def lines(tmp_path: Path, format: ExportFormat, *recorded: Record) -> list[str]:
    source = store_of(tmp_path / "source.esdb", list(recorded))
    with closing(open_session(str(source))) as session:
        return [line.decode().rstrip("\r\n") for line in exported_lines(session, ExportRequest(format))]


def test_json_lines_name_their_format_and_hold_a_record_each(tmp_path: Path) -> None:
    text = '{"a":1,"a":2}'
    found = lines(
        tmp_path, ExportFormat.JSONL, event(ONE, 0, '{"b":1}'), event("x", 3, text), snapshot("x", 3, b"\xff")
    )
    assert [json.loads(line) for line in found] == [
        {"kind": "format", "format": "es-desktop records", "version": 1},
        {
            "kind": "snapshot",
            "sequence": "x",
            "sequence_type": "text",
            "version": 3,
            "topic": "shop#Snapshot",
            "base64": "/w==",
        },
        {
            "kind": "event",
            "sequence": str(ONE),
            "sequence_type": "uuid",
            "version": 0,
            "topic": "shop#Cart.Filled",
            "data": {"b": 1},
        },
        {
            "kind": "event",
            "sequence": "x",
            "sequence_type": "text",
            "version": 3,
            "topic": "shop#Cart.Filled",
            "text": text,
        },
    ]


def test_cloud_events_have_the_attributes_of_their_version(tmp_path: Path) -> None:
    payload = '{"timestamp":1700000000.5,"b":1}'
    odd, plain = map(
        json.loads, lines(tmp_path, ExportFormat.CLOUDEVENTS, event("a\n%", 7, "no json"), event(ONE, 0, payload))
    )
    assert plain == {
        "specversion": "1.0",
        "id": f"uuid/{ONE}/0",
        "source": "esdb:source.esdb",
        "type": "Cart.Filled",
        "subject": str(ONE),
        "time": "2023-11-14T22:13:20.500000+00:00",
        "datacontenttype": "application/json",
        "esdbkind": "event",
        "esdbidtype": "uuid",
        "esdbid": str(ONE),
        "esdbversion": "0",
        "esdbtopic": "shop#Cart.Filled",
        "data": {"timestamp": 1700000000.5, "b": 1},
    }
    assert (odd["subject"], odd["esdbid"], odd["esdbversion"]) == ("a%0A%25", "a%0A%25", "7")
    assert (odd["datacontenttype"], odd["data"], "time" in odd) == ("text/plain", "no json", False)


@FEW
@given(recorded=records)
def test_cloud_events_keep_to_the_rules_for_attributes(recorded: list[Record]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = list(map(json.loads, lines(Path(folder), ExportFormat.CLOUDEVENTS, *recorded)))
    assert len({(each["source"], each["id"]) for each in found}) == len(recorded)
    for each in found:
        assert {"specversion", "id", "source", "type"} <= each.keys()
        each.pop("data", None)
        for name, value in each.items():
            assert name == "data_base64" or (name.isalnum() and name.islower() and len(name) <= 20)
            assert value or name in ("esdbid", "esdbtopic", "data_base64")
            assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in value)
        if "time" in each:
            assert datetime.fromisoformat(each["time"]).tzinfo is not None


def test_a_spreadsheet_gets_a_row_for_each_event(demo_store: Path, tmp_path: Path) -> None:
    demo = open_session(str(demo_store), writable=False)
    done = export_to_file(demo, tmp_path / "out.csv", ExportRequest(ExportFormat.CSV, bom=True))
    text = (tmp_path / "out.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbfentity,type,version,event,time,payload\r\n")
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    assert done == ExportCounts(len(rows), 0)
    entities = {str(each.id): each for each in demo.entities()}
    for row in rows:
        assert row["type"] == entities[row["entity"]].type
        assert datetime.fromisoformat(row["time"]).utcoffset() is not None
        json.loads(row["payload"])
    entity = demo.entity(UUID(rows[0]["entity"]))
    assert [int(row["version"]) for row in rows[: entity.events]] == list(range(entity.events))
    assert not b"".join(exported_lines(demo, ExportRequest(ExportFormat.CSV))).startswith(b"\xef\xbb\xbf")


def test_no_cell_of_a_spreadsheet_begins_as_a_formula(tmp_path: Path) -> None:
    for start in ("=", "+", "-", "@", "\t", "\r", "\n"):
        assert without_formula(f"{start}1") == f"'{start}1"
    assert (without_formula("a=1"), without_formula("")) == ("a=1", "")
    assert without_formula("a;=1\t@b|+2;c") == "a;'=1\t'@b|'+2;c", "also where another separator begins a cell"
    found = lines(tmp_path, ExportFormat.CSV, event("=1+1", 0, '@SUM("a,b")', topic="=x"))
    assert found[1:] == ["""'=1+1,'=x,0,'=x,,"'@SUM(""a,b"")\""""]
