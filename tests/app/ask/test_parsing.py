"""Questions as a person writes them: which clauses they have, and what is said of those that are wrong."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.ask.parsing import QuestionError, asked_question, parse_question, split_types
from es_desktop.app.ask.question import (
    AmountClause,
    AsOfClause,
    BeforeClause,
    ChangedClause,
    Comparison,
    EventNamed,
    TimeWord,
    asks_events_only,
)
from es_desktop.app.ask.tokens import begins_clause, outer_tokens, time_word_at, with_types
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.times import parse_as_of
from es_desktop.replay.conditions import Condition, ConditionError

CONDITIONS = (
    'status == "open" and total > 100',
    'note == "packed and ever since and never again"',
    "note == 'it''s' or note == \"a 'quoted' and now b\"",
    'note == "\\" and never "',
    '"""and ever""" in note',
    'value("ever") == "and never" and value("as of") == 3',
    "ever == 3 and never == 4 and now in [1, 2]",
    "(ever and (never or always)) and not changed",
    'any(line.price > 9 and line["and ever"] for line in lines if line.now)',
    'changed("total") and previous.now != now',
    "how == long and when == first and of",
    'before == "where" and where[0] > 1',
    "-balance > 3 if version > 2 else event in ['Paid']",
    "0 < total < 100",
    "now.ever.never[1]",
)
"""What stands in conditions, and would end them if it stood outside of quotes, brackets and comparisons."""
FRAMES = ("now {}", "ever {}", "never {}", "always {}", "when first {}", "how often ({}) >= 2", "how long {} > 7 days")


def words(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The words of time of a question, and the conditions of each clause."""
    return [
        (str(each.word), tuple(condition.expression for condition in each.conditions))
        for each in parse_question(text).clauses
    ]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_condition_is_a_question_about_now_as_it_stands(condition: str) -> None:
    (clause,) = parse_question(condition).clauses
    assert (clause.word, clause.conditions, clause.text) == (TimeWord.NOW, (Condition(condition),), condition)


@given(
    st.lists(st.tuples(st.sampled_from(FRAMES), st.sampled_from(CONDITIONS)), min_size=1, max_size=4),
    st.sampled_from(((), ("Order",), ("Order", "Big One"), ("ever", "shop.Order"))),
)
def test_clauses_end_where_the_next_word_of_time_follows(asked: Sequence[tuple[str, str]], types: list[str]) -> None:
    text = " and ".join(frame.format(condition) for frame, condition in asked)
    named = ", ".join(f'"{each}"' for each in types)
    question = parse_question(f"{named} where {text}" if types else text)
    found = [(str(each.word), each.conditions[0].expression.strip("()")) for each in question.clauses]
    assert found == [(frame.split(" {")[0].split(" (")[0], condition.strip("()")) for frame, condition in asked]
    assert question.types == tuple(types)
    assert [clause.text for clause in question.clauses] == [frame.format(condition) for frame, condition in asked]


def test_types_come_first_with_where_or_without() -> None:
    for text in ("Order where total > 3", "Order total > 3", '"Order" where total > 3', "Order where now total > 3"):
        question = parse_question(text)
        assert question.types == ("Order",) and question.conditions == (Condition("total > 3"),)
    assert parse_question("Order, shop.Ticket ever total > 3").types == ("Order", "shop.Ticket")
    assert parse_question('"Big Order", x-y where ever total > 3').types == ("Big Order", "x-y")
    assert parse_question("Order where Paid before Shipped").types == ("Order",)
    assert parse_question("where where where > 3").types == ("where",)
    assert parse_question("where > 3").types == ()


def test_a_condition_without_a_word_of_time_follows_what_ends_by_itself() -> None:
    assert words("Paid before Shipped and total > 3") == [("before", ()), ("now", ("total > 3",))]
    assert words("how long gift > 2 h and total > 3") == [("how long", ("gift",)), ("now", ("total > 3",))]
    assert [word for word, _ in words('changed status to "paid" and total > 3')] == ["changed", "now"]
    assert words("total > 3 and ever gift") == [("now", ("total > 3",)), ("ever", ("gift",))]


