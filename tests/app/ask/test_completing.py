"""What may be written next in a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.ask.completing import Completion, completions
from es_desktop.app.ask.parsing import parse_question
from es_desktop.replay.conditions import ConditionError
from tests.app.ask.test_parsing import TEXTS

TIMES = ["now", "as of", "ever", "never", "always", "when first", "how long", "how often", "changed"]
PATHS = ["status", "total", "lines", "address.city"]


def offered(text: str, cursor: int | None = None) -> list[Completion]:
    return completions(
        text,
        len(text) if cursor is None else cursor,
        types=["Order", "Big Account"],
        paths=PATHS,
        values={"status": ["open", 'pa"id'], "total": [3, 4.5], "address.city": ["Porto"]},
        events=["Created", "Paid", "Sent off"],
    )


def words(text: str) -> list[str]:
    return [each.word for each in offered(text)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("", ["Order", '"Big Account"', *TIMES, *PATHS]),
        ("Order ", TIMES),
        ("Order where ", [*TIMES, *PATHS]),
        ("Order where ever total > 100 and ", [*TIMES, *PATHS]),
        ("Order where ever total > 100 and n", ["now", "never", "not"]),
        ("ever ", PATHS),
        ("ever not ", PATHS),
        ("ever st", ["status"]),
        ("ever address.c", ["address.city"]),
        ("ever status ", ["==", "!=", ">"]),
        ("ever status ==", ['"open"', '"pa\\"id"', "total"]),
        ('ever status == "o', ['"open"']),
        ("ever address.city == ", ['"Porto"', "status"]),
        ("ever (status == ", ['"open"']),
        ("ever any(", PATHS),
        ('ever status == "paid" ', ["and", "or"]),
        ('how long status == "open" ', ["> 7 days", "< 1 h", "and"]),
        ('how often status == "open" ', [">= 2", "and"]),
        ("how ", ["how long", "how often"]),
        ("how l", ["how long"]),
        ("when", ["when first"]),
        ("changed ", PATHS),
        ("changed status ", ["from", "to", "and"]),
        ("changed status from ", ['"open"', '"pa\\"id"']),
        ('changed status from "open" ', ["to", "and"]),
        ("as of ", ["2026-03-01"]),
        ("as of 2026-03-01 ", PATHS),
        ("Paid ", ["before"]),
        ("Paid before ", ["Created", "Paid", '"Sent off"']),
    ],
)
def test_what_may_follow_is_offered_the_likeliest_first(text: str, first: list[str]) -> None:
    assert words(text)[: len(first)] == first


def test_a_completion_replaces_what_is_begun_before_the_cursor() -> None:
    text = "Order where ev total > 100"
    found, *_ = offered(text, len("Order where ev"))
    assert found == Completion("ever", "true at any version", "ever total > 100", len("Order where "))
    (value,) = offered('ever status == "op')
    assert (value.word, value.start, value.meaning) == ('"open"', len("ever status == "), "a value of status")


def test_every_example_of_a_word_of_time_is_a_question() -> None:
    for each in offered("Order where ")[: len(TIMES)]:
        assert parse_question(each.example).clauses[0].word == each.word
        assert each.meaning and each.example.startswith(each.word)


@given(TEXTS | st.text(max_size=20), st.integers(-1, 40))
def test_there_are_completions_or_none_at_any_place_of_any_text(text: str, cursor: int) -> None:
    for each in offered(text, cursor):
        assert each.word and each.meaning and 0 <= each.start <= max(0, min(cursor, len(text)))


@given(st.data())
def test_words_that_are_chosen_one_after_another_end_in_a_question(data: st.DataObject) -> None:
    text = ""
    for _ in range(12):
        found = [each for each in offered(text) if each.word not in ("any", "all", "len", "sum", "previous", "changed")]
        text += data.draw(st.sampled_from(found)).word + " " if found else "3 "
    try:
        parse_question(text)
    except ConditionError as error:
        assert error.hint or error.text
