"""``find`` on the command line with questions to whole histories."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.altering import alter_event
from tests.app.storing import rows, sql
from tests.running import Answer, ask, fine, refused

NEVER_PAID = 'Order where ever total > 100 and never status == "paid"'

ORDERS = ("--type", "Order")


def objects(answer: Answer) -> list[dict[str, Any]]:
    return [json.loads(line) for line in fine(answer)]


def test_an_answer_has_its_witness_its_clauses_and_the_values_there_and_now(tmp_path: Path, demo_store: Path) -> None:
    found = objects(ask(tmp_path, "find", demo_store, NEVER_PAID, "--json"))
    assert len(found) == 15
    assert list(found[0]) == [
        *("id", "type", "version", "time", "exactness", "values", "now", "clauses", "created", "modified", "discarded")
    ]
    for each in found:
        assert (each["type"], each["exactness"]) == ("Order", "exact") and float(each["values"]["total"]) > 100
        ever, never = each["clauses"]
        assert ever == {"clause": "ever total > 100", "version": each["version"], "time": each["time"]}
        assert never == {"clause": 'never status == "paid"', "version": None, "time": None}


def test_people_read_the_question_in_words_and_a_line_an_entity(tmp_path: Path, demo_store: Path) -> None:
    words, *lines = fine(ask(tmp_path, "find", demo_store, NEVER_PAID))
    assert words == "orders whose total was over 100 at any version, and whose status was paid at none"
    assert len(lines) == 15 and all(line.startswith("Order ") and 'total = "' in line for line in lines)
    amounts = 'Order where how long status == "open" > 30 days and how often total > 100 == 1'
    _, *lines = fine(ask(tmp_path, "find", demo_store, amounts))
    assert len(lines) == 1 and 'status == "open": 31 d 11 h; total > 100: 1 time; ' in lines[0]


def test_now_and_as_of_alone_are_what_was_always_found(tmp_path: Path, demo_store: Path) -> None:
    bare = fine(ask(tmp_path, "find", demo_store, "total > 400", "--type", "Order", "--json"))
    for text in ("Order where total > 400", "Order now total > 400", "Order where now total > 400"):
        assert fine(ask(tmp_path, "find", demo_store, text, "--json")) == bare
    at_a_time = fine(
        ask(tmp_path, "find", demo_store, "total > 400", *ORDERS, "--as-of", "2026-05-01T00:00Z", "--json")
    )
    as_of = fine(ask(tmp_path, "find", demo_store, "Order as of 2026-05-01T00:00Z total > 400", "--json"))
    assert as_of == at_a_time != bare and "values" in as_of[0]


def test_options_give_a_bare_condition_its_word_of_time(tmp_path: Path, demo_store: Path) -> None:
    typed = objects(ask(tmp_path, "find", demo_store, "Order where ever total > 400", "--json"))
    given = objects(ask(tmp_path, "find", demo_store, "total > 400", "--type", "Order", "--ever", "--json"))
    for one, other in zip(typed, given, strict=True):
        assert one.pop("clauses")[0]["version"] == other.pop("clauses")[0]["version"] and one == other
    early = objects(
        ask(tmp_path, "find", demo_store, "Order where ever total > 400", "--as-of", "2026-05-01", "--json")
    )
    assert 0 < len(early) < len(typed)


def test_a_column_that_no_entity_has_is_an_error(tmp_path: Path, small_demo: Path) -> None:
    for line in (["Order where ever total > 20"], ["Order where ever total > 9999"], ["total > 20", "--versions"]):
        answer = ask(tmp_path, "find", small_demo, *line, "--column", "totl", "--column", "status")
        assert answer.returncode == 2
        assert answer.stderr.endswith("es-desktop: no entity has totl. Did you mean total or title?\n")


def test_columns_are_shown_at_the_version_and_now(tmp_path: Path, demo_store: Path) -> None:
    columns = ("--column", "status", "--column", "lines[0].sku")
    found = objects(ask(tmp_path, "find", demo_store, "Order where ever total > 700", *columns, "--json"))
    assert all(list(each["values"]) == list(each["now"]) == ["status", "lines[0].sku"] for each in found)
    assert {each["values"]["status"] for each in found} == {"open"} != {each["now"]["status"] for each in found}
    assert any(
        "; now status = " in line
        for line in fine(ask(tmp_path, "find", demo_store, "total > 700", "--first", *ORDERS, *columns))
    )


def test_versions_are_listed_with_their_events(tmp_path: Path, demo_store: Path) -> None:
    found = objects(ask(tmp_path, "find", demo_store, "Order where total > 500", "--versions", "--json"))
    assert list(found[0]) == ["id", "type", "version", "event", "time", "exactness", "values"]
    assert all(float(each["values"]["total"]) > 500 for each in found)
    lines = fine(ask(tmp_path, "find", demo_store, "Order where total > 500", "--versions"))
    assert len(lines) == len(found) and "ItemAdded" in lines[0]


def test_counts_over_time_end_with_the_count_of_today(tmp_path: Path, demo_store: Path) -> None:
    weeks = objects(ask(tmp_path, "find", demo_store, NEVER_PAID, "--count-over-time", "--json"))
    assert len(weeks) == 27 and weeks[-1]["count"] == 15 and list(weeks[0]) == ["from", "until", "count"]


def test_words_and_a_question_are_asked_together(tmp_path: Path, demo_store: Path) -> None:
    by_text = {each["entity"] for each in objects(ask(tmp_path, "find", demo_store, "--text", "knife", "--json"))}
    both = objects(ask(tmp_path, "find", demo_store, "Order where ever total > 200", "--text", "knife", "--json"))
    assert both and {each["id"] for each in both} < by_text


def test_entities_that_cannot_be_evaluated_are_reported_at_the_end(tmp_path: Path, demo_store: Path) -> None:
    key, *_ = (key for key, _, topic, _ in rows(demo_store) if "Order" in topic)
    alter_event(demo_store, key, 0, lambda payload: payload.clear())
    sql(demo_store, "DELETE FROM snapshots")
    answer = ask(tmp_path, "find", demo_store, "Order where always total < 400")
    assert answer.returncode == 0 and answer.stdout
    (line,) = answer.stderr.splitlines()
    assert line.startswith("es-desktop: an entity could not be evaluated: Order ")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("ever total = 3",), "the question 'ever total = 3' cannot be used at column 12"),
        (("never gift", "--ever"), "the question says never already"),
        (("gift", "--ever", "--first"), "ever and first contradict each other"),
        (("gift", "--ever", "--versions"), "--versions lists all versions"),
        (("never gift", "--versions"), "no condition that is true at a version"),
        (("ever gift", "--column", "a..b"), "is no path"),
        (("ever gift", "--count-over-time", "--column", "a"), "a count over time has no columns"),
        (("ever gift", "--count-over-time", "year"), "invalid choice: 'year'"),
        (("Order where ever gift", "--type", "Order"), "types are named in the question"),
        (("--text", "knife", "--ever"), "give QUESTION"),
        (("Paid before Packed",), "there is no event type Packed. Did you mean Paid?"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_to_do(
    tmp_path: Path, demo_store: Path, arguments: tuple[str, ...], reason: str
) -> None:
    assert reason in refused(ask(tmp_path, "find", demo_store, *arguments))