@pytest.mark.parametrize(
    ("text", "condition", "comparison"),
    [
        ('how long status == "open" > 7 days', 'status == "open"', Comparison(">", 604_800, "7 days")),
        ("how long total > 100 >= 1.5 h", "total > 100", Comparison(">=", 5_400, "1.5 h")),
        ("how long gift < 1 d 2 h 3 m 4s", "gift", Comparison("<", 93_784, "1 d 2 h 3 m 4s")),
        ("how long gift<=2weeks", "gift", Comparison("<=", 1_209_600, "2weeks")),
        ("how long total > 100", "total > 100", None),
        ('how long note == "> 7 days"', 'note == "> 7 days"', None),
        ('how often status == "open" >= 2', 'status == "open"', Comparison(">=", 2, "2")),
        ("how often total > 100", "total > 100", None),
        ("how often total > 100 > 2", "total > 100", Comparison(">", 2, "2")),
        ("how often 0 < total < 100", "0 < total < 100", None),
        ("how often 0 < total < 100 == 3", "0 < total < 100", Comparison("==", 3, "3")),
        ('how often "x" in tags >= 2', '"x" in tags', Comparison(">=", 2, "2")),
        ("how often gift and total > 100", "gift and total > 100", None),
        ("how often gift and total > 100 != 2", "gift and total > 100", Comparison("!=", 2, "2")),
        ("how often gift and total > 2 times", "gift and total", Comparison(">", 2, "2")),
        ("how often (gift) >= 2", "(gift)", Comparison(">=", 2, "2")),
        ("how often (gift or total) < 2", "(gift or total)", Comparison("<", 2, "2")),
        ("how often gift >= 2", "gift >= 2", None),
        ("how often (total + 1) >= 2", "(total + 1) >= 2", None),
        ('how often changed("status") >= 2', 'changed("status")', Comparison(">=", 2, "2")),
    ],
)
def test_an_amount_is_compared_at_the_end_of_its_clause(
    text: str, condition: str, comparison: Comparison | None
) -> None:
    (clause,) = parse_question(text).clauses
    assert isinstance(clause, AmountClause)
    assert (clause.condition.expression, clause.comparison) == (condition, comparison)


@pytest.mark.parametrize(
    ("text", "path", "before", "after"),
    [
        ("changed status", "status", None, None),
        ('changed status from "open" to "paid"', "status", "open", "paid"),
        ("changed status to 'and ever' from None", "status", None, "and ever"),
        ("changed lines[0].price from -1.5 to 3", "lines[0].price", -1.5, 3),
        ('changed "first name" to True', "first name", None, True),
        ('changed prices["1.5"] to 2', 'prices["1.5"]', None, 2),
        ('changed "from" from 1 to 2', "from", 1, 2),
    ],
)
def test_a_change_has_a_path_and_what_it_was_and_became(text: str, path: str, before: object, after: object) -> None:
    (clause,) = parse_question(text).clauses
    assert isinstance(clause, ChangedClause)
    found = [None if each is None else each.value for each in (clause.before, clause.after)]
    assert (clause.path, found) == (path, [before, after])
    assert parse_question(text).paths == (path,)


def test_an_order_is_of_event_types_and_conditions_in_brackets() -> None:
    (clause,) = parse_question('shop.Paid before (status == "shipped and before x")').clauses
    assert isinstance(clause, BeforeClause)
    assert clause.operands == (EventNamed("shop.Paid"), Condition('status == "shipped and before x"'))
    question = parse_question('(total > 3) before "Sent off" and Paid before Shipped and never before after')
    assert question.event_types == ("Sent off", "Paid", "Shipped", "never", "after")
    assert {each.word for each in question.clauses} == {TimeWord.BEFORE}


@pytest.mark.parametrize("typed", ["2026-03-01", '"2026-03-01"', "2026-03-01T12:30", "2026-03-01 12:30+02:00"])
def test_a_time_is_one_word_a_date_with_a_time_or_in_quotes(typed: str) -> None:
    first, second = parse_question(f"as of {typed} total > 50 and ever gift").clauses
    assert isinstance(first, AsOfClause) and first.time == parse_as_of(typed.strip('"'))
    assert (first.condition, second.word) == (Condition("total > 50"), TimeWord.EVER)


def test_a_word_of_time_can_be_given_to_the_bare_condition() -> None:
    assert [each.word for each in parse_question("total > 3", TimeWord.EVER).clauses] == [TimeWord.EVER]
    first, second = parse_question("Order where total > 3 and never gift", TimeWord.FIRST).clauses
    assert (first.word, second.word) == (TimeWord.FIRST, TimeWord.NEVER)
    with pytest.raises(QuestionError, match="says never already"):
        parse_question("never gift", TimeWord.EVER)


def test_conditions_on_events_alone_are_asked_of_every_version() -> None:
    assert asks_events_only(Condition('event == "Discarded"')) and asks_events_only(Condition("version > 3"))
    assert not any(
        asks_events_only(Condition(each))
        for each in ("True", 'event == "Paid" and total', 'changed("total") and event')
    )


