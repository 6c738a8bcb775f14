"""The meaning of questions: each clause against a definition over the list of all states."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.ask.answers import (
    Answer,
    Asked,
    ClauseAnswer,
    Examined,
    TakeAnswer,
    TakeTimes,
    TakeVersions,
    conditions_of_versions,
)
from es_desktop.app.ask.parsing import parse_question
from es_desktop.replay import ABSENT, Exactness
from es_desktop.replay.conditions import Condition
from es_desktop.replay.histories import LOST
from tests.app.ask.naive import Version, counted, history_of, holds, seconds, versions_of

CONDITIONS = (
    *("total > 2", 'status == "a"', "total > 2 and note is None", 'changed("total")', "previous.total < total"),
    *('event == "Paid"', "version > 2", 'event == "Discarded"', "not total", "True", 'lines[0] == 1 or status == "b"'),
)
FRAMES = (
    *("now {}", "ever {}", "never {}", "always {}", "when first {}", "how long ({}) > 5 s", "how long ({}) <= 3 s"),
    *("how often ({}) >= 2 times", "how often ({}) < 2 times", "how often ({}) == 1 times", "how long ({})"),
    *("as of 1970-01-01T00:00:05Z {}", "({}) before Paid", "({}) before (total > 3)"),
)
OTHERS = (
    *("changed total", "changed total from 1 to 3", 'changed status to "b"', "changed note from None"),
    *("Paid before Sent", "sent before PAID", "changed lines[0]"),
)
CLAUSES = st.builds(str.format, st.sampled_from(FRAMES), st.sampled_from(CONDITIONS)) | st.sampled_from(OTHERS)
QUESTIONS = st.lists(CLAUSES, min_size=1, max_size=3).map(lambda parts: parse_question(" and ".join(parts)))
STATES = st.none() | st.fixed_dictionaries(
    {"total": st.integers(0, 4)},
    optional={"status": st.sampled_from("ab"), "note": st.just("x"), "lines": st.lists(st.integers(0, 1), max_size=2)},
)
TIMES = st.none() | st.integers(0, 12).map(float)
EVENTS = st.tuples(st.sampled_from(["Created", "Paid", "Sent", "Discarded"]), TIMES, STATES)
HISTORIES = st.lists(EVENTS, min_size=1, max_size=8).map(versions_of)


def answer_to(text: str, versions: list[Version], **settings: Any) -> Answer:
    found = TakeAnswer(Asked(parse_question(text), **settings))(history_of(versions)).found
    assert isinstance(found, Answer)
    return found


@given(QUESTIONS, HISTORIES, TIMES, st.integers(12, 20).map(float))
def test_a_question_holds_where_its_definition_does(
    question: Any, versions: list[Version], as_of: float | None, end: float
) -> None:
    asked = Asked(question, as_of, end)
    found = TakeAnswer(asked)(history_of(versions))
    until = end if as_of is None else min(end, as_of)
    assert (found.found is not None) == holds(question, counted(versions, as_of), until), question.text
    assert not found.failure


@given(QUESTIONS, HISTORIES, st.sets(st.integers(0, 15).map(float), min_size=1, max_size=6))
def test_a_count_over_time_is_what_is_asked_as_of_each_time(question: Any, versions: list[Version], times: Any) -> None:
    ascending = tuple(sorted(times))
    spans = TakeTimes(Asked(question, None, 12.0), ascending)(history_of(versions)).found or ()
    found = [at for begin, end in spans for at in range(begin, end)]
    asked = [holds(question, counted(versions, time), min(time, 12.0)) for time in ascending]
    assert found == [at for at, is_true in enumerate(asked) if is_true]


@given(QUESTIONS, HISTORIES)
def test_versions_are_those_at_which_all_conditions_about_many_versions_are_true(
    question: Any, versions: list[Version]
) -> None:
    conditions = conditions_of_versions(question)
    found = TakeVersions(Asked(question, None, 12.0))(history_of(versions)).found or ()
    expected = [each.number for each in versions if all(each.meets(condition) for condition in conditions)]
    assert [each.version for each in found] == (expected if holds(question, versions, 12.0) else [])


@given(QUESTIONS)
def test_a_question_goes_to_another_process_and_back(question: Any) -> None:
    assert pickle.loads(pickle.dumps(question)) == question
    take = TakeAnswer(Asked(question, end=100.0))
    here = take(history_of(PAID))
    assert pickle.loads(pickle.dumps(take))(history_of(PAID)) == here


PAID = versions_of(
    [
        ("Created", 10.0, {"total": 0, "status": "open"}),
        ("ItemAdded", 20.0, {"total": 120, "status": "open"}),
        ("ItemRemoved", 30.0, {"total": 90, "status": "open"}),
        ("ItemAdded", 40.0, {"total": 150, "status": "open"}),
        ("Paid", 60.0, {"total": 150, "status": "paid"}),
    ]
)


@pytest.mark.parametrize(
    ("text", "version", "clause"),
    [
        ("ever total > 100", 1, ClauseAnswer(1, 20.0)),
        ("when first total > 130", 3, ClauseAnswer(3, 40.0)),
        ("never total < 0", 4, ClauseAnswer(None, None)),
        ("always total >= 0", 4, ClauseAnswer(None, None)),
        ("now total > 100", 4, ClauseAnswer(4, 60.0)),
        ("as of 1970-01-01T00:00:30Z total > 50", 2, ClauseAnswer(2, 30.0)),
        ("how long total > 100", 1, ClauseAnswer(1, 20.0, seconds=70.0)),
        ('how long status == "open" >= 50 s', 0, ClauseAnswer(0, 10.0, seconds=50.0)),
        ("how often total > 100", 1, ClauseAnswer(1, 20.0, times=2)),
        ("how often total > 100 >= 2", 3, ClauseAnswer(3, 40.0, times=2)),
        ("how often total > 100 > 1", 3, ClauseAnswer(3, 40.0, times=2)),
        ("how often total > 900 < 1", 4, ClauseAnswer(None, None, times=0)),
        ('how often event == "ItemAdded" == 2', 3, ClauseAnswer(3, 40.0, times=2)),
        ('changed status from "open" to "paid"', 4, ClauseAnswer(4, 60.0)),
        ("changed total", 1, ClauseAnswer(1, 20.0)),
        ("itemremoved before Paid", 2, ClauseAnswer(2, 30.0)),
        ("(total > 100) before ItemRemoved", 1, ClauseAnswer(1, 20.0)),
    ],
)
def test_an_answer_leads_to_its_witness(text: str, version: int, clause: ClauseAnswer) -> None:
    found = answer_to(text, PAID, end=100.0)
    assert (found.version, found.time, found.clauses) == (version, PAID[version].time, (clause,))


def test_an_answer_leads_to_what_is_asked_for_first_and_has_the_values_there_and_now() -> None:
    found = answer_to('now status == "paid" and when first total > 100 and never gift', PAID)
    assert (found.version, found.values, found.now) == (
        1,
        {"status": "open", "total": 120, "gift": ABSENT},
        {"status": "paid", "total": 150, "gift": ABSENT},
    )
    chosen = answer_to("ever total > 100", PAID, columns=("status", "lines[0]"), as_of=45.0)
    assert (chosen.values, chosen.now["status"]) == ({"status": "open", "lines[0]": ABSENT}, "open")
    assert (chosen.entity.version, chosen.entity.events, chosen.entity.modified) == (4, 5, 60.0)


def test_the_creation_of_an_entity_changes_no_value() -> None:
    assert TakeAnswer(Asked(parse_question("changed status from None")))(history_of(PAID[:1])).found is None


def test_a_run_that_has_not_ended_lasts_until_the_last_event_of_the_store_or_the_time_that_is_asked() -> None:
    for as_of, end, expected in ((None, 100.0, 40.0), (80.0, 100.0, 20.0), (200.0, 100.0, 40.0)):
        (clause,) = answer_to('how long status == "paid"', PAID, as_of=as_of, end=end).clauses
        assert clause.seconds == expected
    true = [each.meets(Condition('status == "paid"')) for each in PAID]
    assert seconds(true, PAID, 100.0) == 40.0


# States that are not known ------------------------------------------------------------------------------------------


def broken(at: int) -> list[Version]:
    """Return the history with an event that cannot be applied: from there on no state is known."""
    return [
        Version(
            each.number, each.type, each.time, each.state, each.before, each.reached, "odd" if each.number == at else ""
        )
        for each in PAID
    ]


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        ("ever total > 100", True),
        ("ever total > 200", False),
        ("never total > 100", True),
        ("never total > 200", False),
        ("always total > 100", True),
        ("always total >= 0", False),
        ("now total > 100", False),
        ("as of 1970-01-01T00:00:20Z total > 100", True),
        ("as of 1970-01-01T00:00:45Z total > 100", False),
        ("how long total > 100 > 5 s", True),
        ("how long total > 100 > 60 s", False),
        ("how long total > 100 < 5 s", True),
        ("how often total > 100 >= 1", True),
        ("how often total > 100 >= 2", False),
        ("how often total > 100", False),
        ("(total > 100) before (total > 130)", False),
        ("(total > 100) before (total == 90)", True),
        ("Created before Paid", True),
        ('ever event == "Paid"', True),
        ("ever total > 200 and never total > 100", True),
    ],
)
def test_what_is_certain_before_an_event_that_fails_is_an_answer_and_the_rest_a_failure(
    text: str, is_known: bool
) -> None:
    found = TakeAnswer(Asked(parse_question(text), end=100.0))(history_of(broken(3)))
    assert (found.failure == "") == is_known
    if not is_known:
        assert found == Examined("Order", None, "Order 00000000 fails at version 3: odd", found.missing)
    elif found.found is not None:
        assert found.found.exactness is Exactness.BROKEN


def test_what_is_lost_at_the_beginning_leaves_the_last_state_known() -> None:
    lost = [
        Version(
            each.number,
            each.type,
            each.time,
            each.state if each.number > 1 else None,
            each.before,
            each.reached,
            LOST if each.number < 2 else "",
        )
        for each in PAID
    ]
    for text, holds_ in (
        ("now total > 100", True),
        ("ever total > 100", True),
        ("ever total > 200", None),
        ("(total == 90) before Paid", None),
    ):
        found = TakeAnswer(Asked(parse_question(text)))(history_of(lost))
        assert (found.found is not None, bool(found.failure)) == (bool(holds_), holds_ is None), text


def test_a_condition_that_takes_too_much_is_a_failure_of_that_entity() -> None:
    versions = versions_of([("Created", 1.0, {"lines": list(range(1_000))})])
    text = "ever any(sum(lines) > 1e9 for line in lines)"
    found = TakeAnswer(Asked(parse_question(text)))(history_of(versions))
    assert "has a state for which it cannot be evaluated" in found.failure


def test_a_path_that_no_state_has_is_named() -> None:
    for text, missing in (("ever totl > 1", "totl"), ("ever total > 900", ""), ("ever a.b > 1 and now c", "a.b")):
        assert TakeAnswer(Asked(parse_question(text)))(history_of(PAID)).missing == missing
