"""The words that a list was searched for are found in its texts as the index finds them."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.search.found_words import beginning_found, from_found, parts_found, words_found
from es_desktop.index.events import match_expression
from es_desktop.system.text_match import folded


def marked(typed: str, text: str) -> str:
    """The text with brackets around what is found in it."""
    found = words_found(typed)
    assert found is not None
    for start, end in reversed(found(text)):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("vase", "name Blue [vase] · note no [Vase]s"),
        ("zoe", "owner [ZOË]"),
        ("Zoe\N{COMBINING DIAERESIS}", "owner [Zoë] Krämer"),
        ("kramerei", "owner [Kra\N{COMBINING DIAERESIS}merei] am Markt"),
        ("ΣΊΣΥΦΟΣ", "who [σίσυφος]"),
        ("153.60", "amount [153.60] · fee 153.6"),
        ("blue va", "[blue] [va]se, [va], Eva"),
        ('"blue va" x', "blue vase · [blue va] · [x]"),
        ("va blue", "vase [blue]s · [va], Eva"),
        ("東京", "city [東京]都"),
        ("\N{PARTY POPPER} hi", "\N{PARTY POPPER} [hi]"),
        ("note", "[note] call back"),
        ("strasse", "at [Straße] 1"),
        ("STR", "at [Str]aße 1"),
        ("istanbul", "[\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}stanbul]"),
        ("nowhere", "note call back"),
    ],
)
def test_words_are_marked_whatever_their_case_and_accents(typed: str, text: str) -> None:
    assert marked(typed, text.replace("[", "").replace("]", "")) == text


def test_nothing_is_marked_where_no_word_is_asked_for() -> None:
    assert words_found(" - ") is None
    assert parts_found([""]) is None
    assert beginning_found("") is None


LETTERS = st.text("aAäÄßŞsSéÉ1.- \"'_", max_size=12)


@given(LETTERS, LETTERS)
def test_a_text_has_a_mark_if_the_index_finds_it(typed: str, text: str) -> None:
    found, expression = words_found(typed), match_expression(typed)
    assert (found is None) == (not expression)
    if found is None:
        return
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE VIRTUAL TABLE words USING fts5(text, tokenize = 'unicode61 remove_diacritics 2')")
        connection.execute("INSERT INTO words VALUES (?)", [folded(text)])
        rows = connection.execute("SELECT text FROM words WHERE words MATCH ?", [expression]).fetchall()
    connection.close()
    if rows:
        assert found(text)
    elif " " not in typed.strip():  # of several words, one that is there is marked all the same
        assert not found(text) or '"' in typed or "'" in typed


def test_parts_and_the_beginning_of_an_id_are_found_too() -> None:
    parts, beginning = parts_found(["AR", "kt"]), beginning_found("D23F-08")
    assert parts is not None and beginning is not None
    assert parts("Krämerei am Markt") == [(13, 17)]
    assert [beginning(each) for each in ("d23f0824", "d23f-0824", "d23", "e23f")] == [[(0, 6)], [(0, 7)], [(0, 3)], []]


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (30, "…7 · address.place.city Porto · zip 1"),
        (22, "…place.city Porto · zip 1"),
        (14, "…city Porto · zip 1"),
        (8, "…Porto · zip 1"),
        (3, "…Porto · zip 1"),
    ],
)
def test_words_before_give_way_to_the_word_that_was_found(room: int, shown: str) -> None:
    text = "customer Ann · street 7 · address.place.city Porto · zip 1"
    start = text.index("Porto")
    place = (start, start + len("Porto"))
    assert from_found(text, place, lambda part: len(part) <= room) == shown
