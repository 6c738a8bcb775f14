"""Raw records for the tests of export and import: unusual ones, and those in a file."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import strategies as st

from es_desktop.app.store.session import create_session
from es_desktop.app.transfer.records import Record
from es_desktop.core import SequencedItem
from es_desktop.stores.writing import append_records

Rows = dict[str, list[tuple[Any, ...]]]


def stored_rows(path: Path) -> Rows:
    """Return what the two tables of a file hold, in the order of their rows, each value as SQLite keeps it."""
    columns = ", ".join(f"{name}, typeof({name})" for name in ("sequence_id", "position", "topic", "data"))
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
        return {
            table: connection.execute(f"SELECT {columns} FROM {table} ORDER BY rowid").fetchall()
            for table in ("integer_sequenced_items", "snapshots")
        }


def store_of(path: Path, records: list[Record]) -> Path:
    """Make a store that holds these records."""
    with closing(create_session(str(path))) as session:
        append_records(session.store.tables, records)
    return path


def event(sequence_id: UUID | str, version: int, data: Any = "{}", topic: str = "shop#Cart.Filled") -> Record:
    return Record("event", SequencedItem(sequence_id, version, topic, data))


def snapshot(sequence_id: UUID | str, version: int, data: Any = "{}") -> Record:
    return Record("snapshot", SequencedItem(sequence_id, version, "shop#Snapshot", data))


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
"""Of every character, but the surrogates that no file can hold."""
ids = st.uuids() | texts | st.sampled_from(["", "a b%20", "ORDER-7", "é", "50%", "\x00", "\ufffe", "=1+1", "%"])
versions = st.integers(0, 30) | st.integers(-(2**63), 2**63 - 1)
trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
json_texts = st.builds(
    lambda tree, ascii_only, style: (
        json.dumps(tree, ensure_ascii=ascii_only, **style).encode("utf-8", "replace").decode()
    ),
    trees,
    st.booleans(),
    st.sampled_from([{}, {"separators": (",", ":")}, {"indent": 1}, {"separators": (" ,", " : ")}]),
)
packed = st.dictionaries(texts, st.integers(-(2**63), 2**63 - 1) | texts | st.floats(allow_nan=False), max_size=3).map(
    lambda tree: msgspec.json.encode(tree).decode()
)
ODD_PAYLOADS = [
    "",
    " ",
    "null",
    '""',
    '"text"',
    "{}",
    "{ }",
    ' {"a":1}',
    '{"a":1}\n',
    '{"a":1,\r\n"b":2}',
    '{"a":1,"a":2}',
    '{"b":1,"a":2}',
    '{"a":12345678901234567890123}',
    '{"a":-9223372036854775809}',
    "18446744073709551616",
    '{"a":NaN,"b":-Infinity}',
    '{"a":1e400}',
    '{"a":1E5,"b":1.0,"c":-0,"d":-0.0,"e":0.10}',
    '{"a":"\\ud800"}',
    '{"a":"\\u00e9\\/"}',
    '{"a":"\u2028\u0085"}',
    "{'a': 1}",
    '{"a":01}',
    "\x00",
    "\ufeff{}",
    "[" * 900 + "]" * 900,
    "[" * 990 + "]" * 990,
    "[" * 5000 + "]" * 5000,
    '{"a":' * 700 + "1" + "}" * 700,
    "9" * 5000,
]
odd_payloads = st.sampled_from(ODD_PAYLOADS)
payloads = packed | json_texts | odd_payloads | texts | st.binary(max_size=8)
records = st.lists(
    st.builds(
        lambda record_type, *fields: Record(record_type, SequencedItem(*fields)),
        st.sampled_from(["event", "snapshot"]),
        ids,
        versions,
        texts | st.sampled_from(["shop#Cart.Filled", "a:B.C", "", "100%", "a\nb"]),
        payloads,
    ),
    max_size=12,
    unique_by=lambda record: (record.record_type, record.item[0], record.item[1]),
)
"""Events and snapshots, each with a different key."""
