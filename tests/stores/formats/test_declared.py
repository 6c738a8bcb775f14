"""A new format is one declaration: what it needs of a table, and where the table keeps what."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, text

from es_desktop.core import KnownClasses
from es_desktop.stores import NO_OPTIONS, ColumnMap
from es_desktop.stores.columnmap import Template
from es_desktop.stores.formats.base import DeclaredFormat
from es_desktop.stores.layout import Layout
from es_desktop.stores.reading.reader import Counts, StoreReader

TWO_COLUMNS = DeclaredFormat(
    "Two columns",
    ColumnMap(
        "*_log",
        stream=Template("{tenant}:{number}"),
        version="seq",
        type="kind",
        payload="body",
        snapshots=ColumnMap(
            "*_states", stream=Template("{tenant}:{number}"), version="seq", type="kind", payload="body"
        ),
    ),
)


def test_two_columns_are_the_stream(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'two.db'}")
    with engine.begin() as connection:
        for name in ("shop_log", "shop_states", "zoo_log", "other"):
            connection.execute(text(f"CREATE TABLE {name} (tenant TEXT, number INT, seq INT, kind TEXT, body TEXT)"))
        for row in ("('a', 1, 1, 'Placed', '{}')", "('a', 1, 2, 'Paid', '{}')", "('b', 1, 1, 'Placed', '{}')"):
            connection.execute(text(f"INSERT INTO shop_log VALUES {row}"))
        connection.execute(text("INSERT INTO shop_states VALUES ('a', 1, 1, 'Order', '{}')"))
    with engine.connect() as connection:
        found = list(TWO_COLUMNS.find(Layout(connection)))
    assert [each.table.name for each in found] == ["shop_log", "zoo_log"]
    tables = found[0].opened(engine, KnownClasses(), NO_OPTIONS)
    reader = StoreReader(engine, tables)
    assert reader.counts() == Counts(2, 3, 1)
    assert [(each.version, each.type) for each in reader.events("a:1")] == [(1, "Placed"), (2, "Paid")]
    assert [each.type for each in reader.snapshots("a:1")] == ["Order"]
    assert found[1].opened(engine, KnownClasses(), NO_OPTIONS).snapshots is None
    engine.dispose()
