"""Whatever a table holds, lists, counts, the index, searches and single reads agree on what is there."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from es_desktop.app.search.find import Request, find
from es_desktop.app.search.store_index import StoreIndex, indexed_facts
from es_desktop.app.store.session import open_session
from es_desktop.app.store.table_maps import map_from_toml
from es_desktop.stores import OpenOptions
from tests.menagerie.keeping import TIMED_MAP, log
from tests.trials import FEW

EVERY_TYPE = f'{TIMED_MAP}entity = "of"\n'
bytes_as_text = "\udcff\udce9"
"""Stands for a text that is not UTF-8: SQLite is given its bytes."""
ODD_TEXTS = ("cafe", "d\ufffdcembre", "0" * 32)
ids = st.sampled_from(
    [None, 7, 8, 7.0, 9.5, "7", "7.0", "x", "X", " x", "é", bytes_as_text, b"\xff", b"7", b"\x00" * 16, *ODD_TEXTS]
)
versions = st.one_of(
    st.integers(-2, 5),
    st.sampled_from([None, 1.0, 2.5, "1", "2", "002", "3.0", "3rd", "", b"1", 2**53 + 1, 2**63 - 1, -(2**63), 1e300]),
)
types = st.sampled_from([None, "Order", "Cart", 5, b"Cart", bytes_as_text])
times = st.sampled_from([None, 0, 1740819600, "2025-03-01", "never", b"\xff", 1e300, "infinity"])
payloads = st.sampled_from(['{"n": 1}', '{"n": 2}', None, "", "XXXX", b"\xff", bytes_as_text, "[]", 5, '{"n": 1e400}'])
ways_to_keep = st.sampled_from(["as found", "text", "hex", "bytes"])
rows = st.lists(st.tuples(ids, versions, types, payloads, times, types), max_size=12)
declared = st.sampled_from(
    [
        "stream, v, kind, body, at, of",
        "stream TEXT, v INTEGER, kind TEXT, body TEXT, at TEXT, of TEXT",
        "stream TEXT COLLATE NOCASE, v BIGINT, kind, body, at DATETIME, of",
        "stream BLOB, v REAL, kind, body, at REAL, of",
        "stream UUID, v TEXT, kind, body, at, of",
    ]
)


@settings(FEW, phases=[Phase.explicit, Phase.generate])
@given(rows, declared, ways_to_keep)
@example([(7, 1, "A", "{}", None, None), ("7", 1, "A", "{}", None, None)], "stream, v, kind, body, at, of", "as found")
@example(
    [("x", 1, "A", "{}", None, "Order"), ("x", 1, "A", "{}", None, "Cart")], "stream, v, kind, body, at, of", "as found"
)
@example([(bytes_as_text, 1, "A", "{}", None, None)], "stream TEXT, v INTEGER, kind, body, at, of", "hex")
@example(
    [("cafe", 1, "A", "{}", None, None), (bytes_as_text, 1, "A", "{}", None, None)],
    "stream, v, kind, body, at, of",
    "bytes",
)
@example([("d\ufffdcembre", 1, "A", "{}", None, None)], "stream, v, kind, body, at, of", "text")
@example(
    [("x", 2**63 - 1, "A", "{}", None, None), ("x", b"1", "A", "{}", None, None)],
    "stream, v TEXT, kind, body, at, of",
    "as found",
)
@example([("x", 2**63 - 1, "A", "{}", None, None)] * 2, "stream, v, kind, body, at, of", "as found")
@example(
    [("x", 1, "A", "{}", None, "Cart"), ("x", 1, "A", "{}", None, b"Cart"), ("X", 0, "A", "{}", None, 5)],
    "stream TEXT COLLATE NOCASE, v BIGINT, kind, body, at DATETIME, of",
    "as found",
)
def test_everything_agrees_on_what_is_there(written: list[tuple[Any, ...]], columns: str, kept_as: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "odd.db")
        with closing(sqlite3.connect(path)) as connection, connection:
            log(connection, [], types=columns)
            for row in written:
                casts = ", ".join("CAST(? AS TEXT)" if each is bytes_as_text else "?" for each in row)
                values = [b"\xff\xe9" if each is bytes_as_text else each for each in row]
                connection.execute(f"INSERT INTO log (stream, v, kind, body, at, of) VALUES ({casts})", values)
            (there,) = connection.execute("SELECT count(*) FROM log WHERE stream IS NOT NULL").fetchone()
        options = OpenOptions(table_map=replace(map_from_toml(EVERY_TYPE), ids=kept_as))
        with closing(open_session(str(path), writable=False, options=options)) as session:
            _assert_agreement(session, there, Path(folder))


def _assert_agreement(session: Any, there: int, folder: Path) -> None:
    facts, entities, reader = session.facts(), list(session.entities()), session.store.reader
    assert facts.events == there == reader.event_count() == len(list(reader.all_records()))
    assert facts.entities == len(entities) == len({each.id for each in entities}) == reader.counts().sequences
    assert {each.id for each in entities} == set(reader.ids())
    spans = session.store.batches.spans(None, 1_000)
    assert {(each.id, each.events, each.version) for each in entities} == {(s[0], s[1], s[3]) for s in spans}
    for entity in entities:
        assert session.find_id(str(entity.id)) == entity.id
        events = session.events(entity.id)
        found = [each.version for each in events]
        assert len(found) == entity.events and found[-1] == entity.version
        assert all(isinstance(each, int) for each in found) and all(one < two for one, two in pairwise(found))
        assert list(session.outline(entity.id).versions) == found
        at = session.events_at([(entity.id, version) for version in found])
        assert [each and each.data for each in at] == [each.data for each in events]
        session.explain(entity.id)
    with closing(StoreIndex(session, folder)) as index:
        index.update(lambda done, total: None)
        indexed = indexed_facts(index)
        assert (indexed.entities, indexed.events, indexed.types) == (facts.entities, facts.events, facts.types)
    alive = list(find(session, folder, Request("True", None, None, None), lambda done, total: None))
    assert {each.entity.id for each in alive if hasattr(each, "entity")} <= {each.id for each in entities}
