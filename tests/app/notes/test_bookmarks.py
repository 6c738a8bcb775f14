"""Bookmarks beside their entities: one order, what is gone, and the way from one to the next."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.notes.notebook import Bookmark, BookmarkRow, bookmark_rows, next_bookmark
from es_desktop.core import EntityId

ORDER = EntityFacts(
    id=UUID("5f2c91d0-9c1e-4a4e-8a77-0d5f7c1b2a3e"),
    type="Order",
    topic="shop#Order",
    version=9,
    events=10,
    snapshots=0,
    created=10.0,
    modified=90.0,
    discarded=False,
)
ACCOUNT = replace(ORDER, id=UUID(int=7), type="account", version=3, events=4)
TICKET = replace(ORDER, id="ticket-1", type="Ticket", version=5, events=6)
STORE: dict[EntityId, EntityFacts] = {each.id: each for each in (ORDER, ACCOUNT, TICKET)}
VERSIONS = range(10)


def mark(entity: EntityFacts, version: int | None = None, note: str = "") -> Bookmark:
    return Bookmark(str(entity.id), version, note)


def rows_of(*bookmarks: Bookmark) -> list[BookmarkRow]:
    return bookmark_rows(bookmarks, STORE)


def at(row: BookmarkRow | None) -> tuple[str, int | None] | None:
    return None if row is None else row.bookmark.key


# In one order ---------------------------------------------------------------------------------------------------------


def test_bookmarks_are_sorted_by_entity_and_version() -> None:
    bookmarks = [mark(TICKET), mark(ORDER, 8), mark(ACCOUNT, 2), mark(ORDER), mark(ORDER, 0)]
    results = [(each.entity and each.entity.type, each.bookmark.version) for each in rows_of(*bookmarks)]
    assert results == [("account", 2), ("Order", None), ("Order", 0), ("Order", 8), ("Ticket", None)]


def test_what_the_store_has_no_more_is_gone() -> None:
    there, beyond, nobody = bookmark_rows([mark(ORDER, 9), mark(ORDER, 10), Bookmark("nobody", 0)], STORE)
    assert (there.is_gone, there.entity) == (False, ORDER)
    assert (beyond.is_gone, beyond.entity) == (True, ORDER)
    assert (nobody.is_gone, nobody.entity) == (True, None)


def test_nothing_is_gone_before_the_store_was_read() -> None:
    (row,) = bookmark_rows([mark(ORDER, 3)], None)
    assert (row.entity, row.is_gone, row.title) == (None, False, "5f2c91d0 · event 3")


def test_a_text_that_looks_like_a_uuid_finds_the_entity_whichever_of_both_its_id_is() -> None:
    text = str(ORDER.id)
    written = replace(ORDER, id=text)
    assert bookmark_rows([mark(ORDER)], {ORDER.id: ORDER})[0].entity == ORDER
    assert bookmark_rows([mark(ORDER)], {text: written})[0].entity == written


@pytest.mark.parametrize(
    ("bookmark", "title"),
    [(mark(ORDER, 1234), "Order 5f2c91d0 · event 1,234"), (mark(TICKET), "Ticket ticket-1 · the entity")],
)
def test_a_bookmark_has_a_title(bookmark: Bookmark, title: str) -> None:
    assert rows_of(bookmark)[0].title == title


@pytest.mark.parametrize(("note", "line"), [("", ""), ("  \n\n odd \nmore", "odd"), ("one", "one")])
def test_the_headline_of_a_note_is_its_first_line_with_text(note: str, line: str) -> None:
    assert Bookmark("a", note=note).headline == line


# One after another ----------------------------------------------------------------------------------------------------


def test_the_marks_of_the_entity_come_first_and_then_those_of_the_next() -> None:
    rows = rows_of(mark(ACCOUNT, 1), mark(ORDER), mark(ORDER, 2), mark(ORDER, 7), mark(TICKET))
    assert at(next_bookmark(rows, ORDER, VERSIONS, 0, 1)) == mark(ORDER, 2).key
    assert at(next_bookmark(rows, ORDER, VERSIONS, 2, 1)) == mark(ORDER, 7).key
    assert at(next_bookmark(rows, ORDER, VERSIONS, 7, 1)) == mark(TICKET).key
    assert at(next_bookmark(rows, ORDER, VERSIONS, 7, -1)) == mark(ORDER, 2).key
    assert at(next_bookmark(rows, ORDER, VERSIONS, 2, -1)) == mark(ACCOUNT, 1).key
    assert next_bookmark(rows, TICKET, VERSIONS, 5, 1) is None
    assert next_bookmark(rows, ACCOUNT, VERSIONS, 1, -1) is None


def test_one_gets_on_from_an_entity_without_a_mark_and_past_what_is_gone() -> None:
    rows = rows_of(mark(ACCOUNT, 1), mark(ORDER, 99), Bookmark("nobody"), mark(TICKET, 2))
    assert at(next_bookmark(rows, ORDER, VERSIONS, 5, 1)) == mark(TICKET, 2).key
    assert at(next_bookmark(rows, ORDER, VERSIONS, 5, -1)) == mark(ACCOUNT, 1).key


def test_a_mark_on_an_event_that_is_missing_does_not_hold_one_up() -> None:
    rows = rows_of(mark(ORDER, 4), mark(TICKET))
    gap = [version for version in VERSIONS if version != 4]
    assert at(next_bookmark(rows, ORDER, gap, 3, 1)) == mark(TICKET).key


MARKS = st.sets(
    st.tuples(st.sampled_from(list(STORE.values())), st.none() | st.integers(0, 12)), min_size=1, max_size=12
)


@given(MARKS, st.sampled_from([1, -1]))
def test_each_existing_bookmark_is_visited_once_in_both_directions(
    marks: set[tuple[EntityFacts, int | None]], direction: int
) -> None:
    """A walk ends; it leaves out only the mark on an entity that has marked events as well."""
    rows = rows_of(*(mark(entity, version) for entity, version in marks))
    walked = []
    end = replace(ORDER, type="" if direction > 0 else "\U0010ffff", id="")
    entity, version = end, 0
    while (row := next_bookmark(rows, entity, range(entity.version + 1), version, direction)) is not None:
        assert row.entity is not None
        walked.append(row.bookmark.key)
        entity = row.entity
        version = entity.version if row.bookmark.version is None else row.bookmark.version
    there = [each for each in rows if not each.is_gone]
    with_events = {each.bookmark.entity for each in there if each.bookmark.version is not None}
    stops = [
        each.bookmark.key
        for each in there
        if each.bookmark.version is not None or each.bookmark.entity not in with_events
    ]
    assert walked == stops[::direction]