@pytest.mark.parametrize(
    ("text", "column", "reason", "hint"),
    [
        ("total >", 7, "invalid syntax", "Write it as in Python"),
        ("total = 3", 6, "invalid syntax", "Compare with =="),
        ("lne(lines) > 3", 0, "there is no function lne", "There are len"),
        ("changed(x)", 0, "changed takes one path", "Such as changed"),
        ('status equals "paid"', 7, "invalid syntax", "Write it as in Python"),
        ("", None, "the condition is empty", "Write it"),
        ("ever total >", 12, "invalid syntax", "Write it"),
        ("ever total > 3 and never total = 3", 31, "invalid syntax", "Compare with =="),
        ("Order where", 11, "there is no condition after where", "Such as"),
        ("ever total > 3 and", 18, "there is no condition after and", "Such as"),
        ("ever gift and never", 19, "there is no condition after never", "Such as"),
        ("ever a or never b", 7, "a question has no or between its clauses", "inside a condition"),
        ("ever never total > 3", 5, "never is a second one", "the other after and"),
        ("how often changed total > 2", 10, "changed is a second one", 'changed("total")'),
        ("changed status to paid", 18, "paid is no value", 'to "paid"'),
        ("changed status to true", 18, "true is no value", "Write True"),
        ("changed status to", 17, "there is no value after to", "Such as"),
        ('changed status from "a" from "b"', 24, "two values after from", "Leave one"),
        ("changed status foo", 15, "foo cannot stand here", "from"),
        ('changed "a..b"', 8, "", "Such as: changed"),
        ('how long status == "open" > 7', 28, "7 has no unit of time", "days"),
        ("how long gift > 3 months", 18, "months is no unit of time", "weeks"),
        ("how long gift == 3 h", 14, "never exactly so long", ">="),
        ("as of tomorrow total > 1", 6, "no date or time", "2025-05-02"),
        ("as of", 5, "there is no time after as of", "Such as"),
        ("as of 2026-03-01", 16, "there is no condition", "Such as"),
        ("Paid before", 11, "nothing after before", "in brackets"),
        ("Paid before Shipped or Sent", 20, "or cannot stand here", "and"),
        ("(total >) before Paid", 8, "invalid syntax", "Write it"),
        ("ever (total > 3", 5, "was never closed", "Write it"),
    ],
)
def test_an_error_says_what_is_wrong_where_and_what_to_write(
    text: str, column: int | None, reason: str, hint: str
) -> None:
    with pytest.raises(ConditionError) as raised:
        parse_question(text)
    error = raised.value
    assert reason in error.text and hint in error.hint and error.column == column
    assert error.expression == text
    assert error.marked.startswith(text)
    with pytest.raises(UserError) as shown:
        asked_question(text)
    assert (f"at column {column + 1}" if column is not None else error.text) in shown.value.text


def test_a_question_has_limits() -> None:
    for text, reason in ((" and ".join(["ever gift"] * 21), "more than 20 clauses"), ("ever x" * 2_000, "longer than")):
        with pytest.raises(QuestionError, match=reason):
            parse_question(text)


PARTS = (
    *(
        "and",
        "or",
        "ever",
        "never",
        "as of",
        "how long",
        "how often",
        "changed",
        "from",
        "to",
        "before",
        "where",
        "now",
    ),
    *("Order", "total", "when first", "always", "not", "in", "days", "3", ">", "==", ".", ",", "-", "2026-03-01"),
    *('"', "'", "(", ")", "[", "]", " ", " ", "\n", "\\", "é", "\x00"),
)
TEXTS = st.lists(st.sampled_from(PARTS), max_size=16).map(" ".join) | st.lists(st.sampled_from(PARTS)).map("".join)


@given(TEXTS | st.text(max_size=30))
def test_any_text_is_a_question_or_an_error_with_a_place_in_it(text: str) -> None:
    try:
        question = parse_question(text)
    except ConditionError as error:
        assert error.text and "\n" not in error.text
        assert error.column is None or 0 <= error.column <= len(error.expression)
    else:
        assert question.clauses and parse_question(question.text).clauses == question.clauses


def test_words_of_time_are_names_where_a_condition_goes_on() -> None:
    for text in (
        "ever == 3",
        "never in x",
        "now.a",
        "always[0]",
        "ever not in x",
        "changed == 3",
        'changed("a")',
        "now or x",
    ):
        assert time_word_at(outer_tokens(text), 0) is None, text
    for text in ("ever x", "never not x", "now (x)", 'always "a" in x', "ever -x > 3", "changed x", "how long == 3"):
        assert begins_clause(outer_tokens(text), 0), text


@pytest.mark.parametrize(
    ("text", "types", "clauses"),
    [
        ("Order where total > 1", ("Order",), "total > 1"),
        ('Order, "Gift card" where ever total > 1', ("Order", "Gift card"), "ever total > 1"),
        ("Order where ", ("Order",), ""),
        ("Order total >", ("Order",), "total >"),
        ("total > 1", (), "total > 1"),
        ("total i", (), "total i"),
        ("Ordr where total > 1", (), "Ordr where total > 1"),
        ('"Order', (), '"Order'),
        ("", (), ""),
    ],
)
def test_the_types_are_split_from_a_question_that_may_be_unfinished(
    text: str, types: tuple[str, ...], clauses: str
) -> None:
    assert split_types(text, ("Order", "Gift card", "now")) == (types, clauses)


def test_a_question_with_other_types_names_them_so_that_they_are_read() -> None:
    assert with_types((), "total > 1") == "total > 1"
    for types in (("Order",), ("Gift card", "Order"), ("in", "now"), ("a.b",), ('say "x"',)):
        assert parse_question(with_types(types, "total > 1")).types == types
