"""What may be written next in a statement of SQL."""

from __future__ import annotations

import pytest

from es_desktop.app.ask.sql_completing import sql_completions


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("SELECT * FROM ev", "events"),
        ("SELECT * FROM ", "entities"),
        ("SELECT before_n", "before_number"),
        ("SELECT id FROM snapshots ORDER BY ti", "time"),
        ("sel", "SELECT"),
        ("SELECT * FROM Ord", '"Order"'),  # without quotes it is a word of SQL
        ('SELECT * FROM "a', '"a type"'),
        ("SELECT * FROM \"Order\" WHERE status = 'cancelled' ORDER BY mod", "modified"),
        ("SELECT * FROM events WHERE type = 'Pa", None),
        ('SELECT * FROM "Order"', None),
        ("SELECT 12", None),
    ],
)
def test_the_likeliest_word_comes_first(text: str, first: str | None) -> None:
    found = sql_completions(text, len(text), ["Order", "a type"])
    if first is None:
        assert not [each for each in found if each.start < len(text)]
    else:
        assert found[0].word == first


def test_it_replaces_what_is_typed_of_the_word() -> None:
    text = 'SELECT * FROM "Order" WHERE mod > 3'
    at = text.index(" > 3")
    (found,) = (each for each in sql_completions(text, at) if each.word == "modified")
    assert text[found.start : at] == "mod" and found.meaning.startswith("when its last event")
