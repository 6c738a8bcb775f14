"""Table maps: read from TOML, written back, guessed, tried, and kept by the store."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.runtime.errors import StoreRefused, UserError
from es_desktop.app.store.opening import MapFolder, Opener
from es_desktop.app.store.table_maps import Sampled, guess_map, map_from_toml, map_to_toml, read_map
from es_desktop.stores import NO_OPTIONS, ColumnMap, OpenOptions
from es_desktop.stores.columnmap import TIME_UNITS, Constant, Join, JsonField, Template
from tests.strangers import EVENTS, MAP, make_file

names = st.text(min_size=1).filter(lambda text: not any(0xD800 <= ord(letter) < 0xE000 for letter in text))
maybe = st.none() | names
sources = st.one_of(
    names,
    st.builds(Template, names),
    st.builds(Constant, names),
    st.builds(JsonField, names, st.lists(names, min_size=1).map(tuple), st.just(True)),
)
parts = st.none() | sources
values = st.dictionaries(names, names | st.integers(0, 9))
joins = st.builds(Join, names, st.dictionaries(names, names, min_size=1), only=values, is_optional=st.booleans())
more = {"joins": st.dictionaries(names, joins), "only": values, "time_unit": st.sampled_from(["", *TIME_UNITS])}
snapshot_maps = st.builds(ColumnMap, names, sources, sources, sources, time=parts, **more)
table_maps = st.builds(
    ColumnMap, names, sources, sources, parts, parts, parts, parts, st.none() | snapshot_maps, **more
)


@pytest.fixture
def store(tmp_path: Path) -> str:
    return str(make_file(tmp_path / "shop.db"))


def tables_of(store: str) -> Sequence[Sampled]:
    """What is seen of the tables of a store that wants a map."""
    with pytest.raises(StoreRefused) as refused:
        Opener().open(store)
    assert refused.value.wants == "table map"
    return refused.value.tables


@given(table_maps)
def test_what_is_written_is_read_again(table_map: ColumnMap) -> None:
    assert map_from_toml(map_to_toml(table_map)) == table_map


@pytest.mark.parametrize(
    ("text", "results"),
    [
        ("[events", "cannot be read as TOML"),
        ("table = 'log'", "a table [events]"),
        ("events = 3", "a table [events]"),
        ("[events]\ntable = 'log'", "does not say which is the stream, the payload"),
        ("[events]\ntable = 'a'\nstream = 'b'\npayload = 'c'\ncolour = 'd'", "what is not known: colour"),
        ("[events]\ntable = 'a'\nstream = 'b'\npayload = 3", "has no name for the payload"),
        ("[events]\ntable = 'a'\nstream = {column = 'b'}\npayload = 'c'", "has no name for the stream"),
        ("[events]\ntable = 'a'\nstream = 'b'\npayload = 'c'\njoins = {d = {table = 'e'}}", "a join without"),
        ("[events]\ntable = 'a'\nstream = 'b'\npayload = 'c'\ntime_unit = 'h'", "a time_unit that is none of s, ms"),
        ("[events]\ntable = 'a'\nstream = 'b'\npayload = 'c'\nonly = {d = 1.5}", "a value in only"),
        ("[events]\ntable = 'a'\nstream = 'b'\npayload = 'c'\n[snapshots]\ntable = 's'", "snapshots does not say"),
    ],
)
def test_a_file_that_is_not_a_map_is_reported(text: str, results: str) -> None:
    with pytest.raises(UserError) as caught:
        map_from_toml(text)
    assert results in caught.value.text
    assert caught.value.hint


def test_a_missing_map_is_reported(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        read_map(tmp_path / "map.toml")


def test_the_first_guess_is_right(store: str) -> None:
    assert guess_map(tables_of(store)) == map_from_toml(MAP)


def test_the_guess_takes_what_values_allow(tmp_path: Path) -> None:
    path = tmp_path / "audit.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TABLE audit_events (id INTEGER PRIMARY KEY, event_id TEXT, entity_id TEXT, entity_type TEXT, "
            "version INTEGER, name TEXT, created REAL, details BLOB, type INTEGER)"
        )
        rows = [(f"e{n}", f"c{n % 2}", "Cart", n // 2, "Added", 1.7e9 + n, b'{"n": 1}', 5) for n in range(6)]
        connection.executemany(
            "INSERT INTO audit_events (event_id, entity_id, entity_type, version, name, created, details, type) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        connection.commit()
    found = guess_map(tables_of(str(path)))
    assert found == ColumnMap("audit_events", "entity_id", "details", "version", "name", "created", "entity_type")


def test_tables_without_events_make_no_guess(tmp_path: Path) -> None:
    path = tmp_path / "songs.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT, seconds INTEGER)")
        connection.execute("INSERT INTO songs VALUES ('Ode', 200)")
        connection.commit()
    assert guess_map(tables_of(str(path))) is None


def test_a_preview_shows_the_first_events_as_they_would_be_read(store: str) -> None:
    rows = Opener().preview(store, NO_OPTIONS, map_from_toml(MAP))
    assert len(rows) == EVENTS
    assert (rows[0].stream, rows[0].version, rows[0].entity, rows[0].type) == ("Order-1", "0", "Order", "OrderPlaced")
    assert rows[0].payload == "total=0, nr=0"
    assert not any(row.is_broken for row in rows)
    assert all(
        row.is_broken for row in Opener().preview(store, NO_OPTIONS, replace(map_from_toml(MAP), payload="what"))
    )


@pytest.mark.parametrize(
    ("change", "results"),
    [
        ({"version": "what"}, "a version is a whole number of at most 18 digits, and 'OrderPlaced' is none"),
        ({"stream": "what"}, "have the version"),
        ({"payload": "nowhere"}, "has no column nowhere"),
    ],
)
def test_a_preview_says_why_no_history_can_be_read(store: str, change: dict[str, str], results: str) -> None:
    with pytest.raises(UserError) as caught:
        Opener().preview(store, NO_OPTIONS, replace(map_from_toml(MAP), **change))
    assert results in caught.value.text


def test_a_map_is_kept_for_the_store_and_used_again(store: str, tmp_path: Path) -> None:
    opener = Opener(maps=MapFolder(tmp_path / "maps"))
    with pytest.raises(StoreRefused):
        opener.open(store)
    opener.open(store, OpenOptions(table_map=map_from_toml(MAP))).close()
    with pytest.raises(StoreRefused):
        opener.open(store)
    opener.open(store, OpenOptions(table_map=map_from_toml(MAP), keeps_map=True)).close()
    with closing(opener.open(store)) as session:
        assert session.facts().events == EVENTS
        assert "Mapped tables" in session.why_read_only
        assert read_map(MapFolder(tmp_path / "maps").path_of(session.absolute_name)) == map_from_toml(MAP)


def test_the_map_of_the_reference_has_all_the_words() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "column-maps.md"
    (toml,) = re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    assert map_from_toml(toml) == ColumnMap(
        "sales.log",
        stream=Template("{tenant}/{order_no}"),
        payload="body",
        version=JsonField("body", ("meta", "version"), is_number=True),
        type="kind.name",
        time="at",
        time_unit="us",
        entity=Constant("Order"),
        only={"channel": "event"},
        joins={"kind": Join("kinds", {"kind_id": "id"})},
        snapshots=ColumnMap("sales.states", Template("{tenant}/{order_no}"), "state", "seq"),
    )
