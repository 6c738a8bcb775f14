"""``find`` on the command line: entities by their state, events by the words in them, and entities by both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from es_desktop.app.search import store_index
from tests.altering import alter_event
from tests.app.search.naive_search import Naive
from tests.app.storing import rows, sql
from tests.running import Answer, ask, copied, fine, refused

ORDERS = ("--type", "Order")


def objects(answer: Answer) -> list[dict[str, Any]]:
    return [json.loads(line) for line in fine(answer)]


@pytest.fixture(scope="module")
def demo(demo_template: Path) -> Naive:
    return Naive.of(demo_template)


def test_entities_are_printed_with_the_values_in_the_condition(tmp_path: Path, demo_store: Path, demo: Naive) -> None:
    condition = 'status == "shipped" and total > 400'
    found = objects(ask(tmp_path, "find", demo_store, condition, *ORDERS, "--json"))
    expected = demo.find(condition, types=frozenset({"Order"}))
    assert [each["id"] for each in found] == [row[0] for row in expected]
    assert all(
        list(each) == ["id", "type", "version", "exactness", "values", "created", "modified", "discarded"]
        for each in found
    )
    first, row = found[0], expected[0]
    assert (first["type"], first["version"], first["exactness"]) == ("Order", row[2], "exact")
    assert first["values"] == {"status": "shipped", "total": str(row[4]["total"])}
    assert first["discarded"] is False and first["created"].endswith("+00:00")


def test_people_read_a_line_an_entity(tmp_path: Path, demo_store: Path) -> None:
    lines = fine(ask(tmp_path, "find", demo_store, 'status == "shipped" and total > 400', *ORDERS))
    assert all(
        line.startswith("Order ") and "exact" in line and 'status = "shipped", total = "' in line for line in lines
    )


def test_a_date_means_its_end_and_a_time_may_have_an_offset(tmp_path: Path, demo_store: Path, demo: Naive) -> None:
    env = {"TZ": "UTC"}
    count = {}
    for as_of in ("2026-05-02", "2026-05-02T23:59:59.999999Z", "2026-05-02T00:00+00:00", "2026-05-03 01:59:59+02:00"):
        answer = copied(tmp_path, "find", demo_store, "True", "--as-of", as_of, "--json", env=env)
        count[as_of] = len(objects(answer))
    end, start_of_day, shifted = (
        count["2026-05-02"],
        count["2026-05-02T00:00+00:00"],
        count["2026-05-03 01:59:59+02:00"],
    )
    assert end == count["2026-05-02T23:59:59.999999Z"] == len(demo.find("True", 1_777_766_399.999999))
    assert start_of_day == len(demo.find("True", 1_777_680_000.0)) <= shifted <= end


def test_events_are_found_by_the_words_in_them(tmp_path: Path, demo_store: Path) -> None:
    found = objects(ask(tmp_path, "find", demo_store, "--text", "KNIFE 74.90", "--json"))
    expected = [
        (str(key), version, topic.rpartition(".")[2])
        for key, version, topic, data in rows(demo_store)
        if "knife" in json.dumps(data).lower() and "74.90" in json.dumps(data)
    ]
    assert sorted((each["entity"], each["version"], each["event"]) for each in found) == sorted(expected)
    assert list(found[0]) == ["entity", "type", "version", "event", "timestamp", "data"]
    assert found[0]["type"] == "Order" and "knife" in found[0]["data"]["name"]
    (line, *_) = fine(ask(tmp_path, "find", demo_store, "--text", "knife"))
    assert line.startswith("Order ") and "ItemAdded" in line and "Chef's knife" in line


def test_a_type_is_one_of_entities_or_of_events(tmp_path: Path, demo_store: Path) -> None:
    def events(*arguments: str) -> list[dict[str, Any]]:
        return objects(ask(tmp_path, "find", demo_store, "--text", "PayPal", "--json", *arguments))

    everything = events()
    assert {each["event"] for each in events("--type", "Paid")} == {"Paid"}
    assert {each["type"] for each in events("--type", "Order")} == {"Order"}
    assert events("--type", "Order", "--type", "Paid") == [each for each in everything if each["type"] == "Order"]
    wrong = refused(ask(tmp_path, "find", demo_store, "--text", "PayPal", "--type", "Ordr"))
    assert "there is no type Ordr. Did you mean Order?" in wrong
    early = events("--as-of", "2026-05-01")
    assert 0 < len(early) < len(everything) and early == everything[: len(early)]


def test_both_ask_for_entities_that_hold_the_words(tmp_path: Path, demo_store: Path) -> None:
    by_text = {each["entity"] for each in objects(ask(tmp_path, "find", demo_store, "--text", "knife", "--json"))}
    by_state = objects(ask(tmp_path, "find", demo_store, "total > 200", *ORDERS, "--json"))
    both = objects(ask(tmp_path, "find", demo_store, "total > 200", *ORDERS, "--text", "knife", "--json"))
    assert both == [each for each in by_state if each["id"] in by_text]
    assert 0 < len(both) < len(by_state)


def test_nothing_found_is_no_failure(tmp_path: Path, demo_store: Path) -> None:
    assert fine(ask(tmp_path, "find", demo_store, "total > 1000000", *ORDERS)) == ["nothing found"]
    assert fine(ask(tmp_path, "find", demo_store, "--text", "xylophone")) == ["nothing found"]


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        (["nosuch > 3"], "no entity has nosuch. There are: "),
        (["totl > 3"], "no entity has totl. Did you mean total"),
        (["total > 3", "--type", "Ordr"], "there is no entity type Ordr. Did you mean Order?"),
    ],
)
def test_names_that_nothing_has_are_an_error_that_says_what_there_is(
    tmp_path: Path, demo_store: Path, line: list[str], hint: str
) -> None:
    for more in ([], ["--json"]):
        assert hint in refused(ask(tmp_path, "find", demo_store, *line, *more))


def test_entities_that_cannot_be_evaluated_are_reported_at_the_end(tmp_path: Path, demo_store: Path) -> None:
    key, *_ = (key for key, _, topic, _ in rows(demo_store) if "Order" in topic)
    alter_event(demo_store, key, 0, lambda payload: payload.clear())
    sql(demo_store, "DELETE FROM snapshots")
    answer = ask(tmp_path, "find", demo_store, "total > 400", *ORDERS)
    assert answer.returncode == 0 and answer.stdout
    (line,) = answer.stderr.splitlines()
    assert line.startswith("es-desktop: an entity could not be evaluated: Order ")


def test_the_index_of_a_large_store_is_kept_and_used(
    tmp_path: Path, demo_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_index, "SMALL", 100)
    before = fine(ask(tmp_path, "find", demo_store, "total > 200", *ORDERS))
    assert not list(tmp_path.rglob("*.index"))
    by_text = fine(ask(tmp_path, "find", demo_store, "--text", "knife"))
    assert len(list(tmp_path.rglob("*.index"))) == 1
    assert fine(ask(tmp_path, "find", demo_store, "total > 200", *ORDERS)) == before
    assert fine(ask(tmp_path, "find", demo_store, "--text", "knife")) == by_text


@pytest.mark.parametrize(
    ("arguments", "results"),
    [
        ((), "give QUESTION, or --text, or both"),
        (("--type", "Order"), "give QUESTION, or --text, or both"),
        (("total >",), "the condition 'total >' cannot be used at column 8"),
        (("previous.total < total",), "looks back"),
        (("True", "--as-of", "soon"), "argument --as-of: 'soon' is no date or time"),
        (("--text", "..."), "there is no word in '...'"),
    ],
)
def test_bad_input_is_refused_in_a_line(
    tmp_path: Path, demo_store: Path, arguments: tuple[str, ...], results: str
) -> None:
    assert results in refused(ask(tmp_path, "find", demo_store, *arguments))
