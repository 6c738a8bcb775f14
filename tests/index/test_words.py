"""Search texts, and the events that they find."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from es_desktop.index.database import TABLES
from es_desktop.index.events import match_expression
from es_desktop.index.folding import searched_text
from es_desktop.system.text_match import folded

CREATE = next(statement for statement in TABLES.split(";\n") if "VIRTUAL TABLE words" in statement)


@contextmanager
def words_of(*texts: str | bytes | None) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(CREATE)
        kept = [folded(each) if isinstance(each, str) else each for each in texts]
        connection.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", enumerate(kept))
        yield connection


def finds(connection: sqlite3.Connection, text: str) -> list[int]:
    rows = connection.execute("SELECT rowid FROM words WHERE words MATCH ? ORDER BY 1", [match_expression(text)])
    return [number for (number,) in rows]


PAYLOADS = (
    '"customer":"Zoë Nowak","city":"Kraków","price":{"__decimal__":"153.60"}',
    '"customer":"Mei Tanaka","mail":"mei@tanaka.jp","price":{"__decimal__":"60.153"},"note":"AND so on"',
    '"sku":"TEA-7","name":"teapot","quantity":12',
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nowak", [0]),
        ("NOWAK", [0]),
        ("now", [0]),
        ("now zoë", []),
        ("zoe nowak", [0]),
        ("krakow", [0]),
        ("customer", [0, 1]),
        ("customer mei", [1]),
        ("mei customer", [1]),
        ("153.60", [0]),
        ("60.153", [1]),
        ("153", [0, 1]),
        ("mei@tanaka.jp", [1]),
        ("mei@tan", [1]),
        ("tea", [2]),
        ("tea-7", [2]),
        ("tea-", [2]),
        ('"tea"', [2]),
        ('"teap"', []),
        ('"so on"', [1]),
        ('"on so"', []),
        ('"so o', []),
        ("so on", [1]),
        ("AND", [1]),
        ("and OR not", []),
        ("__decimal__", [0, 1]),
        ("quantity:12", [2]),
        ('"quantity":12', [2]),
        ("1", [0, 1, 2]),
        ("NEAR(", []),
        ("tea*", [2]),
        ("^tea", [2]),
        ('nowak "', [0]),
        ("nowak ''", [0]),
    ],
)
def test_a_search_text_finds(text: str, found: list[int]) -> None:
    with words_of(*PAYLOADS) as connection:
        assert finds(connection, text) == found


@pytest.mark.parametrize("text", ["", "  ", '"', '""', "!?", "' -", "\x00"])
def test_without_a_word_there_is_no_expression(text: str) -> None:
    assert match_expression(text) == ""


anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(anything | st.text(alphabet='ab1" *-.:()^\\', max_size=20))
@example("²½")
@example("a\x00b")
@example("\u0345")
@example('a"b')
def test_any_text_can_be_searched_and_is_found(text: str) -> None:
    expression = match_expression(text)
    payload = json.dumps({"before": "b", "note": text, "after": "a"}, ensure_ascii=False)
    with words_of(payload, text, "nothing") as connection:
        if expression:
            assert 1 in finds(connection, text)


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ('{"note":"first\\nsecond"}', ["first", "second"]),
        ('{"who":"Zo\\u00eb \\ud83c\\udf89 Ng"}', ["zoe", "ng"]),
        ('{"street":"Stra\u00dfe"}', ["strasse", "STRASSE", "stra\u00dfe"]),
        ('{"path":"C:\\\\new"}', ["new"]),
        ("C:\\new", ["new"]),
        ("caf\u00e9 \\u00e9", ["cafe", "u00e9"]),
    ],
)
def test_a_payload_is_searched_as_it_is_shown(payload: str, words: list[str]) -> None:
    with words_of(searched_text(payload.encode())) as connection:
        assert [finds(connection, each) for each in words] == [[0]] * len(words)


def test_a_payload_that_is_no_text_is_searched_as_far_as_it_is_one() -> None:
    assert searched_text(None) is None
    with words_of(searched_text(b"tea \xff pot")) as connection:
        assert finds(connection, "pot") == [0]
